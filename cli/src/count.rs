//! Numbers of things, as a person writes them.

/// A number with its thousands set apart: `1,234`.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// A number and the word for so many: `1 article`, `1,234 articles`.
pub(crate) fn count(of: usize, one: &str, several: &str) -> String {
    let word = if of == 1 { one } else { several };
    format!("{} {word}", number(of as u64))
}

/// So many articles.
pub(crate) fn articles(number: usize) -> String {
    count(number, "article", "articles")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let shown = [0, 1, 999, 1000, 1_234_567].map(articles);
        let wanted = [
            "0 articles",
            "1 article",
            "999 articles",
            "1,000 articles",
            "1,234,567 articles",
        ];
        assert_eq!(shown, wanted);
        assert_eq!(count(1, "story", "stories"), "1 story");
    }
}
