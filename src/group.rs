//! Same-text pairs to groups: sets of articles in which every two are the same text.

use crate::article::Timestamp;
use crate::candidate::Pair;
use crate::recurrence::{DAYS, recurs};
use crate::score::{Overlap, SameText};
use crate::shingle::Shingles;

/// Up to this many pairs are compared one by one to join two groups.
const MAX_COMPARED: usize = 4096;

/// Articles by their place in the library's order, ascending.
pub type Members = Vec<u32>;

/// For each article the index of the set that it is a member of.
pub(crate) fn set_of(sets: &[Members], articles: usize) -> Vec<u32> {
    let mut set_of = vec![0; articles];
    for (members, set) in sets.iter().zip(0..) {
        for &member in members {
            set_of[member as usize] = set;
        }
    }
    set_of
}

/// What the group tier knows of the articles, in the library's order.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    /// Their shingles.
    pub shingles: &'a [Shingles],
    /// Their numbers, by hash, ascending.
    pub numbers: &'a [Box<[u64]>],
    /// Moments of publication.
    pub published: &'a [Option<Timestamp>],
}

impl Texts<'_> {
    /// How many shingles two articles share.
    pub(crate) fn overlap(self, a: u32, b: u32) -> Overlap {
        Overlap::new(&self.shingles[a as usize], &self.shingles[b as usize])
    }

    /// Whether two articles are issues of a recurring report, if they have the same words.
    pub(crate) fn recurs(self, a: u32, b: u32) -> bool {
        let of = |article: u32| {
            let article = article as usize;
            (&self.numbers[article][..], self.published[article])
        };
        recurs(of(a), of(b))
    }
}

/// Joins same-text pairs, the most similar first, into groups in which **every two members are the
/// same text**. Gives a partition of all articles: each stands in exactly one group, alone if need
/// be. Groups are ordered by their first member.
///
/// So there is no chaining: when A is the same text as B, and B as C, but A is not as C, the more
/// similar pair makes a group and the third article stays outside.
///
/// Whether two groups may join is decided without comparing all their members where possible:
/// the Jaccard distance 1 - J obeys the triangle inequality, so members close to the centre of
/// their group, and centres close to each other, prove all pairs at once. Otherwise all pairs are
/// compared, if that are at most 4,096; beyond, the groups stay apart (and are still candidates
/// for one story).
///
/// Issues of a [recurring report](recurs) are not the same text, however alike they are. `same`
/// must not hold such pairs.
///
/// # Complexity
///
/// O(p log p) for p pairs, and at most 4,096 comparisons for each.
///
/// # References
///
/// - M. Charikar, "Similarity estimation techniques from rounding algorithms" (2002): 1 - J is a
///   metric.
///
/// ```
/// use samestory::group::{Texts, groups};
/// use samestory::score::{Overlap, SameText};
/// use samestory::shingle::Shingles;
/// use samestory::token::tokens;
///
/// let same_text = SameText { jaccard: 0.3, containment: None, min_shared: 1 };
/// let shingles = ["a b c d e f", "c d e f g h", "e f g h i j"].map(|text| Shingles::new(&tokens(text), 2));
/// let pairs: Vec<_> = [(0, 1), (1, 2)]
///     .map(|(a, b)| ((a, b), Overlap::new(&shingles[a as usize], &shingles[b as usize])))
///     .to_vec();
/// assert!(pairs.iter().all(|(_, overlap)| same_text.holds(overlap)));
/// let texts = Texts { shingles: &shingles, numbers: &[[].into(), [].into(), [].into()], published: &[None; 3] };
/// assert_eq!(groups(texts, &pairs, &same_text), [vec![0, 1], vec![2]]); // 0 and 2 share nothing much
/// ```
#[must_use]
pub fn groups(texts: Texts<'_>, same: &[(Pair, Overlap)], same_text: &SameText) -> Vec<Members> {
    let mut forming = Forming::new(texts, same_text);
    let mut order: Vec<&(Pair, Overlap)> = same.iter().collect();
    order.sort_unstable_by(|(pair, overlap), (other_pair, other)| {
        let scores = |overlap: &Overlap| (overlap.jaccard(), overlap.containment());
        let ((j, c), (other_j, other_c)) = (scores(overlap), scores(other));
        other_j
            .total_cmp(&j)
            .then(other_c.total_cmp(&c))
            .then(pair.cmp(other_pair))
    });
    for known in order {
        forming.join(known);
    }
    let mut groups: Vec<Members> = forming
        .groups
        .into_iter()
        .map(|group| group.members)
        .filter(|m| !m.is_empty())
        .collect();
    groups
        .iter_mut()
        .for_each(|members| members.sort_unstable());
    groups.sort_unstable_by_key(|members| members[0]);
    groups
}

/// Groups while they grow.
struct Forming<'a> {
    texts: Texts<'a>,
    same_text: &'a SameText,
    /// For each article the index of its group.
    group_of: Vec<u32>,
    /// A group that was joined to another one is left empty.
    groups: Vec<Group>,
}

struct Group {
    members: Members,
    /// The member that the others are measured against.
    centre: u32,
    /// A lower bound of the Jaccard similarity of any member with the centre.
    reach: f64,
    /// The earliest and the latest of the dated members.
    span: Option<(Timestamp, Timestamp)>,
    /// Whether all members have the numbers of the centre.
    same_numbers: bool,
}

/// The span of two spans.
pub(crate) fn span(
    a: Option<(Timestamp, Timestamp)>,
    b: Option<(Timestamp, Timestamp)>,
) -> Option<(Timestamp, Timestamp)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (a, b) => a.or(b),
    }
}

impl<'a> Forming<'a> {
    fn new(texts: Texts<'a>, same_text: &'a SameText) -> Self {
        let articles = 0..texts.shingles.len() as u32;
        Self {
            texts,
            same_text,
            group_of: articles.clone().collect(),
            groups: articles
                .map(|article| Group {
                    members: vec![article],
                    centre: article,
                    reach: 1.0,
                    span: texts.published[article as usize].map(|time| (time, time)),
                    same_numbers: true,
                })
                .collect(),
        }
    }

    /// How many shingles two articles share; of one pair that is known.
    fn overlap(&self, known: &(Pair, Overlap), a: u32, b: u32) -> Overlap {
        match (a.min(b), a.max(b)) == known.0 {
            true => known.1,
            false => self.texts.overlap(a, b),
        }
    }

    /// Joins the groups of two articles, of which is known how much they share, if all their members are the same text.
    fn join(&mut self, known: &(Pair, Overlap)) {
        let (a, b) = known.0;
        let (mut into, mut from) = (
            self.group_of[a as usize] as usize,
            self.group_of[b as usize] as usize,
        );
        if into == from {
            return;
        }
        // The smaller group moves, so that no article moves more than log n times.
        let size = |group: usize| (self.groups[group].members.len(), std::cmp::Reverse(group));
        if size(into) < size(from) {
            (into, from) = (from, into);
        }
        if !self.may_join(&self.groups[into], &self.groups[from], known) {
            return;
        }
        let members = std::mem::take(&mut self.groups[from].members);
        let centre = self.groups[into].centre;
        let nearest = members
            .iter()
            .map(|&member| self.overlap(known, centre, member).jaccard());
        let reach = nearest.fold(self.groups[into].reach, f64::min);
        let same_numbers = self.same_numbers(&self.groups[into], &self.groups[from]);
        let span = span(self.groups[into].span, self.groups[from].span);
        for &member in &members {
            self.group_of[member as usize] = into as u32;
        }
        let group = &mut self.groups[into];
        (group.reach, group.span, group.same_numbers) = (reach, span, same_numbers);
        group.members.extend(members);
    }

    fn same_numbers(&self, a: &Group, b: &Group) -> bool {
        let numbers = |group: &Group| &self.texts.numbers[group.centre as usize];
        a.same_numbers && b.same_numbers && numbers(a) == numbers(b)
    }

    /// Whether no two members of two groups can be issues of a recurring report.
    fn none_recurs(&self, a: &Group, b: &Group) -> bool {
        let days = span(a.span, b.span).map_or(0.0, |(first, last)| last.days_from(first));
        days < DAYS || self.same_numbers(a, b)
    }

    fn may_join(&self, a: &Group, b: &Group, known: &(Pair, Overlap)) -> bool {
        let centres = self.overlap(known, a.centre, b.centre).jaccard();
        // d(x, y) <= d(x, centre of a) + d(centre of a, centre of b) + d(centre of b, y)
        let proven = a.reach + centres + b.reach - 2.0;
        // a member has at least that many shingles, and shares as many with one that it is proven like
        let centre = self.texts.shingles[a.centre as usize].len() as f64;
        let shared = self.same_text.jaccard * a.reach * centre;
        let least = self
            .same_text
            .least_jaccard(shared >= self.same_text.min_shared as f64);
        // the margin is for rounding
        if proven >= least + 1e-9 && self.none_recurs(a, b) {
            return true;
        }
        a.members.len() * b.members.len() <= MAX_COMPARED
            && a.members.iter().all(|&x| {
                b.members.iter().all(|&y| {
                    self.same_text.holds(&self.overlap(known, x, y)) && !self.texts.recurs(x, y)
                })
            })
    }
}
