//! Buckets and terms to candidates: the pairs that are worth a look.
//!
//! Articles are meant in the library's order, by time and id, and named by their place in it. Both
//! ways in are functions of that order alone, take work in proportion to the number of articles,
//! and drop nothing: where a bucket or a term is too common to pair all that have it, each article
//! is paired with its neighbours in time.

mod buckets;
mod terms;

pub use buckets::from_buckets;
pub(crate) use buckets::{shares_enough, sharing_buckets};
pub use terms::from_terms;
pub(crate) use terms::near;

/// Two articles by their places in the library's order, the earlier one first.
pub type Pair = (u32, u32);

/// Two articles and the dot product of their vectors, in units of 1 / [`TermVector::DOT_ONE`](crate::term::TermVector::DOT_ONE).
pub type Near = (Pair, u32);

/// So many articles of a bucket are paired with all before them.
pub(crate) const FULL_BUCKET: usize = 32;
/// Each one behind them is paired with the first one and with that many before it.
const BUCKET_NEIGHBOURS: usize = 8;

/// Gives the candidates among articles that are alike: all pairs of a few, the neighbours of many.
fn within(members: &[u32], mut found: impl FnMut(Pair)) {
    for (at, &article) in members.iter().enumerate() {
        for &earlier in before(&members[..at]) {
            found((earlier, article));
        }
    }
}

/// With which members of its bucket an article is paired, of those before it. What comes later does not
/// change it, so a bucket can grow.
pub(crate) fn before(members: &[u32]) -> impl Iterator<Item = &u32> {
    let reach = if members.len() < FULL_BUCKET {
        members.len()
    } else {
        BUCKET_NEIGHBOURS
    };
    let near = members.len() - reach;
    let first = &members[..near.min(1)];
    first.iter().chain(&members[near..])
}
