//! A piece of text without white space to tokens, whatever characters it is made of.
//!
//! This is the whole definition of a token. Pieces of plain ASCII take a path that needs no Unicode
//! tables, which a property test holds equal to the other.

use std::ops::{Range, RangeInclusive};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::Token;
use crate::hash;

/// Appends the tokens of a piece without ASCII white space that stands at byte `offset` of the text.
pub(super) fn tokens(piece: &str, offset: usize, folded: &mut Vec<u8>, tokens: &mut Vec<Token>) {
    let (mut rest, mut at) = (piece, offset);
    while let Some(reference) = reference(rest) {
        plain_tokens(&rest[..reference.start], at, folded, tokens);
        at += reference.end;
        rest = &rest[reference.end..];
    }
    plain_tokens(rest, at, folded, tokens);
}

/// The first character reference of HTML in a piece, `&#039;` or `&quot;`. In feeds they are left
/// over, and `039` would be a rare number.
fn reference(piece: &str) -> Option<Range<usize>> {
    let (mut from, bytes) = (0, piece.as_bytes());
    loop {
        let start = from + piece.get(from..)?.find('&')?;
        let name = &bytes[start + 1..];
        let length = name
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#')
            .take(8)
            .count();
        if length > 1 && name.get(length) == Some(&b';') {
            return Some(start..start + length + 2);
        }
        from = start + 1;
    }
}

/// The same for a piece without character references.
fn plain_tokens(piece: &str, offset: usize, folded: &mut Vec<u8>, tokens: &mut Vec<Token>) {
    if !simple_tokens(piece, offset, folded, tokens) {
        unicode_tokens(piece, offset, folded, tokens);
    }
}

/// What a character is to a word, as far as [`simple_tokens`] knows it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Class {
    /// Separates.
    Mark,
    Letter,
    Digit,
    /// A point or an apostrophe: within a word between two letters or two digits.
    Point,
    /// Within a word between two digits.
    Comma,
    /// Left to Unicode's tables.
    Unknown,
}

/// The letters beyond ASCII that are simple: Latin, Greek, Cyrillic.
const ALPHABETS: RangeInclusive<u32> = 0xC0..=0x52F;

/// For each character of the alphabets what it is, and its folded form: so many of these bytes.
static FOLDED: LazyLock<Vec<(Class, u8, [u8; 4])>> = LazyLock::new(|| {
    let mut folded = Vec::new();
    let mut entry = |code: u32| {
        let unknown = (Class::Unknown, 0, [0; 4]);
        // modifiers and marks, and what turns into more or less than letters
        let special = matches!(code, 0x2B0..=0x385 | 0x483..=0x489);
        let Some(c) = char::from_u32(code).filter(|c| c.is_alphabetic() && !special) else {
            return unknown;
        };
        fold(c.encode_utf8(&mut [0; 4]), &mut folded);
        let mut bytes = [0; 4];
        match bytes.get_mut(..folded.len()) {
            Some(bytes) if !folded.is_empty() => bytes.copy_from_slice(&folded),
            _ => return unknown,
        }
        (Class::Letter, folded.len() as u8, bytes)
    };
    ALPHABETS.map(&mut entry).collect()
});

/// What a character is.
fn class(c: char) -> Class {
    match c {
        'a'..='z' | 'A'..='Z' => Class::Letter,
        '0'..='9' => Class::Digit,
        '.' | '\'' | '\u{2018}' | '\u{2019}' => Class::Point,
        ',' => Class::Comma,
        '\0'..='\x7F' | '\u{A0}' | '£' | '§' | '©' | '«' | '®' | '°' | '»' => Class::Mark,
        // hyphens, dashes, double quotes and other signs of print
        '\u{2010}'..='\u{2015}'
        | '\u{201C}'..='\u{201F}'
        | '†'
        | '‡'
        | '•'
        | '…'
        | '€'
        | '™'
        | '−' => Class::Mark,
        c => match ALPHABETS.contains(&(c as u32)) {
            true => FOLDED[(c as u32 - ALPHABETS.start()) as usize].0,
            false => Class::Unknown,
        },
    }
}

/// Appends the folded form of a letter, a digit or a point.
fn fold_simple(c: char, folded: &mut Vec<u8>) {
    match c {
        '\0'..='\x7F' => folded.push(c.to_ascii_lowercase() as u8),
        '\u{2018}' | '\u{2019}' => folded.push(b'\''),
        c => {
            let (_, length, bytes) = FOLDED[(c as u32 - ALPHABETS.start()) as usize];
            folded.extend_from_slice(&bytes[..usize::from(length)]);
        }
    }
}

/// Folds a word of Latin and Cyrillic letters, digits, points and commas where it stands, when its ASCII letters are in
/// lower case already; gives how many bytes are left.
pub(super) fn fold_in_place(word: &mut [u8]) -> usize {
    let (mut read, mut written) = (0, 0);
    while let Some(&byte) = word.get(read) {
        match byte {
            b',' => read += 1,
            // a curly apostrophe
            0xE2 => {
                word[written] = b'\'';
                (read, written) = (read + 3, written + 1);
            }
            // of two bytes, as all from U+80 to U+7FF
            0xC3.. => {
                let code = u32::from(byte & 0x1F) << 6 | u32::from(word[read + 1] & 0x3F);
                let (_, length, [first, second, ..]) = FOLDED[(code - ALPHABETS.start()) as usize];
                // one or two: both are written, as there is room where the letter was, and to copy so many takes longer
                (word[written], word[written + 1]) = (first, second);
                (read, written) = (read + 2, written + usize::from(length));
            }
            byte => {
                word[written] = byte;
                (read, written) = (read + 1, written + 1);
            }
        }
    }
    written
}

/// Appends the tokens of a piece that is made of simple characters only; `false`, and nothing
/// appended, if it is not.
fn simple_tokens(
    piece: &str,
    offset: usize,
    folded: &mut Vec<u8>,
    tokens: &mut Vec<Token>,
) -> bool {
    let known = tokens.len();
    let kinds = piece.char_indices().map(|(at, c)| (at, c, class(c)));
    let mut chars = kinds.peekable();
    let mut previous_end = None;
    while let Some((start, c, kind)) = chars.next() {
        match kind {
            Class::Letter | Class::Digit => {}
            Class::Unknown => {
                tokens.truncate(known);
                return false;
            }
            _ => continue,
        }
        folded.clear();
        fold_simple(c, folded);
        let (mut before, mut end) = (kind, piece.len());
        while let Some(&(at, c, kind)) = chars.peek() {
            let after = || chars.clone().nth(1).map(|(_, _, kind)| kind);
            match kind {
                Class::Letter | Class::Digit => before = kind,
                Class::Point if after() == Some(before) => {}
                Class::Comma if before == Class::Digit && after() == Some(Class::Digit) => {}
                _ => {
                    end = at;
                    break;
                }
            }
            if kind != Class::Comma {
                fold_simple(c, folded);
            }
            chars.next();
        }
        let joined = previous_end.is_some_and(|end: usize| is_hyphen(&piece[end..start]));
        push(folded, offset + start..offset + end, joined, tokens);
        previous_end = Some(end);
    }
    true
}

/// Appends the tokens of any piece without ASCII white space that stands at byte `offset`.
fn unicode_tokens(piece: &str, offset: usize, folded: &mut Vec<u8>, tokens: &mut Vec<Token>) {
    let mut previous_end = None;
    let base = offset;
    let mut word = |start: usize, word: &str, tokens: &mut Vec<Token>| {
        fold(word, folded);
        if folded.is_empty() {
            return;
        }
        let joined =
            previous_end.is_some_and(|end: usize| piece.get(end..start).is_some_and(is_hyphen));
        let end = start + word.len();
        push(folded, base + start..base + end, joined, tokens);
        previous_end = Some(end);
    };
    let mut at = 0;
    for part in piece.split_inclusive(['_', ':', ';']) {
        let mut rest = part;
        let mut rest_at = at;
        while let Some(first) = rest.chars().next() {
            let unspaced = is_unspaced(first);
            let length = rest
                .find(|c| is_unspaced(c) != unspaced)
                .unwrap_or(rest.len());
            let (run, tail) = rest.split_at(length);
            if unspaced {
                for bigram in bigrams(run) {
                    word(rest_at + bigram.start, &run[bigram], tokens);
                }
            } else {
                for (start, found) in run.unicode_word_indices() {
                    word(
                        rest_at + start,
                        found.trim_end_matches(['_', ':', ';']),
                        tokens,
                    );
                }
            }
            rest = tail;
            rest_at += length;
        }
        at += part.len();
    }
}

/// The byte ranges of all two neighbouring characters of a run, or of its only one.
fn bigrams(run: &str) -> Vec<Range<usize>> {
    // A voicing mark belongs to the kana before it.
    let mut starts: Vec<usize> = run
        .char_indices()
        .filter(|&(at, c)| at == 0 || !matches!(c, '\u{3099}' | '\u{309A}' | 'ﾞ' | 'ﾟ'))
        .map(|(at, _)| at)
        .collect();
    starts.push(run.len());
    let last = starts.len() - 1;
    (0..last.max(2) - 1)
        .map(|at| starts[at]..starts[(at + 2).min(last)])
        .collect()
}

/// Writes what the writers of a word agree on; empty when nothing of it is left.
fn fold(word: &str, folded: &mut Vec<u8>) {
    folded.clear();
    let mut push = |c: char| {
        let mut utf8 = [0; 4];
        folded.extend_from_slice(c.encode_utf8(&mut utf8).as_bytes());
    };
    let kept = word.nfkd().filter(|&c| !is_accent(c) && !is_invisible(c));
    let (mut before, mut kept) = (None, kept.flat_map(char::to_lowercase).peekable());
    while let Some(c) = kept.next() {
        match c {
            '\u{2018}' | '\u{2019}' | '\u{02BC}' => push('\''),
            'ß' => ['s', 's'].into_iter().for_each(&mut push),
            'æ' => ['a', 'e'].into_iter().for_each(&mut push),
            'œ' => ['o', 'e'].into_iter().for_each(&mut push),
            'ø' => push('o'),
            'ł' => push('l'),
            'đ' => push('d'),
            'ı' => push('i'),
            'ς' => push('σ'),
            ',' if before.is_some_and(char::is_numeric)
                && kept.peek().is_some_and(|c| c.is_numeric()) => {}
            // a lower-case letter may bring an accent of its own: İ is i and a dot
            c if is_accent(c) => {}
            c => push(c),
        }
        before = Some(c);
    }
}

/// Takes the possessive off a folded word.
fn bare(folded: &[u8]) -> &[u8] {
    match folded.strip_suffix(b"'s") {
        Some(owner) if !owner.is_empty() => owner,
        _ => folded,
    }
}

/// Gives the token of a folded word.
fn push(folded: &[u8], span: Range<usize>, joined: bool, tokens: &mut Vec<Token>) {
    let folded = bare(folded);
    tokens.push(Token {
        hash: hash::word(folded),
        start: span.start,
        end: span.end,
        joined,
        number: is_number(folded),
    });
}

/// How many letters of a word its forms are taken to share.
const STEM: usize = 5;

/// The hash of the first five letters of a word of more letters, and of nothing else than letters:
/// what the forms of an inflected word have in common.
pub(crate) fn stem(word: &str) -> Option<u64> {
    let mut folded = Vec::new();
    fold(word, &mut folded);
    let word = std::str::from_utf8(bare(&folded)).ok()?;
    let (end, _) = word.char_indices().nth(STEM)?;
    let letters = word.chars().all(char::is_alphabetic);
    letters.then(|| hash::word(&word.as_bytes()[..end]))
}

fn is_number(folded: &[u8]) -> bool {
    match folded.first() {
        Some(byte) if byte.is_ascii() => byte.is_ascii_digit(),
        _ => std::str::from_utf8(folded).is_ok_and(|word| word.starts_with(char::is_numeric)),
    }
}

/// Whether the text between two words is one hyphen, of any kind that holds a compound together.
fn is_hyphen(gap: &str) -> bool {
    // The em dash and longer ones part sentences, with spaces around them or without.
    matches!(
        gap,
        "-" | "\u{2010}" | "\u{2011}" | "\u{2012}" | "\u{2013}" | "\u{2212}" | "\u{FF0D}"
    )
}

/// A combining mark that Latin, Greek and Cyrillic writers may leave out. Marks of other scripts
/// are vowels and stay.
fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36F}').contains(&c)
}

/// A character that does not show: soft hyphen, joiners, marks of direction, byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// A letter, vowel sign or digit of a script that puts no spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0E01}'..='\u{0E3A}' | '\u{0E40}'..='\u{0E4E}' | '\u{0E50}'..='\u{0E59}' // Thai
        | '\u{0E81}'..='\u{0EDF}' // Lao
        | '\u{1000}'..='\u{1049}' | '\u{1050}'..='\u{109F}' // Burmese
        | '\u{1780}'..='\u{17D3}' | '\u{17E0}'..='\u{17E9}' // Khmer
        | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' // CJK iteration mark, numerals
        | '\u{3041}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}' // kana
        | '\u{3105}'..='\u{312F}' | '\u{31A0}'..='\u{31BF}' // Bopomofo
        | '\u{31F0}'..='\u{31FF}' | '\u{FF66}'..='\u{FF9F}' // kana, small and half-width
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' // Han
        | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn stems_are_of_letters_only() {
        assert_eq!(stem("Zelensky"), stem("ZELENSKYY’s"));
        assert_eq!(stem("Олимпиада"), stem("Олимпиаду"));
        assert_eq!(stem("Élysée"), Some(hash::word(b"elyse")));
        for none in ["Paris", "Paris's", "covid19", "1234567", ""] {
            assert_eq!(stem(none), None, "{none}");
        }
    }

    /// Both paths over a piece; `None` where the simple one leaves it to the other.
    fn both(piece: &str) -> Option<[Vec<Token>; 2]> {
        let (mut folded, mut simple, mut unicode) = (Vec::new(), Vec::new(), Vec::new());
        let known = simple_tokens(piece, 7, &mut folded, &mut simple);
        unicode_tokens(piece, 7, &mut folded, &mut unicode);
        known.then_some([simple, unicode])
    }

    #[test]
    fn every_simple_character_is_to_words_what_unicode_says() {
        for c in (0x21..0x3000).filter_map(char::from_u32) {
            for piece in [
                "{}",
                "a{}",
                "{}1",
                "a{}b",
                "1{}2",
                "a{}1",
                "a{}{}b",
                "é{}ж",
                "a.{}'b",
                "-{}-x{}-y",
            ] {
                let piece = piece.replace("{}", &c.to_string());
                if let Some([simple, unicode]) = both(&piece) {
                    assert_eq!(simple, unicode, "{piece} {:x}", c as u32);
                }
            }
        }
        for piece in ["“Malmö’s”", "1,000–2,000€", "Élysée…", "Киев/Kyiv", "it’s"]
        {
            assert!(both(piece).is_some(), "{piece}");
        }
    }

    proptest! {
        #[test]
        fn the_simple_path_equals_the_unicode_path(piece in "[!-~]{0,24}|[a-c1-3.,'_:;-]{0,16}|[!-~À-ԯ‐-…€]{0,16}|[ac1.,'’éßİжΣς–-]{0,16}") {
            if let Some([simple, unicode]) = both(&piece) {
                prop_assert_eq!(simple, unicode);
            } else {
                prop_assert!(!piece.is_ascii());
            }
        }
    }
}
