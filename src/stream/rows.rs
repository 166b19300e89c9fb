//! An index to rows and back: what a store keeps.
//!
//! Whatever follows from the rest is not kept: who follows an article, the tables in which it is found, how often each
//! term occurs.

use super::arrival::BucketKeys;
use super::entry::{Copy, Entry, NO_STORY};
use super::epoch::Epoch;
use super::list::List;
use super::names::Named;
use super::packed::{PackedVector, put, take};
use super::spelling::Words;
use super::state::State;
use super::unsaved::Unsaved;
use super::words::{Term, Word};
use crate::article::Timestamp;
use crate::score::Overlap;

/// The tables of a store. All have numbers as keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Table {
    /// What changes with every insert, under 0.
    Counters,
    Words,
    Terms,
    /// The statistics of each epoch, by its number.
    Epochs,
    /// How much terms say in the epoch at hand, so many of them a row.
    Idf,
    Articles,
    /// The bucket keys of each article.
    Keys,
    /// Group and story of each article.
    Places,
    Stories,
}

impl Table {
    /// All of them, in the order in which they are read.
    pub(super) const ALL: [Self; 9] = [
        Self::Counters,
        Self::Terms,
        Self::Words,
        Self::Epochs,
        Self::Idf,
        Self::Stories,
        Self::Articles,
        Self::Keys,
        Self::Places,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Counters => "counters",
            Self::Words => "words",
            Self::Terms => "terms",
            Self::Epochs => "epochs",
            Self::Idf => "idf",
            Self::Articles => "articles",
            Self::Keys => "keys",
            Self::Places => "places",
            Self::Stories => "stories",
        }
    }
}

/// A row to write, or to delete.
pub(super) type Row = ((Table, u32), Option<Vec<u8>>);

/// So many terms share a row of [`Table::Idf`].
pub(super) const IDF_OF_ROW: usize = 1024;

impl State {
    /// An empty one of which all is to be kept.
    pub(super) fn kept() -> Self {
        Self {
            unsaved: Some(Unsaved::default()),
            ..Self::default()
        }
    }

    /// The rows of all that changed since this was asked last.
    pub(super) fn unsaved_rows(&mut self) -> Vec<Row> {
        let (words, terms) = (self.dictionary.words().len(), self.dictionary.terms().len());
        let Some(unsaved) = self.unsaved.replace(Unsaved::since(words, terms)) else {
            self.unsaved = None;
            return Vec::new();
        };
        let mut rows: Vec<Row> = vec![((Table::Counters, 0), Some(self.counters().bytes()))];
        let mut row = |table, key, value: Option<Vec<u8>>| rows.push(((table, key), value));
        for (word, number) in self.dictionary.words()[unsaved.words..].iter().zip(0..) {
            row(
                Table::Words,
                unsaved.words as u32 + number,
                Some(self.word_bytes(unsaved.words as u32 + number, word)),
            );
        }
        for (term, number) in self.dictionary.terms()[unsaved.terms..].iter().zip(0..) {
            row(
                Table::Terms,
                unsaved.terms as u32 + number,
                Some(term_bytes(term)),
            );
        }
        for epoch in unsaved.epochs {
            row(
                Table::Epochs,
                epoch,
                self.epochs.epochs.get(&epoch).map(epoch_bytes),
            );
        }
        if unsaved.has_begun {
            for (part, number) in self.epochs.idf.chunks(IDF_OF_ROW).zip(0..) {
                let bytes = part.iter().flat_map(|idf| idf.to_le_bytes()).collect();
                row(Table::Idf, number, Some(bytes));
            }
        }
        for story in unsaved.stories {
            row(
                Table::Stories,
                story,
                self.names.get(story).map(story_bytes),
            );
        }
        for &number in &unsaved.entries {
            let entry = self.entries.get(number);
            row(
                Table::Articles,
                number,
                entry.map(|entry| entry_bytes(entry, number)),
            );
            if entry.is_none() {
                row(Table::Keys, number, None);
                row(Table::Places, number, None);
            }
        }
        for (number, keys) in unsaved.keys {
            // unless it has gone again
            if self.entries.get(number).is_some() {
                row(Table::Keys, number, Some(keys_bytes(&keys)));
            }
        }
        for number in unsaved.placed {
            if let Some(entry) = self.entries.get(number) {
                row(Table::Places, number, Some(place_bytes(entry)));
            }
        }
        rows
    }

    fn word_bytes(&self, number: u32, word: &Word) -> Vec<u8> {
        let mut bytes = word.hash.to_le_bytes().to_vec();
        bytes.extend(word.term.to_le_bytes());
        bytes.push(u8::from(word.number));
        bytes.push(u8::from(self.dictionary.is_first(number)));
        bytes
    }

    pub(super) fn counters(&self) -> Counters {
        Counters {
            next: self.next,
            articles: self.entries.len() as u32,
            next_story: self.names.next,
            epoch: self.epochs.current,
            since: self.epochs.since as u64,
            nearest: self.epochs.nearest,
        }
    }
}

/// What has to be known beside articles and stories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counters {
    pub(super) next: u32,
    pub(super) articles: u32,
    pub(super) next_story: u32,
    pub(super) epoch: u32,
    pub(super) since: u64,
    pub(super) nearest: i128,
}

impl Counters {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for number in [self.next, self.articles, self.next_story, self.epoch] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(self.since.to_le_bytes());
        bytes.extend(self.nearest.to_le_bytes());
        bytes
    }

    pub(super) fn of(read: &mut Read<'_>) -> Option<Self> {
        Some(Self {
            next: read.u32()?,
            articles: read.u32()?,
            next_story: read.u32()?,
            epoch: read.u32()?,
            since: u64::from_le_bytes(read.array()?),
            nearest: i128::from_le_bytes(read.array()?),
        })
    }
}

fn term_bytes(term: &Term) -> Vec<u8> {
    let mut bytes = term.hash.to_le_bytes().to_vec();
    bytes.push(u8::from(term.number));
    bytes
}

fn epoch_bytes(epoch: &Epoch) -> Vec<u8> {
    let mut bytes = (epoch.articles as u64).to_le_bytes().to_vec();
    bytes.extend(epoch.nearest.to_le_bytes());
    bytes
}

fn story_bytes(story: &Named) -> Vec<u8> {
    let mut bytes = Vec::new();
    for name in [&story.name].into_iter().chain(&story.former) {
        put_text(&mut bytes, name.as_bytes());
    }
    bytes
}

fn keys_bytes(keys: &BucketKeys) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(4 * (keys.bands.len() + keys.phrases.len()) + 2);
    put(&mut bytes, keys.bands.len() as u64);
    for key in keys.bands.iter().chain(&keys.phrases) {
        bytes.extend(key.to_le_bytes());
    }
    bytes
}

fn place_bytes(entry: &Entry) -> Vec<u8> {
    let mut bytes = entry.group.to_le_bytes().to_vec();
    bytes.extend(entry.story.to_le_bytes());
    bytes
}

pub(super) fn put_text(bytes: &mut Vec<u8>, text: &[u8]) {
    put(bytes, text.len() as u64);
    bytes.extend(text);
}

/// An article with what it is to others, but for its place; of copies and links those before a number. Those after an article
/// keep the others, so in a row they are not.
pub(super) fn entry_bytes(entry: &Entry, before: u32) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(entry.words.0.len() + entry.vector.0.len() + 256);
    put_text(&mut bytes, entry.id.as_bytes());
    match entry.published {
        Some(published) => {
            bytes.push(1);
            bytes.extend(published.seconds().to_le_bytes());
        }
        None => bytes.push(0),
    }
    bytes.extend(entry.text.to_le_bytes());
    put_text(&mut bytes, &entry.words.0);
    put_text(&mut bytes, &entry.vector.0);
    for value in [entry.epoch, entry.terms, entry.phrases, entry.horizon] {
        put(&mut bytes, value.into());
    }
    bytes.extend(entry.crowding.to_le_bytes());
    put(&mut bytes, entry.nearest);
    put(&mut bytes, entry.near.len() as u64);
    for &(other, dot) in &entry.near {
        put(&mut bytes, other.into());
        bytes.extend(dot.to_le_bytes());
    }
    let copies = &entry.copies[..entry.copies.partition_point(|&(copy, _)| copy < before)];
    put(&mut bytes, copies.len() as u64);
    for &(other, copy) in copies {
        put(&mut bytes, other.into());
        let overlap = copy.overlap();
        for count in [overlap.shared, overlap.smaller, overlap.larger] {
            put(&mut bytes, count as u64);
        }
        bytes.push(u8::from(copy.recurring));
    }
    for &other in &entry.links[..entry.links.partition_point(|&link| link < before)] {
        put(&mut bytes, other.into());
    }
    bytes
}

/// Appends values of so many bytes each, and before them how many there are.
pub(super) fn put_list<const N: usize>(
    bytes: &mut Vec<u8>,
    values: impl ExactSizeIterator<Item = [u8; N]>,
) {
    put(bytes, values.len() as u64);
    bytes.extend(values.flatten());
}

/// Reads what was written; `None` where the bytes end too early.
pub(super) struct Read<'a>(pub(super) &'a [u8]);

impl<'a> Read<'a> {
    pub(super) fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.array()?))
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.array()?))
    }

    pub(super) fn flag(&mut self) -> Option<bool> {
        match self.array()? {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }

    /// A number that `put` has written.
    pub(super) fn number<T: TryFrom<u64>>(&mut self) -> Option<T> {
        take(&mut self.0)?.try_into().ok()
    }

    /// Values of so many bytes each, and before them how many there are.
    pub(super) fn list<T, const N: usize>(&mut self, of: impl Fn([u8; N]) -> T) -> Option<Vec<T>> {
        let bytes = self.number::<usize>()?.checked_mul(N)?;
        let (values, _) = self.bytes(bytes)?.as_chunks();
        Some(values.iter().map(|&value| of(value)).collect())
    }

    pub(super) fn text(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.bytes(length)
    }

    /// All that are left; they ascend.
    pub(super) fn numbers(&mut self) -> Option<List> {
        let mut numbers = List::default();
        while !self.0.is_empty() {
            numbers.insert(self.number()?);
        }
        Some(numbers)
    }

    pub(super) fn str(&mut self) -> Option<Box<str>> {
        Some(std::str::from_utf8(self.text()?).ok()?.into())
    }
}

pub(super) fn entry_of(number: u32, bytes: &[u8]) -> Option<Box<Entry>> {
    let mut read = Read(bytes);
    let id = read.str()?;
    let published = match read.flag()? {
        true => Some(Timestamp::from_seconds(i64::from_le_bytes(read.array()?))),
        false => None,
    };
    let text = read.u64()?;
    let words = Words(read.text()?.into());
    let vector = PackedVector(read.text()?.into());
    let [epoch, terms, phrases, horizon] = [
        read.number()?,
        read.number()?,
        read.number()?,
        read.number()?,
    ];
    let crowding = i64::from_le_bytes(read.array()?);
    let nearest = read.number()?;
    let near = (0..read.number::<usize>()?).map(|_| Some((read.number()?, read.u32()?)));
    let near = near.collect::<Option<_>>()?;
    let copies = (0..read.number::<usize>()?).map(|_| {
        let other = read.number()?;
        let overlap = Overlap {
            shared: read.number()?,
            smaller: read.number()?,
            larger: read.number()?,
        };
        let recurring = read.flag()?;
        Some((other, Copy::new(&overlap, recurring)))
    });
    let copies = copies.collect::<Option<_>>()?;
    let links = read.numbers()?;
    Some(Box::new(Entry {
        id,
        published,
        text,
        words,
        vector,
        epoch,
        terms,
        phrases,
        horizon,
        near,
        followers: List::default(),
        crowding,
        nearest,
        copies,
        links,
        group: number,
        story: NO_STORY,
    }))
}
