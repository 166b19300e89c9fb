//! The widest instructions of this processor, and 64 bytes of text as bit masks.
//!
//! All `unsafe` code of the crate is here. It is chosen at run time and never shows in a result:
//! property tests hold every path equal to the portable one.

#![allow(unsafe_code)]

use std::sync::LazyLock;

/// Which instructions read text and make signatures. [`Lanes::best`] is what the library uses unless
/// told otherwise; the result is the same with all of them. What two texts share is always counted with the best.
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
                // all of it came with Ice Lake and Zen 4
                if is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512vbmi")
                    && is_x86_feature_detected!("avx512vbmi2")
                {
                    all.push(Kind::Avx512);
                }
            }
        }
        all.into_iter().map(Self).collect()
    }

    /// The widest that this processor has.
    #[must_use]
    pub fn best() -> Self {
        static BEST: LazyLock<Lanes> = LazyLock::new(|| {
            Lanes::available()
                .last()
                .copied()
                .unwrap_or(Lanes::PORTABLE)
        });
        *BEST
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

/// Asks for a value that will be read soon, if there is one: what follows need not wait for the memory.
#[inline(always)]
pub(crate) fn fetch<T>(value: Option<&T>) {
    #[cfg(target_arch = "x86_64")]
    if let Some(value) = value {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: this reads nothing that shows; every x86-64 processor has it.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(value).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = value;
}

/// Asks for the beginning of a text that will be read soon; the rest comes by itself when it is read.
pub(crate) fn fetch_text(text: &str) {
    /// The processor fetches so many bytes, and knows after some of them what comes next.
    const LINE: usize = 64;
    const LINES: usize = 64;
    let lines = text.as_bytes().chunks(LINE).take(LINES);
    lines.for_each(|line| fetch(line.first()));
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

/// How text is looked at: 64 bytes or eight words at once.
pub(crate) trait Blocks {
    /// Says what the bytes are and writes them with ASCII letters in lower case.
    fn masks(block: &[u8; 64], lower: &mut [u8; 64]) -> Masks;

    /// Writes the places of the bits, with `base` added; gives how many there are. Some of what lies
    /// behind is overwritten.
    #[inline(always)]
    fn places(mut bits: u64, base: u32, places: &mut [u32; 64]) -> usize {
        let count = bits.count_ones() as usize;
        let mut at = 0;
        while at < count {
            for place in &mut places[at..at + 4] {
                *place = base.wrapping_add(bits.trailing_zeros());
                bits &= bits.wrapping_sub(1);
            }
            at += 4;
        }
        count
    }

    /// Whether 64-bit numbers are multiplied faster side by side than one after the other.
    const MULTIPLIES: bool = false;

    /// Whether there is a [`Blocks::hash_eight`].
    const HASHES_EIGHT: bool = false;

    /// Writes the hashes of words of 1 to [`ShortWord::LONGEST`](crate::hash::ShortWord::LONGEST) bytes that are
    /// no possessives, given their bounds, which count from `PAD` bytes on. Gives a bit for each word that is another.
    #[inline(always)]
    fn hash_eight<const PAD: usize>(_: &[u8], _: &[[u32; 2]; 8], _: &mut [u64; 8]) -> u8 {
        u8::MAX
    }
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
    use crate::hash::{SECRETS, SEED, ShortWord};

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
        const MULTIPLIES: bool = true;

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

    /// The places of all bits.
    const ALL: [u8; 64] = {
        let mut all = [0; 64];
        let mut at = 0;
        while at < all.len() {
            all[at] = at as u8;
            at += 1;
        }
        all
    };

    impl Blocks for Avx512 {
        const MULTIPLIES: bool = true;

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

        #[inline(always)]
        fn places(bits: u64, base: u32, places: &mut [u32; 64]) -> usize {
            let count = bits.count_ones() as usize;
            // SAFETY: only `avx512` runs this, which is only called where there are F, BW and VBMI2; the
            // stores, which need no alignment, are of the first, the second and the last 32 places.
            unsafe {
                let all = _mm512_loadu_si512(ALL.as_ptr().cast());
                let bytes = _mm512_maskz_compress_epi8(bits, all);
                let base = _mm512_set1_epi32(base as i32);
                let places = places.as_mut_ptr();
                let store = |at: usize, bytes| {
                    let wide = _mm512_add_epi32(_mm512_cvtepu8_epi32(bytes), base);
                    _mm512_storeu_si512(places.add(at).cast(), wide);
                };
                store(0, _mm512_castsi512_si128(bytes));
                store(16, _mm512_extracti32x4_epi32::<1>(bytes));
                // words of one letter side by side are rare
                if count > 32 {
                    store(32, _mm512_extracti32x4_epi32::<2>(bytes));
                    store(48, _mm512_extracti32x4_epi32::<3>(bytes));
                }
            }
            count
        }

        const HASHES_EIGHT: bool = true;

        #[inline(always)]
        fn hash_eight<const PAD: usize>(
            text: &[u8],
            words: &[[u32; 2]; 8],
            hashes: &mut [u64; 8],
        ) -> u8 {
            // SAFETY: only `avx512` runs this, which is only called where there are F and DQ.
            unsafe { hash_eight::<PAD>(text, words, hashes) }
        }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512dq")]
    fn hash_eight<const PAD: usize>(
        text: &[u8],
        words: &[[u32; 2]; 8],
        hashes: &mut [u64; 8],
    ) -> u8 {
        const { assert!(PAD >= 8) };
        let all = |number: u64| _mm512_set1_epi64(number as i64);
        let low = all(0xFFFF_FFFF);
        // SAFETY: the load, which needs no alignment, is of the eight words.
        let words = unsafe { _mm512_loadu_si512(words.as_ptr().cast()) };
        let (start, end) = (_mm512_and_si512(words, low), _mm512_srli_epi64::<32>(words));
        let limit = all(text.len().saturating_sub(PAD + 8) as u64);
        let outside = _mm512_cmpgt_epu64_mask(end, limit) | _mm512_cmpgt_epu64_mask(start, end);
        assert!(
            outside == 0 && text.len() >= PAD + 8,
            "words lie within the text"
        );
        // SAFETY: what is gathered are the eight bytes behind `PAD + start` and the eight before `PAD + end`; it has
        // just been seen that `start <= end` and `PAD + end + 8 <= text.len()`.
        let (first, last) = unsafe {
            (
                _mm512_i64gather_epi64::<1>(start, text.as_ptr().add(PAD).cast()),
                _mm512_i64gather_epi64::<1>(end, text.as_ptr().add(PAD - 8).cast()),
            )
        };

        // a and b are what rapidhash takes from a word, see `hash::short_word`
        let length = _mm512_sub_epi64(end, start);
        let below = |number| _mm512_cmplt_epu64_mask(length, all(number));
        let (below_4, below_8) = (below(4), below(8));
        let last_byte = _mm512_srli_epi64::<56>(last);
        let first_byte = _mm512_slli_epi64::<45>(_mm512_and_si512(first, all(0xFF)));
        let a = _mm512_mask_and_epi64(first, below_8, first, low);
        let a = _mm512_mask_or_epi64(a, below_4, first_byte, last_byte);
        let b = _mm512_mask_srli_epi64::<32>(last, below_8, last);
        let b = _mm512_mask_mov_epi64(b, below_4, last_byte);
        let last_two = _mm512_srli_epi64::<48>(last);
        let three = _mm512_cmpeq_epi64_mask(length, all(3));
        let b = _mm512_mask_and_epi64(b, three, last_two, all(0xFF));

        let seed = _mm512_mask_xor_epi64(all(SEED), !below_4, all(SEED), length);
        let (a, b) = product(
            _mm512_xor_si512(a, all(SECRETS[0])),
            _mm512_xor_si512(b, seed),
        );
        let a = _mm512_xor_si512(a, all(0xAAAA_AAAA_AAAA_AAAA));
        let b = _mm512_xor_si512(_mm512_xor_si512(b, all(SECRETS[0])), length);
        let (a, b) = product(a, b);
        // SAFETY: the store, which needs no alignment, is of the eight hashes.
        unsafe { _mm512_storeu_si512(hashes.as_mut_ptr().cast(), _mm512_xor_si512(a, b)) };
        let possessive = all(u64::from(u16::from_le_bytes(*b"'s")));
        !below(1 + ShortWord::LONGEST as u64) | _mm512_cmpeq_epi64_mask(last_two, possessive)
    }

    /// The low and the high half of each product of two 64-bit numbers, from those of their halves.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn product(a: __m512i, b: __m512i) -> (__m512i, __m512i) {
        let half = _mm512_set1_epi64(0xFFFF_FFFF);
        let (a_high, b_high) = (_mm512_srli_epi64::<32>(a), _mm512_srli_epi64::<32>(b));
        let low = _mm512_mul_epu32(a, b);
        let middle = _mm512_add_epi64(_mm512_mul_epu32(a, b_high), _mm512_srli_epi64::<32>(low));
        let other = _mm512_mul_epu32(a_high, b);
        let other = _mm512_add_epi64(other, _mm512_and_si512(middle, half));
        let high = _mm512_mul_epu32(a_high, b_high);
        let high = _mm512_add_epi64(high, _mm512_srli_epi64::<32>(middle));
        let high = _mm512_add_epi64(high, _mm512_srli_epi64::<32>(other));
        (
            _mm512_mask_mov_epi32(_mm512_slli_epi64::<32>(other), 0x5555, low),
            high,
        )
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

    struct Places(u64, u32);

    impl Task for Places {
        type Output = Vec<u32>;

        #[inline(always)]
        fn run<B: Blocks>(self) -> Self::Output {
            let mut places = [0; 64];
            let count = B::places(self.0, self.1, &mut places);
            places[..count].to_vec()
        }
    }

    /// The hashes of words, where they are there.
    struct HashEight<'a>(&'a [u8], [[u32; 2]; 8]);

    impl Task for HashEight<'_> {
        type Output = [Option<u64>; 8];

        #[inline(always)]
        fn run<B: Blocks>(self) -> Self::Output {
            let mut hashes = [0; 8];
            let others = B::hash_eight::<16>(self.0, &self.1, &mut hashes);
            std::array::from_fn(|at| (others >> at & 1 == 0).then_some(hashes[at]))
        }
    }

    proptest! {
        #[test]
        fn places_are_those_of_the_bits(bits in any::<u64>(), fewer in any::<u64>(), base in 0u32..1 << 30) {
            for bits in [bits, bits & fewer, bits | fewer, 0, u64::MAX] {
                let naive: Vec<u32> = (0..64).filter(|at| bits >> at & 1 == 1).map(|at| base + at).collect();
                for lanes in Lanes::available() {
                    prop_assert_eq!(&lanes.run(Places(bits, base)), &naive, "{}", lanes.name());
                }
            }
        }

        #[test]
        fn eight_words_have_their_hashes(text in "[a-z]{0,9}('s )?[ -~]{90,120}", lengths in prop::array::uniform8(1u32..24), starts in prop::array::uniform8(0u32..40)) {
            let words: [[u32; 2]; 8] = std::array::from_fn(|at| [starts[at], starts[at] + lengths[at]]);
            for lanes in Lanes::available() {
                let hashes = lanes.run(HashEight(text.as_bytes(), words));
                for (hash, [start, end]) in hashes.into_iter().zip(words) {
                    let word = &text.as_bytes()[16 + start as usize..16 + end as usize];
                    let simple = word.len() <= 16 && !word.ends_with(b"'s");
                    match hash {
                        Some(hash) => prop_assert_eq!(hash, crate::hash::word(word)),
                        None => prop_assert!(!simple || lanes.name() != "avx512"),
                    }
                }
            }
        }

        #[test]
        fn all_lanes_see_the_same(block in prop::collection::vec(any::<u8>(), 64)) {
            let block: [u8; 64] = block.try_into().unwrap();
            for lanes in Lanes::available() {
                prop_assert_eq!(lanes.run(Look(block)), naive(block), "{}", lanes.name());
            }
        }
    }
}
