//! How a copy differs from its original.

use crate::draw::Draw;
use crate::lexicon::LEXICON;
use crate::writer::Writer;

/// What an editor does with a text.
///
/// `jaccard` is in percent: of the windows of five words that occur in original or copy, how many
/// occur in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Single words replaced, evenly spread.
    Words {
        /// The Jaccard similarity that is left, 30 to 100.
        jaccard: u8,
    },
    /// Half of the difference is sentences written anew, the other half single words.
    Sentences {
        /// The Jaccard similarity that is left, 30 to 100.
        jaccard: u8,
    },
    /// Only the beginning, up to the end of a sentence.
    Beginning {
        /// How much of the text is left.
        percent: u8,
    },
    /// The whole text inside a longer one.
    Embedded,
}

/// Windows of so many words are compared.
const WINDOW: usize = 5;

impl Change {
    /// How copies are made in the news; of 100 copies 25 are equal, 17 share no more than a part.
    pub(crate) fn draw(draw: &mut Draw) -> Self {
        let at = draw.below(100);
        let jaccard = match at {
            0..25 => 100,
            25..37 => 95,
            37..48 => 90,
            48..57 => 85,
            57..65 => 80,
            65..73 => 70,
            73..80 => 50,
            80..83 => 30,
            83..90 => return Self::Beginning { percent: 50 },
            90..94 => return Self::Beginning { percent: 25 },
            _ => return Self::Embedded,
        };
        if draw.chance(500) {
            Self::Words { jaccard }
        } else {
            Self::Sentences { jaccard }
        }
    }

    /// The changed text; new sentences are the writer's.
    pub(crate) fn apply(self, text: &str, writer: &mut Writer<'_>) -> String {
        match self {
            Self::Words { jaccard } => Copy::new(text).reworded(jaccard, writer),
            Self::Sentences { jaccard } => {
                let mut copy = Copy::new(text);
                copy.rewrite(jaccard, writer);
                copy.reworded(jaccard, writer)
            }
            Self::Beginning { percent } => beginning(text, percent),
            Self::Embedded => {
                let words = text.split_whitespace().count();
                let before = writer.body(8 + words / 5);
                let after = writer.body(8 + words / 3);
                format!("{before}\n\n{text}\n\n{after}")
            }
        }
    }
}

/// A text in pieces, and how much of it is changed.
struct Copy<'a> {
    pieces: Vec<Piece<'a>>,
    words: usize,
    /// Windows of the original that are no more, and windows that are new.
    lost: usize,
    gained: usize,
}

/// A word with its marks and the space after it, or a sentence that was written anew.
enum Piece<'a> {
    Word(&'a str),
    Sentence(String, &'a str),
}

impl<'a> Copy<'a> {
    fn new(text: &'a str) -> Self {
        let mut pieces = Vec::with_capacity(text.len() / 4);
        let mut rest = text;
        while let Some(at) = rest.find([' ', '\n']) {
            let space = rest[at..].bytes().take_while(u8::is_ascii_whitespace);
            let (word, next) = rest.split_at(at + space.count());
            pieces.push(Piece::Word(word));
            rest = next;
        }
        pieces.push(Piece::Word(rest));
        Self {
            words: pieces.len(),
            pieces,
            lost: 0,
            gained: 0,
        }
    }

    /// How many more windows must be lost and gained until the Jaccard similarity is as asked.
    fn left(&self, jaccard: u8) -> usize {
        let jaccard = usize::from(jaccard);
        let windows = self.words.saturating_sub(WINDOW - 1);
        // (windows - lost - x) / (windows + gained + x) = jaccard / 100
        let shared = 100 * windows.saturating_sub(self.lost);
        shared.saturating_sub(jaccard * (windows + self.gained)) / (100 + jaccard)
    }

    /// Writes sentences anew, evenly spread, until half of what must change has changed.
    fn rewrite(&mut self, jaccard: u8, writer: &mut Writer<'_>) {
        let enough = self.left(jaccard) / 2;
        let mut sentences: Vec<Vec<Piece<'a>>> = Vec::new();
        let mut ended = true;
        for piece in self.pieces.drain(..) {
            if ended {
                sentences.push(Vec::new());
            }
            ended = matches!(piece, Piece::Word(word) if ends_sentence(word));
            sentences.last_mut().expect("a text begins one").push(piece);
        }
        // a stride that meets all sentences, far ones first
        let count = sentences.len();
        let stride = (count * 5 / 8..count).find(|&stride| coprime(stride, count));
        let mut at = writer.draw.below(count);
        for _ in 0..count {
            at = (at + stride.unwrap_or(1)) % count;
            let words = sentences[at].len();
            let windows = words + WINDOW - 1;
            if windows > enough.saturating_sub(self.lost) {
                continue;
            }
            let Some(Piece::Word(last)) = sentences[at].last() else {
                continue;
            };
            let space = &last[last.trim_end().len()..];
            let mut sentence = String::new();
            writer.sentence(&mut sentence, words);
            self.gained += sentence.split_whitespace().count() + WINDOW - 1;
            self.lost += windows;
            sentences[at] = vec![Piece::Sentence(sentence, space)];
        }
        self.pieces = sentences.into_iter().flatten().collect();
    }

    /// Replaces single words, evenly spread, until the Jaccard similarity is as asked.
    fn reworded(self, jaccard: u8, writer: &mut Writer<'_>) -> String {
        let replaced = (self.left(jaccard) + WINDOW / 2) / WINDOW;
        let untouched = |piece: &Piece<'_>| matches!(piece, Piece::Word(_));
        let words = self.pieces.iter().filter(|piece| untouched(piece)).count();
        let mut text = String::with_capacity(self.words * 7);
        // so many of the words that were passed should have been replaced
        let (mut passed, mut done) = (0, 0);
        for piece in &self.pieces {
            match *piece {
                Piece::Sentence(ref sentence, space) => {
                    text.push_str(sentence);
                    text.push_str(space);
                }
                Piece::Word(word) => {
                    passed += 1;
                    let due = done < replaced && passed * replaced * 2 >= (2 * done + 1) * words;
                    let last = words - passed < replaced - done;
                    // editors leave numbers and names alone, if a word is near
                    if due && (last || word.starts_with(char::is_lowercase)) {
                        replace(word, writer, &mut text);
                        done += 1;
                    } else {
                        text.push_str(word);
                    }
                }
            }
        }
        text
    }
}

/// Another word with the same marks.
fn replace(piece: &str, writer: &mut Writer<'_>, text: &mut String) {
    let is_mark = |letter: char| !letter.is_alphanumeric();
    let core = piece.trim_matches(is_mark);
    let from = piece.find(core).unwrap_or(0);
    let other = loop {
        let other = LEXICON.content(&mut writer.draw);
        if other != core {
            break other;
        }
    };
    text.push_str(&piece[..from]);
    text.push_str(other);
    text.push_str(&piece[from + core.len()..]);
}

/// The text up to the end of the sentence in which so much of it is reached.
fn beginning(text: &str, percent: u8) -> String {
    let pieces = Copy::new(text).pieces;
    let least = (pieces.len() * usize::from(percent)).div_ceil(100);
    let mut end = 0;
    for (at, piece) in pieces.iter().enumerate() {
        if let Piece::Word(word) = piece {
            end += word.len();
            if at + 1 >= least && ends_sentence(word) {
                break;
            }
        }
    }
    text[..end].trim_end().to_owned()
}

fn ends_sentence(word: &str) -> bool {
    word.trim_end().ends_with(['.', '”']) && !word.trim_end().ends_with(",”")
}

fn coprime(a: usize, b: usize) -> bool {
    let (mut a, mut b) = (a, b);
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a == 1
}
