//! All that an index knows, and how it changes.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::arrival::{Arrival, BucketKeys, Enrolled, Found, Text};
use super::dots::Dots;
use super::entry::{Copy, Entries, Entry};
use super::epoch::Epochs;
use super::ids::Ids;
use super::keys::Keys;
use super::list::List;
use super::names::Names;
use super::packed::PackedVector;
use super::search::Postings;
use super::unsaved::Unsaved;
use super::words::{Dictionary, Fresh};
use crate::article::Timestamp;
use crate::cluster::Clusterer;

/// All that an index knows.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) dictionary: Dictionary,
    pub(super) epochs: Epochs,
    pub(super) entries: Entries,
    /// The number of the next article. Those from it on are looked at and in no answer yet.
    pub(super) next: u32,
    pub(super) ids: Ids,
    /// By time, for what has to go first.
    pub(super) by_time: BTreeSet<(Timestamp, u32)>,
    pub(super) bands: Keys,
    pub(super) phrases: Keys,
    pub(super) postings: Postings,
    pub(super) names: Names,
    pub(super) dots: Dots,
    /// What is to be written; nothing is where there is no store.
    pub(super) unsaved: Option<Unsaved>,
}

/// So many bytes an article takes in an ordered set that grows at one end: its nodes stay half full.
const BY_TIME: usize = 2 * size_of::<(Timestamp, u32)>();

impl State {
    /// Puts in an article, so that it is found by its words. It is in no answer before it is admitted.
    pub(super) fn enter(&mut self, number: u32, entry: Entry) {
        self.postings.insert(entry.vector.listed(), number);
        self.entries.push(number, entry);
    }

    /// The number of the article with an id.
    pub(super) fn number(&self, id: &str) -> Option<u32> {
        self.ids.get(id, &self.entries)
    }

    /// An article is there from now on.
    pub(super) fn admit(&mut self, number: u32) {
        let entry = &self.entries[number];
        self.ids.insert(&entry.id, number);
        if let Some(published) = entry.published {
            self.by_time.insert((published, number));
        }
        self.next = number + 1;
    }

    /// Puts in articles, so that they are found by their words. They are in no answer before they are admitted.
    pub(super) fn enter_all(&mut self, enrolled: Vec<Enrolled>) -> Vec<Arrival> {
        let (entries, arrivals): (Vec<Entry>, Vec<Arrival>) = enrolled
            .into_iter()
            .map(|enrolled| (enrolled.entry, enrolled.arrival))
            .unzip();
        let (bands, phrases) = (&mut self.bands, &mut self.phrases);
        let (postings, to) = (&mut self.postings, &mut self.entries);
        let put_in = || {
            for (entry, arrival) in entries.into_iter().zip(&arrivals) {
                postings.insert(entry.vector.listed(), arrival.number);
                to.push(arrival.number, entry);
            }
        };
        let list_bands = || {
            for arrival in &arrivals {
                bands.insert_all(&arrival.text.keys.bands, arrival.number);
            }
        };
        let list_phrases = || {
            for arrival in &arrivals {
                phrases.insert_all(&arrival.text.keys.phrases, arrival.number);
            }
        };
        rayon::join(list_phrases, || rayon::join(list_bands, put_in));
        arrivals
    }

    /// Notes with an article that came what it is to those before it, and with them that it came.
    pub(super) fn relate_both(&mut self, number: u32, found: Found, clusterer: &Clusterer) {
        let mut entry = self.entries.take(number);
        self.relate(&mut entry, found, clusterer);
        self.note_with_others(number, &entry);
        self.entries.put(number, entry);
    }

    /// Notes with the articles before one what it is to them.
    pub(super) fn note_with_others(&mut self, number: u32, entry: &Entry) {
        for &(other, copy) in &entry.copies {
            self.other_side(other).push_copy(number, copy);
        }
        for &other in entry.links.iter() {
            self.other_side(other).links.insert(number);
        }
        for &(other, _) in &entry.near {
            self.other_side(other).followers.insert(number);
        }
    }

    /// Counts an article that has come in.
    pub(super) fn count(&mut self, arrival: Arrival, clusterer: &Clusterer) {
        let number = arrival.number;
        self.epochs.count(&self.entries[number]);
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.entries.insert(number);
            unsaved.placed.insert(number);
            unsaved.keys.push((number, arrival.text.keys));
        }
        if self.epochs.left() == 0 {
            self.begin_epoch(clusterer);
        }
    }

    /// Puts an article into its buckets.
    pub(super) fn list_keys(&mut self, number: u32, keys: &BucketKeys) {
        self.bands.insert_all(&keys.bands, number);
        self.phrases.insert_all(&keys.phrases, number);
    }

    pub(super) fn begin_epoch(&mut self, clusterer: &Clusterer) {
        let ended = self.epochs.current();
        self.epochs.begin(&self.dictionary, clusterer);
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.epochs.extend([ended, self.epochs.current()]);
            unsaved.has_begun = true;
        }
    }

    /// How many bytes all of it takes, but for what the allocator adds.
    pub(super) fn bytes(&self) -> usize {
        let indices = self.bands.bytes() + self.phrases.bytes() + self.postings.bytes();
        let statistics = self.dictionary.bytes() + self.epochs.bytes();
        let lists = self.ids.bytes() + BY_TIME * self.by_time.len() + self.names.bytes();
        self.entries.bytes() + indices + lists + statistics + self.dots.bytes()
    }

    /// An article of which something changes that is to be kept.
    fn entry(&mut self, number: u32) -> &mut Entry {
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.entries.insert(number);
        }
        self.other_side(number)
    }

    /// An article that has to know what is kept with another one: what a later article, or one that looks further, is
    /// to it.
    pub(super) fn other_side(&mut self, number: u32) -> &mut Entry {
        self.entries
            .get_mut(number)
            .expect("what an entry names is there")
    }

    /// Takes articles out, and mends what others knew of them. Gives the articles whose groups or stories may
    /// be others now.
    pub(super) fn remove(&mut self, numbers: &[u32], clusterer: &Clusterer) -> BTreeSet<u32> {
        let mut mending = Mending::default();
        self.drop_out(numbers, &mut mending, clusterer);
        self.mend(mending, clusterer)
    }

    /// Takes articles out of all tables. What others knew of them has to be mended.
    pub(super) fn drop_out(
        &mut self,
        numbers: &[u32],
        mending: &mut Mending,
        clusterer: &Clusterer,
    ) {
        let there = |number: &u32| Some((*number, self.entries.get(*number)?));
        let gone: Vec<(u32, &Entry)> = numbers.iter().filter_map(there).collect();
        let text = |&(_, entry): &(u32, &Entry)| self.text(entry, clusterer);
        let texts: Vec<Text> = gone.par_iter().map(text).collect();
        let gone: Vec<u32> = gone.into_iter().map(|(number, _)| number).collect();
        let (entries, postings) = (&self.entries, &mut self.postings);
        let take_out = |of: &mut Keys, keys: fn(&BucketKeys) -> &[u32]| {
            let mut behind = BTreeSet::<u32>::new();
            for (&number, text) in gone.iter().zip(&texts) {
                of.remove_all(keys(&text.keys), number, |others| behind.extend(others));
            }
            behind
        };
        let (bands, phrases) = (&mut self.bands, &mut self.phrases);
        let (of_phrases, (of_bands, ())) = rayon::join(
            || take_out(phrases, |keys| &keys.phrases),
            || {
                let of_bands = || take_out(bands, |keys| &keys.bands);
                rayon::join(of_bands, || {
                    for &number in &gone {
                        postings.remove(entries[number].vector.listed(), number);
                    }
                })
            },
        );
        mending.texts.extend(of_phrases.into_iter().chain(of_bands));
        for number in gone {
            let Some(entry) = self.entries.remove(number) else {
                continue;
            };
            self.epochs.discount(&entry);
            if let Some(unsaved) = &mut self.unsaved {
                unsaved.entries.insert(number);
                unsaved.epochs.insert(entry.epoch);
            }
            for &(other, _) in &entry.copies {
                self.entry(other).copies.retain(|&(copy, _)| copy != number);
                mending.affected.insert(other);
            }
            for &other in entry.links.iter() {
                self.entry(other).links.remove(number);
                mending.affected.insert(other);
            }
            for &(other, _) in &entry.near {
                self.other_side(other).followers.remove(number);
            }
            for &follower in entry.followers.iter() {
                let near = &mut self.entry(follower).near;
                let left = near.iter().filter(|&&(other, _)| other != number);
                *near = left.copied().collect();
                mending.around.insert(follower);
            }
            self.ids.remove(&entry.id, number);
            if let Some(published) = entry.published {
                self.by_time.remove(&(published, number));
            }
        }
    }

    /// Looks again at what knew articles that are gone. Gives the articles whose groups or stories may be others now.
    pub(super) fn mend(&mut self, mending: Mending, clusterer: &Clusterer) -> BTreeSet<u32> {
        let Mending {
            texts,
            mut around,
            mut affected,
        } = mending;
        // in the order in which they came, as each depends on those before it
        for number in texts {
            let Some(entry) = self.entries.get(number) else {
                continue;
            };
            let text = self.text(entry, clusterer);
            let earlier = self.copies(number, entry, &text, clusterer);
            self.replace_copies(number, earlier, &mut affected);
            around.extend(self.entries[number].followers.iter());
            around.insert(number);
        }
        let is_there = |number: &u32| self.entries.get(*number).is_some();
        let around: Vec<u32> = around.into_iter().filter(is_there).collect();
        self.look_again(&around, clusterer);
        for &number in &around {
            self.relink(number, clusterer, &mut affected);
        }
        affected.retain(|&number| self.entries.get(number).is_some());
        affected
    }

    /// Weighs the words of these articles by the statistics of this moment, and looks around again for each.
    /// Gives the articles whose stories may be others now.
    pub(super) fn weigh_again(&mut self, numbers: &[u32], clusterer: &Clusterer) -> BTreeSet<u32> {
        self.begin_epoch(clusterer);
        self.dots.clear();
        let next = self.next;
        let weighed: Vec<PackedVector> = numbers
            .par_iter()
            .map(|&number| {
                let entry = &self.entries[number];
                let places = self.dictionary.places(&entry.words, &entry.vector);
                let counts = self.dictionary.counts(&places);
                let vector = (self.epochs).vector(&counts, &Fresh::default(), clusterer);
                PackedVector::new(&vector, &counts)
            })
            .collect();
        for (&number, vector) in numbers.iter().zip(weighed) {
            let entry = self.entry(number);
            // now those after it are known too
            entry.horizon = next;
            let before = entry.epoch;
            let old = std::mem::replace(&mut entry.vector, vector.clone());
            self.postings.remove(old.listed(), number);
            self.postings.insert(vector.listed(), number);
            let epoch = self.epochs.moved(before);
            self.entry(number).epoch = epoch;
            if let Some(unsaved) = &mut self.unsaved {
                unsaved.epochs.extend([before, epoch]);
            }
        }
        self.look_again(numbers, clusterer);
        self.epochs.settle_mean();
        let mut affected: BTreeSet<u32> = numbers.iter().copied().collect();
        for &number in numbers {
            let crowding = self.epochs.crowding(&self.entries[number]);
            self.entry(number).crowding = crowding;
        }
        for &number in numbers {
            self.relink(number, clusterer, &mut affected);
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

    /// Looks again what is near to each of some articles, and how crowded it is there.
    fn look_again(&mut self, numbers: &[u32], clusterer: &Clusterer) {
        let near: Vec<Box<[(u32, u32)]>> = numbers
            .par_iter()
            .map(|&number| {
                let entry = &self.entries[number];
                self.near(number, entry.horizon, &entry.vector.vector(), clusterer)
            })
            .collect();
        for (&number, near) in numbers.iter().zip(near) {
            let nearest = self.nearest(&near);
            let entry = self.entry(number);
            let before = std::mem::replace(&mut entry.nearest, nearest);
            let old = std::mem::replace(&mut entry.near, near.clone());
            self.epochs.replace(before, nearest);
            let crowding = self.epochs.crowding(&self.entries[number]);
            self.entry(number).crowding = crowding;
            for &(other, _) in &old {
                self.other_side(other).followers.remove(number);
            }
            for &(other, _) in &near {
                self.other_side(other).followers.insert(number);
            }
        }
    }

    /// Says again with which articles that are near to it one is likely of one event.
    fn relink(&mut self, number: u32, clusterer: &Clusterer, affected: &mut BTreeSet<u32>) {
        let entry = &self.entries[number];
        let dot_of = |other: &u32| {
            let near = &self.entries[*other].near;
            let own = near.iter().find(|&&(near, _)| near == number);
            own.map(|&(_, dot)| (*other, dot))
        };
        let near = entry.near.iter().copied();
        let mut links: Vec<u32> = near
            .chain(entry.followers.iter().filter_map(dot_of))
            .filter(|&(other, dot)| self.linked(entry, other, dot, clusterer))
            .map(|(other, _)| other)
            .collect();
        links.sort_unstable();
        links.dedup();
        let links: List = links.into_iter().collect();
        let old = std::mem::replace(&mut self.entry(number).links, links.clone());
        for &other in old
            .iter()
            .filter(|other| links.binary_search(other).is_err())
        {
            affected.extend([number, other]);
            self.entry(other).links.remove(number);
        }
        for &other in links
            .iter()
            .filter(|other| old.binary_search(other).is_err())
        {
            affected.extend([number, other]);
            self.entry(other).links.insert(number);
        }
        // the mean over a story has changed with its crowding, even where no link has
        affected.insert(number);
    }
}

/// What has to be looked at again when articles are gone; some of it may be gone, too.
#[derive(Debug, Default)]
pub(super) struct Mending {
    /// Articles whose copies may be others now.
    texts: BTreeSet<u32>,
    /// Articles to which one that is gone was near.
    around: BTreeSet<u32>,
    /// Articles whose groups or stories may be others now.
    affected: BTreeSet<u32>,
}
