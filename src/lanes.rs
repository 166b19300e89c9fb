//! The widest instructions of this processor, and 64 bytes of text as bit masks.
//!
//! All `unsafe` code of the crate is here. It is chosen at run time and never shows in a result:
//! property tests hold every path equal to the portable one.

#![allow(unsafe_code)]

/// Which instructions read text and make signatures. [`Lanes::best`] is what the library uses unless
/// told otherwise; the result is the same with all of them.
///
/// ```
/// use samestory::{Article, Clusterer, Lanes};
///
/// let articles = [Article::new("a", "Ferry aground", ""), Article::new("b", "Ferry aground", "")];
/// for lanes in Lanes::available() {
///     let clustering = Clusterer::new().with_lanes(lanes).cluster(&articles).unwrap();
///     assert_eq!(clustering.groups().len(), 1);
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lanes(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Sse2,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Lanes {
    /// No instructions but those of plain Rust.
    pub const PORTABLE: Self = Self(Kind::Portable);

    /// All that this processor has, the narrowest first; the first is [`Lanes::PORTABLE`].
    #[must_use]
    pub fn available() -> Vec<Self> {
        let mut all = vec![Kind::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            // every x86-64 processor has it
            all.push(Kind::Sse2);
            // the features that the functions below are compiled with
            if is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2")
                && is_x86_feature_detected!("lzcnt")
                && is_x86_feature_detected!("popcnt")
            {
                all.push(Kind::Avx2);
                if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw") {
                    all.push(Kind::Avx512);
                }
            }
        }
        all.into_iter().map(Self).collect()
    }

    /// The widest that this processor has.
    #[must_use]
    pub fn best() -> Self {
        Self::available().last().copied().unwrap_or(Self::PORTABLE)
    }

    /// Their name: `portable`, `sse2`, `avx2` or `avx512`.
    ///
    /// ```
    /// assert_eq!(samestory::Lanes::PORTABLE.name(), "portable");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Kind::Sse2 => "sse2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => "avx512",
        }
    }

    /// Runs a task compiled for these instructions.
    pub(crate) fn run<T: Task>(self, task: T) -> T::Output {
        match self.0 {
            Kind::Portable => task.run::<Portable>(),
            #[cfg(target_arch = "x86_64")]
            Kind::Sse2 => task.run::<x86::Sse2>(),
            // SAFETY: there is no such value unless `available` found the features on this processor.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { x86::avx2(task) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { x86::avx512(task) },
        }
    }
}

/// Work that is compiled once for each kind of instructions. `run` must be inlined, and all that is
/// hot in it, to be part of the function that is compiled so.
pub(crate) trait Task {
    type Output;
    fn run<B: Blocks>(self) -> Self::Output;
}

/// What the bytes of a block are, the first in the lowest bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Masks {
    /// ASCII letters.
    pub(crate) letters: u64,
    /// ASCII digits.
    pub(crate) digits: u64,
    /// `.` and `'`.
    pub(crate) points: u64,
    /// `,`.
    pub(crate) commas: u64,
    /// Not ASCII, or `&`.
    pub(crate) others: u64,
}

/// How a block of 64 bytes is looked at.
pub(crate) trait Blocks {
    /// Says what the bytes are and writes them with ASCII letters in lower case.
    fn masks(block: &[u8; 64], lower: &mut [u8; 64]) -> Masks;
}

struct Portable;

impl Blocks for Portable {
    #[inline(always)]
    fn masks(block: &[u8; 64], lower: &mut [u8; 64]) -> Masks {
        let mut masks = Masks::default();
        for (at, (eight, lower)) in block
            .as_chunks::<8>()
            .0
            .iter()
            .zip(lower.as_chunks_mut::<8>().0)
            .enumerate()
        {
            let bytes = u64::from_le_bytes(*eight);
            let ascii = !bytes & HIGH;
            let low = bytes & !HIGH;
            let letters = between(low | (0x20 * ONES), b'a', b'z') & ascii;
            *lower = (bytes | letters >> 2).to_le_bytes();
            let is = |byte: u8| between(low, byte, byte) & ascii;
            let put = |mask: &mut u64, high: u64| *mask |= gather(high) << (8 * at);
            put(&mut masks.letters, letters);
            put(&mut masks.digits, between(low, b'0', b'9') & ascii);
            put(&mut masks.points, is(b'.') | is(b'\''));
            put(&mut masks.commas, is(b','));
            put(&mut masks.others, is(b'&') | bytes & HIGH);
        }
        masks
    }
}

/// 1 in each of eight bytes.
const ONES: u64 = u64::MAX / 255;
/// The highest bit of each of eight bytes.
const HIGH: u64 = ONES << 7;

/// The highest bit of each byte that lies within the bounds; all bytes are below 128.
#[inline(always)]
const fn between(bytes: u64, first: u8, last: u8) -> u64 {
    let from = bytes + (128 - first as u64) * ONES;
    let after = bytes + (127 - last as u64) * ONES;
    from & !after & HIGH
}

/// The highest bits of eight bytes as the lowest eight bits.
#[inline(always)]
const fn gather(high: u64) -> u64 {
    (high >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::{Blocks, Masks, Task};

    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    pub(super) fn avx2<T: Task>(task: T) -> T::Output {
        task.run::<Avx2>()
    }

    #[target_feature(
        enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt"
    )]
    pub(super) fn avx512<T: Task>(task: T) -> T::Output {
        task.run::<Avx512>()
    }

    pub(super) struct Sse2;

    impl Blocks for Sse2 {
        #[inline(always)]
        fn masks(block: &[u8; 64], lower: &mut [u8; 64]) -> Masks {
            let mut masks = Masks::default();
            for at in (0..64).step_by(16) {
                // SAFETY: SSE2 is on every x86-64 processor; the loads and stores, which need no
                // alignment, stay within the 64 bytes.
                unsafe {
                    let bytes = _mm_loadu_si128(block.as_ptr().add(at).cast());
                    let is = |byte: u8| _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte as i8));
                    // as many as `count` from `first` on, without sign
                    let range = |bytes, first: u8, count: u8| {
                        let from_zero = _mm_sub_epi8(bytes, _mm_set1_epi8(first as i8));
                        let capped = _mm_min_epu8(from_zero, _mm_set1_epi8(count as i8 - 1));
                        _mm_cmpeq_epi8(capped, from_zero)
                    };
                    let bit = _mm_set1_epi8(0x20);
                    let letters = range(_mm_or_si128(bytes, bit), b'a', 26);
                    let lowered = _mm_or_si128(bytes, _mm_and_si128(letters, bit));
                    _mm_storeu_si128(lower.as_mut_ptr().add(at).cast(), lowered);
                    let put = |mask: &mut u64, lanes| {
                        *mask |= u64::from(_mm_movemask_epi8(lanes) as u32) << at;
                    };
                    put(&mut masks.letters, letters);
                    put(&mut masks.digits, range(bytes, b'0', 10));
                    put(&mut masks.points, _mm_or_si128(is(b'.'), is(b'\'')));
                    put(&mut masks.commas, is(b','));
                    // the mask is made of the highest bits, which bytes beyond ASCII have
                    put(&mut masks.others, _mm_or_si128(is(b'&'), bytes));
                }
            }
            masks
        }
    }

    pub(super) struct Avx2;

    impl Blocks for Avx2 {
        #[inline(always)]
        fn masks(block: &[u8; 64], lower: &mut [u8; 64]) -> Masks {
            let mut masks = Masks::default();
            for at in (0..64).step_by(32) {
                // SAFETY: only `avx2` runs this, which is only called where there is AVX2; the loads
                // and stores, which need no alignment, stay within the 64 bytes.
                unsafe {
                    let bytes = _mm256_loadu_si256(block.as_ptr().add(at).cast());
                    let is = |byte: u8| _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte as i8));
                    let range = |bytes, first: u8, count: u8| {
                        let from_zero = _mm256_sub_epi8(bytes, _mm256_set1_epi8(first as i8));
                        let capped = _mm256_min_epu8(from_zero, _mm256_set1_epi8(count as i8 - 1));
                        _mm256_cmpeq_epi8(capped, from_zero)
                    };
                    let bit = _mm256_set1_epi8(0x20);
                    let letters = range(_mm256_or_si256(bytes, bit), b'a', 26);
                    let lowered = _mm256_or_si256(bytes, _mm256_and_si256(letters, bit));
                    _mm256_storeu_si256(lower.as_mut_ptr().add(at).cast(), lowered);
                    let put = |mask: &mut u64, lanes| {
                        *mask |= u64::from(_mm256_movemask_epi8(lanes) as u32) << at;
                    };
                    put(&mut masks.letters, letters);
                    put(&mut masks.digits, range(bytes, b'0', 10));
                    put(&mut masks.points, _mm256_or_si256(is(b'.'), is(b'\'')));
                    put(&mut masks.commas, is(b','));
                    put(&mut masks.others, _mm256_or_si256(is(b'&'), bytes));
                }
            }
            masks
        }
    }

    pub(super) struct Avx512;

    impl Blocks for Avx512 {
        #[inline(always)]
        fn masks(block: &[u8; 64], lower: &mut [u8; 64]) -> Masks {
            // SAFETY: only `avx512` runs this, which is only called where there are AVX-512 F and BW;
            // the load and the store, which need no alignment, are of the 64 bytes.
            unsafe {
                let bytes = _mm512_loadu_si512(block.as_ptr().cast());
                let is = |byte: u8| _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte as i8));
                let range = |bytes, first: u8, count: u8| {
                    let from_zero = _mm512_sub_epi8(bytes, _mm512_set1_epi8(first as i8));
                    _mm512_cmplt_epu8_mask(from_zero, _mm512_set1_epi8(count as i8))
                };
                let bit = _mm512_set1_epi8(0x20);
                let letters = range(_mm512_or_si512(bytes, bit), b'a', 26);
                let lowered = _mm512_or_si512(bytes, _mm512_maskz_mov_epi8(letters, bit));
                _mm512_storeu_si512(lower.as_mut_ptr().cast(), lowered);
                Masks {
                    letters,
                    digits: range(bytes, b'0', 10),
                    points: is(b'.') | is(b'\''),
                    commas: is(b','),
                    others: is(b'&') | _mm512_movepi8_mask(bytes),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Look([u8; 64]);

    impl Task for Look {
        type Output = (Masks, [u8; 64]);

        #[inline(always)]
        fn run<B: Blocks>(self) -> Self::Output {
            let mut lower = [0; 64];
            (B::masks(&self.0, &mut lower), lower)
        }
    }

    /// Too simple to be wrong.
    fn naive(block: [u8; 64]) -> (Masks, [u8; 64]) {
        let mask = |is: fn(&u8) -> bool| {
            let bit = |(at, byte): (usize, &u8)| u64::from(is(byte)) << at;
            block.iter().enumerate().map(bit).sum()
        };
        let masks = Masks {
            letters: mask(u8::is_ascii_alphabetic),
            digits: mask(u8::is_ascii_digit),
            points: mask(|byte| b".'".contains(byte)),
            commas: mask(|&byte| byte == b','),
            others: mask(|&byte| byte == b'&' || !byte.is_ascii()),
        };
        (masks, block.map(|byte| byte.to_ascii_lowercase()))
    }

    #[test]
    fn every_byte_is_known_for_what_it_is() {
        for first in 0..=255u8 {
            let block = std::array::from_fn(|at| first.wrapping_add((at as u8).wrapping_mul(37)));
            for lanes in Lanes::available() {
                assert_eq!(lanes.run(Look(block)), naive(block), "{}", lanes.name());
            }
        }
    }

    proptest! {
        #[test]
        fn all_lanes_see_the_same(block in prop::collection::vec(any::<u8>(), 64)) {
            let block: [u8; 64] = block.try_into().unwrap();
            for lanes in Lanes::available() {
                prop_assert_eq!(lanes.run(Look(block)), naive(block), "{}", lanes.name());
            }
        }
    }
}
