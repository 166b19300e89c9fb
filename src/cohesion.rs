//! Groups and stories to their scores: how close the members are to each other, and to others.

use std::hash::Hash;
use std::ops::Range;

use ahash::{AHashMap, AHashSet};
use rayon::prelude::*;

use crate::candidate::Pair;
use crate::evidence::Reports;
use crate::group::Members;
use crate::progress::{Run, Step};
use crate::score::Overlap;
use crate::shingle::Shingles;
use crate::story::links;

/// How close the members of a set are. Scores are in [0, 1].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cohesion {
    /// For each member the mean score with the others; 1 for a single member.
    pub members: Vec<(u32, f64)>,
    /// The mean score over all pairs; 1 for a single member.
    pub mean: f64,
}

impl Cohesion {
    /// That of a single member.
    pub(crate) fn of_one(member: u32) -> Self {
        Self {
            members: vec![(member, 1.0)],
            mean: 1.0,
        }
    }
}

/// The cohesion of each group, by containment, which is the larger of containment and Jaccard.
///
/// # Complexity
///
/// Quadratic in the different texts of a group: equal ones are compared once.
///
/// ```
/// use samestory::cohesion::of_groups;
/// use samestory::shingle::Shingles;
/// use samestory::token::tokens;
///
/// let shingles = ["a b c d", "a b c d e f"].map(|text| Shingles::new(&tokens(text), 2));
/// let cohesion = of_groups(&[vec![0, 1]], &shingles);
/// assert_eq!(cohesion[0].members, [(0, 1.0), (1, 1.0)]); // all of the first is in the second
/// ```
#[must_use]
pub fn of_groups(groups: &[Members], shingles: &[Shingles]) -> Vec<Cohesion> {
    let of = |member: u32| &shingles[member as usize];
    groups
        .par_iter()
        .map(|members| {
            let classes = Classes::new(members, |member| of(member).hashes(), |_| ());
            classes.inner(&Score {
                of_kinds: |a, b| Overlap::new(of(a), of(b)).containment(),
                of_classes: |containment, _| containment,
            })
        })
        .collect()
}

/// The cohesion of each story, and its separation: the highest mean with another story. Both by
/// the probability of the same event. A story is compared with those that `likely` links it to.
///
/// # Complexity
///
/// A few additions for every two different articles of a story, and of two linked ones; a comparison of vectors for
/// each article and each different vector.
#[must_use]
pub fn of_stories(
    stories: &[Members],
    reports: Reports<'_>,
    likely: &[Pair],
) -> (Vec<Cohesion>, Vec<f64>) {
    scores(stories, reports, likely, &Run::default())
}

/// The same as part of a run.
pub(crate) fn scores(
    stories: &[Members],
    reports: Reports<'_>,
    likely: &[Pair],
    run: &Run<'_>,
) -> (Vec<Cohesion>, Vec<f64>) {
    let same_event = Score {
        of_kinds: |a: u32, b: u32| reports.dot(a, b),
        of_classes: |dot: u64, (a, b)| reports.model.same_event(&reports.evidence_of((a, b), dot)),
    };
    // whom an issue of a recurring report recurs with is its own affair, and so is what the caller
    // knows of an article
    let issues: AHashSet<u32> = reports
        .recurring
        .iter()
        .flat_map(|&(a, b)| [a, b])
        .collect();
    let kind = |member: u32| &reports.vectors[member as usize];
    let class = |member: u32| {
        let at = member as usize;
        (
            reports.published[at],
            reports.crowding[at],
            issues.get(&member),
            reports.own.map(|_| member),
        )
    };
    let classes: Vec<Classes> = stories
        .par_iter()
        .map(|members| Classes::new(members, kind, class))
        .collect();
    let neighbours = links(likely, stories, reports.vectors.len());
    let scores = run.step(Step::Scores, stories.len() + neighbours.len());
    let inner = classes
        .par_iter()
        .with_max_len(TASK)
        .map(|classes| scores.take(|| classes.inner(&same_event)))
        .collect();
    let between = |&(a, b): &(u32, u32)| {
        scores.take(|| classes[a as usize].outer(&classes[b as usize], &same_event))
    };
    let means = neighbours.par_iter().with_max_len(TASK).map(between);
    let means: Vec<f64> = means.collect();
    let mut separations = vec![0.0; stories.len()];
    for ((a, b), mean) in neighbours.into_iter().zip(means) {
        for story in [a as usize, b as usize] {
            separations[story] = f64::max(separations[story], mean);
        }
    }
    (inner, separations)
}

/// So many sets are one thread's at a time: some take far longer than others.
const TASK: usize = 64;

/// How a score is made: from what two kinds have in common, and the rest that two articles say. Both take any
/// articles of their kinds and classes.
struct Score<K, C> {
    of_kinds: K,
    of_classes: C,
}

/// Members in classes of equals: two members of a class have the same score with any third. Classes of one kind
/// differ in what is cheap to compare.
///
/// Ten thousand copies of one text are one kind, and one class if they came at one time, so their scores cost one
/// comparison instead of fifty million.
#[derive(Debug)]
struct Classes {
    /// The members of each class; those of one kind stand beside each other.
    classes: Vec<Vec<u32>>,
    /// Where the classes of each kind are.
    kinds: Vec<Range<usize>>,
}

impl Classes {
    /// Puts members together that are equal, kinds and the classes of a kind in the order of their first member.
    fn new<K: Hash + Eq, C: Hash + Eq>(
        members: &[u32],
        kind: impl Fn(u32) -> K,
        class: impl Fn(u32) -> C,
    ) -> Self {
        let of_kinds = by_key(members, kind).into_iter();
        let of_kinds = of_kinds.map(|members| by_key(&members, &class));
        let (mut classes, mut kinds) = (Vec::new(), Vec::new());
        for of_kind in of_kinds {
            kinds.push(classes.len()..classes.len() + of_kind.len());
            classes.extend(of_kind);
        }
        Self { classes, kinds }
    }

    fn len(&self) -> usize {
        self.classes.iter().map(Vec::len).sum()
    }

    /// The means over pairs of members. A large set is worked on by all threads.
    fn inner<T: Copy>(
        &self,
        score: &Score<impl Fn(u32, u32) -> T + Sync, impl Fn(T, (u32, u32)) -> f64 + Sync>,
    ) -> Cohesion {
        let zeros = || vec![0u128; self.classes.len()];
        let sums = (0..self.classes.len())
            .into_par_iter()
            .with_min_len(64)
            .fold(zeros, |mut sums, i| {
                let a = &self.classes[i];
                if let [first, second, ..] = a[..] {
                    let common = (score.of_kinds)(first, second);
                    let within = fixed((score.of_classes)(common, (first, second)));
                    sums[i] += within * (a.len() as u128 - 1);
                }
                for kind in &self.kinds {
                    let behind = kind.start.max(i + 1)..kind.end;
                    let Some(first) = self.classes.get(behind.clone()).and_then(<[_]>::first)
                    else {
                        continue;
                    };
                    let common = (score.of_kinds)(a[0], first[0]);
                    for j in behind {
                        let b = &self.classes[j];
                        let score = fixed((score.of_classes)(common, (a[0], b[0])));
                        sums[i] += score * b.len() as u128;
                        sums[j] += score * a.len() as u128;
                    }
                }
                sums
            })
            .reduce(zeros, |a, b| a.iter().zip(&b).map(|(a, b)| a + b).collect());
        let (all, others) = (self.len(), self.len() - 1);
        let of_class = |(class, &sum): (&Vec<u32>, &u128)| {
            let score = mean(sum, others);
            class
                .iter()
                .map(move |&member| (member, score))
                .collect::<Vec<_>>()
        };
        let sums = self.classes.iter().zip(&sums);
        let total = sums.clone().map(|(class, sum)| sum * class.len() as u128);
        Cohesion {
            mean: mean(total.sum(), all * others),
            members: sums.flat_map(of_class).collect(),
        }
    }

    /// The mean score over all pairs with one member here and one there.
    fn outer<T: Copy>(
        &self,
        other: &Self,
        score: &Score<impl Fn(u32, u32) -> T, impl Fn(T, (u32, u32)) -> f64>,
    ) -> f64 {
        let mut sum = 0;
        for a in &self.classes {
            for kind in &other.kinds {
                let of_kind = &other.classes[kind.clone()];
                let common = (score.of_kinds)(a[0], of_kind[0][0]);
                for b in of_kind {
                    let score = fixed((score.of_classes)(common, (a[0], b[0])));
                    sum += score * (a.len() * b.len()) as u128;
                }
            }
        }
        mean(sum, self.len() * other.len())
    }
}

/// Members with equal keys, in the order of their first member.
fn by_key<K: Hash + Eq>(members: &[u32], key: impl Fn(u32) -> K) -> Vec<Vec<u32>> {
    let mut index = AHashMap::new();
    let mut sets: Vec<Vec<u32>> = Vec::new();
    for &member in members {
        let at = *index.entry(key(member)).or_insert(sets.len());
        if at == sets.len() {
            sets.push(Vec::new());
        }
        sets[at].push(member);
    }
    sets
}

/// Scores are summed as integers in units of 2^-32, so that no order of summation can show.
const ONE: f64 = 4_294_967_296.0;

fn fixed(score: f64) -> u128 {
    // a probability, so it fits, and the way by 64 bits is shorter
    ((score * ONE).round() as u64).into()
}

/// The mean of `count` scores; 1 for none.
fn mean(sum: u128, count: usize) -> f64 {
    if count == 0 {
        1.0
    } else {
        sum as f64 / (count as f64 * ONE)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn classes_change_the_cost_and_not_the_means(keys in prop::collection::vec((0u32..3, 0u32..3), 1..12), split in 0usize..12) {
            let of_kinds = |a: u32, b: u32| (keys[a as usize].0 * 7 + keys[b as usize].0 * 7) % 5;
            let of_classes = |common: u32, (a, b): (u32, u32)| {
                f64::from((common + keys[a as usize].1 * 3 + keys[b as usize].1 * 3) % 11) / 10.0
            };
            let score = |a, b| of_classes(of_kinds(a, b), (a, b));
            let members: Vec<u32> = (0..keys.len() as u32).collect();
            let all = |a: &[u32], b: &[u32]| {
                let pairs: Vec<f64> = a.iter().flat_map(|&x| b.iter().filter(move |&&y| x != y).map(move |&y| score(x, y))).collect();
                if pairs.is_empty() { 1.0 } else { pairs.iter().sum::<f64>() / pairs.len() as f64 }
            };
            let classes = |members: &[u32]| Classes::new(members, |member| keys[member as usize].0, |member| keys[member as usize].1);
            let of = Score { of_kinds, of_classes };
            let Cohesion { members: scores, mean: cohesion } = classes(&members).inner(&of);
            prop_assert_eq!(scores.len(), members.len());
            prop_assert!((cohesion - all(&members, &members)).abs() < 1e-8);
            for (member, mean) in scores {
                prop_assert!((mean - all(&[member], &members)).abs() < 1e-8);
            }
            let (left, right) = members.split_at(split.min(members.len()));
            let mean = classes(left).outer(&classes(right), &of);
            prop_assert!((mean - all(left, right)).abs() < 1e-8);
        }
    }
}
