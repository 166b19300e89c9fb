//! What an index keeps of each article.

use std::collections::VecDeque;
#[cfg(feature = "store")]
use std::io;
use std::ops::Index;
use std::sync::OnceLock;

#[cfg(feature = "store")]
use super::image::Unread;
#[cfg(feature = "store")]
use super::imaged::article;
use super::list::List;
use super::packed::PackedVector;
use super::spelling::Words;
use crate::article::Timestamp;
use crate::lanes::fetch;
use crate::score::Overlap;

/// An article of the index. Articles are numbered in the order in which they came.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) id: Box<str>,
    pub(super) published: Option<Timestamp>,
    /// A hash of title and body as they stand.
    pub(super) text: u64,
    pub(super) words: Words,
    pub(super) vector: PackedVector,
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
    pub(super) followers: List,
    /// How close it is to what came before it.
    pub(super) crowding: i64,
    /// The sum that its crowding is made of.
    pub(super) nearest: u64,
    /// Articles with the same words, before it and after it, ascending.
    pub(super) copies: Vec<(u32, Copy)>,
    /// Articles that are likely the same event, ascending.
    pub(super) links: List,
    /// The number of the earliest article of its group, in the library's order.
    pub(super) group: u32,
    pub(super) story: u32,
}

/// An article that is in no story yet.
pub(super) const NO_STORY: u32 = u32::MAX;

/// What two articles with the same words share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Copy {
    /// Those of an [`Overlap`]; no article has so many shingles that they would not fit.
    shared: u32,
    smaller: u32,
    larger: u32,
    /// Whether they are issues of a recurring report.
    pub(super) recurring: bool,
}

impl Copy {
    pub(super) fn new(overlap: &Overlap, recurring: bool) -> Self {
        let counts = [overlap.shared, overlap.smaller, overlap.larger];
        let [shared, smaller, larger] = counts.map(|count| count as u32);
        Self {
            shared,
            smaller,
            larger,
            recurring,
        }
    }

    pub(super) fn overlap(&self) -> Overlap {
        let counts = [self.shared, self.smaller, self.larger];
        let [shared, smaller, larger] = counts.map(|count| count as usize);
        Overlap {
            shared,
            smaller,
            larger,
        }
    }
}

impl Entry {
    /// Whether it and another one are issues of a recurring report.
    pub(super) fn recurs_with(&self, other: u32) -> bool {
        let at = self.copies.binary_search_by_key(&other, |&(copy, _)| copy);
        at.is_ok_and(|at| self.copies[at].1.recurring)
    }

    /// Notes a later article with the same words; mostly there is none.
    pub(super) fn push_copy(&mut self, other: u32, copy: Copy) {
        self.copies.reserve_exact(1);
        self.copies.push((other, copy));
    }

    /// How many bytes it takes, but for what the allocator adds.
    fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.id.len()
            + self.words.0.len()
            + self.vector.0.len()
            + 8 * self.near.len()
            + self.followers.bytes()
            + self.links.bytes()
            + size_of::<(u32, Copy)>() * self.copies.capacity()
    }
}

/// The articles of an index by their numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    /// The number of the first place.
    first: u32,
    /// Those that nobody has asked for yet are in the image.
    places: VecDeque<OnceLock<Option<Box<Entry>>>>,
    len: usize,
    /// The articles of an image, and the number of the first.
    #[cfg(feature = "store")]
    image: Option<(u32, Unread)>,
}

impl Entries {
    #[cfg(feature = "store")]
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// No article has a lower number.
    pub(super) const fn first(&self) -> u32 {
        self.first
    }

    /// So many numbers from the first one on may be of articles.
    pub(super) fn places(&self) -> usize {
        self.places.len()
    }

    pub(super) fn get(&self, number: u32) -> Option<&Entry> {
        let place = number.checked_sub(self.first)? as usize;
        let place = self.places.get(place)?;
        place.get_or_init(|| self.of_image(number)).as_deref()
    }

    pub(super) fn get_mut(&mut self, number: u32) -> Option<&mut Entry> {
        self.get(number)?;
        let place = number.checked_sub(self.first)? as usize;
        self.places.get_mut(place)?.get_mut()?.as_deref_mut()
    }

    /// Asks for the vectors of articles ahead of their use: each is anywhere in a large memory.
    pub(super) fn fetch_vectors(&self, numbers: &[u32]) {
        let entries = || numbers.iter().map(|&number| self.get(number));
        entries().for_each(|entry| fetch(entry.map(|entry| &entry.vector)));
        for entry in entries().flatten() {
            entry.vector.fetch();
        }
    }

    /// Puts in an article with a number that is higher than all before.
    pub(super) fn push(&mut self, number: u32, entry: impl Into<Box<Entry>>) {
        if self.places.is_empty() {
            self.first = number;
        }
        let place = (number - self.first) as usize;
        self.places.resize_with(place, || None.into());
        self.places.push_back(Some(entry.into()).into());
        self.len += 1;
    }

    /// Takes out an article that is put back.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub(super) fn take(&mut self, number: u32) -> Box<Entry> {
        self.get(number);
        let place = self.places[(number - self.first) as usize].get_mut();
        place
            .and_then(Option::take)
            .expect("what was put in is there")
    }

    /// Puts back an article that was taken out.
    pub(super) fn put(&mut self, number: u32, entry: Box<Entry>) {
        self.places[(number - self.first) as usize] = Some(entry).into();
    }

    pub(super) fn remove(&mut self, number: u32) -> Option<Entry> {
        self.get(number)?;
        let place = number.checked_sub(self.first)? as usize;
        let entry = self.places.get_mut(place)?.get_mut()?.take()?;
        self.len -= 1;
        while let Some(Some(None)) = self.places.front().map(OnceLock::get) {
            self.places.pop_front();
            self.first += 1;
        }
        Some(*entry)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Entry)> {
        let numbers = (self.first..).take(self.places.len());
        numbers.filter_map(|number| Some((number, self.get(number)?)))
    }

    /// How many bytes those take that were asked for.
    pub(super) fn bytes(&self) -> usize {
        let entries = self.places.iter().filter_map(|place| place.get()?.as_ref());
        let entries: usize = entries.map(|entry| entry.bytes()).sum();
        entries + size_of::<OnceLock<Option<Box<Entry>>>>() * self.places.len()
    }

    #[cfg(not(feature = "store"))]
    const fn of_image(&self, _: u32) -> Option<Box<Entry>> {
        None
    }
}

#[cfg(feature = "store")]
impl Entries {
    /// Those of an image, from this number on.
    pub(super) fn imaged(first: u32, image: Unread) -> Self {
        let place = |at| match image.is_empty(at) {
            true => None.into(),
            false => OnceLock::new(),
        };
        let places: VecDeque<_> = (0..image.len()).map(place).collect();
        Self {
            first,
            len: places.iter().filter(|place| place.get().is_none()).count(),
            places,
            image: Some((first, image)),
        }
    }

    /// An article as the image has it, if nobody has asked for it yet.
    pub(super) fn unread(&self, number: u32) -> Option<io::Result<Vec<u8>>> {
        let place = number.checked_sub(self.first)? as usize;
        if self.places.get(place)?.get().is_some() {
            return None;
        }
        let (first, image) = self.image.as_ref()?;
        Some(image.bytes((number - first) as usize))
    }

    #[cold]
    fn of_image(&self, number: u32) -> Option<Box<Entry>> {
        let (first, image) = self.image.as_ref()?;
        let place = (number - first) as usize;
        Some(image.read(place, |bytes| article(number, bytes)))
    }
}

impl Index<u32> for Entries {
    type Output = Entry;

    /// # Panics
    ///
    /// When there is none: what the index notes of an article goes when it goes.
    fn index(&self, number: u32) -> &Entry {
        self.get(number).expect("what an entry names is there")
    }
}
