//! All that an index knows, and how it changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ahash::AHashMap;

use super::arrival::Arrival;
use super::epoch::Epochs;
use super::keys::Keys;
use super::names::Names;
use super::search::Postings;
use super::words::{Dictionary, Words};
use crate::article::Timestamp;
use crate::background::Background;
use crate::bucket::Bands;
use crate::candidate::FULL_BUCKET;
use crate::config::Config;
use crate::score::Overlap;
use crate::signature::Signer;
use crate::term::TermVector;

/// What every step needs and what never changes.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) config: Config,
    pub(crate) bands: Bands,
    pub(crate) signer: Signer,
    pub(crate) background: Arc<Background>,
}

/// An article of the index. Articles are numbered in the order in which they came.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: Box<str>,
    pub(super) published: Option<Timestamp>,
    /// A hash of title and body as they stand.
    pub(super) text: u64,
    pub(super) words: Words,
    /// Its terms; of an article that came long ago they are made again when they are wanted.
    pub(super) vector: Option<TermVector>,
    /// With the word statistics of which time its vector is made.
    pub(super) epoch: u32,
    /// How many different terms it has.
    pub(super) terms: u32,
    /// How many phrases it has, each counted as often as it stands there.
    pub(super) phrases: u32,
    /// Among the articles before this number it looks for its neighbours: its own number, and after a refresh that of
    /// the article that would have been the next.
    pub(super) horizon: u32,
    /// Articles that are near by terms, with the dot products, the nearest first.
    pub(super) near: Box<[(u32, u32)]>,
    /// Articles that have it among those near to them, ascending.
    pub(super) followers: Vec<u32>,
    /// How close it is to what came before it.
    pub(super) crowding: i64,
    /// The sum that its crowding is made of.
    pub(super) nearest: u64,
    /// Articles with the same words, before it and after it, ascending.
    pub(super) copies: Vec<(u32, Copy)>,
    /// Articles that are likely the same event, ascending.
    pub(super) links: Vec<u32>,
    /// The number of the earliest article of its group, in the library's order.
    pub(super) group: u32,
    pub(super) story: u32,
}

/// The vectors of so many articles are kept, those that came last.
const LATELY: u32 = 1 << 15;

/// An article that is in no story yet.
pub(super) const NO_STORY: u32 = u32::MAX;

/// What two articles with the same words share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Copy {
    pub(super) overlap: Overlap,
    /// Whether they are issues of a recurring report.
    pub(super) recurring: bool,
}

/// All that an index knows.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) dictionary: Dictionary,
    pub(super) epochs: Epochs,
    pub(super) entries: BTreeMap<u32, Entry>,
    /// The number of the next article.
    pub(super) next: u32,
    pub(super) of_id: AHashMap<Box<str>, u32>,
    /// By time, for what has to go first.
    pub(super) by_time: BTreeSet<(Timestamp, u32)>,
    pub(super) bands: Keys,
    pub(super) phrases: Keys,
    pub(super) postings: Postings,
    pub(super) names: Names,
}

impl State {
    /// Takes in an article and what it settled.
    pub(super) fn insert(&mut self, arrival: Arrival, settings: &Settings) -> u32 {
        let number = self.next;
        self.next += 1;
        let Arrival {
            mut entry,
            counts,
            fresh,
            vector,
            band_keys,
            phrase_keys,
            ..
        } = arrival;
        self.dictionary.learn(fresh);
        for &key in &band_keys {
            self.bands.insert(key, number);
        }
        for &key in &phrase_keys {
            self.phrases.insert(key, number);
        }
        self.postings.insert(&counts, number);
        self.epochs.count(&counts, &entry);
        if self.epochs.is_over() {
            self.epochs.begin(&self.dictionary, settings);
        }
        for &(other, copy) in &entry.copies {
            self.entry(other).copies.push((number, copy));
        }
        for &other in &entry.links {
            self.entry(other).links.push(number);
        }
        for &(other, _) in &entry.near {
            self.entry(other).followers.push(number);
        }
        self.of_id.insert(entry.id.clone(), number);
        if let Some(published) = entry.published {
            self.by_time.insert((published, number));
        }
        entry.vector = Some(vector);
        self.entries.insert(number, entry);
        if let Some(long_ago) = number.checked_sub(LATELY)
            && let Some(entry) = self.entries.get_mut(&long_ago)
        {
            entry.vector = None;
        }
        number
    }

    /// How many bytes all of it takes, but for what the allocator adds.
    pub(super) fn bytes(&self) -> usize {
        let of_entry = |entry: &Entry| {
            size_of::<(u32, Entry)>()
                // the id stands in a table too
                + 2 * entry.id.len()
                + entry.words.0.len()
                + entry.vector.as_ref().map_or(0, |vector| 6 * vector.len())
                + 8 * entry.near.len()
                + 4 * (entry.followers.capacity() + entry.links.capacity())
                + size_of::<(u32, Copy)>() * entry.copies.capacity()
                + size_of::<(Timestamp, u32)>()
        };
        let entries = self.entries.values().map(of_entry).sum::<usize>();
        let indices = self.bands.bytes() + self.phrases.bytes() + self.postings.bytes();
        entries + indices + self.dictionary.bytes() + self.epochs.bytes()
    }

    fn entry(&mut self, number: u32) -> &mut Entry {
        self.entries
            .get_mut(&number)
            .expect("what an entry names is there")
    }

    /// Takes articles out, and mends what others knew of them. Gives the articles whose groups or stories may
    /// be others now.
    pub(super) fn remove(&mut self, numbers: &[u32], settings: &Settings) -> BTreeSet<u32> {
        let gone: BTreeSet<u32> = numbers.iter().copied().collect();
        // whose copies are to be looked for again, whose neighbours
        let (mut texts, mut around, mut affected) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut buffer = Vec::new();
        for &number in &gone {
            let Arrival {
                entry,
                counts,
                band_keys,
                phrase_keys,
                ..
            } = self.again(number, settings);
            for (keys, of) in [
                (&mut self.bands, &band_keys),
                (&mut self.phrases, &phrase_keys),
            ] {
                for &key in of {
                    let members = keys.get(key, &mut buffer);
                    if members.len() > FULL_BUCKET {
                        // those after it may be paired with others now
                        let at = members.partition_point(|&member| member <= number);
                        texts.extend(&members[at..]);
                    }
                    keys.remove(key, number);
                }
            }
            self.postings.remove(&counts, number);
            self.epochs.discount(&counts, &entry);
            affected.extend(entry.copies.iter().map(|&(copy, _)| copy));
            affected.extend(&entry.links);
            around.extend(&entry.followers);
            for &(other, _) in &entry.copies {
                self.entry(other).copies.retain(|&(copy, _)| copy != number);
            }
            for &other in &entry.links {
                self.entry(other).links.retain(|&link| link != number);
            }
            for &(other, _) in &entry.near {
                self.entry(other)
                    .followers
                    .retain(|&follower| follower != number);
            }
            for &follower in &entry.followers {
                let near = std::mem::take(&mut self.entry(follower).near);
                self.entry(follower).near = near
                    .iter()
                    .copied()
                    .filter(|&(other, _)| other != number)
                    .collect();
            }
            self.of_id.remove(&entry.id);
            if let Some(published) = entry.published {
                self.by_time.remove(&(published, number));
            }
            self.entries.remove(&number);
        }
        texts.retain(|number| !gone.contains(number));
        around.retain(|number| !gone.contains(number));
        // in the order in which they came, as each depends on those before it
        for number in texts {
            let arrival = self.again(number, settings);
            let earlier = self.copies(number, &arrival, settings);
            self.replace_copies(number, earlier, &mut affected);
            around.extend(&self.entries[&number].followers);
            around.insert(number);
        }
        for &number in &around {
            self.look_again(number, settings);
        }
        for &number in &around {
            self.relink(number, settings, &mut affected);
        }
        affected.retain(|number| !gone.contains(number));
        affected
    }

    /// Weighs the words of these articles by the statistics of this moment, and looks around again for each.
    /// Gives the articles whose stories may be others now.
    pub(super) fn weigh_again(&mut self, numbers: &[u32], settings: &Settings) -> BTreeSet<u32> {
        self.epochs.begin(&self.dictionary, settings);
        let next = self.next;
        for &number in numbers {
            let entry = self.entry(number);
            entry.vector = None;
            // now those after it are known too
            entry.horizon = next;
            let before = entry.epoch;
            self.entry(number).epoch = self.epochs.moved(before);
            if number + LATELY >= self.next {
                let vector = self.vector(&self.entries[&number], settings).into_owned();
                self.entry(number).vector = Some(vector);
            }
        }
        for &number in numbers {
            self.look_again(number, settings);
        }
        self.epochs.settle_mean();
        let mut affected: BTreeSet<u32> = numbers.iter().copied().collect();
        for &number in numbers {
            let crowding = self.epochs.crowding(&self.entries[&number]);
            self.entry(number).crowding = crowding;
        }
        for &number in numbers {
            self.relink(number, settings, &mut affected);
        }
        affected
    }

    /// Notes which earlier articles have the words of this one.
    fn replace_copies(
        &mut self,
        number: u32,
        earlier: Vec<(u32, Copy)>,
        affected: &mut BTreeSet<u32>,
    ) {
        let own = &mut self.entry(number).copies;
        let at = own.partition_point(|&(copy, _)| copy < number);
        let old: Vec<(u32, Copy)> = own.splice(..at, earlier.iter().copied()).collect();
        if old == earlier {
            return;
        }
        affected.insert(number);
        for &(other, _) in old.iter().chain(&earlier) {
            affected.insert(other);
            self.entry(other).copies.retain(|&(copy, _)| copy != number);
        }
        for &(other, copy) in &earlier {
            let copies = &mut self.entry(other).copies;
            let at = copies.partition_point(|&(copy, _)| copy < number);
            copies.insert(at, (number, copy));
        }
    }

    /// Looks again what is near to an article, and how crowded it is there.
    fn look_again(&mut self, number: u32, settings: &Settings) {
        let arrival = self.again(number, settings);
        let old = arrival.entry.clone();
        let mut new = arrival.entry.clone();
        new.near = self.near(number, new.horizon, &arrival, settings);
        new.nearest = self.nearest(&new.near);
        new.crowding = self.epochs.crowding(&new);
        self.epochs.replace(&old, &new);
        for &(other, _) in &old.near {
            self.entry(other)
                .followers
                .retain(|&follower| follower != number);
        }
        for &(other, _) in &new.near {
            put_in(&mut self.entry(other).followers, number);
        }
        let entry = self.entry(number);
        (entry.near, entry.nearest, entry.crowding) = (new.near, new.nearest, new.crowding);
    }

    /// Says again with which articles that are near to it one is likely of one event.
    fn relink(&mut self, number: u32, settings: &Settings, affected: &mut BTreeSet<u32>) {
        let entry = &self.entries[&number];
        let dot_of = |other: &u32| {
            let near = &self.entries[other].near;
            let own = near.iter().find(|&&(near, _)| near == number);
            own.map(|&(_, dot)| (*other, dot))
        };
        let near = entry.near.iter().copied();
        let mut links: Vec<u32> = near
            .chain(entry.followers.iter().filter_map(dot_of))
            .filter(|&(other, dot)| self.linked(entry, other, dot, settings))
            .map(|(other, _)| other)
            .collect();
        links.sort_unstable();
        links.dedup();
        let old = std::mem::replace(&mut self.entry(number).links, links.clone());
        for &other in old
            .iter()
            .filter(|other| links.binary_search(other).is_err())
        {
            affected.extend([number, other]);
            self.entry(other).links.retain(|&link| link != number);
        }
        for &other in links
            .iter()
            .filter(|other| old.binary_search(other).is_err())
        {
            affected.extend([number, other]);
            put_in(&mut self.entry(other).links, number);
        }
        // the mean over a story has changed with its crowding, even where no link has
        affected.insert(number);
    }
}

/// Puts a number among ascending ones.
fn put_in(numbers: &mut Vec<u32>, number: u32) {
    if let Err(at) = numbers.binary_search(&number) {
        numbers.insert(at, number);
    }
}
