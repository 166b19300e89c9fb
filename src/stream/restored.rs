//! Rows to an index.

use std::collections::BTreeSet;

use super::entry::{Copy, Entry, NO_STORY};
use super::epoch::Epoch;
use super::keys::{Keys, Listing};
use super::names::Named;
use super::rows::{Counters, IDF_OF_ROW, Read, Table, entry_of};
use super::search::Postings;
use super::state::State;
use super::unsaved::Unsaved;
use super::words::{Term, Word};
use crate::cluster::Clusterer;

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
                let counters = Counters::of(&mut read)?;
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
                match read.flag()? {
                    true => state.dictionary.learn_first_word(word),
                    false => state.dictionary.learn_word(word),
                }
            }
            Table::Terms => {
                let term = Term::new(read.u64()?, read.flag()?);
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
                if self.leave_out
                    && !(has_terms() && dictionary.has_all(&entry.words, &entry.vector))
                {
                    return None;
                }
                state.entries.push(key, entry);
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

    /// Takes articles of which the rows were read elsewhere.
    pub(super) fn articles(&mut self, parts: Vec<ArticleRows>) {
        for (number, entry) in parts.into_iter().flat_map(|part| part.0) {
            self.state.entries.push(number, entry);
        }
    }

    /// Makes the tables in which articles are found, but for their buckets, and counts their terms. An error is the
    /// number of an article that has a term that is not there.
    fn make_tables(&mut self) -> Result<(), u32> {
        let State {
            dictionary,
            epochs,
            entries,
            ids,
            by_time,
            postings,
            ..
        } = &mut self.state;
        let entries = &*entries;
        let list_articles = || {
            ids.reserve(entries.len());
            for (number, entry) in entries.iter() {
                ids.insert(&entry.id, number);
            }
            let dated = |(number, entry): (u32, &Entry)| Some((entry.published?, number));
            *by_time = entries.iter().filter_map(dated).collect();
        };
        let list_terms = || Postings::of_entries(entries, dictionary.terms().len());
        let ((), listed) = rayon::join(list_articles, list_terms);
        let (lists, frequencies) = listed?;
        *postings = lists;
        epochs.restore(entries, frequencies);
        Ok(())
    }

    /// The index, once all rows have been read. An error says what is missing.
    pub(super) fn state(mut self, buckets: Buckets) -> Result<State, String> {
        let counters = self.counters.ok_or("its counters are missing")?;
        self.make_tables()
            .map_err(|number| format!("article number {number} has a term that is not there"))?;
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
    pub(super) fn counted(&self) -> Option<usize> {
        self.counters.map(|counters| counters.articles as usize)
    }

    /// An index of what could be read: what refers to lost articles is forgotten, and all stories are settled anew.
    /// A story keeps its name where most of its articles stay together.
    pub(super) fn mended(mut self) -> State {
        let clusterer = self.clusterer;
        self.make_tables()
            .expect("articles with terms that are lost were left out");
        let state = &mut self.state;
        state.dictionary.forget_lost();
        let numbers: Vec<u32> = state.entries.iter().map(|(number, _)| number).collect();
        let there: BTreeSet<u32> = numbers.iter().copied().collect();
        for &number in &numbers {
            let entry = state.other_side(number);
            let near = entry.near.iter().copied();
            entry.near = near.filter(|(other, _)| there.contains(other)).collect();
            entry.copies.retain(|(other, _)| there.contains(other));
            let links = entry.links.iter().copied();
            entry.links = links.filter(|other| there.contains(other)).collect();
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

/// Articles of a part of [`Table::Articles`].
#[derive(Debug, Default)]
pub(super) struct ArticleRows(Vec<(u32, Box<Entry>)>);

impl ArticleRows {
    /// Takes a row, in the order of the keys. `None` if it makes no sense.
    pub(super) fn row(&mut self, number: u32, bytes: &[u8]) -> Option<()> {
        self.0.push((number, entry_of(number, bytes)?));
        Some(())
    }
}

/// Rows of a part of [`Table::Keys`].
#[derive(Debug, Default)]
pub(super) struct KeyRows {
    bands: Listing,
    phrases: Listing,
    articles: Vec<u32>,
}

impl KeyRows {
    /// Takes a row, in the order of the keys. `None` if it makes no sense.
    pub(super) fn row(&mut self, article: u32, bytes: &[u8]) -> Option<()> {
        let mut read = Read(bytes);
        self.articles.push(article);
        let of_bands: usize = read.number()?;
        for _ in 0..of_bands {
            self.bands.push(read.u32()?, article);
        }
        while !read.0.is_empty() {
            self.phrases.push(read.u32()?, article);
        }
        Some(())
    }
}

/// The buckets of an index, and the articles that are in them, ascending.
#[derive(Debug)]
pub(super) struct Buckets {
    bands: Keys,
    phrases: Keys,
    articles: Vec<u32>,
}

impl Buckets {
    /// The buckets of all rows, in the order of the keys.
    pub(super) fn new(parts: Vec<KeyRows>) -> Self {
        let (mut bands, mut phrases, mut articles) = (Vec::new(), Vec::new(), Vec::new());
        for part in parts {
            bands.push(part.bands);
            phrases.push(part.phrases);
            articles.extend(part.articles);
        }
        let (bands, phrases) =
            rayon::join(|| Keys::of_listings(bands), || Keys::of_listings(phrases));
        Self {
            bands,
            phrases,
            articles,
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
                self.other_side(other).followers.insert(number);
            }
            for (other, copy) in copies {
                self.other_side(other).push_copy(number, copy);
            }
            for other in links {
                self.other_side(other).links.insert(number);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;
    use std::sync::Arc;

    use super::super::image::{Image, Writer};
    use super::super::state::Mending;
    use super::*;
    use crate::article::{Article, Timestamp};
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

    /// Reads rows as a store does.
    fn restore(
        rows: &BTreeMap<(Table, u32), Vec<u8>>,
        clusterer: &Clusterer,
    ) -> Result<State, String> {
        let mut restored = Restored::new(clusterer, false);
        let (mut articles, mut keys) = (ArticleRows::default(), KeyRows::default());
        for table in Table::ALL {
            if table == Table::Places {
                restored.articles(vec![std::mem::take(&mut articles)]);
            }
            for ((_, key), value) in rows.iter().filter(|((of, _), _)| *of == table) {
                let taken = match table {
                    Table::Articles => articles.row(*key, value),
                    Table::Keys => keys.row(*key, value),
                    _ => restored.row(table, *key, value),
                };
                taken.unwrap();
            }
        }
        restored.state(Buckets::new(vec![keys]))
    }

    #[test]
    fn what_refers_to_a_term_that_is_not_there_is_no_index() {
        let index = StoryIndex::new();
        *index.writing() = State::kept();
        let article = Article::new("a", "Aground", "The ferry ran aground off Marr.");
        let read = crate::stream::ReadArticle::new(&article, &index.clusterer);
        index.land((&article, read)).unwrap();
        let mut rows = BTreeMap::new();
        keep(&index, &mut rows);
        assert!(restore(&rows, &index.clusterer).is_ok());
        let last = *rows.range(..(Table::Epochs, 0)).next_back().unwrap().0;
        assert_eq!(last.0, Table::Terms);
        rows.remove(&last);
        let error = restore(&rows, &index.clusterer).unwrap_err();
        assert_eq!(error, "article number 0 has a term that is not there");
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
                    let gone = index.reading().number(&ids[number - 9]).unwrap();
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
        let restored = restore(&rows, &index.clusterer).unwrap();
        let state = index.reading();
        assert!(state.epochs.current > 2);
        assert_same(&restored, &state);
        // and so does an image; what nobody asked for yet goes from one to the next
        let file = std::env::temp_dir().join(format!("samestory-rows-{}", std::process::id()));
        let image = imaged(&file, &state);
        let bytes = || std::fs::read(super::super::image::path(&file)).unwrap();
        let first = bytes();
        assert_eq!(
            image.entries.bytes(),
            size_of::<usize>() * 2 * image.entries.places()
        );
        let again = imaged(&file, &image);
        assert!(again.is_saved());
        assert_eq!(bytes(), first);
        assert_same(&again, &state);
        let asked = imaged(&file, &again);
        assert_eq!(bytes(), first);
        assert_same(&asked, &restored);
        super::super::image::remove(&file);
    }

    /// An index from the image of one.
    fn imaged(store: &Path, state: &State) -> State {
        let mut image = Writer::new(store).unwrap();
        state.put_image(&mut image).unwrap();
        image.finish().unwrap().seal(store, vec![7]).unwrap();
        assert!(Image::open(store, 8, 1).is_none());
        assert!(Image::open(store, 7, 2).is_none());
        let image = Image::open(store, 7, 1).unwrap();
        assert!(image.is_sound());
        State::of_image(&Arc::new(image)).unwrap()
    }

    fn assert_same(restored: &State, state: &State) {
        assert_eq!(restored.epochs, state.epochs);
        assert_eq!(restored.next, state.next);
        assert_eq!(restored.by_time, state.by_time);
        assert_eq!(restored.ids, state.ids);
        let entries = |state: &State| -> Vec<(u32, Entry)> {
            let entries = state.entries.iter();
            entries
                .map(|(number, entry)| (number, entry.clone()))
                .collect()
        };
        assert_eq!(entries(restored), entries(state));
        assert_eq!(restored.entries.len(), state.entries.len());
        let names = |state: &State| -> Vec<(u32, Named)> {
            let names = state.names.iter_numbered();
            names
                .map(|(number, named)| (number, named.clone()))
                .collect()
        };
        assert_eq!(names(restored), names(state));
        for (number, named) in state.names.iter_numbered() {
            for name in named.former.iter().chain([&named.name]) {
                assert_eq!(restored.names.find(name), Some(number));
            }
        }
        assert_eq!(restored.names.next, state.names.next);
        for term in 0..state.dictionary.terms().len() as u32 {
            let listed =
                |state: &State| -> Vec<u32> { state.postings.earlier(term, u32::MAX).to_vec() };
            assert_eq!(listed(restored), listed(state));
            assert!(restored.dictionary.has(term));
        }
        let clusterer = Clusterer::new();
        for (number, entry) in state.entries.iter() {
            let (text, same) = (
                state.text(entry, &clusterer),
                restored.text(entry, &clusterer),
            );
            assert_eq!(text.keys, same.keys);
            let mut buffer = Vec::new();
            for &key in &text.keys.bands {
                assert!(restored.bands.get(key, &mut buffer).contains(&number));
            }
            for &key in &text.keys.phrases {
                assert!(restored.phrases.get(key, &mut buffer).contains(&number));
            }
        }
    }
}
