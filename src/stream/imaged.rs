//! An index to its image and back.

use std::io;
use std::sync::Arc;

use super::entry::{Entries, Entry};
use super::epoch::Epochs;
use super::ids::Ids;
use super::image::{Image, Writer};
use super::keys::Keys;
use super::names::Names;
use super::pieces::Pieces;
use super::rows::{Counters, Read, entry_bytes, entry_of};
use super::search::Postings;
use super::state::State;
use super::unsaved::Unsaved;
use super::words::Dictionary;
use crate::article::Timestamp;

/// The sections of an image, in their order; behind those of pieces stands where these end.
#[derive(Clone, Copy)]
enum Section {
    Counters,
    Epochs,
    Words,
    Terms,
    Names,
    Ids,
    /// The articles that have a date, by time.
    Dated,
    Bands,
    BandParts,
    Phrases = Self::BandParts as isize + 2,
    PhraseParts,
    Lists = Self::PhraseParts as isize + 2,
    Articles = Self::Lists as isize + 2,
}

impl State {
    /// Whether the store has been given all of it. A call that failed in the middle keeps something back.
    pub(super) fn is_saved(&self) -> bool {
        let (words, terms) = (self.dictionary.words().len(), self.dictionary.terms().len());
        let is_empty = |unsaved: &Unsaved| unsaved.is_empty(words, terms);
        self.unsaved.as_ref().is_some_and(is_empty) && self.names.changed.is_empty()
    }

    /// Writes all that is in memory.
    pub(super) fn put_image(&self, image: &mut Writer) -> io::Result<()> {
        let mut counters = self.counters().bytes();
        counters.extend(self.entries.first().to_le_bytes());
        image.section(&counters)?;
        image.section(&self.epochs.to_image())?;
        let (words, terms) = self.dictionary.to_image();
        image.section(&words)?;
        image.section(&terms)?;
        image.section(&self.names.to_image())?;
        image.section(&self.ids.to_image())?;
        let mut dated = Vec::with_capacity(12 * self.by_time.len());
        for (published, number) in &self.by_time {
            dated.extend(published.seconds().to_le_bytes());
            dated.extend(number.to_le_bytes());
        }
        image.section(&dated)?;
        for keys in [&self.bands, &self.phrases] {
            image.section(&keys.to_image())?;
            let parts = keys.parts();
            image.pieces(parts.len(), |part, bytes| parts.put_image(part, bytes))?;
        }
        let lists = self.postings.lists();
        image.pieces(lists.len(), |piece, bytes| lists.put_image(piece, bytes))?;
        let first = self.entries.first();
        let article = |place, bytes: &mut Vec<u8>| {
            let number = first + place as u32;
            if let Some(unread) = self.entries.unread(number) {
                bytes.extend(unread?);
            } else if let Some(entry) = self.entries.get(number) {
                put_article(entry, bytes);
            }
            Ok(())
        };
        image.pieces(self.entries.places(), article)
    }

    /// What an image holds; `None` if that makes no sense.
    pub(super) fn of_image(image: &Arc<Image>) -> Option<Self> {
        let bytes = |section: Section| image.bytes(section as usize);
        let counters = bytes(Section::Counters)?;
        let mut read = Read(&counters);
        let counters = Counters::of(&mut read)?;
        let first = read.u32()?;
        let dictionary = || Dictionary::of_image(&bytes(Section::Words)?, &bytes(Section::Terms)?);
        let lists = || {
            let names = Names::of_image(&bytes(Section::Names)?)?;
            let ids = Ids::of_image(&bytes(Section::Ids)?)?;
            let dated = bytes(Section::Dated)?;
            let (dated, _) = dated.as_chunks::<12>();
            let mut dated = dated.iter().map(|dated| Read(dated));
            let dated = dated.try_fold(Vec::new(), |mut all, mut read| {
                let published = Timestamp::from_seconds(i64::from_le_bytes(read.array()?));
                all.push((published, read.u32()?));
                Some(all)
            });
            let epochs = Epochs::of_image(&bytes(Section::Epochs)?, &counters)?;
            // they come in their order, so the set is made at once
            Some((names, ids, dated?.into_iter().collect(), epochs))
        };
        let (dictionary, lists) = rayon::join(dictionary, lists);
        let (dictionary, (mut names, ids, by_time, mut epochs)) = (dictionary?, lists?);
        let pieces = |section: Section| image.pieces(section as usize);
        let keys = |section: Section, parts: Section| {
            Keys::of_image(&bytes(section)?, Pieces::imaged(pieces(parts)?))
        };
        let lists = Pieces::imaged(pieces(Section::Lists)?);
        let postings = Postings::of_image(lists);
        let entries = Entries::imaged(first, pieces(Section::Articles)?);
        names.next = counters.next_story;
        epochs.articles = entries.len();
        (entries.len() == counters.articles as usize).then_some(())?;
        let (words, terms) = (dictionary.words().len(), dictionary.terms().len());
        Some(Self {
            dictionary,
            epochs,
            entries,
            next: counters.next,
            ids,
            by_time,
            bands: keys(Section::Bands, Section::BandParts)?,
            phrases: keys(Section::Phrases, Section::PhraseParts)?,
            postings,
            names,
            dots: Default::default(),
            unsaved: Some(Unsaved::since(words, terms)),
        })
    }
}

fn put_article(entry: &Entry, bytes: &mut Vec<u8>) {
    bytes.extend(entry.group.to_le_bytes());
    bytes.extend(entry.story.to_le_bytes());
    bytes.extend((entry.followers.len() as u32).to_le_bytes());
    let followers = entry.followers.iter();
    bytes.extend(followers.flat_map(|follower| follower.to_le_bytes()));
    bytes.extend(entry_bytes(entry, u32::MAX));
}

pub(super) fn article(number: u32, bytes: &[u8]) -> Option<Box<Entry>> {
    let mut read = Read(bytes);
    let (group, story, followers) = (read.u32()?, read.u32()?, read.u32()?);
    let (followers, _) = read.bytes(4 * followers as usize)?.as_chunks();
    let mut entry = entry_of(number, read.0)?;
    entry.followers = followers
        .iter()
        .map(|&follower| u32::from_le_bytes(follower))
        .collect();
    (entry.group, entry.story) = (group, story);
    Some(entry)
}
