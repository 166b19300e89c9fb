//! Agreement of two labelings, against sums over all articles and all pairs.

use proptest::prelude::*;
use samestory::agreement::Agreement;

/// Two labels of each article.
type Labels = Vec<(u8, u8)>;

fn labels() -> impl Strategy<Value = Labels> {
    prop::collection::vec((0..6_u8, 0..6_u8), 0..40)
}

/// The share of those chosen that are right, 1 if none is.
fn share(chosen: impl Iterator<Item = bool>) -> f64 {
    let (mut all, mut right) = (0.0, 0.0);
    for is_right in chosen {
        all += 1.0;
        right += f64::from(u8::from(is_right));
    }
    if all > 0.0 { right / all } else { 1.0 }
}

/// Of those that stand with an article under one label, how many do under the other, on average.
fn naive_bcubed(labels: &Labels) -> f64 {
    if labels.is_empty() {
        return 1.0;
    }
    let of = |(gold, found): (u8, u8)| {
        let together = labels.iter().filter(|other| other.1 == found);
        share(together.map(|other| other.0 == gold))
    };
    labels.iter().copied().map(of).sum::<f64>() / labels.len() as f64
}

fn all_pairs(labels: &Labels) -> impl Iterator<Item = (bool, bool)> {
    let pairs =
        (labels.iter().enumerate()).flat_map(|(at, a)| labels[..at].iter().map(move |b| (a, b)));
    pairs.map(|(a, b)| (a.0 == b.0, a.1 == b.1))
}

/// Of the pairs that stand together under one label, how many do under the other.
fn naive_pairs(labels: &Labels) -> f64 {
    share(
        all_pairs(labels)
            .filter(|(_, found)| *found)
            .map(|(gold, _)| gold),
    )
}

/// The Rand index beyond chance, by the counts of pairs (Warrens 2008).
fn naive_rand(labels: &Labels) -> f64 {
    let count = |kind| all_pairs(labels).filter(|&pair| pair == kind).count() as f64;
    let (both, gold, found, none) = (
        count((true, true)),
        count((true, false)),
        count((false, true)),
        count((false, false)),
    );
    let below = (both + gold) * (gold + none) + (both + found) * (found + none);
    if below > 0.0 {
        2.0 * (both * none - gold * found) / below
    } else {
        1.0
    }
}

/// 1 - H(gold | found) / H(gold), by the share of each article.
fn naive_homogeneity(labels: &Labels) -> f64 {
    let n = labels.len() as f64;
    let ln = |with: &dyn Fn(&(u8, u8)) -> bool| {
        (labels.iter().filter(|other| with(other)).count() as f64).ln()
    };
    let (mut open, mut entropy) = (0.0, 0.0);
    for (gold, found) in labels {
        open += ln(&|other| other.1 == *found) - ln(&|other| other == &(*gold, *found));
        entropy += n.ln() - ln(&|other| other.0 == *gold);
    }
    if entropy > 1e-9 {
        1.0 - open / entropy
    } else {
        1.0
    }
}

fn swapped(labels: &Labels) -> Labels {
    labels.iter().map(|&(gold, found)| (found, gold)).collect()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-12
}

proptest! {
    #[test]
    fn every_figure_is_that_of_its_definition(labels in labels()) {
        let agreement = Agreement::new(labels.iter().copied());
        let other = swapped(&labels);
        prop_assert!(close(agreement.bcubed.precision, naive_bcubed(&labels)));
        prop_assert!(close(agreement.bcubed.recall, naive_bcubed(&other)));
        prop_assert!(close(agreement.pairs.precision, naive_pairs(&labels)));
        prop_assert!(close(agreement.pairs.recall, naive_pairs(&other)));
        prop_assert!(close(agreement.adjusted_rand, naive_rand(&labels)));
        prop_assert!(close(agreement.v_measure.precision, naive_homogeneity(&labels)));
        prop_assert!(close(agreement.v_measure.recall, naive_homogeneity(&other)));
    }

    #[test]
    fn order_and_names_change_no_bit(labels in labels(), seed: u8) {
        let agreement = Agreement::new(labels.iter().copied());
        let mut others: Vec<(String, u8)> = labels
            .iter()
            .map(|(gold, found)| (format!("event {}", gold ^ seed), found.wrapping_add(seed)))
            .collect();
        others.sort();
        prop_assert_eq!(Agreement::new(others), agreement);
    }

    #[test]
    fn to_swap_gold_and_found_swaps_precision_and_recall(labels in labels()) {
        let (one, other) = (Agreement::new(labels.iter().copied()), Agreement::new(swapped(&labels)));
        prop_assert_eq!((one.stories, one.gold_stories), (other.gold_stories, other.stories));
        let pairs = [(one.bcubed, other.bcubed), (one.pairs, other.pairs), (one.v_measure, other.v_measure)];
        for (one, other) in pairs {
            prop_assert_eq!((one.precision, one.recall), (other.recall, other.precision));
        }
        prop_assert_eq!(one.adjusted_rand, other.adjusted_rand);
    }

    #[test]
    fn equal_sets_agree_fully(labels in prop::collection::vec(0..9_u8, 0..60)) {
        let agreement = Agreement::new(labels.iter().map(|label| (label, u32::from(*label) + 7)));
        let all = [agreement.bcubed, agreement.pairs, agreement.v_measure];
        prop_assert!(all.iter().all(|of| (of.precision, of.recall, of.f1()) == (1.0, 1.0, 1.0)));
        prop_assert_eq!(agreement.adjusted_rand, 1.0);
    }
}
