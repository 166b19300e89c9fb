//! Buckets and terms to candidates: the pairs that are worth a look.
//!
//! Articles are meant in the library's order, by time and id, and named by their place in it. Both
//! ways in are functions of that order alone, take work in proportion to the number of articles,
//! and drop nothing: where a bucket or a term is too common to pair all that have it, each article
//! is paired with its neighbours in time.

mod buckets;
mod index;
mod search;
mod terms;

pub(crate) use buckets::sharing_buckets;
#[cfg(feature = "store")]
pub(crate) use buckets::sort_by_key;
pub use buckets::{from_buckets, shares_enough};
pub(crate) use terms::near;
pub use terms::{
    NEIGHBOURS, SPAN, VISITS, WINDOW, across, equals, from_span, from_terms, undated_reads,
};

/// Two articles by their places in the library's order, the earlier one first.
pub type Pair = (u32, u32);

/// Two articles and the dot product of their vectors, in units of 1 / [`TermVector::DOT_ONE`](crate::term::TermVector::DOT_ONE).
pub type Near = (Pair, u32);

/// So many articles of a bucket are paired with all before them.
pub(crate) const FULL_BUCKET: usize = 32;
/// Each one behind them is paired with the first one and with that many before it.
const BUCKET_NEIGHBOURS: usize = 8;

/// The candidates of some articles of a bucket with those before them and with each other, when `earlier` are
/// the articles of the bucket before: all, or what is [`carried`] of them. Both ascend.
///
/// So a bucket that is too large for one place can be worked on in parts. [`from_buckets`] says who is paired.
///
/// ```
/// use samestory::candidate::{carried, in_bucket};
///
/// let bucket: Vec<u32> = (0..100).collect();
/// let whole = in_bucket(&[], &bucket);
/// let mut parts = in_bucket(&[], &bucket[..40]);
/// parts.extend(in_bucket(&carried(&[], &bucket[..40]), &bucket[40..]));
/// assert_eq!(parts, whole);
/// ```
#[must_use]
pub fn in_bucket(earlier: &[u32], members: &[u32]) -> Vec<Pair> {
    let all = [earlier, members].concat();
    let mut pairs = Vec::new();
    following(&all, earlier.len(), |pair| pairs.push(pair));
    pairs
}

/// What has to be known of a bucket to go on with it: all its articles if they are few, and otherwise the first and
/// the last 31. `earlier` is what was carried so far. [`in_bucket`] has an example.
#[must_use]
pub fn carried(earlier: &[u32], members: &[u32]) -> Vec<u32> {
    let mut all = [earlier, members].concat();
    if all.len() > FULL_BUCKET {
        all.drain(1..=all.len() - FULL_BUCKET);
    }
    all
}

/// Gives the candidates among articles that are alike: all pairs of a few, the neighbours of many.
fn within(members: &[u32], found: impl FnMut(Pair)) {
    following(members, 0, found);
}

/// The same for those members only that stand at `first` or behind it.
fn following(members: &[u32], first: usize, mut found: impl FnMut(Pair)) {
    for (at, &article) in members.iter().enumerate().skip(first) {
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
