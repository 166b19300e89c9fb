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
}

impl Object {
    /// Reads a row without white space around it and appends what is in it to the texts. `None`, and
    /// anything appended, for what is no JSON object and for what may be one but is seldom seen: fields
    /// of other types, fields that stand twice, names with escapes, characters beyond the first plane
    /// in escapes.
    pub(crate) fn read(row: &str, fields: &Fields, texts: &mut String) -> Option<Self> {
        let mut object = Self::default();
        let mut rest = Rest {
            row,
            at: 0,
            has_controls: has_controls(row),
        };
        rest.byte(b'{')?;
        if rest.part() == Some(b'}') {
            return (rest.at + 1 == row.len()).then_some(object);
        }
        loop {
            rest.byte(b'"')?;
            let name = rest.plain()?;
            rest.byte(b'"')?;
            rest.part();
            rest.byte(b':')?;
            rest.part();
            match fields.slot(name) {
                Some(slot) => object.value(slot, fields, &mut rest, texts)?,
                None => rest.other()?,
            }
            let end = rest.part()?;
            rest.at += 1;
            match end {
                b',' => rest.part(),
                b'}' if rest.at == row.len() => return Some(object),
                _ => return None,
            };
        }
    }

    /// Whether the value of a field is a number.
    pub(crate) fn is_number(&self, slot: Option<usize>) -> bool {
        slot.is_some() && slot == self.number
    }

    /// Reads the value of a field.
    fn value(
        &mut self,
        slot: usize,
        fields: &Fields,
        rest: &mut Rest<'_>,
        texts: &mut String,
    ) -> Option<()> {
        if self.values[slot].is_some() {
            return None;
        }
        let start = texts.len() as u32;
        match rest.first()? {
            b'"' => rest.string(texts)?,
            b'n' => return rest.null(),
            b'-' | b'0'..=b'9' if fields.is(slot, Field::Id) && self.number.is_none() => {
                self.number = Some(slot);
                let start = rest.at;
                rest.value()?;
                texts.push_str(rest.row.get(start..rest.at)?);
            }
            _ => return None,
        }
        self.values[slot] = Some((start, texts.len() as u32));
        Some(())
    }
}

/// What is still to be read of a row. Every step that is not found gives `None`, and the row is left to `serde_json`.
struct Rest<'a> {
    row: &'a str,
    /// It begins here.
    at: usize,
    /// Whether strings have to be searched for control characters, which need escapes there.
    has_controls: bool,
}

impl<'a> Rest<'a> {
    fn first(&self) -> Option<u8> {
        self.row.as_bytes().get(self.at).copied()
    }

    /// Passes over one byte.
    fn byte(&mut self, byte: u8) -> Option<()> {
        let is_there = self.first() == Some(byte);
        self.at += 1;
        is_there.then_some(())
    }

    /// Passes over what JSON allows between its parts; gives the first byte of the next.
    fn part(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.first() {
            self.at += 1;
        }
        self.first()
    }

    /// Passes over what stands before the next quote or backslash; nothing may need an escape.
    fn plain(&mut self) -> Option<&'a str> {
        let bytes = self.row.as_bytes().get(self.at..)?;
        let length = match near_end(bytes) {
            Some(length) => length,
            None => memchr::memchr2(b'"', b'\\', bytes)?,
        };
        let plain = self.row.get(self.at..self.at + length)?;
        self.at += length;
        let is_plain = !(self.has_controls && has_controls(plain));
        is_plain.then_some(plain)
    }

    /// Appends a string to the texts.
    fn string(&mut self, texts: &mut String) -> Option<()> {
        self.at += 1;
        loop {
            texts.push_str(self.plain()?);
            let end = self.first();
            self.at += 1;
            match end? {
                b'"' => return Some(()),
                _ => texts.push(self.escape()?),
            }
        }
    }

    /// The character that an escape stands for, behind its backslash.
    fn escape(&mut self) -> Option<char> {
        let kind = self.first()?;
        self.at += 1;
        Some(match kind {
            b'"' | b'\\' | b'/' => char::from(kind),
            b'b' => '\x08',
            b'f' => '\x0C',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let code = self.row.get(self.at..self.at + 4)?;
                // `from_str_radix` would allow a sign
                let digits = code.bytes().all(|byte| byte.is_ascii_hexdigit());
                let code = digits.then(|| u32::from_str_radix(code, 16).ok())??;
                self.at += 4;
                char::from_u32(code)?
            }
            _ => return None,
        })
    }

    fn null(&mut self) -> Option<()> {
        let is_there = self.row.get(self.at..)?.starts_with("null");
        self.at += "null".len();
        is_there.then_some(())
    }

    /// Passes over the value of a field that is none of an article.
    fn other(&mut self) -> Option<()> {
        let start = self.at;
        match self.first()? {
            b'n' => return self.null(),
            b'"' => {
                self.at += 1;
                self.plain()?;
                if self.first() == Some(b'"') {
                    self.at += 1;
                    return Some(());
                }
            }
            _ => {}
        }
        // any value, or a string with escapes
        self.at = start;
        self.value()
    }

    /// Passes over any value.
    fn value(&mut self) -> Option<()> {
        let rest = self.row.get(self.at..)?;
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
        values.next()?.ok()?;
        self.at += values.byte_offset();
        Some(())
    }
}

/// Where the next quote or backslash is, if it is one of the next bytes: names, values and what is between two escapes
/// often end before a call for a search of many bytes has begun.
fn near_end(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::MAX / 0xFF;
    // the lowest bit that is set is that of the first byte that is zero; above it others may be, too
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & (ONES << 7);
    let (words, _) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().take(2).enumerate() {
        let word = u64::from_le_bytes(*word);
        let ends = zero(word ^ (ONES * u64::from(b'"'))) | zero(word ^ (ONES * u64::from(b'\\')));
        if ends != 0 {
            return Some(at * 8 + ends.trailing_zeros() as usize / 8);
        }
    }
    None
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
