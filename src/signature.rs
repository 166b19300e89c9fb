//! Shingles to a signature: k numbers whose agreement estimates the Jaccard similarity.

use crate::hash;
use crate::shingle::Shingles;

/// Signs sets of shingles with k slots: one permutation hashing with exact filling.
///
/// Every shingle goes to one slot, chosen by its hash, and the slot keeps the smallest of a second
/// part of the hash. A slot that no shingle reached takes what classic MinHash would put there: the
/// smallest value of all shingles under a permutation of the slot's own. So each slot agrees
/// between two sets with probability J, and long articles cost one step a shingle instead of k.
///
/// # Complexity
///
/// O(n + e n) for n shingles and e empty slots; e is about k exp(-n / k).
///
/// # References
///
/// - A. Broder, "On the resemblance and containment of documents" (1997): MinHash, the filling.
/// - P. Li, A. Owen, C. Zhang, "One Permutation Hashing" (2012): the slots.
///
/// ```
/// use samestory::shingle::Shingles;
/// use samestory::signature::Signer;
/// use samestory::token::tokens;
///
/// let signer = Signer::new(256);
/// let sign = |text| signer.sign(&Shingles::new(&tokens(text), 3)).unwrap();
/// let a = sign("the ferry ran aground off the island late on Monday");
/// let b = sign("The ferry ran aground off the island late on Tuesday");
/// assert!(a.estimate(&b) > 0.6); // exactly 7 / 9
/// ```
#[derive(Clone, Debug)]
pub struct Signer {
    /// For each slot, what its own permutation xors and multiplies with; the factor is odd.
    permutations: Box<[(u32, u32)]>,
}

/// The signature of one article: as many slots as its [`Signer`] has. See there for an example.
///
/// Slots are equal between two signatures with a probability of the exact Jaccard similarity, up to
/// 2^-32. An article without shingles has no signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    slots: Box<[u32]>,
}

impl Signer {
    /// A signer with `num_hashes` slots; 0 counts as 1. The constants are fixed for ever.
    #[must_use]
    pub fn new(num_hashes: usize) -> Self {
        let permutations = (0..num_hashes.max(1) as u64)
            .map(hash::constant)
            .map(|constant| ((constant >> 32) as u32, constant as u32 | 1))
            .collect();
        Self { permutations }
    }

    /// How many slots a signature has.
    #[must_use]
    pub fn num_hashes(&self) -> usize {
        self.permutations.len()
    }

    /// The signature of a set, or `None` for the empty set, which is like nothing.
    #[must_use]
    pub fn sign(&self, shingles: &Shingles) -> Option<Signature> {
        if shingles.is_empty() {
            return None;
        }
        let k = self.num_hashes() as u64;
        // The high half of the hash chooses the slot, the low half is the value. u64::MAX is no
        // value, so that it can stand for "none yet".
        let mut lowest = vec![u64::MAX; self.num_hashes()];
        for &shingle in shingles.hashes() {
            let slot = &mut lowest[(((shingle >> 32) * k) >> 32) as usize];
            *slot = (*slot).min(shingle & 0xFFFF_FFFF);
        }
        let slots = lowest
            .iter()
            .zip(&self.permutations)
            .map(|(&value, &permutation)| match value {
                u64::MAX => fill(shingles.hashes(), permutation),
                value => value as u32,
            })
            .collect();
        Some(Signature { slots })
    }
}

/// The smallest value of all shingles under one permutation of 32-bit numbers.
fn fill(shingles: &[u64], (xor, factor): (u32, u32)) -> u32 {
    shingles
        .iter()
        .map(|&shingle| ((shingle ^ (shingle >> 32)) as u32 ^ xor).wrapping_mul(factor))
        .map(|value| (value ^ (value >> 15)).wrapping_mul(0x2C1B_3C6D))
        .min()
        .unwrap_or(u32::MAX)
}

impl Signature {
    /// The slots in order.
    #[must_use]
    pub fn slots(&self) -> &[u32] {
        &self.slots
    }

    /// An estimate of the Jaccard similarity in [0, 1]: the share of slots that agree.
    ///
    /// Its standard error is at most sqrt(J (1 - J) / k). Signatures of different signers compare
    /// over the slots that both have and mean nothing.
    #[must_use]
    pub fn estimate(&self, other: &Self) -> f64 {
        let equal = self
            .slots
            .iter()
            .zip(&other.slots)
            .filter(|(a, b)| a == b)
            .count();
        equal as f64 / self.slots.len().min(other.slots.len()) as f64
    }
}
