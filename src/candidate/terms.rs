//! Pairs that share terms.

use std::ops::Range;

use ahash::AHashMap;
use rayon::prelude::*;

use super::index::TermIndex;
use super::search::Searcher;
use super::{FULL_BUCKET, Near, Pair, within};
use crate::article::Timestamp;
use crate::group::Members;
use crate::progress::{Run, Step};
use crate::term::TermVector;

/// What bounds the search.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// Among how many articles before it a dated article looks. News comes in order of time, so what lies further
    /// back is of another day.
    window: u32,
    /// Into runs of how many articles the collection is cut; only articles of one run are looked up as one.
    span: u32,
    /// So many articles are looked up in one index, which has those of a window before them too.
    stretch: u32,
    /// How many entries of the term index are read for an article at most, rarest terms first.
    pub(super) visits: usize,
    /// How many terms are called common.
    pub(super) common: u32,
}

/// Of so many articles in a row those with equal vectors are looked up as one: [`from_span`] is for parts of
/// a collection that begin at a multiple of it.
pub const SPAN: u32 = 1 << 14;

/// Among so many articles before it a dated article looks for others with its terms.
pub const WINDOW: u32 = 1 << 16;

/// So many entries of the lists of its terms an article reads at most, [the last ones](undated_reads) of the longest.
pub const VISITS: u32 = 1 << 12;

const LIMITS: Limits = Limits {
    window: WINDOW,
    span: SPAN,
    visits: VISITS as usize,
    common: 1 << 16,
    stretch: 1 << 17,
};

/// How many neighbours by terms an article keeps at most when it did not read all entries.
pub const NEIGHBOURS: usize = 32;

/// The pairs across two sets of articles, each ascending and alike within: all of a few; of many each article
/// with the last one of the other set before it. [`from_terms`] finds sets and gives such pairs.
///
/// ```
/// use samestory::candidate::across;
///
/// let mut pairs = Vec::new();
/// across(&[1, 5], &[3], |pair| pairs.push(pair));
/// assert_eq!(pairs, [(1, 3), (3, 5)]);
/// ```
pub fn across(a: &[u32], b: &[u32], mut found: impl FnMut(Pair)) {
    if a.len() * b.len() <= FULL_BUCKET * FULL_BUCKET {
        for &x in a {
            b.iter().for_each(|&y| found((x.min(y), x.max(y))));
        }
        return;
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        let a_is_next = j == b.len() || (i < a.len() && a[i] < b[j]);
        let (next, before) = if a_is_next {
            (a[i], j.checked_sub(1).map(|j| b[j]))
        } else {
            (b[j], i.checked_sub(1).map(|i| a[i]))
        };
        if let Some(before) = before {
            found((before, next));
        }
        i += usize::from(a_is_next);
        j += usize::from(!a_is_next);
    }
}

/// The pairs of articles whose dot product is at least `least_dot`, with it, ascending, each once.
///
/// Each article looks up its terms, the rarest first, among the articles before it; one with a date only
/// among the 65,536 before it. After 4,096 entries it stops, the last list read from its end, and keeps the 32
/// best of what it met. With long articles that begins at some hundred of them: of 2,024 articles 96% of the 7,626
/// pairs with a cosine of 0.15 are found, and 98.4% of those that report one event. The stories of a search for all
/// of them are no better.
///
/// Articles with equal vectors are looked up as one, so ten thousand copies cost no more than one and
/// crowd nobody out; in a collection of more than 16,384, those of each 16,384 in a row. Among a few of them, and
/// across two such sets, all pairs are candidates; of many (more than 32, or 1,024 pairs) each article is paired
/// with its neighbours in time.
///
/// # Complexity
///
/// O(n (v + m)) for n articles of m terms and v entries read.
///
/// # References
///
/// - R. Bayardo, Y. Ma, R. Srikant, "Scaling Up All Pairs Similarity Search" (2007): the inverted
///   index, queried while in order.
///
/// ```
/// use samestory::Background;
/// use samestory::candidate;
/// use samestory::term::{Terms, TermVector, Vocabulary};
/// use samestory::token::tokens;
///
/// let texts = ["Ferry aground off Marr", "Cup final goes to Stannick", "Marr ferry refloated"];
/// let terms: Vec<Terms> = texts.iter().map(|text| Terms::new(text)).collect();
/// let vocabulary = Vocabulary::new(&terms, &Background::english(), 2000.0);
/// let vectors: Vec<TermVector> = terms.iter().map(|terms| vocabulary.vector(terms)).collect();
/// let least_dot = (TermVector::DOT_ONE / 5) as u32; // a cosine of 0.2
/// let near = candidate::from_terms(&vectors, &[None; 3], least_dot);
/// assert_eq!(near[0], ((0, 2), vectors[0].dot(&vectors[2]) as u32));
/// ```
///
/// # Panics
///
/// When all articles together have more than some 2^32 weights; cluster them in parts.
#[must_use]
pub fn from_terms(
    vectors: &[TermVector],
    published: &[Option<Timestamp>],
    least_dot: u32,
) -> Vec<Near> {
    near(vectors, published, least_dot, &Run::default())
}

/// The same as part of a run.
pub(crate) fn near(
    vectors: &[TermVector],
    published: &[Option<Timestamp>],
    least_dot: u32,
    run: &Run<'_>,
) -> Vec<Near> {
    let all = Searched {
        places: 0..vectors.len() as u32,
        undated: true,
    };
    find(vectors, published, least_dot, LIMITS, &all, run)
}

/// The part of [`from_terms`] that a run of a larger collection is enough for: what articles at the places
/// `searched` of the run find, if their set begins with a dated one, and the pairs within each set that begins there.
///
/// The run must begin at a multiple of [`SPAN`] places of the collection. It must have [`WINDOW`] articles
/// before the first place that is searched, unless the collection has fewer, and the rest of the last span. So a
/// collection can be searched in parts, and all parts together with what [undated ones find](undated_reads) are
/// exactly what the whole gives.
///
/// # Complexity
///
/// As [`from_terms`], for the articles that are searched; the others cost their place in the index.
///
/// ```
/// use samestory::candidate::{SPAN, from_span, from_terms};
/// use samestory::term::TermVector;
/// use samestory::Timestamp;
///
/// let vectors = [1, 2, 1].map(|term| TermVector::of_weights([(term, 60_000)].into_iter()));
/// let published = [0, 1, 2].map(|second| Some(Timestamp::from_seconds(second)));
/// let all = from_span(&vectors, &published, 1, 0..SPAN);
/// assert_eq!(all, from_terms(&vectors, &published, 1));
/// ```
///
/// # Panics
///
/// As [`from_terms`].
#[must_use]
pub fn from_span(
    vectors: &[TermVector],
    published: &[Option<Timestamp>],
    least_dot: u32,
    searched: Range<u32>,
) -> Vec<Near> {
    let searched = Searched {
        places: searched,
        undated: false,
    };
    find(
        vectors,
        published,
        least_dot,
        LIMITS,
        &searched,
        &Run::default(),
    )
}

/// How many entries an undated article reads of the list of each of its terms, rarest first, from the end, when so
/// many stand before its own; and whether it leaves any. All sets of articles with
/// equal vectors before it are listed, by their first articles. If it leaves some, only the [`NEIGHBOURS`] with the
/// highest sums of what was read are kept, of equally high ones the latest.
///
/// [`from_terms`] does this by itself. It stands here for engines that hold the lists elsewhere.
///
/// ```
/// use samestory::candidate::undated_reads;
///
/// assert_eq!(undated_reads([3, 0, 50].into_iter()), (vec![3, 0, 50], false));
/// assert_eq!(undated_reads([3, 5_000, 50].into_iter()), (vec![3, 4_093], true));
/// ```
#[must_use]
pub fn undated_reads(before: impl Iterator<Item = u32>) -> (Vec<u32>, bool) {
    reads(before, VISITS)
}

fn reads(before: impl Iterator<Item = u32>, mut left: u32) -> (Vec<u32>, bool) {
    let mut reads = Vec::new();
    for entries in before {
        let read = entries.min(left);
        left -= read;
        reads.push(read);
        if read < entries {
            return (reads, true);
        }
    }
    (reads, false)
}

/// So many articles are one thread's at a time.
const TASK: usize = 1 << 11;

/// Whose neighbours are looked for.
struct Searched {
    /// Sets of articles that begin at these places.
    places: Range<u32>,
    /// Whether that includes those whose first article has no date.
    undated: bool,
}

fn find(
    vectors: &[TermVector],
    published: &[Option<Timestamp>],
    least_dot: u32,
    limits: Limits,
    searched: &Searched,
    run: &Run<'_>,
) -> Vec<Near> {
    let equals = in_spans(vectors, limits.span);
    let firsts: Vec<u32> = equals.iter().map(|members| members[0]).collect();
    let distinct: Vec<&TermVector> = firsts.iter().map(|&at| &vectors[at as usize]).collect();
    let is_dated = |set: usize| published[firsts[set] as usize].is_some();
    // the first set that begins at this place or behind it
    let set = |place: u32| firsts.partition_point(|&first| first < place);
    let earliest = |at: usize| set(firsts[at].saturating_sub(limits.window));
    let sets = set(searched.places.start)..set(searched.places.end);
    let searches = run.step(Step::Neighbours, sets.len());

    let mut near = Vec::new();
    let mut index = TermIndex::default();
    let mut start = sets.start;
    while start < sets.end && run.goes_on().is_ok() {
        let dated = is_dated(start);
        // undated ones, which stand behind the others, look among all before them
        let stretch = match dated {
            true => set(firsts[start].saturating_add(limits.stretch)).min(sets.end),
            false => sets.end,
        };
        let alike = (start..stretch).take_while(|&set| is_dated(set) == dated);
        let end = start + alike.count();
        if !dated && !searched.undated {
            searches.add(end - start);
            start = end;
            continue;
        }
        let base = if dated { earliest(start) } else { 0 };
        let (indexed, before) = (&distinct[base..end], start - base);
        // one more than are read: who stops has to know that there was more
        index.fill(indexed, before, limits.visits + 1);
        let searched = (start..end).into_par_iter().with_max_len(TASK);
        let found = searched.map_init(
            || Searcher::new(&index, indexed, before, limits),
            |searcher, at| {
                let mut near = Vec::new();
                if !searches.add(1) {
                    return near;
                }
                let first = if dated { earliest(at) } else { 0 };
                let window = (first - base) as u32..(at - base) as u32;
                for &(earlier, dot) in searcher.search(window.end, window) {
                    if dot >= least_dot {
                        let sets = (&equals[base + earlier as usize], &equals[at]);
                        across(sets.0, sets.1, |pair| near.push((pair, dot)));
                    }
                }
                near
            },
        );
        near.par_extend(found.flatten_iter());
        start = end;
    }
    for (members, vector) in equals[sets.clone()].iter().zip(&distinct[sets]) {
        // at most 1, so it fits
        let dot = vector.dot(vector) as u32;
        if dot >= least_dot {
            within(members, |pair| near.push((pair, dot)));
        }
    }
    near.par_sort_unstable();
    near
}

/// The sets of articles with equal vectors that [`from_terms`] looks up as one, each ascending, in the order of
/// their first. Articles without a term that another has are left out: nothing can be said of them.
///
/// ```
/// use samestory::candidate::equals;
/// use samestory::term::TermVector;
///
/// let vectors = [1, 2, 1].map(|term| TermVector::of_weights([(term, 60_000)].into_iter()));
/// assert_eq!(equals(&vectors), [vec![0, 2], vec![1]]);
/// ```
#[must_use]
pub fn equals(vectors: &[TermVector]) -> Vec<Members> {
    in_spans(vectors, SPAN)
}

fn in_spans(vectors: &[TermVector], span: u32) -> Vec<Members> {
    let spans = vectors.par_chunks(span as usize).enumerate();
    let equals = spans.flat_map_iter(|(at, vectors)| {
        let mut place = AHashMap::with_capacity(vectors.len());
        let mut equals: Vec<Members> = Vec::new();
        let articles = vectors.iter().zip(at as u32 * span..);
        for (vector, article) in articles.filter(|(vector, _)| !vector.is_empty()) {
            let at = *place.entry(vector).or_insert(equals.len());
            match equals.get_mut(at) {
                Some(members) => members.push(article),
                None => equals.push(vec![article]),
            }
        }
        equals
    });
    equals.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::background::Background;
    use crate::term::{Terms, Vocabulary};

    /// Vectors of texts, of which so many have a date.
    fn collection(
        texts: &[Vec<String>],
        dated: usize,
    ) -> (Vec<TermVector>, Vec<Option<Timestamp>>) {
        let terms = texts.iter().map(|words| Terms::new(&words.join(" ")));
        let terms: Vec<Terms> = terms.collect();
        let vocabulary = Vocabulary::new(&terms, &Background::none(), 0.0);
        let vectors = terms.iter().map(|terms| vocabulary.vector(terms));
        let moment = |at| (at < dated).then(|| Timestamp::from_seconds(at as i64));
        (vectors.collect(), (0..texts.len()).map(moment).collect())
    }

    #[test]
    fn who_does_not_read_all_keeps_the_best() {
        // fifty with a word in common and one of their own, and one that has only the common word
        let with_own = |own| vec![(own, 1_000 + own as u16), (100, 60_000)].into_iter();
        let mut vectors: Vec<TermVector> = (0..50)
            .map(|own| TermVector::of_weights(with_own(own)))
            .collect();
        vectors.push(TermVector::of_weights([(100, 65_000)].into_iter()));
        let everything = Searched {
            places: 0..51,
            undated: true,
        };
        for published in [None, Some(Timestamp::from_seconds(0))] {
            for (visits, kept) in [(40, NEIGHBOURS), (50, 50)] {
                for stretch in [1, u32::MAX] {
                    let limits = Limits {
                        visits,
                        stretch,
                        ..LIMITS
                    };
                    let run = Run::default();
                    let found = find(&vectors, &[published; 51], 1, limits, &everything, &run);
                    let earlier = found.iter().filter(|((_, later), _)| *later == 50);
                    let earlier: Vec<u32> = earlier.map(|((earlier, _), _)| *earlier).collect();
                    let latest: Vec<u32> = (50 - kept as u32..50).collect();
                    assert_eq!(earlier, latest, "{published:?} {visits} {stretch}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn dots_are_exact_within_any_limits(
            texts in prop::collection::vec(prop::collection::vec("[a-g]{1,2}", 1..9), 2..40),
            dated in 0usize..40,
            window in 1u32..12,
            span in 1u32..12,
            stretch in 1u32..12,
            visits in 0usize..30,
            common in 1u32..30,
        ) {
            let (vectors, published) = collection(&texts, dated);
            let dot = |(a, b): Pair| vectors[a as usize].dot(&vectors[b as usize]) as u32;
            let limits = Limits { window, span, stretch, visits, common };
            let everything = Searched { places: 0..texts.len() as u32, undated: true };
            let find = |limits| find(&vectors, &published, 1, limits, &everything, &Run::default());
            let found = find(limits);
            prop_assert_eq!(&found, &find(Limits { stretch: u32::MAX, ..limits }));
            for pair in found.windows(2) {
                prop_assert!(pair[0].0 < pair[1].0);
            }
            for &(pair, found) in &found {
                prop_assert_eq!(found, dot(pair));
            }
            // Without a bound each two that share a term are found, and with a window those within it.
            // Equal vectors are looked up as one, so only the first of each is asked for.
            let of_words = |at: &u32| !vectors[*at as usize].is_empty();
            let with_words: Vec<u32> = (0..texts.len() as u32).filter(of_words).collect();
            let mut distinct = with_words.clone();
            distinct.retain(|&at| !vectors[..at as usize].contains(&vectors[at as usize]));
            let far = Limits { window: u32::MAX, span: u32::MAX, stretch, visits: 1 << 16, common };
            let all = find(far);
            let near = find(Limits { window, ..far });
            for (b, &y) in distinct.iter().enumerate() {
                for &x in &distinct[..b] {
                    let known = |near: &[Near]| near.iter().any(|&(pair, _)| pair == (x, y));
                    prop_assert_eq!(known(&all), dot((x, y)) > 0);
                    if distinct.len() == with_words.len() {
                        let within = published[y as usize].is_none() || y - x <= window;
                        prop_assert_eq!(known(&near), known(&all) && within);
                    }
                }
            }
        }

        #[test]
        fn parts_of_a_collection_give_what_the_whole_gives(
            texts in prop::collection::vec(prop::collection::vec("[a-g]{1,2}", 0..9), 2..60),
            dated in 0usize..60,
            spans in 1u32..4,
            span in 1u32..12,
            stretch in 1u32..12,
            visits in 0usize..30,
        ) {
            let (vectors, published) = collection(&texts, dated);
            let limits = Limits { window: spans * span, span, stretch, visits, common: 9 };
            let everything = Searched { places: 0..texts.len() as u32, undated: true };
            let whole = find(&vectors, &published, 1, limits, &everything, &Run::default());
            let mut parts = Vec::new();
            for at in 0..(texts.len() as u32).div_ceil(span) {
                let start = at.saturating_sub(spans) * span;
                let run = start as usize..(((at + 1) * span) as usize).min(texts.len());
                let searched = Searched { places: at * span - start..(at + 1) * span - start, undated: false };
                let found = find(&vectors[run.clone()], &published[run], 1, limits, &searched, &Run::default());
                parts.extend(found.into_iter().map(|((a, b), dot)| ((a + start, b + start), dot)));
            }
            // undated articles, by lists
            let equals = in_spans(&vectors, span);
            for (at, members) in equals.iter().enumerate() {
                if published[members[0] as usize].is_some() {
                    continue;
                }
                let vector = &vectors[members[0] as usize];
                let list = |term: u32| -> Vec<usize> {
                    let has = |other: &usize| vectors[equals[*other][0] as usize].weights().any(|weight| weight.term == term);
                    (0..at).filter(has).collect()
                };
                let lists: Vec<Vec<usize>> = vector.weights().map(|weight| list(weight.term)).collect();
                let (reads, some_left) = reads(lists.iter().map(|list| list.len() as u32), visits as u32);
                let mut sums = std::collections::BTreeMap::<usize, u64>::new();
                for ((list, read), weight) in lists.iter().zip(reads).zip(vector.weights()) {
                    for &other in list.iter().rev().take(read as usize) {
                        let others = vectors[equals[other][0] as usize].weights().find(|other| other.term == weight.term);
                        *sums.entry(other).or_default() += u64::from(weight.weight * others.unwrap().weight);
                    }
                }
                let mut sums: Vec<(u64, usize)> = sums.into_iter().map(|(other, sum)| (sum, other)).collect();
                sums.sort_unstable_by(|a, b| b.cmp(a));
                if some_left {
                    sums.truncate(NEIGHBOURS);
                }
                for (_, other) in sums {
                    let dot = vector.dot(&vectors[equals[other][0] as usize]) as u32;
                    across(&equals[other], members, |pair| parts.push((pair, dot)));
                }
            }
            parts.sort_unstable();
            prop_assert_eq!(parts, whole);
        }
    }
}
