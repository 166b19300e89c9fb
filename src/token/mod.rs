//! Text to tokens: words with their place in the text.
//!
//! A token is a word of Unicode's default word boundaries (UAX #29), reduced to what two writers of
//! the same word agree on:
//!
//! - letters in lower case and without accents: `ZELENSKY` is `Zelensky`, `Malmö` is `Malmo`;
//! - composed and decomposed, full-width and ligature forms alike; soft hyphens and other
//!   invisible characters dropped;
//! - curly and straight apostrophes alike, and a possessive `'s` dropped;
//! - dashes, quotes and spaces of every kind only separate; so do `_`, `:` and `;`, which UAX #29
//!   would keep inside words;
//! - numbers kept, without thousands separators: `1,000` is `1000`;
//! - character references of HTML, such as `&#039;` and `&quot;`, only separate.
//!
//! Scripts that put no spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese) become
//! bigrams of characters; a lone character is a token of its own.
//!
//! The definition is in `piece.rs`, a piece between white space at a time. What this file adds is speed:
//! text becomes bit masks, the masks become the bounds of words, and the bounds become hashes without a
//! branch. The few words that are not as they are written, with accents, curly apostrophes or commas, are folded
//! in between; what is beyond Latin and Cyrillic letters is left to the definition. Property tests hold all
//! equal to it.

mod bounds;

mod piece;

use std::ops::Range;

use crate::lanes::{Blocks, Lanes, Task};
use bounds::Bounds;

pub(crate) use piece::stem;

/// A word and where it stands.
///
/// ```
/// use samestory::hash;
/// use samestory::token::tokens;
///
/// let text = "The “Left‑Wing” bloc";
/// let tokens = tokens(text);
/// assert_eq!(&text[tokens[1].span()], "Left");
/// assert_eq!(tokens[1].hash, hash::word(b"left"));
/// assert!(tokens[2].joined && !tokens[3].joined);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Token {
    /// The hash of the folded word, [`hash::word`](crate::hash::word).
    pub hash: u64,
    /// Where the word begins in the text, in bytes.
    pub start: usize,
    /// Where it ends, in bytes; `start < end`, and both lie on character boundaries.
    pub end: usize,
    /// Whether one hyphen and nothing else stands between it and the token before: `wing` in
    /// `left-wing`. Shingles do not care, terms take the compound as one.
    pub joined: bool,
    /// Whether it begins with a digit: `1000`, `4.4`, `21st`.
    pub number: bool,
}

impl Token {
    /// The bytes of the text that the token stands for.
    #[must_use]
    pub const fn span(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// The tokens of a text, in order.
///
/// # Complexity
///
/// O(bytes of text), see `docs/performance.md` in the repository.
///
/// # References
///
/// - Unicode Standard Annex #29, "Unicode Text Segmentation": default word boundaries.
/// - G. Langdale, D. Lemire, "Parsing Gigabytes of JSON per Second" (2019): bit masks of 64 bytes, and
///   how to turn them into positions.
///
/// ```
/// use samestory::token::tokens;
///
/// let hashes = |text| tokens(text).iter().map(|token| token.hash).collect::<Vec<_>>();
/// assert_eq!(hashes("Ukraine's “Left-wing” bloc"), hashes("UKRAINE left wing - bloc"));
///
/// let text = "Kyiv – don’t";
/// let words: Vec<_> = tokens(text).iter().map(|token| &text[token.span()]).collect();
/// assert_eq!(words, ["Kyiv", "don’t"]);
/// ```
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    Reader::new(Lanes::best()).read(text, &mut tokens);
    tokens
}

/// Reads texts, one after the other, into buffers of its own that it uses again.
#[derive(Debug)]
pub(crate) struct Reader {
    lanes: Lanes,
    bounds: Bounds,
    /// The word at hand and the tokens of a piece that is not plain.
    folded: Vec<u8>,
    piece: Vec<Token>,
}

impl Reader {
    pub(crate) fn new(lanes: Lanes) -> Self {
        Self {
            lanes,
            bounds: Bounds::default(),
            folded: Vec::new(),
            piece: Vec::new(),
        }
    }

    /// Appends the tokens of a text, or what is wanted of them.
    pub(crate) fn read(&mut self, text: &str, words: &mut impl Words) {
        let mut at = 0;
        while at < text.len() {
            let part = bounds::part(&text[at..]);
            let reading = Reading {
                reader: self,
                part,
                offset: at,
                words,
            };
            reading.reader.lanes.run(reading);
            at += part.len();
        }
    }
}

/// What a reader writes to.
pub(crate) trait Words {
    /// Appends these of the plain words; `at` is the place in the text of what the bounds count from.
    fn plain<B: Blocks>(&mut self, bounds: &Bounds, words: Range<usize>, at: usize);
    /// Appends other words.
    fn others(&mut self, tokens: &[Token]);
}

impl Words for Vec<Token> {
    #[inline(always)]
    fn plain<B: Blocks>(&mut self, bounds: &Bounds, words: Range<usize>, at: usize) {
        let known = self.len();
        self.resize(known + words.len(), Token::default());
        let tokens = &mut self[known..];
        let lower = bounds.lower();
        // loops and no closures, so that they are compiled with the lanes of the caller
        for (token, &word) in tokens.iter_mut().zip(&bounds.words()[words.clone()]) {
            let (hyphen_before, number) = bounds::kind_of(lower, word[0] as usize);
            *token = Token {
                hash: bounds::hash_of(lower, word),
                start: at + word[0] as usize,
                end: at + word[1] as usize,
                joined: hyphen_before,
                number,
            };
        }
        for (token, end) in bounds.ends(words) {
            tokens[token].end = at + end;
        }
        let mut before = usize::MAX;
        for token in tokens {
            token.joined &= before.wrapping_add(1) == token.start;
            before = token.end;
        }
    }

    fn others(&mut self, tokens: &[Token]) {
        self.extend_from_slice(tokens);
    }
}

/// Only the hashes.
impl Words for Vec<u64> {
    #[inline(always)]
    fn plain<B: Blocks>(&mut self, bounds: &Bounds, words: Range<usize>, _: usize) {
        let known = self.len();
        self.resize(known + words.len(), 0);
        let words = &bounds.words()[words];
        bounds::hashes_of::<B>(bounds.lower(), words, &mut self[known..]);
    }

    fn others(&mut self, tokens: &[Token]) {
        self.extend(tokens.iter().map(|token| token.hash));
    }
}

/// A part of a text, about to be read.
struct Reading<'a, W> {
    reader: &'a mut Reader,
    part: &'a str,
    /// Where it stands in the text.
    offset: usize,
    words: &'a mut W,
}

impl<W: Words> Task for Reading<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run<B: Blocks>(self) {
        let Self {
            reader:
                Reader {
                    bounds,
                    folded,
                    piece,
                    ..
                },
            part,
            offset,
            words,
        } = self;
        bounds.find::<B>(part.as_bytes());
        let (all, mut plain) = (bounds.words(), 0);
        let mut others = bounds.others();
        // A piece with anything else than plain words in it is left to the definition.
        while let Some(&other) = others.first() {
            let range = bounds::piece(part.as_bytes(), other as usize);
            let before = plain + begin_before(&all[plain..], range.start);
            words.plain::<B>(bounds, plain..before, offset);
            plain = before + begin_before(&all[before..], range.end);
            let within = others.partition_point(|&other| (other as usize) < range.end);
            others = &others[within..];
            piece.clear();
            piece::tokens(&part[range.clone()], offset + range.start, folded, piece);
            words.others(piece);
        }
        words.plain::<B>(bounds, plain..all.len(), offset);
    }
}

/// How many of these words begin before a place.
#[inline(always)]
fn begin_before(words: &[[u32; 2]], place: usize) -> usize {
    words.partition_point(|word| (word[0] as usize) < place)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hash;

    fn hashes(text: &str) -> Vec<u64> {
        tokens(text).iter().map(|token| token.hash).collect()
    }

    #[test]
    fn character_references_are_no_words() {
        assert_eq!(
            words("Japan&#039;s gold &amp; Women&#x27;s"),
            ["Japan", "s", "gold", "Women", "s"]
        );
        assert_eq!(words("&quot;Perdón&quot;&hellip;"), ["Perdón"]);
        // these are none
        assert_eq!(
            words("AT&T; R&D &; &#; 3&4"),
            ["AT", "T", "R", "D", "3", "4"]
        );
        assert_eq!(words("a&verylongname; &b"), ["a", "verylongname", "b"]);
        // a hyphen beside one joins nothing
        assert!(!tokens("left-&quot;wing")[1].joined);
    }

    fn words(text: &str) -> Vec<&str> {
        tokens(text)
            .iter()
            .map(|token| &text[token.span()])
            .collect()
    }

    #[test]
    fn what_writers_agree_on_is_the_same_token() {
        for (a, b) in [
            ("É é", "e\u{301} E\u{301}"),
            ("ZELENSKY", "Zelensky"),
            ("Ukraine's", "Ukraine"),
            ("Ukraine’s plan", "ukraine plan"),
            ("don’t", "don't"),
            ("don\u{2BC}t", "don't"),
            ("left‑wing", "left-wing"),
            ("left–wing", "left wing"),
            ("one—two", "one -- two"),
            ("“quoted”", "\"quoted\""),
            ("‘quoted’", "'quoted'"),
            ("a\u{A0}b\u{2009}c", "a b c"),
            ("meet\u{AD}ing", "meeting"),
            ("1,000,000", "1000000"),
            ("1,000–2,000 £", "1000 2000"),
            ("STRASSE Łódź Ærø", "straße lodz aero"),
            ("İstanbul ΟΔΟΣ", "istanbul οδος"),
            ("ﬁre ＡＢＣ", "fire abc"),
            ("_emphasis_ é_", "emphasis e"),
            (
                "WASHINGTON:The WASHINGTON:Thé",
                "washington the washington the",
            ),
            ("が", "か\u{3099}"),
            ("Ёлка", "елка"),
        ] {
            assert_eq!(hashes(a), hashes(b), "{a} / {b}");
        }
        assert_ne!(hashes("19.4"), hashes("194"));
        assert_ne!(hashes("Day 2"), hashes("Day 21"));
    }

    #[test]
    fn spans_lie_on_the_words_of_the_text() {
        assert_eq!(
            words("U.S.-led “bloc’s” 3.5%"),
            ["U.S", "led", "bloc’s", "3.5"]
        );
        assert_eq!(words("北京大学 opened"), ["北京", "京大", "大学", "opened"]);
        assert_eq!(words("Kyivで"), ["Kyiv", "で"]);
        assert_eq!(words("กรุงเทพ"), ["กร", "รุ", "ุง", "งเ", "เท", "ทพ"]);
        assert_eq!(words(" \t…!? —\n"), Vec::<&str>::new());
    }

    #[test]
    fn hyphens_join_and_dashes_do_not() {
        let joined = |text| {
            tokens(text)
                .iter()
                .map(|token| token.joined)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            joined("left-wing left‑wing left–wing"),
            [false, true, false, true, false, true]
        );
        assert_eq!(joined("crisis—which crisis--which -so"), [false; 5]);
    }

    #[test]
    fn every_character_is_read_as_defined() {
        for c in (0x21..0x600)
            .chain(0x2000..0x2100)
            .filter_map(char::from_u32)
        {
            // in one block, and shared by two
            for padding in [0, 57, 60, 61, 62] {
                let contexts =
                    "{} a{} {}b a{}b 1{}2 a{}1 a{}{}b é{}’ж 1,0{}0 a.{}'b {}'s a{}’s -{}-x";
                let text = " ".repeat(padding) + &contexts.replace("{}", &c.to_string());
                check(&text);
            }
        }
    }

    /// All that reads a text gives what the definition does.
    fn check(text: &str) {
        let (mut folded, mut expected) = (Vec::new(), Vec::new());
        let mut start = 0;
        for piece in text.split(|c: char| c.is_ascii_whitespace()) {
            piece::tokens(piece, start, &mut folded, &mut expected);
            start += piece.len() + 1; // the white space is one byte
        }
        let expected_hashes: Vec<u64> = expected.iter().map(|token| token.hash).collect();
        for lanes in Lanes::available() {
            let mut reader = Reader::new(lanes);
            let (mut found, mut hashes) = (Vec::<Token>::new(), Vec::<u64>::new());
            // twice, as nothing may be left over from a text read before
            for _ in 0..2 {
                found.clear();
                hashes.clear();
                reader.read(text, &mut found);
                reader.read(text, &mut hashes);
                assert_eq!(found, expected, "{} {text}", lanes.name());
                assert_eq!(hashes, expected_hashes, "{} {text}", lanes.name());
            }
        }
    }

    proptest! {
        #[test]
        fn reading_equals_the_definition(text in "[ -~]{0,200}|[a-c ‐-…\u{A0}-»é-]{0,150}|[a-zA-C .,'&;\\-1-3éŁŀж‘’—\n]{0,300}|([a-z]{1,30}('s|,| |-|\\.|,000|’s|’t|é|я|—)){0,60}|\\PC{0,80}", cut in 0usize..200) {
            let cut = (0..=cut.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap();
            let text = &text[cut..];
            check(text);
        }

        #[test]
        fn no_text_breaks_it(text in any::<String>()) {
            let mut end = 0;
            for token in tokens(&text) {
                prop_assert!(end <= token.end && token.start < token.end);
                prop_assert!(!text[token.span()].is_empty());
                end = token.end;
            }
        }

        #[test]
        fn spaces_and_quotes_never_matter(words in prop::collection::vec("[a-zé]{1,6}", 0..8), seed in any::<u64>()) {
            let gaps = [" ", "\u{A0}", " “", "” ", " — ", "—", " '", "\u{2003}", "\n", "…", "\u{200B} "];
            let mut text = String::new();
            for (i, word) in words.iter().enumerate() {
                text.push_str(gaps[(hash::mix(seed ^ i as u64) % gaps.len() as u64) as usize]);
                text.push_str(word);
            }
            prop_assert_eq!(hashes(&text), hashes(&words.join(" ")));
        }
    }
}
