//! Text to the bounds of its plain words.

use std::ops::Range;

use crate::hash::{self, ShortWord};
use crate::lanes::{Blocks, Masks};

/// Up to so many bytes are read at once: buffers stay small and places fit into 32 bits.
const PART: usize = 1 << 15;

/// The bounds of the words of a text, as far as they are made of ASCII letters and digits and the
/// points within; and the places of all that is something else.
#[derive(Debug, Default)]
pub(crate) struct Bounds {
    /// The text in lower case, with `PAD` bytes before and more behind.
    lower: Vec<u8>,
    /// First byte and end of each word, ascending; longer than it is filled.
    edges: Vec<[u32; 2]>,
    /// How many edges there are, twice the number of words.
    filled: usize,
    /// The places of bytes that are not ASCII, of `&`, and of commas within numbers, ascending.
    pub(super) others: Vec<u32>,
}

/// So many bytes can be read before a word.
const PAD: usize = 16;

/// The beginning of a text up to a white space, if there is one to cut at.
pub(super) fn part(text: &str) -> &str {
    if text.len() <= PART {
        return text;
    }
    let white = |byte: &u8| byte.is_ascii_whitespace();
    let bytes = text.as_bytes();
    let end = bytes[..PART].iter().rposition(white).map(|at| at + 1);
    let end = end
        .or_else(|| bytes.iter().position(white))
        .unwrap_or(text.len());
    // A gigabyte without any white space is no text; it is cut so that places fit into 32 bits.
    let mut end = end.min(1 << 30);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// What stands around a byte, up to the next white space on both sides.
pub(super) fn piece(text: &[u8], at: usize) -> Range<usize> {
    let white = |byte: &u8| byte.is_ascii_whitespace();
    let start = text[..at].iter().rposition(white).map_or(0, |at| at + 1);
    let length = text[at..].iter().position(white);
    start..length.map_or(text.len(), |length| at + length)
}

impl Bounds {
    /// Finds the bounds of another text.
    #[inline(always)]
    pub(super) fn find<B: Blocks>(&mut self, text: &[u8]) {
        let blocks = text.len().div_ceil(64);
        let needed = PAD + 64 * blocks + PAD;
        if self.lower.len() < needed {
            self.lower.resize(needed, b' ');
            // an edge after each byte at most, and room for a whole block of them
            self.edges.resize(32 * blocks + 64, [0; 2]);
        }
        self.others.clear();
        let (whole, rest) = text.as_chunks::<64>();
        let mut tail = [b' '; 64];
        tail[..rest.len()].copy_from_slice(rest);
        let tail = (!rest.is_empty()).then_some(tail);

        let edges = self.edges.as_flattened_mut();
        let mut filled = 0;
        let mut before = Before::default();
        let mut masks: Option<Masks> = None;
        let lowers = self.lower[PAD..].as_chunks_mut::<64>().0;
        let mut block = 0;
        for (bytes, lower) in whole.iter().chain(&tail).zip(lowers) {
            let mut next = B::masks(bytes, lower);
            if next.others != 0 {
                next.others = without_marks(bytes, next.others);
            }
            if let Some(masks) = masks.replace(next) {
                let (word_edges, others) = before.edges(masks, next);
                filled += positions(word_edges, block, &mut edges[filled..]);
                self.others.extend(Bits(others).map(|bit| block + bit));
                block += 64;
            }
        }
        if let Some(masks) = masks {
            let (word_edges, others) = before.edges(masks, Masks::default());
            filled += positions(word_edges, block, &mut edges[filled..]);
            self.others.extend(Bits(others).map(|bit| block + bit));
            if before.words >> 63 == 1 {
                edges[filled] = block + 64;
                filled += 1;
            }
        }
        self.filled = filled;
    }

    /// First byte and end of each word.
    pub(super) fn words(&self) -> &[[u32; 2]] {
        &self.edges[..self.filled / 2]
    }

    /// The text in lower case, to be read through [`hash_of`] and [`kind_of`].
    pub(super) fn lower(&self) -> &[u8] {
        &self.lower
    }
}

/// The hash of the word within these bounds, with the possessive taken off.
#[inline(always)]
pub(super) fn hash_of(lower: &[u8], [start, end]: [u32; 2]) -> u64 {
    let (start, end) = (start as usize, end as usize);
    // one look at the bounds for all reads: `PAD` bytes before the word, itself, and as many behind it
    let around = &lower[start..end + 2 * PAD];
    let mut length = end - start;
    let Some((_, from_first)) = around.split_first_chunk::<PAD>() else {
        return 0;
    };
    let Some((to_last, _)) = around.split_last_chunk::<PAD>() else {
        return 0;
    };
    let (Some(first), Some(last)) = (from_first.first_chunk(), to_last.last_chunk()) else {
        return 0;
    };
    let (first, mut last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
    if last >> 48 == u64::from(u16::from_le_bytes(*b"'s")) && length > 2 {
        length -= 2;
        let owner = &to_last[..to_last.len() - 2];
        last = u64::from_le_bytes(*owner.last_chunk().unwrap_or(&[0; 8]));
    }
    if length > ShortWord::LONGEST {
        return long_word(&from_first[..length]);
    }
    hash::short_word(ShortWord {
        first,
        last,
        length,
    })
}

/// Few words are as long.
#[cold]
fn long_word(word: &[u8]) -> u64 {
    hash::word(word)
}

/// Whether a hyphen stands before a word, and whether it begins with a digit.
#[inline(always)]
pub(super) fn kind_of(lower: &[u8], start: usize) -> (bool, bool) {
    let at = PAD + start;
    (lower[at - 1] == b'-', lower[at].is_ascii_digit())
}

/// These places without those of marks beyond ASCII that only separate: quotes, long dashes, signs of money.
/// (`piece.rs` says so too.) Marks that two blocks share are left in.
fn without_marks(block: &[u8; 64], others: u64) -> u64 {
    let (mut places, mut left) = (others, others);
    while places != 0 {
        let at = places.trailing_zeros() as usize;
        let length = match block[at..] {
            [
                0xE2,
                0x80,
                0x94 | 0x95 | 0x9C..=0x9F | 0xA0..=0xA2 | 0xA6,
                ..,
            ] => 3,
            [
                0xC2,
                0xA0 | 0xA3 | 0xA7 | 0xA9 | 0xAB | 0xAE | 0xB0 | 0xBB,
                ..,
            ] => 2,
            _ => 0,
        };
        left &= !(((1 << length) - 1) << at);
        places &= places - 1;
        // what belongs to the same character begins no other
        places &= left;
    }
    left
}

/// What has to be known of the block before.
#[derive(Default)]
struct Before {
    letters: u64,
    digits: u64,
    words: u64,
}

impl Before {
    /// Where words begin and end in a block, in turn, and what is not plain in it.
    #[inline(always)]
    fn edges(&mut self, masks: Masks, next: Masks) -> (u64, u64) {
        let after = |mask: u64, before: u64| mask << 1 | before >> 63;
        let ahead = |mask: u64, next: u64| mask >> 1 | next << 63;
        let letters = after(masks.letters, self.letters) & ahead(masks.letters, next.letters);
        let digits = after(masks.digits, self.digits) & ahead(masks.digits, next.digits);
        let commas = masks.commas & digits;
        let words = masks.letters | masks.digits | masks.points & (letters | digits) | commas;
        let edges = words ^ after(words, self.words);
        *self = Self {
            letters: masks.letters,
            digits: masks.digits,
            words,
        };
        (edges, masks.others | commas)
    }
}

/// Writes the places of the bits; gives how many there are. Some of what lies behind is overwritten.
#[inline(always)]
fn positions(bits: u64, base: u32, places: &mut [u32]) -> usize {
    let count = bits.count_ones() as usize;
    let places: &mut [u32; 64] = places
        .first_chunk_mut()
        .expect("there is room for a block behind the last edge");
    let mut bits = bits;
    let mut at = 0;
    while at < count {
        for place in &mut places[at..at + 4] {
            *place = base + bits.trailing_zeros();
            bits &= bits.wrapping_sub(1);
        }
        at += 4;
    }
    count
}

/// The places of the bits that are set.
struct Bits(u64);

impl Iterator for Bits {
    type Item = u32;

    #[inline(always)]
    fn next(&mut self) -> Option<u32> {
        let bit = self.0.trailing_zeros();
        self.0 &= self.0.wrapping_sub(1);
        (bit < 64).then_some(bit)
    }
}
