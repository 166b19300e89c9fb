//! An index to rows and back: what a store keeps.
//!
//! Whatever follows from the rest is not kept: who follows an article, the tables in which it is found, how often each
//! term occurs.

use std::collections::BTreeSet;

use super::arrival::BucketKeys;
use super::entry::{Copy, Entry, NO_STORY};
use super::epoch::Epoch;
use super::keys::{self, Keys};
use super::names::Named;
use super::packed::{PackedVector, put, take};
use super::state::State;
use super::unsaved::Unsaved;
use super::words::{Term, Word, Words};
use crate::article::Timestamp;
use crate::cluster::Clusterer;
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
        Self::Words,
        Self::Terms,
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
const IDF_OF_ROW: usize = 1024;

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
                Some(word_bytes(word)),
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
                entry.map(|entry| entry_bytes(number, entry)),
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

    fn counters(&self) -> Counters {
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
struct Counters {
    next: u32,
    articles: u32,
    next_story: u32,
    epoch: u32,
    since: u64,
    nearest: i128,
}

impl Counters {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for number in [self.next, self.articles, self.next_story, self.epoch] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(self.since.to_le_bytes());
        bytes.extend(self.nearest.to_le_bytes());
        bytes
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        let mut read = Read(bytes);
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

/// An index that is read from rows.
#[derive(Debug)]
pub(super) struct Restored<'a> {
    clusterer: &'a Clusterer,
    state: State,
    counters: Option<Counters>,
    /// Whether what cannot be read is left out.
    leave_out: bool,
}

impl<'a> Restored<'a> {
    /// Nothing yet. With `leave_out` what cannot be read is left out, without it that is the end.
    pub(super) fn new(clusterer: &'a Clusterer, leave_out: bool) -> Self {
        Self {
            clusterer,
            state: State::kept(),
            counters: None,
            leave_out,
        }
    }

    /// Takes a row, in the order of [`Table::ALL`] and of the keys. `None` if it makes no sense.
    pub(super) fn row(&mut self, table: Table, key: u32, bytes: &[u8]) -> Option<()> {
        let state = &mut self.state;
        let mut read = Read(bytes);
        match table {
            Table::Counters => {
                let counters = Counters::of(bytes)?;
                state.epochs.current = counters.epoch;
                self.counters = Some(counters);
            }
            Table::Words => {
                let word = Word {
                    hash: read.u64()?,
                    term: read.u32()?,
                    number: read.flag()?,
                };
                // where rows are lost others stand at their places, so that nothing moves
                while self.leave_out && (state.dictionary.words().len() as u32) < key {
                    state.dictionary.learn_lost_word();
                }
                (state.dictionary.words().len() as u32 == key).then_some(())?;
                state.dictionary.learn_word(word);
            }
            Table::Terms => {
                let term = Term {
                    hash: read.u64()?,
                    number: read.flag()?,
                };
                while self.leave_out && (state.dictionary.terms().len() as u32) < key {
                    state.dictionary.learn_lost_term();
                }
                (state.dictionary.terms().len() as u32 == key).then_some(())?;
                state.dictionary.learn_term(term);
            }
            Table::Epochs => {
                let epoch = Epoch {
                    articles: read.u64()?.try_into().ok()?,
                    nearest: i128::from_le_bytes(read.array()?),
                    members: 0,
                };
                state.epochs.epochs.insert(key, epoch);
            }
            Table::Idf => {
                (state.epochs.idf.len() == key as usize * IDF_OF_ROW).then_some(())?;
                while !read.0.is_empty() {
                    state.epochs.idf.push(f32::from_le_bytes(read.array()?));
                }
            }
            Table::Stories => {
                let name = read.str()?;
                let mut former = Vec::new();
                while !read.0.is_empty() {
                    former.push(read.str()?);
                }
                let members = Vec::new();
                let named = Named {
                    name,
                    former,
                    members,
                };
                state.names.restore(key, named);
            }
            Table::Articles => {
                let entry = entry_of(key, bytes)?;
                let dictionary = &state.dictionary;
                let has_terms = || entry.vector.terms().all(|term| dictionary.has(term.term));
                // a compound that is lost is in the vector only
                if self.leave_out && !(dictionary.has_all(&entry.words) && has_terms()) {
                    return None;
                }
                state.epochs.restore(&entry);
                state.enter(key, entry);
                state.admit(key);
            }
            // they are read by themselves, or follow from the words
            Table::Keys => {}
            Table::Places => {
                let (group, story) = (read.u32()?, read.u32()?);
                state.entries.get(key)?;
                state.entries.get(group)?;
                state.names.join(story, key)?;
                let entry = state.other_side(key);
                (entry.group, entry.story) = (group, story);
            }
        }
        Some(())
    }

    /// The index, once all rows have been read. An error says what is missing.
    pub(super) fn state(mut self, buckets: Buckets) -> Result<State, String> {
        let counters = self.counters.ok_or("its counters are missing")?;
        let state = &mut self.state;
        if state.entries.len() != counters.articles as usize {
            let (is, was) = (state.entries.len(), counters.articles);
            return Err(format!("it holds {is} articles of {was}"));
        }
        let mut listed = buckets.articles.iter();
        if let Some((number, _)) =
            (state.entries.iter()).find(|(number, _)| listed.next() != Some(number))
        {
            return Err(format!("the keys of article number {number} are missing"));
        }
        if let Some(number) = listed.next() {
            return Err(format!("article number {number} has keys and is missing"));
        }
        (state.bands, state.phrases) = (buckets.bands, buckets.phrases);
        state.next = counters.next;
        state.names.next = counters.next_story;
        state.epochs.since = counters.since as usize;
        state.epochs.nearest = counters.nearest;
        state
            .epochs
            .end_restoring(state.dictionary.terms(), self.clusterer);
        state
            .note_other_sides()
            .map_err(|number| format!("article number {number} refers to one that is not there"))?;
        if let Some((number, _)) = state
            .entries
            .iter()
            .find(|(_, entry)| entry.story == NO_STORY)
        {
            return Err(format!("article number {number} is in no story"));
        }
        let (words, terms) = (
            state.dictionary.words().len(),
            state.dictionary.terms().len(),
        );
        state.unsaved = Some(Unsaved::since(words, terms));
        state.names.changed.clear();
        Ok(self.state)
    }

    /// How many articles there were, if that can be read.
    pub(super) fn articles(&self) -> Option<usize> {
        self.counters.map(|counters| counters.articles as usize)
    }

    /// An index of what could be read: what refers to lost articles is forgotten, and all stories are settled anew.
    /// A story keeps its name where most of its articles stay together.
    pub(super) fn mended(mut self) -> State {
        let clusterer = self.clusterer;
        let state = &mut self.state;
        state.dictionary.forget_lost();
        let numbers: Vec<u32> = state.entries.iter().map(|(number, _)| number).collect();
        let there: BTreeSet<u32> = numbers.iter().copied().collect();
        for &number in &numbers {
            let entry = state.other_side(number);
            let near = entry.near.iter().copied();
            entry.near = near.filter(|(other, _)| there.contains(other)).collect();
            entry.copies.retain(|(other, _)| there.contains(other));
            entry.links.retain(|other| there.contains(other));
        }
        state
            .note_other_sides()
            .expect("what refers to others was forgotten");
        let after_last = |last: Option<&u32>| last.map_or(0, |last| last + 1);
        let kept = self.counters;
        state.next = after_last(numbers.last()).max(kept.map_or(0, |kept| kept.next));
        state.names.mend(kept.map_or(0, |kept| kept.next_story));
        state.epochs.mend(&state.entries);
        let mut unsaved = Unsaved::default();
        for &number in &numbers {
            let text = state.text(&state.entries[number], clusterer);
            state.list_keys(number, &text.keys);
            unsaved.keys.push((number, text.keys));
        }
        let settlement = state.settle_around(&there, clusterer);
        state.accept(&settlement);
        unsaved.entries.clone_from(&there);
        unsaved.placed = there;
        unsaved.stories = state
            .names
            .iter_numbered()
            .map(|(story, _)| story)
            .collect();
        state.unsaved = Some(unsaved);
        state.begin_epoch(clusterer);
        if let Some(unsaved) = &mut state.unsaved {
            unsaved.epochs.extend(state.epochs.epochs.keys());
        }
        self.state
    }
}

/// The rows of [`Table::Keys`], which can be read while others read the rest.
#[derive(Debug, Default)]
pub(super) struct KeyRows {
    bands: Vec<u64>,
    phrases: Vec<u64>,
    articles: Vec<u32>,
}

/// The buckets of an index, and the articles that are in them, ascending.
#[derive(Debug)]
pub(super) struct Buckets {
    bands: Keys,
    phrases: Keys,
    articles: Vec<u32>,
}

impl KeyRows {
    /// Takes a row, in the order of the keys. `None` if it makes no sense.
    pub(super) fn row(&mut self, article: u32, bytes: &[u8]) -> Option<()> {
        let mut read = Read(bytes);
        self.articles.push(article);
        let of_bands: usize = read.number()?;
        for _ in 0..of_bands {
            self.bands.push(keys::entry(read.u32()?, article));
        }
        while !read.0.is_empty() {
            self.phrases.push(keys::entry(read.u32()?, article));
        }
        Some(())
    }

    pub(super) fn buckets(self) -> Buckets {
        Buckets {
            bands: Keys::of_entries(self.bands),
            phrases: Keys::of_entries(self.phrases),
            articles: self.articles,
        }
    }
}

impl State {
    /// Notes with each article what is kept with others.
    fn note_other_sides(&mut self) -> Result<(), u32> {
        let numbers: Vec<u32> = self.entries.iter().map(|(number, _)| number).collect();
        for number in numbers {
            let entry = &self.entries[number];
            let near: Vec<u32> = entry.near.iter().map(|&(other, _)| other).collect();
            let earlier = |other: &u32| *other < number;
            let copies = entry.copies.iter().copied();
            let copies: Vec<(u32, Copy)> = copies.filter(|(other, _)| earlier(other)).collect();
            let links: Vec<u32> = entry.links.iter().copied().filter(earlier).collect();
            let mut all = near
                .iter()
                .chain(copies.iter().map(|(copy, _)| copy))
                .chain(&links);
            if !all.all(|&other| self.entries.get(other).is_some()) {
                return Err(number);
            }
            for other in near {
                self.other_side(other).followers.push(number);
            }
            for (other, copy) in copies {
                self.other_side(other).copies.push((number, copy));
            }
            for other in links {
                self.other_side(other).links.push(number);
            }
        }
        Ok(())
    }
}

fn word_bytes(word: &Word) -> Vec<u8> {
    let mut bytes = word.hash.to_le_bytes().to_vec();
    bytes.extend(word.term.to_le_bytes());
    bytes.push(u8::from(word.number));
    bytes
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

fn put_text(bytes: &mut Vec<u8>, text: &[u8]) {
    put(bytes, text.len() as u64);
    bytes.extend(text);
}

/// An article with what it is to others; of copies and links those before it, as those after it keep the others.
fn entry_bytes(number: u32, entry: &Entry) -> Vec<u8> {
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
    let copies = &entry.copies[..entry.copies.partition_point(|&(copy, _)| copy < number)];
    put(&mut bytes, copies.len() as u64);
    for &(other, copy) in copies {
        put(&mut bytes, other.into());
        for count in [
            copy.overlap.shared,
            copy.overlap.smaller,
            copy.overlap.larger,
        ] {
            put(&mut bytes, count as u64);
        }
        bytes.push(u8::from(copy.recurring));
    }
    for &other in &entry.links[..entry.links.partition_point(|&link| link < number)] {
        put(&mut bytes, other.into());
    }
    bytes
}

/// Reads what was written; `None` where the bytes end too early.
struct Read<'a>(&'a [u8]);

impl<'a> Read<'a> {
    fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.array()?))
    }

    fn flag(&mut self) -> Option<bool> {
        match self.array()? {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }

    /// A number that `put` has written.
    fn number<T: TryFrom<u64>>(&mut self) -> Option<T> {
        if self.0.is_empty() {
            return None;
        }
        take(&mut self.0).try_into().ok()
    }

    fn text(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.bytes(length)
    }

    fn str(&mut self) -> Option<Box<str>> {
        Some(std::str::from_utf8(self.text()?).ok()?.into())
    }
}

fn entry_of(number: u32, bytes: &[u8]) -> Option<Entry> {
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
        Some((other, Copy { overlap, recurring }))
    });
    let copies = copies.collect::<Option<_>>()?;
    let mut links = Vec::new();
    while !read.0.is_empty() {
        links.push(read.number()?);
    }
    Some(Entry {
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
        followers: Vec::new(),
        crowding,
        nearest,
        copies,
        links,
        group: number,
        story: NO_STORY,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::state::Mending;
    use super::*;
    use crate::article::Article;
    use crate::stream::StoryIndex;

    /// Takes the rows of what changed.
    fn keep(index: &StoryIndex, rows: &mut BTreeMap<(Table, u32), Vec<u8>>) {
        for (key, value) in index.writing().unsaved_rows() {
            match value {
                Some(value) => _ = rows.insert(key, value),
                None => _ = rows.remove(&key),
            }
        }
    }

    #[test]
    fn rows_hold_all_of_an_index() {
        let index = StoryIndex::new();
        *index.writing() = State::kept();
        let mut rows = BTreeMap::new();
        let day = |day: usize| Timestamp::from_seconds(day as i64 * 86_400);
        let mut ids: Vec<String> = Vec::new();
        for number in 0..300usize {
            let (event, other) = (number * number % 37, number % 41);
            let body = format!(
                "The ferry{event} of harbour{event} ran aground with {event}{event} people, \
                 said mayor{other} of town{other} to reporter{number}."
            );
            ids.push(format!("article-{number}"));
            let article = Article::new(&ids[number], "Aground", &body);
            let article = article.published_at(day(number / 10));
            // a store is not asked here, and without one nothing is noted
            let read = crate::stream::ReadArticle::new(&article, &index.clusterer);
            index.land((&article, read)).unwrap();
            match number % 50 {
                17 => {
                    let gone = index.reading().of_id[&*ids[number - 9]];
                    let mut mending = Mending::default();
                    let mut state = index.writing();
                    state.leave(&[gone], &mut mending, &index.clusterer);
                    state.mend_all(1, mending, &index.clusterer);
                }
                33 => {
                    let mut state = index.writing();
                    let numbers: Vec<u32> =
                        state.entries.iter().map(|(number, _)| number).collect();
                    let affected =
                        state.weigh_again(&numbers[numbers.len() / 2..], &index.clusterer);
                    let settlement = state.settle_around(&affected, &index.clusterer);
                    state.accept(&settlement);
                }
                _ => {}
            }
            if number % 7 == 0 {
                keep(&index, &mut rows);
            }
        }
        keep(&index, &mut rows);
        let mut restored = Restored::new(&index.clusterer, false);
        for table in Table::ALL {
            for ((_, key), value) in rows.iter().filter(|((of, _), _)| *of == table) {
                restored.row(table, *key, value).unwrap();
            }
        }
        let mut keys = KeyRows::default();
        for ((_, key), value) in rows.iter().filter(|((of, _), _)| *of == Table::Keys) {
            keys.row(*key, value).unwrap();
        }
        let restored = restored.state(keys.buckets()).unwrap();
        let state = index.reading();
        assert!(state.epochs.current > 2);
        assert_eq!(restored.epochs, state.epochs);
        assert_eq!(restored.next, state.next);
        assert_eq!(restored.by_time, state.by_time);
        assert_eq!(restored.of_id, state.of_id);
        let entries = |state: &State| -> Vec<(u32, Entry)> {
            let entries = state.entries.iter();
            entries
                .map(|(number, entry)| (number, entry.clone()))
                .collect()
        };
        assert_eq!(entries(&restored), entries(&state));
        let names = |state: &State| -> Vec<(u32, Named)> {
            let names = state.names.iter_numbered();
            names
                .map(|(number, named)| (number, named.clone()))
                .collect()
        };
        assert_eq!(names(&restored), names(&state));
        assert_eq!(restored.names.next, state.names.next);
    }
}
