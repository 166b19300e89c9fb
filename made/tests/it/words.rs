//! Words and their windows, in the simplest way.

use std::collections::HashSet;

/// The pieces between white space, in lower case, without the marks around them.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split_whitespace()
        .map(|piece| piece.trim_matches(|letter: char| !letter.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(|word| word.to_lowercase().replace('’', "'").replace('—', "--"))
        .collect()
}

/// How many windows of so many words are in both, in the first and in the second.
fn shared(a: &str, b: &str, length: usize) -> (usize, usize, usize) {
    let (a, b) = (words(a), words(b));
    let [a, b] = [&a, &b].map(|words| words.windows(length).collect::<HashSet<&[String]>>());
    (a.intersection(&b).count(), a.len(), b.len())
}

pub(crate) fn jaccard(a: &str, b: &str, length: usize) -> f64 {
    let (shared, a, b) = shared(a, b, length);
    shared as f64 / (a + b - shared) as f64
}

/// How much of the shorter text is in the longer.
pub(crate) fn containment(a: &str, b: &str, length: usize) -> f64 {
    let (shared, a, b) = shared(a, b, length);
    shared as f64 / a.min(b) as f64
}
