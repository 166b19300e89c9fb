//! How much of the texts fits on the page.

use super::Collection;
use super::selection::Selection;
use super::shown::{Shown, length};

/// How much of each text is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shortening {
    /// Bytes of the page for a text in a story of several articles.
    several: usize,
    /// The same for an article that stands alone.
    alone: usize,
}

/// What is shown of a text that stands alone when not everything fits: nothing is compared with it.
const ALONE: usize = 400;

/// What is shown of a headline.
const TITLE: usize = 500;

/// What is shown of an id or of the name of a source.
const NAME: usize = 200;

impl Shortening {
    /// Everything if it fits in so many bytes, and otherwise the longest equal part of each text.
    pub(super) fn new(collection: &Collection<'_>, selection: &Selection, room: usize) -> Self {
        let length = |&at: &usize| length(collection.articles[at].body);
        let mut several: Vec<usize> = selection.several.iter().flatten().map(length).collect();
        let mut alone: Vec<usize> = selection.alone.iter().map(length).collect();
        if several.iter().chain(&alone).sum::<usize>() <= room {
            return Self {
                several: usize::MAX,
                alone: usize::MAX,
            };
        }
        let of_alone = fill(&mut alone, room / 2).min(ALONE);
        let taken: usize = alone.iter().map(|&length| length.min(of_alone)).sum();
        Self {
            several: fill(&mut several, room - taken),
            alone: of_alone,
        }
    }

    /// How long all shown texts are in the page.
    pub(super) fn length(&self, collection: &Collection<'_>, selection: &Selection) -> usize {
        let body = |&at: &usize| collection.articles[at].body;
        let several = selection.several.iter().flatten().map(body);
        let alone = selection.alone.iter().map(body);
        let several: usize = several.map(|body| length(&self.several(body).text)).sum();
        several
            + alone
                .map(|body| length(&self.alone(body).text))
                .sum::<usize>()
    }

    /// Whether any text may be shortened.
    pub(super) fn shortens(&self) -> bool {
        self.several < usize::MAX || self.alone < usize::MAX
    }

    pub(super) fn several(&self, body: &str) -> Shown {
        Shown::new(body, self.several)
    }

    pub(super) fn alone(&self, body: &str) -> Shown {
        Shown::new(body, self.alone)
    }
}

/// A headline as the page shows it.
pub(super) fn title(title: &str) -> Shown {
    Shown::new(title, TITLE)
}

/// An id or the name of a source as the page shows it.
pub(super) fn name(name: &str) -> String {
    let shown = Shown::new(name, NAME);
    match shown.shortened {
        true => shown.text + "…",
        false => shown.text,
    }
}

/// The largest bound such that all lengths, none counted beyond it, add up to no more than the room.
fn fill(lengths: &mut [usize], mut room: usize) -> usize {
    lengths.sort_unstable();
    for (place, &length) in lengths.iter().enumerate() {
        let share = room / (lengths.len() - place);
        if length > share {
            return share;
        }
        room -= length;
    }
    usize::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_fills_the_room() {
        assert_eq!(fill(&mut [], 5), usize::MAX);
        assert_eq!(fill(&mut [5, 5], 10), usize::MAX);
        assert_eq!(fill(&mut [5, 6], 10), 5);
        assert_eq!(fill(&mut [100, 1, 100], 51), 25);
        assert_eq!(fill(&mut [3, 3], 0), 0);
    }
}
