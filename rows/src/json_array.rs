//! A JSON array of objects.

use std::fmt;
use std::io::{self, Read};
use std::ops::Range;

use rayon::prelude::*;
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::complaint::Place;
use crate::content::refused;
use crate::fields::Fields;
use crate::parsed::{Parsed, ROW_LIMIT, too_long, utf8};
use crate::source::{Parts, Source};

/// An array ends at its end, so it is read as a whole; no more bytes than these.
const LIMIT: u64 = 1 << 30;

/// So many rows are parsed by one thread at a time, in so many parts.
const ROWS: usize = 256;
const PARTS: usize = 64;

/// A file that is one array.
pub(crate) struct JsonArray {
    text: String,
    elements: Vec<Range<usize>>,
    given: usize,
    /// Why there are no more elements.
    broken: Option<String>,
    fields: Fields,
}

impl JsonArray {
    pub(crate) fn new(input: Box<dyn Read + Send>, fields: &Fields) -> io::Result<Self> {
        let mut bytes = Vec::new();
        let mut broken = None;
        if let Err(error) = input.take(LIMIT + 1).read_to_end(&mut bytes) {
            broken = Some(error.to_string());
        }
        if bytes.len() as u64 > LIMIT {
            return Err(refused(
                "it is a JSON array of more than 1 GiB, which is the most; make it JSON Lines, for instance with jq -c '.[]'"
                    .into(),
            ));
        }
        if let Err(what) = utf8(&bytes) {
            broken = broken.or(Some(what));
        }
        let text = String::from_utf8(bytes).unwrap_or_else(|error| {
            let valid = error.utf8_error().valid_up_to();
            let mut bytes = error.into_bytes();
            bytes.truncate(valid);
            String::from_utf8(bytes).unwrap_or_default()
        });
        let mut elements = Vec::new();
        let mut parser = serde_json::Deserializer::from_str(&text);
        let parsed = Elements {
            text: &text,
            found: &mut elements,
        }
        .deserialize(&mut parser);
        if let Err(error) = parsed.and_then(|()| parser.end()) {
            broken = broken.or(Some(format!("not a JSON array: {error}")));
        }
        Ok(Self {
            text,
            elements,
            given: 0,
            broken,
            fields: fields.clone(),
        })
    }
}

/// Where the elements stand, also of an array that breaks off.
struct Elements<'a, 'f> {
    text: &'a str,
    found: &'f mut Vec<Range<usize>>,
}

impl<'a> DeserializeSeed<'a> for Elements<'a, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, parser: D) -> Result<(), D::Error> {
        parser.deserialize_seq(self)
    }
}

impl<'a> Visitor<'a> for Elements<'a, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut array: A) -> Result<(), A::Error> {
        while let Some(raw) = array.next_element::<&RawValue>()? {
            let start = raw.get().as_ptr() as usize - self.text.as_ptr() as usize;
            self.found.push(start..start + raw.get().len());
        }
        Ok(())
    }
}

impl Source for JsonArray {
    fn next(&mut self) -> Option<Parts> {
        let rest = &self.elements[self.given..];
        let turn = &rest[..rest.len().min(ROWS * PARTS)];
        if turn.is_empty() {
            let why = self.broken.take()?;
            return Some(Parts {
                parts: Vec::new(),
                broken: Some((self.given + 1, why)),
            });
        }
        let first = self.given + 1;
        let parts = turn.par_chunks(ROWS).enumerate();
        let parts = parts.map(|(at, elements)| {
            let mut parsed = Parsed::default();
            for element in elements {
                let row = &self.text[element.clone()];
                let row = match row.len() <= ROW_LIMIT {
                    true => parsed.row(row, &self.fields),
                    false => Err(format!("{}; row skipped", too_long())),
                };
                if let Err(what) = row {
                    parsed.complaints.push((parsed.places, what));
                }
                parsed.places += 1;
            }
            (first + at * ROWS, parsed)
        });
        let parts = parts.collect();
        self.given += turn.len();
        Some(Parts {
            parts,
            broken: None,
        })
    }

    fn place(&self) -> fn(usize) -> Place {
        Place::Row
    }
}
