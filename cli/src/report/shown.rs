//! A text as the page shows it, and where its bytes went.

/// A text as the page shows it: perhaps shortened, and without what an HTML parser would change.
///
/// Parsers turn every line break into one kind and drop NUL. Scripts count in UTF-16 units, the library in
/// bytes. So each place in the text has a place in the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) text: String,
    /// Whether the end of the text is missing.
    pub(super) shortened: bool,
    /// So many bytes of the original are shown.
    bytes: usize,
    /// Where a run of characters begins that all take the same number of bytes and of units: byte, unit.
    marks: Vec<(usize, usize)>,
}

/// The bytes between two marks at most: a place is found by reading no more than these.
const STRIDE: usize = 256;

/// How long a character is in the page, once its template has escaped it.
pub(super) fn cost(c: char) -> usize {
    match c {
        '<' | '>' | '&' | '"' | '\'' => 5,
        '\0' => char::REPLACEMENT_CHARACTER.len_utf8(),
        c => c.len_utf8(),
    }
}

/// How long a text is in the page.
pub(super) fn length(text: &str) -> usize {
    text.chars().map(cost).sum()
}

impl Shown {
    /// As much of the text as takes at most `limit` bytes of the page.
    pub(super) fn new(original: &str, limit: usize) -> Self {
        let mut shown = Self {
            text: String::new(),
            shortened: false,
            bytes: original.len(),
            marks: vec![(0, 0)],
        };
        let (mut spent, mut units) = (0, 0);
        let mut characters = original.char_indices().peekable();
        while let Some((at, c)) = characters.next() {
            spent += cost(c);
            if spent > limit {
                shown.bytes = at;
                shown.shortened = true;
                break;
            }
            if shown
                .marks
                .last()
                .is_none_or(|&(byte, _)| at - byte >= STRIDE)
            {
                shown.marks.push((at, units));
            }
            let c = match c {
                '\r' if characters.peek().is_some_and(|&(_, next)| next == '\n') => continue,
                '\r' => '\n',
                '\0' => char::REPLACEMENT_CHARACTER,
                c => c,
            };
            shown.text.push(c);
            units += c.len_utf16();
        }
        shown
    }

    /// The length of what is shown in UTF-16 units.
    pub(super) fn units(&self) -> usize {
        self.text.encode_utf16().count()
    }

    /// Where a byte of the original stands in what is shown, in UTF-16 units; the end for all that is not
    /// shown. `original` is the text that this was made from.
    pub(super) fn unit(&self, original: &str, byte: usize) -> usize {
        let byte = byte.min(self.bytes);
        let mark = self.marks.partition_point(|&(start, _)| start <= byte) - 1;
        let (start, unit) = self.marks[mark];
        let between = &original[start..byte];
        let breaks = between.matches("\r\n").count();
        // a break that is cut in two is not yet there
        let half = usize::from(between.ends_with('\r') && original[byte..].starts_with('\n'));
        unit + between.encode_utf16().count() - breaks - half
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a script sees between two places.
    fn slice(text: &str, from: usize, to: usize) -> String {
        let units: Vec<u16> = text.encode_utf16().collect();
        String::from_utf16(&units[from..to]).unwrap()
    }

    #[test]
    fn every_place_is_found_again() {
        let odd = "Ça 🙂👨‍👩‍👧 <b>\r\nנכון\rA\0B\n".repeat(40);
        for limit in [0, 1, 7, 100, 1_000, usize::MAX] {
            let shown = Shown::new(&odd, limit);
            for (at, c) in odd.char_indices() {
                let end = at + c.len_utf8();
                let (from, to) = (shown.unit(&odd, at), shown.unit(&odd, end));
                if end > shown.bytes {
                    assert_eq!(from, shown.units().min(from));
                    continue;
                }
                let seen = slice(&shown.text, from, to);
                let expected = match c {
                    '\r' if odd[end..].starts_with('\n') => String::new(),
                    '\r' => "\n".into(),
                    '\0' => "\u{FFFD}".into(),
                    c => c.into(),
                };
                assert_eq!(seen, expected, "limit {limit}, byte {at}");
            }
            assert_eq!(shown.unit(&odd, odd.len()), shown.units());
        }
    }

    #[test]
    fn a_text_is_cut_between_characters_at_its_length_in_the_page() {
        let shown = Shown::new("a<b🙂c", 7);
        assert_eq!((shown.text.as_str(), shown.shortened), ("a<b", true));
        let shown = Shown::new("a<b🙂c", 12);
        assert_eq!((shown.text.as_str(), shown.shortened), ("a<b🙂c", false));
        assert_eq!(length("a<b🙂c"), 12);
    }
}
