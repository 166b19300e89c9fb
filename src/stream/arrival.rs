//! An article to what it is to the articles before it.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::search;
use super::state::{Copy, Entry, NO_STORY, Settings, State};
use super::words::{Counts, Fresh};
use crate::article::Article;
use crate::bucket::phrases;
use crate::candidate::shares_enough;
use crate::crowding::{self, NEIGHBOUR, OF_A_GROUP};
use crate::evidence::Evidence;
use crate::hash;
use crate::logarithm::logit;
use crate::recurrence::recurs;
use crate::score::{Overlap, SameText};
use crate::shingle::Shingles;
use crate::sketch::ArticleTokens;
use crate::term::TermVector;

/// An article that is about to come in: what it is to the articles that are there.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) entry: Entry,
    pub(super) counts: Counts,
    pub(super) fresh: Fresh,
    pub(super) vector: TermVector,
    pub(super) shingles: Shingles,
    pub(super) numbers: Box<[u64]>,
    pub(super) band_keys: Vec<u32>,
    pub(super) phrase_keys: Vec<u32>,
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
                horizon: self.next,
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
        let linked =
            near.filter(|&&(other, dot)| self.linked(&arrival.entry, other, dot, settings));
        let mut links: Vec<u32> = linked.map(|&(other, _)| other).collect();
        links.sort_unstable();
        arrival.entry.links = links;
        arrival
    }

    /// The same for an article of the index, as if those after it had not come.
    pub(super) fn again(&self, number: u32, settings: &Settings) -> Arrival {
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
        let key = |band| {
            slots
                .as_ref()
                .map(|slots| settings.bands.key(slots.slots(), band))
        };
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

    pub(super) fn vector<'a>(&self, entry: &'a Entry, settings: &Settings) -> Cow<'a, TermVector> {
        if let Some(vector) = &entry.vector {
            return Cow::Borrowed(vector);
        }
        let places = self.dictionary.places(&entry.words);
        let counts = self.dictionary.counts(&places);
        let names = (&self.dictionary, &Fresh::default());
        Cow::Owned(self.epochs.vector(entry.epoch, &counts, names, settings))
    }

    pub(super) fn shingles(&self, entry: &Entry, settings: &Settings) -> Shingles {
        let places = self.dictionary.places(&entry.words);
        let mut windows = self
            .dictionary
            .windows(&places, settings.config.shingle_words);
        Shingles::of_windows(&mut windows, &mut Vec::new())
    }

    /// The articles before this one that have the same words.
    pub(super) fn copies(
        &self,
        number: u32,
        arrival: &Arrival,
        settings: &Settings,
    ) -> Vec<(u32, Copy)> {
        let mut found = BTreeMap::<u32, u32>::new();
        let mut buffer = Vec::new();
        for &key in &arrival.phrase_keys {
            self.phrases.candidates(key, number, &mut buffer, |other| {
                *found.entry(other).or_default() += 1;
            });
        }
        found.retain(|other, shared| {
            shares_enough(*shared, arrival.entry.phrases, self.entries[other].phrases)
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
                let numbers = self
                    .dictionary
                    .numbers(&self.dictionary.places(&entry.words));
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
    pub(super) fn near(
        &self,
        own: u32,
        before: u32,
        arrival: &Arrival,
        settings: &Settings,
    ) -> Box<[(u32, u32)]> {
        let least = settings
            .config
            .event
            .least_dot(least(settings))
            .min(NEIGHBOUR);
        let names = (&self.dictionary, &arrival.fresh);
        let epoch = arrival.entry.epoch;
        let terms = self
            .epochs
            .rarest_first(&arrival.vector, epoch, names, settings);
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
    pub(super) fn nearest(&self, near: &[(u32, u32)]) -> u64 {
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
    pub(super) fn linked(&self, entry: &Entry, other: u32, dot: u32, settings: &Settings) -> bool {
        let model = &settings.config.event;
        let recurring = entry
            .copies
            .iter()
            .any(|&(copy, what)| copy == other && what.recurring);
        let other = &self.entries[&other];
        let evidence = Evidence::new(
            dot.into(),
            entry.crowding + other.crowding,
            entry.published,
            other.published,
            recurring,
        );
        model.log_odds(&evidence) >= least(settings)
    }
}

/// The log-odds from which on two articles or clusters are the same event.
pub(super) fn least(settings: &Settings) -> f64 {
    logit(settings.config.same_event)
}

/// A hash of title and body as they stand.
pub(super) fn text_hash(article: &Article<'_>) -> u64 {
    hash::sequence(&[
        hash::word(article.title.as_bytes()),
        hash::word(article.body.as_bytes()),
    ])
}
