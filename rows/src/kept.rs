//! The parts that a thread reads in a turn, with their texts where they stay.

use std::mem;
use std::sync::Arc;

use crate::mapped::Pages;
use crate::parsed::Parsed;
use crate::seen::Hashers;
use crate::text::Texts;

/// The parts that a thread reads in a turn, with their texts where they stay.
///
/// A text is parsed into memory that is used again for the next part, and copied from there while it is in the cache. So
/// it takes no more than its bytes however little of a row is text, and new memory comes in pages as large as
/// there are.
pub(crate) struct Kept {
    parts: Vec<(usize, Parsed)>,
    /// How many of the parts have been given their texts.
    given: usize,
    /// Where the texts of the other parts are; none for a file that may be small.
    pages: Option<Pages>,
    hashers: Hashers,
}

impl Kept {
    /// Without parts; of a file that has been found large the texts are put into large pages.
    pub(crate) fn new(large: bool) -> Self {
        Self {
            parts: Vec::new(),
            given: 0,
            pages: if large { Pages::new() } else { None },
            hashers: Hashers::default(),
        }
    }

    /// Takes a part in, which about so many bytes of texts will follow; gives back the memory it was parsed in.
    pub(crate) fn push(&mut self, number: usize, mut part: Parsed, more: usize) -> String {
        let texts = mem::take(&mut part.texts);
        for row in &mut part.rows {
            let id = row
                .id
                .map(|(start, end)| &texts[start as usize..end as usize]);
            row.hash = id.map(|id| self.hashers.hash(id));
        }
        let mut start = self.paged(&texts, more);
        if start.is_none() && self.pages.is_some() {
            self.give();
            self.pages = Pages::new();
            start = self.paged(&texts, more);
        }
        match start {
            Some(start) => part.shift(start),
            None => part.kept = Some(Arc::new(Texts::Memory(texts.clone()))),
        }
        self.parts.push((number, part));
        texts
    }

    /// All parts.
    pub(crate) fn into_parts(mut self) -> Vec<(usize, Parsed)> {
        self.give();
        self.parts
    }

    fn paged(&mut self, texts: &str, more: usize) -> Option<u32> {
        self.pages.as_mut()?.append(texts, more)
    }

    /// Gives the parts whose texts are in the pages these texts.
    fn give(&mut self) {
        if let Some(pages) = self.pages.take() {
            let texts = Arc::new(Texts::Mapped(pages.into()));
            for (_, part) in &mut self.parts[self.given..] {
                part.kept.get_or_insert_with(|| Arc::clone(&texts));
            }
        }
        self.given = self.parts.len();
    }
}
