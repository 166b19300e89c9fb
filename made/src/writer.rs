//! Titles, sentences and paragraphs.

use crate::common::{HYPHENED, PHRASES};
use crate::draw::Draw;
use crate::lexicon::LEXICON;
use crate::name::Name;
use crate::number;
use crate::report::Report;
use crate::syllable::capitalised;

/// The least and greatest number of words in a sentence.
const SENTENCE: (usize, usize) = (8, 35);

/// Writes what one reporter knows.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    pub(crate) report: Report<'a>,
    pub(crate) draw: Draw,
}

/// What stands next in a sentence.
enum Item<'a> {
    Word(&'a str),
    /// A word of grammar.
    Function(&'a str),
    Name(&'a str),
    Number(String),
    /// Words that stay together.
    Phrase(&'a str),
    Day,
}

impl<'a> Writer<'a> {
    /// A title of 5 to 12 words.
    pub(crate) fn title(&mut self) -> String {
        let length = 5 + self.draw.below(8);
        let mut title = String::new();
        self.run(&mut title, length, true);
        title
    }

    /// A body of exactly so many words, from 8 on.
    pub(crate) fn body(&mut self, words: usize) -> String {
        let mut body = String::with_capacity(words * 7);
        let mut left = words;
        while left > 0 {
            if !body.is_empty() {
                body.push_str(if self.draw.chance(450) { "\n\n" } else { " " });
            }
            let length = self.length(left);
            self.sentence(&mut body, length);
            left -= length;
        }
        body
    }

    /// How long the next sentence is, so that what is left is none or can be a sentence.
    fn length(&mut self, left: usize) -> usize {
        let (least, most) = SENTENCE;
        let length = least + self.draw.below(most - least + 1);
        if left <= length.max(least * 2 - 1) {
            left
        } else {
            length.min(left - least)
        }
    }

    /// A sentence of exactly so many words.
    pub(crate) fn sentence(&mut self, text: &mut String, words: usize) {
        if self.draw.chance(260) && self.quoted(text, words) {
            return;
        }
        let quoted = self.draw.chance(60);
        if quoted {
            text.push('“');
        }
        self.run(text, words, false);
        text.push_str(if quoted { ".”" } else { "." });
    }

    /// A quote that others may have too, if it fits.
    fn quoted(&mut self, text: &mut String, words: usize) -> bool {
        if self.report.quotes.is_empty() {
            return false;
        }
        let at = self.draw.below(self.report.quotes.len());
        let quote = self.report.quotes[at];
        let speaker = self.name();
        let taken = count(quote) + count(speaker) + 1;
        if taken + 3 > words {
            return false;
        }
        // nobody writes it twice
        self.report.quotes.remove(at);
        text.push('“');
        text.push_str(&capitalised(quote));
        text.push_str(",” ");
        text.push_str(speaker);
        text.push_str(" said, ");
        self.words(text, words - taken, false);
        text.push('.');
        true
    }

    /// Words with a capital first.
    fn run(&mut self, text: &mut String, words: usize, title: bool) {
        let from = text.len();
        self.words(text, words, title);
        let first = text[from..].chars().next().unwrap_or_default();
        if !first.is_uppercase() {
            let upper: String = first.to_uppercase().collect();
            text.replace_range(from..from + first.len_utf8(), &upper);
        }
    }

    fn words(&mut self, text: &mut String, words: usize, title: bool) {
        let mut left = words;
        let mut function = false;
        while left > 0 {
            if left < words {
                text.push_str(match self.draw.below(1000) {
                    0..45 if !function && !title => ", ",
                    45..48 if !function && !title => "—",
                    _ => " ",
                });
            }
            let item = self.item(left, title, function);
            function = matches!(item, Item::Function(_));
            left -= self.write(text, &item);
        }
    }

    /// What comes next: of no more than `left` words, and no word of grammar at the end.
    fn item(&mut self, left: usize, title: bool, function: bool) -> Item<'a> {
        let scale = if title { 2 } else { 1 };
        let mut at = self.draw.below(1000);
        let mut is = |per_mille: usize| {
            let is = at < per_mille;
            at = at.wrapping_sub(per_mille);
            is
        };
        if is(58 * scale) {
            let name = self.name();
            if count(name) <= left {
                return Item::Name(name);
            }
        } else if is(45 * scale) {
            let words = &self.report.words;
            return Item::Word(words[self.draw.early(words.len())]);
        } else if is(8 * scale) {
            let numbers = &self.report.numbers;
            return Item::Number(self.draw.pick(numbers).to_owned());
        } else if is(85 * scale) {
            return Item::Word(self.report.event.topic.word(&mut self.draw));
        } else if is(7) {
            return Item::Number(number::any(&mut self.draw));
        } else if is(22) {
            let name = self.draw.pick(&self.report.own_names);
            return Item::Name(&name.short);
        } else if is(25) {
            return Item::Word(self.draw.pick(&self.report.own_words));
        } else if !title && is(22) {
            let phrase = match self.draw.below(5) {
                0..2 => self.draw.pick(&self.report.phrases),
                _ => PHRASES[self.draw.early(PHRASES.len())],
            };
            if count(phrase) < left && !function {
                return Item::Phrase(phrase);
            }
        } else if !title && is(4) && left > 2 && !function {
            return Item::Day;
        }
        if left == 1 {
            return Item::Word(LEXICON.content(&mut self.draw));
        }
        // two words of grammar in a row are rarer than by chance
        let word = match LEXICON.word(&mut self.draw) {
            again if function && again.function => LEXICON.word(&mut self.draw),
            word => word,
        };
        if word.function {
            Item::Function(word.text)
        } else {
            Item::Word(word.text)
        }
    }

    /// A name of the event, mostly the short form.
    fn name(&mut self) -> &'a str {
        let names = &self.report.names;
        let name: &'a Name = names[self.draw.early(names.len())];
        if self.draw.chance(350) {
            &name.full
        } else {
            &name.short
        }
    }

    /// Writes the item; how many words that was.
    fn write(&mut self, text: &mut String, item: &Item<'_>) -> usize {
        match item {
            Item::Word(word) => {
                if self.draw.chance(8) && text.ends_with(' ') {
                    text.push_str(self.draw.pick(HYPHENED));
                    text.push('-');
                } else if text.ends_with(" a ") && word.starts_with(['a', 'e', 'i', 'o', 'u']) {
                    text.insert(text.len() - 1, 'n');
                }
                text.push_str(word);
                1
            }
            Item::Function(word) => {
                text.push_str(word);
                1
            }
            Item::Number(number) => {
                text.push_str(number);
                1
            }
            Item::Name(name) => {
                text.push_str(name);
                if self.draw.chance(60) {
                    text.push_str("’s");
                }
                count(name)
            }
            Item::Phrase(phrase) => {
                text.push_str(phrase);
                count(phrase)
            }
            Item::Day => {
                text.push_str("on ");
                text.push_str(self.report.weekday);
                2
            }
        }
    }
}

fn count(words: &str) -> usize {
    1 + words.bytes().filter(|&byte| byte == b' ').count()
}
