//! Words and names that no language has, but could have.

use crate::draw::Draw;

const ONSETS: &[&str] = &[
    "b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z", "b",
    "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "v", "m", "p", "s", "c", "r", "t",
    "k", "l", "y", "w", "j", "x", "z", "br", "ch", "gr", "pr", "sh", "st", "th", "tr", "", "", "",
];
const INNER: &[&str] = &[
    "b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "l", "r", "n", "t", "s", "d",
    "m", "k", "v", "c", "p", "g", "f", "b", "z", "nt", "nd", "st", "rt", "rm", "lt", "ll", "ct",
];
const VOWELS: &[&str] = &[
    "a", "e", "i", "o", "u", "a", "e", "i", "o", "a", "e", "i", "o", "u", "a", "e", "o", "e", "i",
    "u", "y", "ea", "ou", "ai",
];
const CODAS: &[&str] = &[
    "", "", "", "", "", "", "", "n", "r", "s", "t", "l", "m", "n", "r", "nd", "st", "ck", "p", "d",
];
const SUFFIXES: &[&str] = &[
    "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "s", "s", "ed", "ed", "er",
    "ing", "ion",
];
const CYRILLIC_ONSETS: &[&str] = &[
    "б", "в", "г", "д", "ж", "з", "к", "л", "м", "н", "п", "р", "с", "т", "х", "ч",
];
const CYRILLIC_VOWELS: &[&str] = &["а", "е", "и", "о", "у", "я"];

/// A word without accents: onset and vowel as often as asked, then an end.
pub(crate) fn stem(draw: &mut Draw, syllables: usize) -> String {
    let mut word = String::new();
    for at in 0..syllables {
        let consonants: &[&str] = if at == 0 { ONSETS } else { INNER };
        word.push_str(draw.pick(consonants));
        word.push_str(draw.pick(VOWELS));
    }
    word.push_str(draw.pick(CODAS));
    word
}

/// A word: one in 60 has an accent, one in 200 is Cyrillic.
pub(crate) fn word(draw: &mut Draw, syllables: usize) -> String {
    if draw.chance(5) {
        return cyrillic(draw, syllables);
    }
    let word = stem(draw, syllables) + draw.pick(SUFFIXES);
    accented(draw, word)
}

/// The word with a capital, and an accent in one of 60.
pub(crate) fn name(draw: &mut Draw, syllables: usize, ends: &[&str]) -> String {
    let mut name = stem(draw, syllables);
    let end = draw.pick(ends);
    if end.starts_with(['a', 'e', 'i', 'o', 'u']) {
        name.truncate(name.trim_end_matches(['a', 'e', 'i', 'o', 'u']).len());
    }
    name.push_str(end);
    capitalised(&accented(draw, name))
}

fn cyrillic(draw: &mut Draw, syllables: usize) -> String {
    let mut word = String::new();
    for _ in 0..=syllables {
        word.push_str(draw.pick(CYRILLIC_ONSETS));
        word.push_str(draw.pick(CYRILLIC_VOWELS));
    }
    word
}

fn accented(draw: &mut Draw, word: String) -> String {
    if !draw.chance(16) {
        return word;
    }
    let (plain, accented) = draw.pick(&[
        ("a", "á"),
        ("e", "é"),
        ("e", "è"),
        ("i", "í"),
        ("o", "ö"),
        ("o", "ó"),
        ("u", "ü"),
        ("a", "ã"),
    ]);
    match word.replacen(plain, accented, 1) {
        unchanged if unchanged == word => word.replacen(['a', 'e', 'i', 'o', 'u'], "é", 1),
        changed => changed,
    }
}

/// The word with a capital first.
pub(crate) fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
