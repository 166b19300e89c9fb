//! Shingles to a signature: k numbers whose agreement estimates the Jaccard similarity.

use crate::article::Article;
use crate::hash;
use crate::lanes::{Blocks, Lanes, Task};
use crate::shingle::{Shingles, windows_with};
use crate::token::{Reader, Token};

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
    lanes: Lanes,
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
        Self {
            permutations,
            lanes: Lanes::best(),
        }
    }

    /// The same with other instructions of the processor than the widest; no signature depends on it.
    #[must_use]
    pub fn with_lanes(mut self, lanes: Lanes) -> Self {
        self.lanes = lanes;
        self
    }

    pub(crate) const fn lanes(&self) -> Lanes {
        self.lanes
    }

    /// How many slots a signature has.
    #[must_use]
    pub fn num_hashes(&self) -> usize {
        self.permutations.len()
    }

    /// The signature of a set, or `None` for the empty set, which is like nothing.
    #[must_use]
    pub fn sign(&self, shingles: &Shingles) -> Option<Signature> {
        let mut signing = Signing::default();
        let slots = self.lanes.run(Sign {
            signer: self,
            shingles: shingles.hashes(),
            signing: &mut signing,
        })?;
        Some(Signature {
            slots: slots.into(),
        })
    }

    /// Reads texts of windows of `shingle_words` words and signs them, one after the other.
    #[must_use]
    pub fn reader(&self, shingle_words: usize) -> SignatureReader<'_> {
        SignatureReader {
            signer: self,
            reader: Reader::new(self.lanes),
            window: shingle_words,
            words: Vec::new(),
            shingles: Vec::new(),
            sorted: Vec::new(),
            signing: Signing::default(),
        }
    }
}

/// Texts to signatures in one go, in buffers that are used again.
///
/// ```
/// use samestory::Article;
/// use samestory::shingle::Shingles;
/// use samestory::signature::Signer;
/// use samestory::token::tokens;
///
/// let signer = Signer::new(128);
/// let text = "the ferry ran aground off the island late on Monday";
/// let shingles = Shingles::new(&tokens(text), 3);
/// let mut reader = signer.reader(3);
/// let slots = reader.sign(&Article::new("a", "", text)).unwrap();
/// assert_eq!(slots, signer.sign(&shingles).unwrap().slots());
/// ```
#[derive(Debug)]
pub struct SignatureReader<'a> {
    signer: &'a Signer,
    reader: Reader,
    window: usize,
    /// Hashes of the words of title and body.
    words: Vec<u64>,
    /// Hashes of the windows, in the order of the text.
    shingles: Vec<u64>,
    sorted: Vec<u64>,
    signing: Signing,
}

impl SignatureReader<'_> {
    /// The slots of an article's signature, or `None` without any word.
    pub fn sign(&mut self, article: &Article<'_>) -> Option<&[u32]> {
        self.read(article);
        self.sign_windows().0
    }

    /// Reads an article.
    pub(crate) fn read(&mut self, article: &Article<'_>) {
        self.words.clear();
        self.reader.read(article.title, &mut self.words);
        self.reader.read(article.body, &mut self.words);
    }

    /// Takes an article that has been read.
    pub(crate) fn take(&mut self, tokens: &[Token]) {
        self.words.clear();
        self.words.extend(tokens.iter().map(|token| token.hash));
    }

    /// The slots of the article's signature, and its windows in the order of the text.
    pub(crate) fn sign_windows(&mut self) -> (Option<&[u32]>, &[u64]) {
        self.windows();
        let slots = self.signer.lanes.run(Sign {
            signer: self.signer,
            shingles: &self.shingles,
            signing: &mut self.signing,
        });
        (slots, &self.shingles)
    }

    /// The article's shingles.
    pub(crate) fn shingles(&mut self) -> Shingles {
        self.windows();
        Shingles::of_windows(&mut self.shingles, &mut self.sorted)
    }

    fn windows(&mut self) {
        self.shingles.clear();
        self.signer.lanes.run(Windows {
            words: &self.words,
            window: self.window,
            hashes: &mut self.shingles,
        });
    }
}

struct Windows<'a> {
    words: &'a [u64],
    window: usize,
    hashes: &'a mut Vec<u64>,
}

impl Task for Windows<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Blocks>(self) {
        windows_with::<B>(self.words, self.window, self.hashes);
    }
}

/// What is needed while an article is signed.
#[derive(Debug, Default)]
struct Signing {
    /// The smallest value that fell into each slot. No value is as large as `u64::MAX`, so that it
    /// can stand for "none yet".
    lowest: Vec<u64>,
    /// Both halves of each shingle in one, made when there is a slot to fill.
    folded: Vec<u32>,
    slots: Vec<u32>,
}

/// A set, about to be signed; the order of its shingles and repetition do not matter.
struct Sign<'a> {
    signer: &'a Signer,
    shingles: &'a [u64],
    signing: &'a mut Signing,
}

impl<'a> Task for Sign<'a> {
    type Output = Option<&'a [u32]>;

    #[inline(always)]
    fn run<B: Blocks>(self) -> Self::Output {
        let Signing {
            lowest,
            folded,
            slots,
        } = self.signing;
        if self.shingles.is_empty() {
            return None;
        }
        let k = self.signer.num_hashes();
        lowest.clear();
        lowest.resize(k, u64::MAX);
        match <&mut [u64; 128]>::try_from(&mut lowest[..]) {
            // usual, and faster with a number that is known
            Ok(lowest) => put(self.shingles, lowest, 128),
            Err(_) => put(self.shingles, lowest, k as u64),
        }
        folded.clear();
        slots.clear();
        slots.extend(lowest.iter().map(|&value| value as u32));
        for (at, _) in lowest
            .iter()
            .enumerate()
            .filter(|(_, value)| **value == u64::MAX)
        {
            if folded.is_empty() {
                folded.extend(
                    self.shingles
                        .iter()
                        .map(|shingle| (shingle ^ shingle >> 32) as u32),
                );
            }
            slots[at] = fill(folded, self.signer.permutations[at]);
        }
        Some(slots)
    }
}

/// Puts shingles into k slots: the high half of a hash chooses the slot, the low half is the value.
#[inline(always)]
fn put(shingles: &[u64], lowest: &mut [u64], k: u64) {
    for &shingle in shingles {
        let slot = &mut lowest[(((shingle >> 32) * k) >> 32) as usize];
        *slot = (*slot).min(shingle & 0xFFFF_FFFF);
    }
}

/// The smallest value of all shingles under one permutation of 32-bit numbers.
#[inline(always)]
fn fill(folded: &[u32], (xor, factor): (u32, u32)) -> u32 {
    let value = |shingle: &u32| {
        let value = (shingle ^ xor).wrapping_mul(factor);
        (value ^ (value >> 15)).wrapping_mul(0x2C1B_3C6D)
    };
    folded.iter().map(value).fold(u32::MAX, u32::min)
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
