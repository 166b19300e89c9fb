//! Candidates to crowding: how close an article is to everything around it.

use rayon::prelude::*;

use crate::candidate::Near;
use crate::group::{Members, set_of};
use crate::term::TermVector;

/// How many of the nearest other texts an article is measured against.
pub(crate) const NEAREST: usize = 7;
/// How many articles of one group count among them: a text that all have copied is not a crowd.
pub(crate) const OF_A_GROUP: usize = 4;
/// With that many terms, an article's neighbours say half as much of it as with any number.
const FEW_TERMS: i128 = 25;
/// The least crowding, a cosine of -0.1: that two articles are close to nothing else makes no event.
const LEAST: i64 = -(TermVector::DOT_ONE as i64) / 10;
/// From this dot product on an article is a neighbour, a cosine of 0.07.
pub const NEIGHBOUR: u32 = (TermVector::DOT_ONE * 7 / 100) as u32;

/// For each article how much closer it is to its nearest neighbours than articles of this
/// collection are on average, as a cosine in units of 1 / [`TermVector::DOT_ONE`].
///
/// Some articles are close to everything: round-ups, reports on a matter that fills the papers for
/// months. A cosine of 0.3 with such a one says less than with an article that is close to nothing
/// else. So by how much the cosines with the seven nearest articles, at most four of one group, lie above
/// 0.07 is averaged and compared with the mean of this figure over the collection. In an article of t
/// different terms it counts t / (t + 25): with few words, neighbours are a matter of chance.
///
/// It is never below -0.1: that two articles are close to nothing else is no sign of one event.
///
/// `near` are pairs with their dot products, all from a cosine of 0.07 on.
/// `terms` says how many different terms each article has.
///
/// # Complexity
///
/// O(p log p) for p pairs, 8 bytes for each side of a pair.
///
/// # References
///
/// - M. Radovanović and others, "Hubs in Space" (2010): articles that are near to many.
/// - A. Conneau and others, "Word Translation Without Parallel Data" (2018): a similarity less the
///   mean with the nearest neighbours of both.
///
/// ```
/// use samestory::crowding::crowding;
/// use samestory::term::TermVector;
///
/// let fifth = (TermVector::DOT_ONE / 5) as u32;
/// let groups = [vec![0], vec![1], vec![2], vec![3]];
/// let crowding = crowding(&[((0, 1), fifth), ((0, 2), fifth)], &groups, &[100; 4]);
/// assert!(crowding[0] > crowding[1]); // it has two neighbours
/// assert!(crowding[3] < 0); // it has none
/// ```
#[must_use]
pub fn crowding(near: &[Near], groups: &[Members], terms: &[usize]) -> Vec<i64> {
    let articles = terms.len();
    if articles < 2 {
        return vec![0; articles];
    }
    let sums = nearest(near, &set_of(groups, articles));
    let total: i128 = sums.iter().map(|&sum| i128::from(sum)).sum();
    let crowding = sums.iter().zip(terms);
    crowding
        .map(|(&sum, &terms)| of_sum(sum, total, articles, terms))
        .collect()
}

/// The crowding of an article of `terms` different terms whose [sum over its nearest](nearest_sum) is this, in a
/// collection of so many articles whose sums are `total` together.
///
/// ```
/// use samestory::crowding::{crowding, nearest_sum, of_sum};
/// use samestory::term::TermVector;
///
/// let fifth = (TermVector::DOT_ONE / 5) as u32;
/// let sums = [nearest_sum(&mut [(1, fifth)]), nearest_sum(&mut [(0, fifth)])];
/// let total = i128::from(sums[0] + sums[1]);
/// let all = crowding(&[((0, 1), fifth)], &[vec![0], vec![1]], &[100, 50]);
/// assert_eq!(all, [of_sum(sums[0], total, 2, 100), of_sum(sums[1], total, 2, 50)]);
/// ```
#[must_use]
pub fn of_sum(sum: u64, total: i128, articles: usize, terms: usize) -> i64 {
    match NEAREST.min(articles.saturating_sub(1)) {
        0 => 0,
        taken => of_article(sum, total, articles as i128, taken, terms),
    }
}

/// By how much the dot products of an article with its nearest neighbours lie above that of a cosine of 0.07, in sum.
/// Each neighbour is its group and its dot product, in any order; those below are passed over. [`of_sum`] has an example.
pub fn nearest_sum(neighbours: &mut [(u32, u32)]) -> u64 {
    neighbours.sort_unstable_by(|a, b| (a.0, b.1).cmp(&(b.0, a.1)));
    let of_groups = neighbours.chunk_by(|a, b| a.0 == b.0);
    let counted = of_groups.flat_map(|group| group.iter().take(OF_A_GROUP));
    let mut dots: Vec<u32> = counted.map(|&(_, dot)| dot).collect();
    dots.sort_unstable_by(|a, b| b.cmp(a));
    let above = dots.into_iter().take(NEAREST);
    above
        .map(|dot| u64::from(dot.saturating_sub(NEIGHBOUR)))
        .sum()
}

/// The crowding of an article with this sum over its `taken` nearest, where `articles` have `total` together.
pub(crate) fn of_article(sum: u64, total: i128, articles: i128, taken: usize, terms: usize) -> i64 {
    // in exact fractions: (sum / taken - total / (articles taken)) terms / (terms + few)
    let above = i128::from(sum) * articles - total;
    let terms = terms as i128;
    let crowding = (above * terms).div_euclid(articles * taken as i128 * (terms + FEW_TERMS));
    (crowding as i64).max(LEAST)
}

/// What the sum of an article usually is, before a stream has seen any.
pub(crate) const USUAL: i128 = (TermVector::DOT_ONE * 3 / 10) as i128;

/// For each article the sum of its dot products with the nearest ones.
fn nearest(near: &[Near], group_of: &[u32]) -> Vec<u64> {
    let sides = |&((a, b), dot): &Near| {
        [
            (a, group_of[b as usize], dot),
            (b, group_of[a as usize], dot),
        ]
    };
    let mut starts = vec![0; group_of.len() + 1];
    let near = || near.iter().filter(|&&(_, dot)| dot >= NEIGHBOUR);
    for (article, ..) in near().flat_map(sides) {
        starts[article as usize + 1] += 1;
    }
    for article in 0..group_of.len() {
        starts[article + 1] += starts[article];
    }
    let mut next = starts.clone();
    let mut neighbours = vec![(0, 0); starts[group_of.len()]];
    for (article, group, dot) in near().flat_map(sides) {
        neighbours[next[article as usize]] = (group, dot);
        next[article as usize] += 1;
    }
    (0..group_of.len())
        .into_par_iter()
        .map(|article| nearest_sum(&mut neighbours[starts[article]..starts[article + 1]].to_vec()))
        .collect()
}

/// The least mean crowding of two articles, as a cosine.
pub(crate) fn least() -> f64 {
    as_cosine(LEAST)
}

/// Crowding as a cosine.
pub(crate) fn as_cosine(crowding: i64) -> f64 {
    crowding as f64 / TermVector::DOT_ONE as f64
}
