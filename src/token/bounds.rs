//! Text to the bounds of its plain words.

use std::ops::Range;

use super::piece;
use crate::hash::{self, ShortWord};
use crate::lanes::{Blocks, Masks};

/// Up to so many bytes are read at once: buffers stay small and places fit into 32 bits.
const PART: usize = 1 << 15;

/// The bounds of the words of a text, as far as they are made of Latin and Cyrillic letters, digits and what
/// stands within words; and the places of all that is something else.
#[derive(Debug, Default)]
pub(crate) struct Bounds {
    /// The text in lower case, with `PAD` bytes before and more behind. Words with letters beyond ASCII,
    /// curly apostrophes or commas are folded where they stand, and then shorter than in the text.
    lower: Vec<u8>,
    /// First byte and end of each word in `lower`, ascending; longer than it is filled.
    edges: Vec<[u32; 2]>,
    /// How many edges there are, twice the number of words.
    filled: usize,
    /// The words that were folded, and where they end in the text.
    ends: Vec<(u32, u32)>,
    rest: Rest,
}

/// What few words have.
#[derive(Debug, Default)]
struct Rest {
    /// The places of what is to be folded, each after the number of its word.
    unfolded: Vec<[u32; 2]>,
    /// The places of characters that are left to the definition, ascending: `&` and some of those that are not
    /// ASCII, each with all its bytes.
    others: Vec<u32>,
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
        self.rest.others.clear();
        self.rest.unfolded.clear();
        let (whole, rest) = text.as_chunks::<64>();
        let mut tail = [b' '; 64];
        tail[..rest.len()].copy_from_slice(rest);
        let tail = (!rest.is_empty()).then_some(tail);

        let mut found = Found {
            edges: self.edges.as_flattened_mut(),
            filled: 0,
            rest: &mut self.rest,
        };
        let lowers = self.lower[PAD..].as_chunks_mut::<64>().0;
        let mut before = Before::default();
        // A block is seen with the ones beside it: one behind, and before the first and after the last nothing.
        let (mut block, mut base) = (Known::default(), 0u32.wrapping_sub(64));
        for (bytes, lower) in whole.iter().chain(&tail).zip(lowers) {
            let next = Known::new(bytes, B::masks(bytes, lower));
            found.push::<B>(before.words(block, next), base);
            (block, base) = (next, base.wrapping_add(64));
        }
        found.push::<B>(before.words(block, Known::default()), base);
        if before.words >> 63 == 1 {
            found.edges[found.filled] = base + 64;
            found.filled += 1;
        }
        self.filled = found.filled;
        self.fold();
    }

    /// Folds the words that need it.
    fn fold(&mut self) {
        self.ends.clear();
        for &[word, place] in &self.rest.unfolded {
            if self.ends.last().is_some_and(|&(last, _)| last == word) {
                continue;
            }
            let [_, end] = &mut self.edges[word as usize];
            self.ends.push((word, *end));
            let rest = &mut self.lower[PAD + place as usize..PAD + *end as usize];
            *end = place + piece::fold_in_place(rest) as u32;
        }
    }

    /// The places of what is left to the definition, ascending.
    pub(super) fn others(&self) -> &[u32] {
        &self.rest.others
    }

    /// First byte and end of each word.
    pub(super) fn words(&self) -> &[[u32; 2]] {
        &self.edges[..self.filled / 2]
    }

    /// Those of these words, the first and the end given by their numbers, that end elsewhere in the text than in
    /// [`Bounds::lower`]: how many words after the first, and where.
    pub(super) fn ends(&self, words: Range<usize>) -> impl Iterator<Item = (usize, usize)> {
        let from = |word| self.ends.partition_point(|&(at, _)| (at as usize) < word);
        let ends = &self.ends[from(words.start)..from(words.end)];
        ends.iter()
            .map(move |&(word, end)| (word as usize - words.start, end as usize))
    }

    /// The text in lower case, to be read through [`hash_of`] and [`kind_of`].
    pub(super) fn lower(&self) -> &[u8] {
        &self.lower
    }
}

/// Writes the hashes of words.
#[inline(always)]
pub(super) fn hashes_of<B: Blocks>(lower: &[u8], words: &[[u32; 2]], hashes: &mut [u64]) {
    let by_eight = if B::HASHES_EIGHT { words.len() & !7 } else { 0 };
    let (eights, words) = words.split_at(by_eight);
    let (hashes_of_eights, hashes) = hashes.split_at_mut(by_eight);
    let hashes_of_eights = hashes_of_eights.as_chunks_mut().0;
    // loops and no closures, so that they are compiled with the lanes of the caller
    for (words, hashes) in eights.as_chunks().0.iter().zip(hashes_of_eights) {
        let mut others = B::hash_eight::<PAD>(lower, words, hashes);
        while others != 0 {
            let at = others.trailing_zeros() as usize;
            hashes[at] = hash_of(lower, words[at]);
            others &= others - 1;
        }
    }
    for (hash, &word) in hashes.iter_mut().zip(words) {
        *hash = hash_of(lower, word);
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

/// What the bytes of a block are, those of the most usual characters beyond ASCII included.
#[derive(Clone, Copy, Default)]
struct Known {
    /// Here letters are Latin and Cyrillic ones, with all their bytes.
    masks: Masks,
    beyond: BeyondAscii,
}

/// What the bytes beyond ASCII of a block are. (`piece.rs` says so too.)
#[derive(Clone, Copy, Default)]
struct BeyondAscii {
    /// The first of the two bytes of Latin and Cyrillic letters.
    letters: u64,
    /// The first of the three bytes of curly apostrophes.
    points: u64,
    /// All bytes of what else is no mark that only separates, of characters that two blocks share, and `&`.
    others: u64,
}

impl Known {
    #[inline(always)]
    fn new(block: &[u8; 64], mut masks: Masks) -> Self {
        let mut beyond = BeyondAscii::default();
        if masks.others != 0 {
            beyond = BeyondAscii::new(block, masks.others);
        }
        masks.letters |= 3 * beyond.letters;
        Self { masks, beyond }
    }
}

impl BeyondAscii {
    #[inline(never)]
    fn new(block: &[u8; 64], others: u64) -> Self {
        let mut places = others;
        let mut beyond = Self {
            others,
            ..Self::default()
        };
        while places != 0 {
            let at = places.trailing_zeros() as usize;
            let first = places & places.wrapping_neg();
            let bytes = match block[at..] {
                [0xE2, 0x80, 0x98 | 0x99, ..] => {
                    beyond.points |= first;
                    7 * first
                }
                // quotes, long dashes, signs of money
                [
                    0xE2,
                    0x80,
                    0x94 | 0x95 | 0x9C..=0x9F | 0xA0..=0xA2 | 0xA6,
                    ..,
                ] => 7 * first,
                [
                    0xC2,
                    0xA0 | 0xA3 | 0xA7 | 0xA9 | 0xAB | 0xAE | 0xB0 | 0xBB,
                    ..,
                ] => 3 * first,
                // signs of multiplication and division, and Ŀ, which becomes longer
                [0xC3, 0x97 | 0xB7, ..] | [0xC4, 0xBF, ..] | [0xC5, 0x80, ..] => 0,
                [0xC3..=0xC5 | 0xD0 | 0xD1, _, ..] => {
                    beyond.letters |= first;
                    3 * first
                }
                _ => 0,
            };
            beyond.others &= !bytes;
            // what belongs to the same character begins no other
            places &= !(first | bytes);
        }
        beyond
    }
}

/// What has to be known of the block before.
#[derive(Default)]
struct Before {
    letters: u64,
    digits: u64,
    words: u64,
}

/// The words of a block.
struct BlockWords {
    /// Where they begin and end, in turn.
    edges: u64,
    /// What has to be folded in them.
    unfolded: u64,
    /// What is left to the definition.
    others: u64,
}

impl Before {
    /// The words of a block, which becomes the one before; `next` is the one behind it.
    #[inline(always)]
    fn words(&mut self, block: Known, next: Known) -> BlockWords {
        let after = |mask: u64, before: u64| mask << 1 | before >> 63;
        let ahead = |mask: u64, next: u64, by: u32| mask >> by | next << (64 - by);
        let (masks, next) = (block.masks, next.masks);
        let (after_letter, after_digit) = (
            after(masks.letters, self.letters),
            after(masks.digits, self.digits),
        );
        // between two letters or two digits, with so many bytes
        let between = |bytes| {
            let letters = after_letter & ahead(masks.letters, next.letters, bytes);
            let digits = after_digit & ahead(masks.digits, next.digits, bytes);
            (letters | digits, digits)
        };
        let (within, within_number) = between(1);
        let commas = masks.commas & within_number;
        let points = block.beyond.points & between(3).0;
        let words = masks.letters | masks.digits | masks.points & within | commas | (7 * points);
        let edges = words ^ after(words, self.words);
        *self = Self {
            letters: masks.letters,
            digits: masks.digits,
            words,
        };
        BlockWords {
            edges,
            unfolded: block.beyond.letters | points | commas,
            others: block.beyond.others,
        }
    }
}

/// What has been found so far, in the buffers of [`Bounds`].
struct Found<'a> {
    edges: &'a mut [u32],
    filled: usize,
    rest: &'a mut Rest,
}

impl Found<'_> {
    /// Adds the words of a block.
    #[inline(always)]
    fn push<B: Blocks>(&mut self, words: BlockWords, base: u32) {
        let edges = self.edges[self.filled..]
            .first_chunk_mut()
            .expect("there is room for a block behind the last edge");
        if words.unfolded | words.others != 0 {
            let BlockWords {
                edges,
                unfolded,
                others,
            } = words;
            self.rest.push(unfolded, others, base, edges, self.filled);
        }
        self.filled += B::places(words.edges, base, edges);
    }
}

impl Rest {
    /// Adds what is in a block; `known` is how many edges are before it. Numbers and no struct are given, so that
    /// the loop over the blocks keeps them in registers.
    #[inline(never)]
    fn push(&mut self, unfolded: u64, others: u64, base: u32, edges: u64, known: usize) {
        self.unfolded.extend(Bits(unfolded).map(|bit| {
            // the edges up to here are those of the words before and the beginning of this one
            let edges = known as u32 + (edges << (63 - bit)).count_ones();
            [edges / 2, base + bit]
        }));
        self.others.extend(Bits(others).map(|bit| base + bit));
    }
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
