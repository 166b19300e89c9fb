//! The stories that are on the page.

use std::cmp::Reverse;

use samestory::Story;

use super::{Collection, Limits};

/// The stories that are on the page.
#[derive(Debug)]
pub(super) struct Selection {
    /// Of each story of several articles the articles, the groups one after the other. The largest story
    /// first, of two of a size the newer one.
    pub(super) several: Vec<Vec<usize>>,
    /// Articles that stand alone, the newest first.
    pub(super) alone: Vec<usize>,
    pub(super) left_out: LeftOut,
    /// In stories of so many articles all pairs are compared.
    pub(super) all_pairs: usize,
}

/// What the limits do not allow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LeftOut {
    pub(super) stories: usize,
    pub(super) articles: usize,
}

impl Selection {
    /// All stories if they are within the limit. Otherwise the largest ones fill one half of it, and the newest
    /// of the others the other half.
    pub(super) fn new(collection: &Collection<'_>, limits: &Limits) -> Self {
        let clustering = collection.clustering;
        let size = |story: &Story| story.articles.len().min(limits.members);
        let newest = |story: &Story| {
            let members = story.articles.iter();
            members
                .filter_map(|&at| collection.articles[at].published)
                .max()
        };
        let fitting = |stories: &[&Story], mut room: usize| {
            let fits = |story: &&&Story| {
                let left = room.checked_sub(size(story));
                room = left.unwrap_or(room);
                left.is_some()
            };
            stories.iter().take_while(fits).count()
        };
        let held = |stories: &[&Story]| stories.iter().map(|story| size(story)).sum::<usize>();
        // the library's order breaks ties
        let mut chosen: Vec<&Story> = clustering.stories().iter().collect();
        chosen.sort_by_cached_key(|story| Reverse((story.articles.len(), newest(story))));
        if held(&chosen) > limits.articles {
            let mut others = chosen.split_off(fitting(&chosen, limits.articles / 2));
            others.sort_by_cached_key(|story| Reverse(newest(story)));
            others.truncate(fitting(&others, limits.articles - held(&chosen)));
            chosen.append(&mut others);
            chosen.sort_by_cached_key(|story| Reverse((story.articles.len(), newest(story))));
        }
        let members = |story: &Story| {
            let groups = story.groups.iter();
            let members = groups.flat_map(|&group| &clustering.groups()[group].articles);
            members
                .copied()
                .take(limits.members)
                .collect::<Vec<usize>>()
        };
        let (several, alone): (Vec<Vec<usize>>, Vec<Vec<usize>>) = chosen
            .iter()
            .map(|story| members(story))
            .partition(|members| members.len() > 1);
        Self {
            left_out: LeftOut {
                stories: clustering.stories().len() - chosen.len(),
                articles: collection.articles.len() - held(&chosen),
            },
            all_pairs: all_pairs(&several, limits),
            several,
            alone: alone.into_iter().flatten().collect(),
        }
    }
}

/// Up to how many articles a story may have for all its pairs to be compared.
fn all_pairs(several: &[Vec<usize>], limits: &Limits) -> usize {
    let pairs = |all_pairs: usize| -> usize {
        let of = |members: &Vec<usize>| match members.len() {
            n if n <= all_pairs => n * (n - 1) / 2,
            n => 2 * n,
        };
        several.iter().map(of).sum()
    };
    let fits = |&all_pairs: &usize| pairs(all_pairs) <= limits.pairs;
    (2..=limits.all_pairs).rev().find(fits).unwrap_or(2)
}
