//! Two ascending lists to the blocks of them that may hold the same numbers.
//!
//! Which of the two moves on is as good as random, and every step waits for the one before. So they are compared in
//! blocks, each number of one with each of the other, and the block that ends lower moves on: a quarter of the steps,
//! and nothing within them has an order.

/// How many numbers are a block.
pub(crate) const BLOCK: usize = 4;

/// Goes through two lists, each ascending and without repetition. `blocks` is given the blocks that might share
/// numbers, by where they begin and what is in them; `singles` two places of what is left, most of which hold
/// different numbers. Each two equal numbers are in exactly one of all these.
#[inline(always)]
pub(crate) fn compare<T: Copy + Ord>(
    a: &[T],
    b: &[T],
    mut blocks: impl FnMut((usize, &[T; BLOCK]), (usize, &[T; BLOCK])),
    mut singles: impl FnMut(usize, usize),
) {
    let (mut i, mut j) = (0, 0);
    while let (Some(of_a), Some(of_b)) = (block(a, i), block(b, j)) {
        blocks((i, of_a), (j, of_b));
        let (last_a, last_b) = (of_a[BLOCK - 1], of_b[BLOCK - 1]);
        i += BLOCK * usize::from(last_a <= last_b);
        j += BLOCK * usize::from(last_b <= last_a);
    }
    while i < a.len() && j < b.len() {
        singles(i, j);
        let (x, y) = (a[i], b[j]);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
}

/// The block that begins at a place, if there is a whole one.
#[inline(always)]
pub(crate) fn block<T>(list: &[T], at: usize) -> Option<&[T; BLOCK]> {
    list.get(at..at + BLOCK)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_two_equal_numbers_meet_once(
            a in prop::collection::btree_set(0u32..60, 0..40),
            b in prop::collection::btree_set(0u32..60, 0..40),
        ) {
            let lists: [Vec<u32>; 2] = [&a, &b].map(|set| set.iter().copied().collect());
            let [x, y] = &lists;
            let met = std::cell::RefCell::new(Vec::new());
            let meet = |i: usize, j: usize| {
                if x[i] == y[j] {
                    met.borrow_mut().push(x[i]);
                }
            };
            let blocks = |(i, of_a): (usize, &[u32; BLOCK]), (j, of_b): (usize, &[u32; BLOCK])| {
                assert!(x[i..i + BLOCK] == *of_a && y[j..j + BLOCK] == *of_b);
                (0..BLOCK).for_each(|k| (0..BLOCK).for_each(|l| meet(i + k, j + l)));
            };
            compare(x, y, blocks, meet);
            let mut met = met.into_inner();
            met.sort_unstable();
            let both: BTreeSet<u32> = a.intersection(&b).copied().collect();
            prop_assert_eq!(met, both.into_iter().collect::<Vec<_>>());
        }
    }
}
