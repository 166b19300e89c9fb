//! Groups and stories to their scores: how close the members are to each other, and to others.

use std::hash::Hash;

use ahash::AHashMap;

/// Members in classes of equals: two members of a class have the same score with any third.
///
/// Ten thousand copies of one text are one class, so their scores cost one comparison instead of
/// fifty million.
#[derive(Debug)]
pub(crate) struct Classes(Vec<Vec<u32>>);

impl Classes {
    /// Puts members with equal keys together, in the order of their first member.
    pub(crate) fn new<K: Hash + Eq>(members: &[u32], key: impl Fn(u32) -> K) -> Self {
        let mut index = AHashMap::new();
        let mut classes: Vec<Vec<u32>> = Vec::new();
        for &member in members {
            let class = *index.entry(key(member)).or_insert(classes.len());
            if class == classes.len() {
                classes.push(Vec::new());
            }
            classes[class].push(member);
        }
        Self(classes)
    }

    fn len(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }

    /// For each member the mean score with the others, and the mean over all pairs: the member
    /// scores and the cohesion. Both are 1 for a single member.
    pub(crate) fn inner(&self, score: impl Fn(u32, u32) -> f64) -> (Vec<(u32, f64)>, f64) {
        let mut sums = vec![0u64; self.0.len()];
        for (i, a) in self.0.iter().enumerate() {
            if a.len() > 1 {
                sums[i] += fixed(score(a[0], a[1])) * (a.len() as u64 - 1);
            }
            for (j, b) in self.0.iter().enumerate().skip(i + 1) {
                let score = fixed(score(a[0], b[0]));
                sums[i] += score * b.len() as u64;
                sums[j] += score * a.len() as u64;
            }
        }
        let others = self.len() as u64 - 1;
        let members = self.0.iter().zip(&sums);
        let scores = members.clone().flat_map(|(class, &sum)| {
            class
                .iter()
                .map(move |&member| (member, mean(sum.into(), others)))
        });
        let total: u128 = members
            .map(|(class, &sum)| u128::from(sum) * class.len() as u128)
            .sum();
        (scores.collect(), mean(total, others * self.len() as u64))
    }

    /// The mean score over all pairs with one member here and one there.
    pub(crate) fn outer(&self, other: &Self, score: impl Fn(u32, u32) -> f64) -> f64 {
        let mut sum = 0u128;
        for a in &self.0 {
            for b in &other.0 {
                sum += u128::from(fixed(score(a[0], b[0]))) * (a.len() * b.len()) as u128;
            }
        }
        mean(sum, (self.len() * other.len()) as u64)
    }
}

/// Scores are summed as integers in units of 2^-32, so that no order of summation can show.
const ONE: f64 = 4_294_967_296.0;

fn fixed(score: f64) -> u64 {
    (score * ONE).round() as u64
}

fn mean(sum: u128, count: u64) -> f64 {
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
        fn classes_change_the_cost_and_not_the_means(keys in prop::collection::vec(0u32..4, 1..12), split in 0usize..12) {
            let score = |a: u32, b: u32| f64::from((keys[a as usize] * 7 + keys[b as usize] * 7) % 11) / 10.0;
            let members: Vec<u32> = (0..keys.len() as u32).collect();
            let all = |a: &[u32], b: &[u32]| {
                let pairs: Vec<f64> = a.iter().flat_map(|&x| b.iter().filter(move |&&y| x != y).map(move |&y| score(x, y))).collect();
                if pairs.is_empty() { 1.0 } else { pairs.iter().sum::<f64>() / pairs.len() as f64 }
            };
            let classes = |members: &[u32]| Classes::new(members, |member| keys[member as usize]);
            let (scores, cohesion) = classes(&members).inner(score);
            prop_assert_eq!(scores.len(), members.len());
            prop_assert!((cohesion - all(&members, &members)).abs() < 1e-8);
            for (member, mean) in scores {
                prop_assert!((mean - all(&[member], &members)).abs() < 1e-8);
            }
            let (left, right) = members.split_at(split.min(members.len()));
            let mean = classes(left).outer(&classes(right), score);
            prop_assert!((mean - all(left, right)).abs() < 1e-8);
        }
    }
}
