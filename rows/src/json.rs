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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A row, nearly always of JSON, and often with something unusual.
    fn row() -> impl Strategy<Value = String> {
        let name = proptest::sample::select(vec![
            "id",
            "title",
            "text",
            "body",
            "published",
            "source",
            "url",
            "story",
            "a longer name than any",
            "t\\u0069tle",
        ]);
        let value = prop_oneof![
            6 => "\"([a-d ,:]|é|€|😀|\\\\[nrtbf/\"\\\\]|\\\\u00[0-9a-fA-F]{2}){0,40}\"",
            1 => "(null|true|-?[1-9][0-9]{0,20}|\\[1, \"\\]\"\\]|\\{\"id\": 2\\}|nul|\"\\\\x\"|\"\\\\ud83d\\\\ude00\"|\"\t\"|)",
            1 => "\"20[0-2][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]Z\"",
        ];
        let space = "[ \t\r]{0,2}";
        let field = (space, name, space, value, space);
        let fields = proptest::collection::vec(field, 0..8).prop_map(|fields| {
            let fields = fields
                .iter()
                .map(|(a, name, b, value, c)| format!("{a}\"{name}\"{b}:{a}{value}{c}"));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        });
        (fields, any::<proptest::sample::Index>(), 0..8).prop_map(|(mut row, at, change)| {
            let places: Vec<usize> = row.char_indices().map(|(place, _)| place).collect();
            let place = places[at.index(places.len())];
            match change {
                0 => row.truncate(place),
                1 => row.insert(place, '"'),
                2 => row.insert(place, '\u{1}'),
                3 => drop(row.remove(place)),
                _ => {}
            }
            row
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_row_is_what_serde_json_reads(row in row()) {
            let (mut fast, mut slow) = (Parsed::default(), Parsed::default());
            let fields = Fields::default();
            let said = slow.odd_row(&row, &fields);
            // here a field that is null may stand there again
            let twice = said.as_ref().is_err_and(|what| what.contains("duplicate field"));
            if twice && row.contains("null") {
                return Ok(());
            }
            prop_assert_eq!(fast.row(&row, &fields), said, "{}", row);
            let told = |parsed: &Parsed| {
                let rows = parsed.rows.iter().map(|row| {
                    let of = |span: Option<Span>| span.map(|span| parsed.text(span).to_owned());
                    let texts = [row.id, Some(row.title), Some(row.text), row.source, row.url].map(of);
                    (texts, row.number, row.published)
                });
                (rows.collect::<Vec<_>>(), parsed.has_words, parsed.others.clone())
            };
            prop_assert_eq!(told(&fast), told(&slow), "{}", row);
        }
    }
}
