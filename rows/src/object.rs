//! The fields of a row, read straight into the texts of its block.
//!
//! Nearly all of a row is a few long strings, so these are read here, many bytes at a time and without a
//! copy between; any other value is left to `serde_json`, and so is a row that has anything unusual.

use serde::de::IgnoredAny;

use crate::fields::{Field, Fields, Values};
use crate::text::Span;

/// Where the fields of a row stand among the texts of its block; others than these are ignored.
#[derive(Default)]
pub(crate) struct Object {
    pub(crate) values: Values<Span>,
    /// Which of the values is a number; only an id may be one.
    number: Option<usize>,
    /// Whether strings have to be searched for control characters, which need escapes there.
    has_controls: bool,
}

impl Object {
    /// Reads a row without white space around it and appends what is in it to the texts. `None`, and
    /// anything appended, for what is no JSON object and for what may be one but is seldom seen: fields
    /// of other types, fields that stand twice, names with escapes, characters beyond the first plane
    /// in escapes.
    pub(crate) fn read(row: &str, fields: &Fields, texts: &mut String) -> Option<Self> {
        let mut object = Self {
            has_controls: has_controls(row),
            ..Self::default()
        };
        let mut rest = row.strip_prefix('{')?.trim_start_matches(SPACE);
        if rest == "}" {
            return Some(object);
        }
        loop {
            let (name, value) = object.name(rest)?;
            let rest_of_row = match fields.slot(name) {
                Some(slot) => object.value(slot, fields, value, texts)?,
                None => other(value)?,
            };
            rest = rest_of_row.trim_start_matches(SPACE);
            match rest.split_at_checked(1)? {
                (",", more) => rest = more.trim_start_matches(SPACE),
                ("}", "") => return Some(object),
                _ => return None,
            }
        }
    }

    /// Whether the value of a field is a number.
    pub(crate) fn is_number(&self, slot: Option<usize>) -> bool {
        slot.is_some() && slot == self.number
    }

    /// Reads the value of a field; gives what follows it.
    fn value<'a>(
        &mut self,
        slot: usize,
        fields: &Fields,
        value: &'a str,
        texts: &mut String,
    ) -> Option<&'a str> {
        if self.values[slot].is_some() {
            return None;
        }
        let start = texts.len() as u32;
        let rest = match value.as_bytes().first()? {
            b'"' => self.string(value, texts)?,
            b'n' => return value.strip_prefix("null"),
            b'-' | b'0'..=b'9' if fields.is(slot, Field::Id) && self.number.is_none() => {
                self.number = Some(slot);
                let rest = other(value)?;
                texts.push_str(&value[..value.len() - rest.len()]);
                rest
            }
            _ => return None,
        };
        self.values[slot] = Some((start, texts.len() as u32));
        Some(rest)
    }

    /// The name of a field, and what follows the colon.
    fn name<'a>(&self, row: &'a str) -> Option<(&'a str, &'a str)> {
        let row = row.strip_prefix('"')?;
        let (name, rest) = self.plain(row)?;
        let value = rest.strip_prefix('"')?.trim_start_matches(SPACE);
        Some((name, value.strip_prefix(':')?.trim_start_matches(SPACE)))
    }

    /// Appends a string to the texts; gives what follows it.
    fn string<'a>(&self, value: &'a str, texts: &mut String) -> Option<&'a str> {
        let mut rest = value.strip_prefix('"')?;
        loop {
            let (plain, end) = self.plain(rest)?;
            texts.push_str(plain);
            match end.strip_prefix('\\') {
                Some(more) => rest = escape(more, texts)?,
                None => return end.strip_prefix('"'),
            }
        }
    }

    /// What stands before the next quote or backslash, and from there on; nothing may need an escape.
    fn plain<'a>(&self, string: &'a str) -> Option<(&'a str, &'a str)> {
        let (plain, end) = string.split_at(memchr::memchr2(b'"', b'\\', string.as_bytes())?);
        let is_plain = !(self.has_controls && has_controls(plain));
        is_plain.then_some((plain, end))
    }
}

/// What JSON allows between its parts.
const SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// What follows any value.
fn other(value: &str) -> Option<&str> {
    let mut values = serde_json::Deserializer::from_str(value).into_iter::<IgnoredAny>();
    values.next()?.ok()?;
    value.get(values.byte_offset()..)
}

/// Appends the character that an escape stands for; gives what follows it.
fn escape<'a>(escape: &'a str, texts: &mut String) -> Option<&'a str> {
    let (kind, rest) = escape.split_at_checked(1)?;
    let c = match kind {
        "\"" | "\\" | "/" => char::from(kind.as_bytes()[0]),
        "b" => '\x08',
        "f" => '\x0C',
        "n" => '\n',
        "r" => '\r',
        "t" => '\t',
        "u" => {
            let (code, rest) = rest.split_at_checked(4)?;
            // `from_str_radix` would allow a sign
            let digits = code.bytes().all(|byte| byte.is_ascii_hexdigit());
            let code = digits.then(|| u32::from_str_radix(code, 16).ok())??;
            texts.push(char::from_u32(code)?);
            return Some(rest);
        }
        _ => return None,
    };
    texts.push(c);
    Some(rest)
}

/// Whether there is a character that a string may have as an escape only.
fn has_controls(text: &str) -> bool {
    // the least of all rather than any: the compiler looks at many at once
    text.bytes().fold(u8::MAX, u8::min) < b' '
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_stand_between_parts_and_in_no_string() {
        let is_read =
            |row: &str| Object::read(row, &Fields::default(), &mut String::new()).is_some();
        let is_json = |row: &str| serde_json::from_str::<IgnoredAny>(row).is_ok();
        for c in (0..=0x20).map(char::from) {
            for row in [
                r#"{c"title":"ab","text":"x"}"#,
                r#"{"title"c:"ab","text":"x"}"#,
                r#"{"title":c"ab"c,c"text":"x"c}"#,
                r#"{"title":"acb","text":"x"}"#,
                r#"{"ticle":"ab","text":"x"}"#,
                r#"{c"title":"ab","text":"\nxc"}"#,
            ] {
                let row = row.replace('c', &c.to_string());
                assert_eq!(is_read(&row), is_json(&row), "{row:?}");
            }
        }
    }
}
