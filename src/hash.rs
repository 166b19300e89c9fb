//! The one hash of the crate, and the numbers drawn from it.
//!
//! Everything that decides a result goes through this file: words are hashed with rapidhash V3
//! (default seed, the published C++ function), windows of words and band keys with the functions
//! below. All of it is integer arithmetic with fixed constants, so a value is the same on every
//! platform and for ever; `tests` holds golden values. `ahash` is used elsewhere for in-memory
//! tables whose order never shows.
//!
//! # References
//!
//! - N. De Carli, rapidhash V3 (2025): the hash of words.
//! - S. Vigna, "SplitMix64" (2015), after Stafford's variant 13 of the MurmurHash3 finaliser: [`mix`]
//!   and the constants of [`constant`].

/// The version of every value this module gives. It changes when any value changes.
pub const VERSION: u32 = 1;

/// 2^64 divided by the golden ratio, the odd step of SplitMix64.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// The hash of a folded word, from its UTF-8 bytes.
///
/// ```
/// // The value that the published implementation gives, on every platform.
/// assert_eq!(samestory::hash::word(b"stockholm"), 0xA197_8701_721F_8DD3);
/// ```
#[must_use]
pub fn word(folded: &[u8]) -> u64 {
    rapidhash::v3::rapidhash_v3(folded)
}

/// A word of at most [`ShortWord::LONGEST`] bytes, as it lies in memory.
pub(crate) struct ShortWord {
    /// The eight bytes from its first on, little-endian; what does not belong to it may be anything.
    pub(crate) first: u64,
    /// The eight bytes up to its last.
    pub(crate) last: u64,
    /// How many bytes it has.
    pub(crate) length: usize,
}

impl ShortWord {
    pub(crate) const LONGEST: usize = 16;
}

/// What the length of a short word decides about its hash.
#[derive(Clone, Copy)]
struct Length {
    /// Which bits of the first bytes count, and how far they are moved.
    first: u64,
    first_shift: u32,
    /// Which bits of the last byte count.
    end: u64,
    /// How far the last bytes are moved, and which bits of them count then.
    last_shift: u32,
    last: u64,
    seed: u64,
}

/// Multiplies to 128 bits and folds them.
const fn fold(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    product as u64 ^ (product >> 64) as u64
}

/// Two of the secrets of rapidhash V3, and what it makes of its default seed, 0.
pub(crate) const SECRETS: [u64; 2] = [0x8BB8_4B93_962E_ACC9, 0x4B33_A62E_D433_D4A3];
pub(crate) const SEED: u64 = fold(SECRETS[1], SECRETS[0]);

const LENGTHS: [Length; ShortWord::LONGEST + 1] = {
    let mut lengths = [Length {
        first: u64::MAX,
        first_shift: 0,
        end: 0,
        last_shift: 0,
        last: u64::MAX,
        seed: SEED,
    }; ShortWord::LONGEST + 1];
    let mut length = 0;
    while length < lengths.len() {
        let entry = &mut lengths[length];
        match length {
            0 => (entry.first, entry.last) = (0, 0),
            1..=3 => {
                (entry.first, entry.first_shift, entry.end) = (0xFF, 45, 0xFF);
                // the byte in the middle, counted from the end
                let behind = length as u32 - 1 - length as u32 / 2;
                (entry.last_shift, entry.last) = (56 - 8 * behind, 0xFF);
            }
            4..=7 => {
                (entry.first, entry.last_shift) = (0xFFFF_FFFF, 32);
                entry.seed = SEED ^ length as u64;
            }
            _ => entry.seed = SEED ^ length as u64,
        }
        length += 1;
    }
    lengths
};

/// The same as [`word`] for a word of at most [`ShortWord::LONGEST`] bytes, without a branch: which of
/// three ways a word of some bytes is read is as good as random.
#[inline(always)]
pub(crate) const fn short_word(word: ShortWord) -> u64 {
    let length = LENGTHS[word.length];
    let a = (word.first & length.first) << length.first_shift | word.last >> 56 & length.end;
    let b = word.last >> length.last_shift & length.last;
    let product = (a ^ SECRETS[0]) as u128 * (b ^ length.seed) as u128;
    fold(
        product as u64 ^ 0xAAAA_AAAA_AAAA_AAAA,
        (product >> 64) as u64 ^ SECRETS[0] ^ word.length as u64,
    )
}

/// A bijection on 64-bit numbers in which every input bit moves every output bit (SplitMix64).
///
/// ```
/// assert_eq!(samestory::hash::mix(1), 0x5692_161D_100B_05E5);
/// ```
#[must_use]
#[inline(always)]
pub const fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// The hash of a sequence of hashes; order and length count.
///
/// It is `mix` of the polynomial with the hashes as coefficients: `mix((…(n·S + h₁)·S + h₂…)·S + hₙ)`
/// modulo 2^64, with `S` the odd constant of SplitMix64.
///
/// ```
/// use samestory::hash;
/// assert_ne!(hash::sequence(&[1, 2, 3]), hash::sequence(&[3, 2, 1]));
/// assert_ne!(hash::sequence(&[0]), hash::sequence(&[0, 0]));
/// ```
#[must_use]
#[inline(always)]
pub fn sequence(hashes: &[u64]) -> u64 {
    mix(polynomial(hashes))
}

#[inline(always)]
fn polynomial(hashes: &[u64]) -> u64 {
    let mut sum = hashes.len() as u64;
    for &hash in hashes {
        sum = sum.wrapping_mul(STEP).wrapping_add(hash);
    }
    sum
}

/// Appends [`sequence`] of each window of so many hashes, from 1 to all of them. Each polynomial is made of the one
/// before, with two multiplications however long the window.
pub(crate) fn sequences(hashes: &[u64], window: usize, sequences: &mut Vec<u64>) {
    let (Some(first), Some(following)) = (hashes.get(..window), hashes.get(window..)) else {
        return;
    };
    let power = STEP.wrapping_pow(window as u32);
    let length = (window as u64).wrapping_mul(power);
    let step = length.wrapping_sub(length.wrapping_mul(STEP));
    let mut sum = polynomial(first);
    sequences.push(mix(sum));
    sequences.extend(hashes.iter().zip(following).map(|(leaves, enters)| {
        let left = leaves.wrapping_mul(power).wrapping_sub(step);
        sum = sum
            .wrapping_mul(STEP)
            .wrapping_add(enters.wrapping_sub(left));
        mix(sum)
    }));
}

/// The `index`-th number of the fixed stream from which all constants of the crate are drawn.
///
/// ```
/// assert_ne!(samestory::hash::constant(0), samestory::hash::constant(1));
/// ```
#[must_use]
pub const fn constant(index: u64) -> u64 {
    mix(index.wrapping_add(1).wrapping_mul(STEP))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_words_have_the_published_hash() {
        let text = b"before-Stockholm1234567-behind-it";
        for start in 8..12 {
            for length in 0..=ShortWord::LONGEST {
                let end = start + length;
                let eight = |at: usize| u64::from_le_bytes(*text[at..].first_chunk().unwrap());
                let short = ShortWord {
                    first: eight(start),
                    last: eight(end - 8),
                    length,
                };
                assert_eq!(short_word(short), word(&text[start..end]), "{length}");
            }
        }
    }

    #[test]
    fn each_window_has_the_hash_of_its_sequence() {
        let words: Vec<u64> = (0..40).map(constant).collect();
        for count in 1..words.len() {
            for window in 1..=count {
                let words = &words[..count];
                let mut found = Vec::new();
                sequences(words, window, &mut found);
                let expected: Vec<u64> = words.windows(window).map(sequence).collect();
                assert_eq!(found, expected, "{window} of {count}");
            }
        }
    }

    /// These values are stored by users. If one changes, [`VERSION`] must change.
    #[test]
    fn golden_values() {
        assert_eq!(VERSION, 1);
        for (text, expected) in [
            ("", 0x0338_DC4B_E2CE_CDAE_u64),
            ("a", 0x599F_47DF_33A2_E1EB),
            ("news", 0xD0A8_74BB_5C61_EE71),
            ("stockholm", 0xA197_8701_721F_8DD3),
            ("łódź und ærø sind zwei städte", 0xDB03_C2E1_D670_051F),
        ] {
            assert_eq!(word(text.as_bytes()), expected, "{text}");
        }
        // the first number of SplitMix64 from seed 0, as published
        assert_eq!(constant(0), 0xE220_A839_7B1D_CDAF);
        assert_eq!(mix(1), 0x5692_161D_100B_05E5);
        assert_eq!(sequence(&[1, 2, 3]), 0x402F_D823_BCFB_436A);
    }
}
