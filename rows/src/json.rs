//! A row that is a JSON object.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer as _;
use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::complaint::shown;
use crate::fields::{Field, Fields, Values};
use crate::moment::{moment, no_moment};
use crate::object::Object;
use crate::parsed::{Parsed, ParsedRow};
use crate::text::Span;

impl Parsed {
    /// Reads a row without white space around it.
    ///
    /// # Errors
    ///
    /// What is wrong with the row and what became of it.
    pub(crate) fn row(&mut self, row: &str, fields: &Fields) -> Result<(), String> {
        let known = self.texts.len();
        let Some(object) = Object::read(row, fields, &mut self.texts) else {
            self.texts.truncate(known);
            return self.odd_row(row, fields);
        };
        let values = &object.values;
        let published = fields.find(values, Field::Published);
        let published = published.map_or(Ok(None), |slot| {
            let text = values[slot].map(|span| self.text(span));
            moment(fields.name(slot), text)
        });
        let number = object.is_number(fields.find(values, Field::Id));
        self.push(row, fields, values, number, published)
    }

    /// A row with fields of other types, or none at all.
    fn odd_row(&mut self, row: &str, fields: &Fields) -> Result<(), String> {
        let raw = raw_values(row, fields)?;
        let mut values = Values::default();
        let mut number = false;
        if let Some(slot) = fields.find(&raw, Field::Id) {
            let (id, is_number) = id(fields.name(slot), raw[slot])?;
            values[slot] = id.map(|id| self.keep(&id));
            number = is_number;
        }
        for field in [Field::Title, Field::Text] {
            if let Some(slot) = fields.find(&raw, field) {
                let text = text(fields.name(slot), raw[slot])?;
                values[slot] = text.map(|text| self.keep(&text));
            }
        }
        for field in [Field::Source, Field::Url] {
            if let Some(slot) = fields.find(&raw, field) {
                let text = raw[slot].and_then(|raw| serde_json::from_str::<String>(raw).ok());
                values[slot] = text.map(|text| self.keep(&text));
            }
        }
        let published = fields
            .find(&raw, Field::Published)
            .map_or(Ok(None), |slot| {
                let name = fields.name(slot);
                match raw[slot].map(|raw| (raw, serde_json::from_str::<String>(raw))) {
                    Some((_, Ok(text))) => moment(name, Some(&text)),
                    Some((raw, Err(_))) => Err(no_moment(name, &shown(raw))),
                    None => Ok(None),
                }
            });
        self.push(row, fields, &values, number, published)
    }

    #[inline]
    fn push(
        &mut self,
        row: &str,
        fields: &Fields,
        values: &Values<Span>,
        number: bool,
        published: Result<Option<samestory::Timestamp>, String>,
    ) -> Result<(), String> {
        let [title, text] = [Field::Title, Field::Text].map(|field| fields.pick(values, field));
        if title.is_some() || text.is_some() {
            self.has_words = true;
        } else if self.others.is_empty() {
            self.others = other_names(row, fields);
        }
        self.rows.push(ParsedRow {
            id: fields.pick(values, Field::Id),
            hash: None,
            number,
            title: title.unwrap_or_default(),
            text: text.unwrap_or_default(),
            published: published.as_ref().ok().copied().flatten(),
            source: fields.pick(values, Field::Source),
            url: fields.pick(values, Field::Url),
            at: self.places,
        });
        published.map(|_| ())
    }
}

/// The values of the fields as they stand there; null is none.
fn raw_values<'a>(row: &'a str, fields: &Fields) -> Result<Values<&'a str>, String> {
    struct Raw<'f>(&'f Fields);

    impl<'a> Visitor<'a> for Raw<'_> {
        type Value = Values<&'a str>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let (mut values, mut seen) = (Values::default(), Values::default());
            while let Some(name) = map.next_key::<String>()? {
                let Some(slot) = self.0.slot(&name) else {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                };
                let raw = map.next_value::<&RawValue>()?.get();
                if seen[slot].replace(()).is_some() {
                    return Err(A::Error::custom(format!("duplicate field `{name}`")));
                }
                values[slot] = (raw != "null").then_some(raw);
            }
            Ok(values)
        }
    }

    let mut row = serde_json::Deserializer::from_str(row);
    let values = row.deserialize_map(Raw(fields));
    values
        .and_then(|values| row.end().map(|()| values))
        .map_err(|error| {
            // Every row is a document of its own, so the parser's line says nothing.
            let what = error.to_string();
            let what = what.split(" at line ").next().unwrap_or_default();
            format!(
                "no JSON object, column {}: {what}; row skipped",
                error.column()
            )
        })
}

/// The names of the fields that are none of an article.
fn other_names(row: &str, fields: &Fields) -> Vec<String> {
    let names: std::collections::BTreeMap<String, IgnoredAny> =
        serde_json::from_str(row).unwrap_or_default();
    let other = |name: &String| fields.slot(name).is_none();
    names.into_keys().filter(other).collect()
}

/// The id as text, and whether it is a number.
fn id<'a>(name: &str, raw: Option<&'a str>) -> Result<(Option<Cow<'a, str>>, bool), String> {
    let Some(raw) = raw else {
        return Ok((None, false));
    };
    match raw.as_bytes().first() {
        Some(b'"') => match serde_json::from_str::<String>(raw) {
            Ok(id) => Ok((Some(Cow::Owned(id)), false)),
            Err(error) => Err(format!("{name} is {}: {error}; row skipped", shown(raw))),
        },
        Some(b'-' | b'0'..=b'9') => Ok((Some(Cow::Borrowed(raw)), true)),
        _ => Err(format!(
            "{name} is {}, allowed is a string, a number or none; row skipped",
            shown(raw)
        )),
    }
}

fn text(name: &str, raw: Option<&str>) -> Result<Option<String>, String> {
    let Some(raw) = raw else { return Ok(None) };
    match serde_json::from_str(raw) {
        Ok(text) => Ok(Some(text)),
        Err(error) if raw.starts_with('"') => {
            Err(format!("{name} is {}: {error}; row skipped", shown(raw)))
        }
        Err(_) => Err(format!(
            "{name} is {}, allowed is a string or none; row skipped",
            shown(raw)
        )),
    }
}
