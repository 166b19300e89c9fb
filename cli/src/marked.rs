//! A text with marked passages, as a terminal shows it.

use std::ops::Range;

use anstyle::{AnsiColor, Style};

/// How passages are marked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marked {
    /// In colour, or in brackets where there is none.
    colour: bool,
    /// Whether all of the text is shown.
    whole: bool,
}

/// What stands before and behind a passage.
const BRACKETS: [&str; 2] = ["[", "]"];
const COLOUR: Style = AnsiColor::Green.on_default().bold();

/// So many characters beside a passage are always shown.
const BESIDE: usize = 100;

impl Marked {
    /// As standard output and the user allow it; a text that is not whole is shortened where nothing is marked.
    pub(crate) fn new(whole: bool) -> Self {
        let choice = anstream::AutoStream::choice(&std::io::stdout());
        Self {
            colour: choice != anstream::ColorChoice::Never,
            whole,
        }
    }

    /// The text without anything that would command the terminal.
    pub(crate) fn plain(&self, text: &str) -> String {
        let shown = |c: char| match c {
            '\n' | '\t' => c,
            c if c.is_control() => char::REPLACEMENT_CHARACTER,
            c => c,
        };
        text.chars().map(shown).collect()
    }

    /// The text with its passages marked; they may overlap.
    pub(crate) fn text(&self, text: &str, mut passages: Vec<Range<usize>>) -> String {
        passages.sort_by_key(|passage| (passage.start, passage.end));
        let mut marked = String::new();
        let mut end = 0;
        let mut passages = passages.into_iter().peekable();
        while let Some(passage) = passages.next() {
            let mut last = passage.end;
            while let Some(next) = passages.next_if(|next| next.start <= last) {
                last = last.max(next.end);
            }
            let between = text.get(end..passage.start).unwrap_or_default();
            marked.push_str(&self.between(between, end > 0, true));
            let passage = self.plain(text.get(passage.start..last).unwrap_or_default());
            if self.colour {
                marked.push_str(&format!("{COLOUR}{passage}{COLOUR:#}"));
            } else {
                let [before, behind] = BRACKETS;
                marked.push_str(&format!("{before}{passage}{behind}"));
            }
            end = last;
        }
        marked.push_str(&self.between(text.get(end..).unwrap_or_default(), end > 0, false));
        marked
    }

    /// What is not marked: its ends beside passages, or its beginning where there is none.
    fn between(&self, text: &str, is_behind: bool, is_before: bool) -> String {
        let text = self.plain(text);
        let start = if is_behind || !is_before { BESIDE } else { 0 };
        let end = if is_before { BESIDE } else { 0 };
        let characters = text.chars().count();
        if self.whole || characters <= start + end + BESIDE {
            return text;
        }
        let cut = |at: usize| text.char_indices().nth(at).map_or(text.len(), |(at, _)| at);
        let (first, last) = (&text[..cut(start)], &text[cut(characters - end)..]);
        // at words, if there are any
        let first = first
            .rsplit_once(char::is_whitespace)
            .map_or(first, |(first, _)| first);
        let last = last
            .split_once(char::is_whitespace)
            .map_or(last, |(_, last)| last);
        match (first, last) {
            ("", last) => format!("… {last}"),
            (first, "") => format!("{first} …"),
            (first, last) => format!("{first} … {last}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BRACKETED: Marked = Marked {
        colour: false,
        whole: true,
    };

    #[test]
    fn overlapping_passages_are_one() {
        let marked = BRACKETED.text("one two three four", vec![8..13, 0..7, 4..7]);
        assert_eq!(marked, "[one two] [three] four");
    }

    #[test]
    fn nothing_commands_the_terminal() {
        let marked = BRACKETED.text("red \x1b[31malert\u{9b}", std::iter::once(0..3).collect());
        assert_eq!(marked, "[red] \u{FFFD}[31malert\u{FFFD}");
    }

    #[test]
    fn long_stretches_are_shortened_at_words() {
        let text = format!(
            "{}same words{}",
            "before ".repeat(100),
            " behind".repeat(100)
        );
        let marked = Marked {
            whole: false,
            ..BRACKETED
        };
        let marked = marked.text(&text, std::iter::once(700..710).collect());
        assert!(marked.starts_with("… before"), "{marked}");
        assert!(marked.contains("before [same words] behind"), "{marked}");
        assert!(marked.ends_with("behind …"), "{marked}");
        assert!(marked.len() < 300, "{marked}");
    }
}
