//! Buckets and terms to candidates: the pairs that are worth a look.
//!
//! Articles are meant in the library's order, by time and id, and named by their place in it. Both
//! ways in are functions of that order alone, take work in proportion to the number of articles,
//! and drop nothing: where a bucket or a term is too common to pair all that have it, each article
//! is paired with its neighbours in time.

mod buckets;
mod terms;

pub use buckets::from_buckets;
pub use terms::from_terms;

/// Two articles by their places in the library's order, the earlier one first.
pub type Pair = (u32, u32);

/// Two articles and the dot product of their vectors, in units of 1 / [`TermVector::DOT_ONE`](crate::term::TermVector::DOT_ONE).
pub type Near = (Pair, u32);

/// Up to this many articles, all pairs of a bucket are candidates.
const FULL_BUCKET: usize = 32;
/// In a larger bucket each article is paired with the first one and with that many before it.
const BUCKET_NEIGHBOURS: usize = 8;

/// Gives the candidates among articles that are alike: all pairs of a few, the neighbours of many.
fn within(members: &[u32], mut found: impl FnMut(Pair)) {
    let reach = if members.len() <= FULL_BUCKET {
        FULL_BUCKET
    } else {
        BUCKET_NEIGHBOURS
    };
    for (at, &article) in members.iter().enumerate() {
        let near = at.saturating_sub(reach);
        for &earlier in &members[near..at] {
            found((earlier, article));
        }
        if near > 0 {
            found((members[0], article));
        }
    }
}
