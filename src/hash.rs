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

/// A bijection on 64-bit numbers in which every input bit moves every output bit (SplitMix64).
///
/// ```
/// assert_eq!(samestory::hash::mix(1), 0x5692_161D_100B_05E5);
/// ```
#[must_use]
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
pub fn sequence(hashes: &[u64]) -> u64 {
    mix(hashes.iter().fold(hashes.len() as u64, |sum, &h| {
        sum.wrapping_mul(STEP).wrapping_add(h)
    }))
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
