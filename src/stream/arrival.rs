//! An article to what it is to the articles before it.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::entry::{Copy, Entry, NO_STORY};
use super::list::List;
use super::packed::{PackedVector, Row};
use super::search;
use super::state::State;
use super::words::{Fresh, Reading};
use crate::article::Article;
use crate::candidate::shares_enough;
use crate::cluster::Clusterer;
use crate::crowding::{self, NEIGHBOUR, OF_A_GROUP};
use crate::evidence::Evidence;
use crate::hash;
use crate::phrase::phrases;
use crate::recurrence::recurs;
use crate::score::{Overlap, SameText};
use crate::shingle::Shingles;
use crate::sketch::ArticleTokens;
use crate::term::TermVector;

/// An article that comes in, or is only asked about: by what it is compared with those before it.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) number: u32,
    pub(super) vector: TermVector,
    pub(super) text: Text,
}

/// An article that has been read with the words of an index, and is not in it.
#[derive(Debug)]
pub(super) struct Enrolled {
    pub(super) entry: Entry,
    pub(super) arrival: Arrival,
    /// What the index has to learn with it, unless it has.
    pub(super) fresh: Fresh,
}

/// Articles before another one: those that have its words, and those that are near to it by terms.
#[derive(Debug)]
pub(super) struct Found {
    copies: Vec<(u32, Copy)>,
    near: Box<[(u32, u32)]>,
}

/// What the group tier needs of an article.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) shingles: Shingles,
    pub(super) numbers: Box<[u64]>,
    pub(super) keys: BucketKeys,
}

/// Under which keys an article meets its copies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct BucketKeys {
    pub(super) bands: Vec<u32>,
    /// Ascending, each once.
    pub(super) phrases: Vec<u32>,
}

impl BucketKeys {
    /// The keys of a text, and how many phrases it has.
    fn new(slots: Option<&[u32]>, windows: &[u64], clusterer: &Clusterer) -> (Self, u32) {
        let cut = clusterer.bands();
        let bands = slots.map_or_else(Vec::new, |slots| {
            (0..cut.bands).map(|band| cut.key(slots, band)).collect()
        });
        let mut keys: Vec<u32> = match clusterer.config().containment {
            Some(_) => phrases(windows).collect(),
            None => Vec::new(),
        };
        let of_phrases = keys.len() as u32;
        keys.sort_unstable();
        keys.dedup();
        let phrases = keys;
        (Self { bands, phrases }, of_phrases)
    }
}

/// What can be said of an article without a look at any other.
#[derive(Debug)]
pub(super) struct ReadArticle {
    pub(super) tokens: ArticleTokens,
    pub(super) text: Text,
    phrases: u32,
    /// A hash of title and body as they stand.
    pub(super) hash: u64,
}

impl ReadArticle {
    pub(super) fn new(article: &Article<'_>, clusterer: &Clusterer) -> Self {
        let tokens = ArticleTokens::new(article);
        let window = clusterer.config().shingle_words;
        let mut reader = clusterer.signer().reader(window);
        reader.take(&tokens.tokens);
        let (slots, windows) = reader.sign_windows();
        let (keys, phrases) = BucketKeys::new(slots, windows, clusterer);
        Self {
            text: Text {
                shingles: reader.shingles(),
                numbers: tokens.numbers(),
                keys,
            },
            tokens,
            phrases,
            hash: text_hash(article),
        }
    }
}

impl State {
    /// The words of an article by their numbers; nothing is learned yet.
    pub(super) fn read(
        &self,
        (article, read): &(&Article<'_>, ReadArticle),
        clusterer: &Clusterer,
    ) -> Reading {
        self.dictionary
            .read(article, &read.tokens, clusterer.background())
    }

    /// Learns what an article has brought.
    pub(super) fn learn(&mut self, fresh: &mut Fresh, clusterer: &Clusterer) {
        let terms = self.dictionary.learn(fresh);
        self.epochs.learn(terms, clusterer);
    }

    /// What an index keeps of an article under a number, but for what it is to others, and by what it is compared with
    /// them.
    pub(super) fn enroll(
        &self,
        number: u32,
        (article, read): (&Article<'_>, ReadArticle),
        reading: Reading,
        clusterer: &Clusterer,
    ) -> Enrolled {
        let (words, counts, fresh) = reading.counted(&self.dictionary);
        let vector = (self.epochs).vector(&counts, &fresh, clusterer);
        let entry = Entry {
            id: article.id.into(),
            published: article.published,
            text: read.hash,
            words,
            vector: PackedVector::new(&vector, &counts),
            epoch: self.epochs.current(),
            terms: counts.len() as u32,
            phrases: read.phrases,
            horizon: number,
            near: [].into(),
            followers: List::default(),
            crowding: 0,
            nearest: 0,
            copies: Vec::new(),
            links: List::default(),
            group: number,
            story: NO_STORY,
        };
        let arrival = Arrival {
            number,
            vector,
            text: read.text,
        };
        Enrolled {
            entry,
            arrival,
            fresh,
        }
    }

    /// Finds the articles before one. Those that come together with it are among them, if they have been put in.
    pub(super) fn find(&self, entry: &Entry, arrival: &Arrival, clusterer: &Clusterer) -> Found {
        let number = arrival.number;
        Found {
            copies: self.copies(number, entry, &arrival.text, clusterer),
            near: self.near(number, number, &arrival.vector, clusterer),
        }
    }

    /// Notes with an article what it is to those before it, of each of which that is noted already.
    pub(super) fn relate(&self, entry: &mut Entry, found: Found, clusterer: &Clusterer) {
        entry.copies = found.copies;
        entry.copies.shrink_to_fit();
        entry.near = found.near;
        entry.nearest = self.nearest(&entry.near);
        entry.crowding = self.epochs.crowding(entry);
        let near = entry.near.iter();
        let linked = near.filter(|&&(other, dot)| self.linked(entry, other, dot, clusterer));
        let mut links: Vec<u32> = linked.map(|&(other, _)| other).collect();
        links.sort_unstable();
        entry.links = links.into_iter().collect();
    }

    /// What the group tier needs of an article of the index.
    pub(super) fn text(&self, entry: &Entry, clusterer: &Clusterer) -> Text {
        let places = self.dictionary.places(&entry.words, &entry.vector);
        let windows = places.windows(clusterer.config().shingle_words);
        let shingles = Shingles::of_windows(&mut windows.clone(), &mut Vec::new());
        let signature = clusterer.signer().sign(&shingles);
        let slots = signature.as_ref().map(|signature| signature.slots());
        let (keys, _) = BucketKeys::new(slots, &windows, clusterer);
        Text {
            shingles,
            numbers: places.numbers(),
            keys,
        }
    }

    /// The shingles of an article of the index, and its numbers.
    pub(super) fn shingles(&self, entry: &Entry, clusterer: &Clusterer) -> (Shingles, Box<[u64]>) {
        let places = self.dictionary.places(&entry.words, &entry.vector);
        let mut windows = places.windows(clusterer.config().shingle_words);
        let shingles = Shingles::of_windows(&mut windows, &mut Vec::new());
        (shingles, places.numbers())
    }

    /// The articles before this one that have the same words.
    pub(super) fn copies(
        &self,
        number: u32,
        entry: &Entry,
        text: &Text,
        clusterer: &Clusterer,
    ) -> Vec<(u32, Copy)> {
        let mut found = BTreeMap::<u32, u32>::new();
        let mut buffer = Vec::new();
        self.phrases.fetch(&text.keys.phrases);
        self.bands.fetch(&text.keys.bands);
        for &key in &text.keys.phrases {
            self.phrases.candidates(key, number, &mut buffer, |other| {
                *found.entry(other).or_default() += 1;
            });
        }
        found.retain(|&other, shared| {
            shares_enough(*shared, entry.phrases, self.entries[other].phrases)
        });
        for &key in &text.keys.bands {
            self.bands.candidates(key, number, &mut buffer, |other| {
                found.insert(other, 0);
            });
        }
        let same_text = SameText::new(clusterer.config());
        let same_words = SameText::of_issues(clusterer.config());
        let copy = |other: u32| {
            let earlier = &self.entries[other];
            let (shingles, numbers) = self.shingles(earlier, clusterer);
            let overlap = Overlap::new(&shingles, &text.shingles);
            let recurring = same_words.holds(&overlap)
                && recurs(
                    (&numbers, earlier.published),
                    (&text.numbers, entry.published),
                );
            (recurring || same_text.holds(&overlap))
                .then_some((other, Copy::new(&overlap, recurring)))
        };
        found.into_keys().filter_map(copy).collect()
    }

    /// The articles before a number, but for the article itself, that are near to it by terms, with the dot products;
    /// the nearest first.
    pub(super) fn near(
        &self,
        own: u32,
        before: u32,
        vector: &TermVector,
        clusterer: &Clusterer,
    ) -> Box<[(u32, u32)]> {
        let least = clusterer.config().event.least_dot(clusterer.least());
        let least = least.min(NEIGHBOUR);
        let range = (self.entries.first(), before);
        let found = search::nearest(&self.postings, vector, own, range);
        self.entries.fetch_vectors(&found);
        let mut near: Vec<(u32, u32)> = ROW.with_borrow_mut(|row| {
            row.with(vector, |row| {
                // at most 1, so it fits
                let dot = |other: &u32| self.entries[*other].vector.dot(row) as u32;
                let near = found.iter().map(|other| (*other, dot(other)));
                near.filter(|&(_, dot)| dot >= least).collect()
            })
        });
        near.sort_unstable_by_key(|&(other, dot)| (Reverse(dot), other));
        near.into()
    }

    /// The sum of the dot products with the nearest articles, as far as they lie above that of a neighbour; at
    /// most four of one text count.
    pub(super) fn nearest(&self, near: &[(u32, u32)]) -> u64 {
        let mut counted: Vec<u32> = Vec::with_capacity(crowding::NEAREST);
        let mut sum = 0;
        for &(other, dot) in near.iter().filter(|&&(_, dot)| dot >= NEIGHBOUR) {
            let copies = &self.entries[other].copies;
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
    pub(super) fn linked(
        &self,
        entry: &Entry,
        other: u32,
        dot: u32,
        clusterer: &Clusterer,
    ) -> bool {
        let recurring = entry.recurs_with(other);
        let other = &self.entries[other];
        let evidence = Evidence::new(
            dot.into(),
            entry.crowding + other.crowding,
            entry.published,
            other.published,
            recurring,
        );
        clusterer.config().event.log_odds(&evidence) >= clusterer.least()
    }
}

thread_local! {
    /// The vector of the article whose neighbours are looked for.
    static ROW: RefCell<Row> = RefCell::default();
}

/// A hash of title and body as they stand.
fn text_hash(article: &Article<'_>) -> u64 {
    hash::sequence(&[
        hash::word(article.title.as_bytes()),
        hash::word(article.body.as_bytes()),
    ])
}
