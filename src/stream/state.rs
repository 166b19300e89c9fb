//! All that an index knows, and how it changes.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ahash::{AHashMap, AHashSet};

use super::epoch::Epochs;
use super::keys::Keys;
use super::names::{Member, Names};
use super::search::{self, Postings};
use super::words::{Counts, Dictionary, Fresh, Words};
use crate::article::{Article, Timestamp};
use crate::background::Background;
use crate::bucket::{Bands, phrases};
use crate::candidate::{Pair, shares_enough};
use crate::config::Config;
use crate::crowding::{self, NEIGHBOUR, OF_A_GROUP};
use crate::evidence::Reports;
use crate::group::{Members, Texts, groups};
use crate::hash;
use crate::logarithm::logit;
use crate::recurrence::recurs;
use crate::score::{Overlap, SameText};
use crate::shingle::Shingles;
use crate::signature::Signer;
use crate::sketch::ArticleTokens;
use crate::story::stories;
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
    vector: Option<TermVector>,
    /// With the word statistics of which time its vector is made.
    pub(super) epoch: u32,
    /// How many different terms it has.
    pub(super) terms: u32,
    /// How many phrases it has, each counted as often as it stands there.
    phrases: u32,
    /// Articles that are near by terms, with the dot products, the nearest first: those before it, and after a
    /// refresh those behind it too.
    near: Box<[(u32, u32)]>,
    /// Articles that have it among those near to them, ascending.
    followers: Vec<u32>,
    /// How close it is to what came before it.
    pub(super) crowding: i64,
    /// The sum that its crowding is made of.
    pub(super) nearest: u64,
    /// Articles with the same words, before it and after it, ascending.
    copies: Vec<(u32, Copy)>,
    /// Articles that are likely the same event, ascending.
    links: Vec<u32>,
    /// The number of the earliest article of its group, in the library's order.
    pub(super) group: u32,
    pub(super) story: u32,
}

/// The vectors of so many articles are kept, those that came last.
const LATELY: u32 = 1 << 15;

/// An article that is in no story yet.
pub(super) const NO_STORY: u32 = u32::MAX;

impl Entry {
    /// Articles with the same words, before it and after it, in the order in which they came.
    pub(super) fn copies(&self) -> &[(u32, Copy)] {
        &self.copies
    }
}

impl Settlement {
    /// The articles of each story, each with the story that it was in before.
    pub(super) fn members<'a>(&self, entry: impl Fn(u32) -> &'a Entry) -> Vec<Vec<Member>> {
        let member = |&number: &u32| {
            let story = entry(number).story;
            (number, (story != NO_STORY).then_some(story))
        };
        let story = |story: &Vec<u32>| story.iter().map(member).collect();
        self.stories.iter().map(story).collect()
    }
}

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
    bands: Keys,
    phrases: Keys,
    postings: Postings,
    pub(super) names: Names,
}

/// An article that is about to come in: what it is to the articles that are there.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) entry: Entry,
    counts: Counts,
    fresh: Fresh,
    vector: TermVector,
    shingles: Shingles,
    numbers: Box<[u64]>,
    band_keys: Vec<u32>,
    phrase_keys: Vec<u32>,
}

/// How some articles fall into groups and stories: all that are connected with each other.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Settlement {
    /// Groups whose members may be others than before, in the library's order.
    pub(super) groups: Vec<Vec<u32>>,
    pub(super) stories: Vec<Vec<u32>>,
}

impl State {
    /// Looks at an article that has been read, as the next one.
    pub(super) fn arrival(
        &self,
        article: &Article<'_>,
        tokens: &ArticleTokens,
        settings: &Settings,
    ) -> Arrival {
        let reading = self.dictionary.read(article, tokens, &settings.background);
        let mut reader = settings.signer.reader(settings.config.shingle_words);
        reader.take(&tokens.tokens);
        let (slots, windows) = reader.sign_windows();
        let band_keys = slots.map_or_else(Vec::new, |slots| {
            let bands = 0..settings.bands.bands;
            bands.map(|band| settings.bands.key(slots, band)).collect()
        });
        let mut phrase_keys: Vec<u32> = match settings.config.containment {
            Some(_) => phrases(windows).collect(),
            None => Vec::new(),
        };
        let of_phrases = phrase_keys.len() as u32;
        phrase_keys.sort_unstable();
        phrase_keys.dedup();
        let epoch = self.epochs.current();
        let vector = self.epochs.vector(
            epoch,
            &reading.counts,
            (&self.dictionary, &reading.fresh),
            settings,
        );
        let mut arrival = Arrival {
            entry: Entry {
                id: article.id.into(),
                published: article.published,
                text: text_hash(article),
                words: reading.words,
                vector: None,
                epoch,
                terms: reading.counts.len() as u32,
                phrases: of_phrases,
                near: [].into(),
                followers: Vec::new(),
                crowding: 0,
                nearest: 0,
                copies: Vec::new(),
                links: Vec::new(),
                group: self.next,
                story: NO_STORY,
            },
            counts: reading.counts,
            fresh: reading.fresh,
            vector,
            shingles: reader.shingles(),
            numbers: tokens.numbers(),
            band_keys,
            phrase_keys,
        };
        arrival.entry.copies = self.copies(self.next, &arrival, settings);
        arrival.entry.near = self.near(self.next, self.next, &arrival, settings);
        arrival.entry.nearest = self.nearest(&arrival.entry.near);
        arrival.entry.crowding = self.epochs.crowding(&arrival.entry);
        let near = arrival.entry.near.iter();
        let linked = near.filter(|&&(other, dot)| self.linked(&arrival.entry, other, dot, settings));
        let mut links: Vec<u32> = linked.map(|&(other, _)| other).collect();
        links.sort_unstable();
        arrival.entry.links = links;
        arrival
    }

    /// The same for an article of the index, as if those after it had not come.
    fn again(&self, number: u32, settings: &Settings) -> Arrival {
        let entry = self.entries[&number].clone();
        let places = self.dictionary.places(&entry.words);
        let counts = self.dictionary.counts(&places);
        let mut windows = self
            .dictionary
            .windows(&places, settings.config.shingle_words);
        let mut phrase_keys: Vec<u32> = phrases(&windows).collect();
        phrase_keys.sort_unstable();
        phrase_keys.dedup();
        let shingles = Shingles::of_windows(&mut windows, &mut Vec::new());
        let slots = settings.signer.sign(&shingles);
        let bands = 0..settings.bands.bands;
        let key = |band| slots.as_ref().map(|slots| settings.bands.key(slots.slots(), band));
        Arrival {
            vector: self.vector(&entry, settings).into_owned(),
            counts,
            fresh: Fresh::default(),
            numbers: self.dictionary.numbers(&places),
            band_keys: bands.filter_map(key).collect(),
            phrase_keys: match settings.config.containment {
                Some(_) => phrase_keys,
                None => Vec::new(),
            },
            shingles,
            entry,
        }
    }

    fn vector<'a>(&self, entry: &'a Entry, settings: &Settings) -> Cow<'a, TermVector> {
        if let Some(vector) = &entry.vector {
            return Cow::Borrowed(vector);
        }
        let places = self.dictionary.places(&entry.words);
        let counts = self.dictionary.counts(&places);
        let names = (&self.dictionary, &Fresh::default());
        Cow::Owned(self.epochs.vector(entry.epoch, &counts, names, settings))
    }

    fn shingles(&self, entry: &Entry, settings: &Settings) -> Shingles {
        let places = self.dictionary.places(&entry.words);
        let mut windows = self
            .dictionary
            .windows(&places, settings.config.shingle_words);
        Shingles::of_windows(&mut windows, &mut Vec::new())
    }

    /// The articles before this one that have the same words.
    fn copies(&self, number: u32, arrival: &Arrival, settings: &Settings) -> Vec<(u32, Copy)> {
        let mut found = BTreeMap::<u32, u32>::new();
        let mut buffer = Vec::new();
        for &key in &arrival.phrase_keys {
            self.phrases.candidates(key, number, &mut buffer, |other| {
                *found.entry(other).or_default() += 1;
            });
        }
        found.retain(|other, shared| {
            shares_enough(
                *shared,
                arrival.entry.phrases,
                self.entries[other].phrases,
            )
        });
        for &key in &arrival.band_keys {
            self.bands.candidates(key, number, &mut buffer, |other| {
                found.insert(other, 0);
            });
        }
        let same_text = SameText::new(&settings.config);
        let copy = |other: u32| {
            let entry = &self.entries[&other];
            let overlap = Overlap::new(&self.shingles(entry, settings), &arrival.shingles);
            same_text.holds(&overlap).then(|| {
                let numbers = self.dictionary.numbers(&self.dictionary.places(&entry.words));
                let recurring = recurs(
                    (&numbers, entry.published),
                    (&arrival.numbers, arrival.entry.published),
                );
                (other, Copy { overlap, recurring })
            })
        };
        found.into_keys().filter_map(copy).collect()
    }

    /// The articles before a number, but for the article itself, that are near to it by terms, with the dot products;
    /// the nearest first.
    fn near(&self, own: u32, before: u32, arrival: &Arrival, settings: &Settings) -> Box<[(u32, u32)]> {
        let least = settings.config.event.least_dot(least(settings)).min(NEIGHBOUR);
        let names = (&self.dictionary, &arrival.fresh);
        let epoch = arrival.entry.epoch;
        let terms = self.epochs.rarest_first(&arrival.vector, epoch, names, settings);
        let found = search::nearest(&self.postings, &terms, own, before);
        let mut near: Vec<(u32, u32)> = found
            .into_iter()
            .map(|other| {
                let vector = self.vector(&self.entries[&other], settings);
                // at most 1, so it fits
                (other, vector.dot(&arrival.vector) as u32)
            })
            .filter(|&(_, dot)| dot >= least)
            .collect();
        near.sort_unstable_by_key(|&(other, dot)| (Reverse(dot), other));
        near.into()
    }

    /// The sum of the dot products with the nearest articles, as far as they lie above that of a neighbour; at
    /// most four of one text count.
    fn nearest(&self, near: &[(u32, u32)]) -> u64 {
        let mut counted: Vec<u32> = Vec::with_capacity(crowding::NEAREST);
        let mut sum = 0;
        for &(other, dot) in near.iter().filter(|&&(_, dot)| dot >= NEIGHBOUR) {
            let copies = &self.entries[&other].copies;
            let is_copy = |counted: &&u32| {
                copies
                    .binary_search_by_key(*counted, |&(copy, _)| copy)
                    .is_ok_and(|at| !copies[at].1.recurring)
            };
            if counted.iter().filter(is_copy).count() < OF_A_GROUP {
                counted.push(other);
                sum += u64::from(dot - NEIGHBOUR);
            }
            if counted.len() == crowding::NEAREST {
                break;
            }
        }
        sum
    }

    /// Whether an article and one that is near to it are likely one event.
    fn linked(&self, entry: &Entry, other: u32, dot: u32, settings: &Settings) -> bool {
        let model = &settings.config.event;
        let recurring = entry
            .copies
            .iter()
            .any(|&(copy, what)| copy == other && what.recurring);
        let other = &self.entries[&other];
        let evidence = crate::evidence::Evidence::new(
            dot.into(),
            entry.crowding + other.crowding,
            entry.published,
            other.published,
            recurring,
        );
        model.log_odds(&evidence) >= least(settings)
    }

    /// How the articles that are connected with these fall into groups and stories; a new one among them.
    pub(super) fn settle(
        &self,
        seeds: impl IntoIterator<Item = u32>,
        new: Option<&Arrival>,
        settings: &Settings,
    ) -> Settlement {
        let entry = |number: u32| match new {
            Some(arrival) if number == self.next => &arrival.entry,
            _ => &self.entries[&number],
        };
        let seeds: Vec<u32> = seeds.into_iter().chain(new.map(|_| self.next)).collect();
        let copies = |number: u32| entry(number).copies.iter().map(|&(copy, _)| copy);
        let links = |number: u32| entry(number).links.iter().copied();
        // the new one is linked from its own side only, and all others from both
        let touched = reach(&seeds, usize::MAX, copies).unwrap_or_default();
        let scope = reach(&seeds, SCOPE, |number| copies(number).chain(links(number)));
        let scope = scope.unwrap_or_else(|| {
            let linked = touched.iter().flat_map(|&number| links(number).chain([number]));
            let named = |number: u32| self.names.get(entry(number).story);
            let members = linked.clone().filter_map(named).flat_map(|named| named.members.iter().copied());
            members.chain(linked.clone()).collect()
        });
        let mut scope: Vec<u32> = scope.into_iter().collect();
        let rank = |number: &u32| {
            let entry = entry(*number);
            (entry.published.is_none(), entry.published, &entry.id)
        };
        scope.sort_by(|a, b| rank(a).cmp(&rank(b)));
        let place: AHashMap<u32, u32> = scope.iter().copied().zip(0..).collect();
        let mut same: Vec<(Pair, Overlap)> = Vec::new();
        let (mut recurring, mut likely) = (AHashSet::new(), Vec::new());
        for (&number, own) in scope.iter().zip(0u32..) {
            let entry = entry(number);
            for &(other, copy) in &entry.copies {
                let Some(&other) = place.get(&other) else { continue };
                let pair = (own.min(other), own.max(other));
                match copy.recurring {
                    true => _ = recurring.insert(pair),
                    false => same.push((pair, copy.overlap)),
                }
            }
            let links = entry.links.iter().filter_map(|other| place.get(other).copied());
            likely.extend(links.map(|other| (own.min(other), own.max(other))));
        }
        same.sort_unstable_by_key(|&(pair, _)| pair);
        same.dedup_by_key(|&mut (pair, _)| pair);
        likely.sort_unstable();
        likely.dedup();

        let published: Vec<_> = scope.iter().map(|&number| entry(number).published).collect();
        let crowding: Vec<_> = scope.iter().map(|&number| entry(number).crowding).collect();
        let vectors: Vec<TermVector> = scope
            .iter()
            .map(|&number| match new {
                Some(arrival) if number == self.next => arrival.vector.clone(),
                _ => self.vector(&self.entries[&number], settings).into_owned(),
            })
            .collect();
        let groups = self.groups(&scope, &touched, same, new, settings);
        let reports = Reports {
            vectors: &vectors,
            published: &published,
            crowding: &crowding,
            recurring: &recurring,
            model: &settings.config.event,
            own: None,
        };
        let stories = stories(reports, &groups, &likely, least(settings));
        let numbers = |members: &Members| -> Vec<u32> {
            members.iter().map(|&member| scope[member as usize]).collect()
        };
        Settlement {
            stories: stories
                .iter()
                .map(|story| {
                    let groups = story.iter().map(|&group| &groups[group as usize]);
                    let mut members: Vec<u32> = groups.flat_map(numbers).collect();
                    members.sort_unstable();
                    members
                })
                .collect(),
            groups: groups
                .iter()
                .map(numbers)
                .filter(|members| touched.contains(&members[0]))
                .collect(),
        }
    }

    /// The groups of all articles in scope; only those that were touched are made anew.
    fn groups(
        &self,
        scope: &[u32],
        touched: &BTreeSet<u32>,
        same: Vec<(Pair, Overlap)>,
        new: Option<&Arrival>,
        settings: &Settings,
    ) -> Vec<Members> {
        let mut known: BTreeMap<u32, Members> = BTreeMap::new();
        let mut open: Vec<u32> = Vec::new();
        for (number, place) in scope.iter().zip(0..) {
            if touched.contains(number) {
                open.push(place);
            } else {
                known.entry(self.entries[number].group).or_default().push(place);
            }
        }
        let of_open: AHashMap<u32, u32> = open.iter().copied().zip(0..).collect();
        let same: Vec<(Pair, Overlap)> = same
            .into_iter()
            .filter_map(|((a, b), overlap)| Some(((*of_open.get(&a)?, *of_open.get(&b)?), overlap)))
            .collect();
        let arrival = |place: u32| match (new, scope[place as usize]) {
            (Some(arrival), number) if number == self.next => Some(arrival),
            _ => None,
        };
        let entry = |place: u32| &self.entries[&scope[place as usize]];
        let alone = open.len() == 1;
        let shingles: Vec<Shingles> = open
            .iter()
            .map(|&place| match arrival(place) {
                _ if alone => Shingles::default(),
                Some(arrival) => arrival.shingles.clone(),
                None => self.shingles(entry(place), settings),
            })
            .collect();
        let numbers: Vec<Box<[u64]>> = open
            .iter()
            .map(|&place| match arrival(place) {
                _ if alone => [].into(),
                Some(arrival) => arrival.numbers.clone(),
                None => {
                    let places = self.dictionary.places(&entry(place).words);
                    self.dictionary.numbers(&places)
                }
            })
            .collect();
        let published: Vec<_> = open
            .iter()
            .map(|&place| match arrival(place) {
                Some(arrival) => arrival.entry.published,
                None => entry(place).published,
            })
            .collect();
        let texts = Texts {
            shingles: &shingles,
            numbers: &numbers,
            published: &published,
        };
        let made = groups(texts, &same, &SameText::new(&settings.config));
        let made = made
            .into_iter()
            .map(|members| members.iter().map(|&member| open[member as usize]).collect());
        let mut all: Vec<Members> = made.chain(known.into_values()).collect();
        all.sort_unstable_by_key(|members| members[0]);
        all
    }

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
        let (mut texts, mut around, mut affected) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut buffer = Vec::new();
        for &number in &gone {
            let Arrival {
                entry,
                counts,
                band_keys,
                phrase_keys,
                ..
            } = self.again(number, settings);
            for (keys, of) in [(&mut self.bands, &band_keys), (&mut self.phrases, &phrase_keys)] {
                for &key in of {
                    let members = keys.get(key, &mut buffer);
                    if members.len() > crate::candidate::FULL_BUCKET {
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
                self.entry(other).followers.retain(|&follower| follower != number);
            }
            for &follower in &entry.followers {
                let near = std::mem::take(&mut self.entry(follower).near);
                self.entry(follower).near =
                    near.iter().copied().filter(|&(other, _)| other != number).collect();
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
            self.look_again(number, number, settings);
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
        for &number in numbers {
            let entry = self.entry(number);
            entry.vector = None;
            let before = std::mem::replace(&mut entry.epoch, u32::MAX);
            let epoch = self.epochs.moved(before);
            self.entry(number).epoch = epoch;
            if number + LATELY >= self.next {
                let vector = self.vector(&self.entries[&number], settings).into_owned();
                self.entry(number).vector = Some(vector);
            }
        }
        for &number in numbers {
            // now those after it are known too
            self.look_again(number, self.next, settings);
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
    fn replace_copies(&mut self, number: u32, earlier: Vec<(u32, Copy)>, affected: &mut BTreeSet<u32>) {
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

    /// Looks again what is near to an article among those before a number, and how crowded it is there.
    fn look_again(&mut self, number: u32, before: u32, settings: &Settings) {
        let arrival = self.again(number, settings);
        let old = arrival.entry.clone();
        let mut new = arrival.entry.clone();
        new.near = self.near(number, before, &arrival, settings);
        new.nearest = self.nearest(&new.near);
        new.crowding = self.epochs.crowding(&new);
        self.epochs.replace(&old, &new);
        for &(other, _) in &old.near {
            self.entry(other).followers.retain(|&follower| follower != number);
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
        for &other in old.iter().filter(|other| links.binary_search(other).is_err()) {
            affected.extend([number, other]);
            self.entry(other).links.retain(|&link| link != number);
        }
        for &other in links.iter().filter(|other| old.binary_search(other).is_err()) {
            affected.extend([number, other]);
            put_in(&mut self.entry(other).links, number);
        }
        // the mean over a story has changed with its crowding, even where no link has
        affected.insert(number);
    }
}

/// So many articles that hang together are settled at once, as the batch engine would. Of more, only the
/// stories that an article is linked with.
const SCOPE: usize = 256;

/// All articles that can be reached from some; `None` if they are more than `most`.
fn reach<I: Iterator<Item = u32>>(
    seeds: &[u32],
    most: usize,
    others: impl Fn(u32) -> I,
) -> Option<BTreeSet<u32>> {
    let mut reached: BTreeSet<u32> = seeds.iter().copied().collect();
    let mut open = seeds.to_vec();
    while let Some(number) = open.pop() {
        for other in others(number) {
            if reached.insert(other) {
                open.push(other);
            }
        }
        if reached.len() > most.max(seeds.len()) {
            return None;
        }
    }
    Some(reached)
}

/// The log-odds from which on two articles or clusters are the same event.
fn least(settings: &Settings) -> f64 {
    logit(settings.config.same_event)
}

/// Puts a number among ascending ones.
fn put_in(numbers: &mut Vec<u32>, number: u32) {
    if let Err(at) = numbers.binary_search(&number) {
        numbers.insert(at, number);
    }
}

/// A hash of title and body as they stand.
pub(super) fn text_hash(article: &Article<'_>) -> u64 {
    hash::sequence(&[
        hash::word(article.title.as_bytes()),
        hash::word(article.body.as_bytes()),
    ])
}
