//! How similar each article of a story is to each other one, as a drawing.

use std::fmt::Write;

/// A heat map. Cells of one shade are one path: a story of 60 articles has 3,540 of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Heat {
    /// How many articles it shows.
    pub(super) articles: usize,
    /// Side of a cell in units of the screen.
    pub(super) cell: usize,
    pub(super) shades: Vec<Shade>,
    /// Numbers of articles along both sides, and where they stand.
    pub(super) labels: Vec<usize>,
    /// What it shows, in words.
    pub(super) words: String,
}

/// All cells of one shade.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shade {
    /// How dark, in percent.
    pub(super) opacity: usize,
    pub(super) path: String,
}

/// Steps of the scale.
const SHADES: usize = 10;

impl Heat {
    /// The map of values in percent: of each article with all before it.
    pub(super) fn new(percents: &[Vec<u8>]) -> Self {
        let articles = percents.len();
        let mut shades = vec![String::new(); SHADES];
        let pairs = || {
            let rows = percents.iter().enumerate();
            rows.flat_map(|(a, row)| row.iter().enumerate().map(move |(b, &value)| (a, b, value)))
        };
        for (a, b, value) in pairs() {
            let path = &mut shades[(usize::from(value) / SHADES).min(SHADES - 1)];
            for (x, y) in [(a, b), (b, a)] {
                // writing to a string cannot fail
                let _ = write!(path, "M{x} {y}h.94v.94h-.94z");
            }
        }
        let shades = shades.into_iter().enumerate();
        Self {
            articles,
            cell: (480 / articles.max(1)).clamp(8, 30),
            shades: shades
                .filter(|(_, path)| !path.is_empty())
                .map(|(step, path)| Shade {
                    opacity: 4 + step * 96 / (SHADES - 1),
                    path,
                })
                .collect(),
            labels: (1..=articles)
                .filter(|label| articles <= 20 || label.is_multiple_of(5) || *label == 1)
                .collect(),
            words: words(pairs()),
        }
    }
}

/// The closest and the farthest pair.
fn words(pairs: impl Iterator<Item = (usize, usize, u8)> + Clone) -> String {
    let by = |&(a, b, value): &(usize, usize, u8)| (value, std::cmp::Reverse((b, a)));
    let told = |(a, b, value): (usize, usize, u8)| {
        format!(
            "articles {} and {} ({:.2})",
            b + 1,
            a + 1,
            f64::from(value) / 100.0
        )
    };
    let (Some(closest), Some(farthest)) = (pairs.clone().max_by_key(by), pairs.min_by_key(by))
    else {
        return String::new();
    };
    if closest == farthest {
        return format!("The two: {}.", told(closest));
    }
    format!(
        "Closest are {}, farthest {}.",
        told(closest),
        told(farthest)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_has_two_cells() {
        let heat = Heat::new(&[vec![], vec![100], vec![3, 57]]);
        let cells: usize = heat
            .shades
            .iter()
            .map(|shade| shade.path.matches('M').count())
            .sum();
        assert_eq!(cells, 6);
        assert_eq!(heat.shades.len(), 3);
        assert_eq!(heat.shades[2].path, "M1 0h.94v.94h-.94zM0 1h.94v.94h-.94z");
        assert_eq!(
            heat.words,
            "Closest are articles 1 and 2 (1.00), farthest articles 1 and 3 (0.03)."
        );
    }

    #[test]
    fn a_large_map_has_few_labels() {
        let percents: Vec<Vec<u8>> = (0..60).map(|row| vec![50; row]).collect();
        let heat = Heat::new(&percents);
        assert_eq!((heat.cell, heat.labels.len()), (8, 13));
        assert_eq!(heat.shades.len(), 1);
    }
}
