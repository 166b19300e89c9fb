//! The fields of a row, read straight into the texts of its block.
//!
//! Nearly all of a row is a few long strings, so these are read here, many bytes at a time and without a
//! copy between; any other value is left to `serde_json`, and so is a row that has anything unusual.

use serde::de::IgnoredAny;

/// Where the fields of a row stand among the texts of its block; others than these are ignored.
#[derive(Default)]
pub(crate) struct Fields {
    pub(crate) id: Option<(u32, u32)>,
    /// Whether the id is a number.
    pub(crate) number: bool,
    pub(crate) title: Option<(u32, u32)>,
    pub(crate) text: Option<(u32, u32)>,
    pub(crate) body: Option<(u32, u32)>,
    pub(crate) published: Option<(u32, u32)>,
    pub(crate) source: Option<(u32, u32)>,
}

impl Fields {
    /// Reads a row without white space around it and appends what is in it to the texts. `None`, and
    /// anything appended, for what is no JSON object and for what may be one but is seldom seen: fields
    /// of other types, fields that stand twice, names with escapes, characters beyond the first plane
    /// in escapes.
    pub(crate) fn read(row: &str, texts: &mut String) -> Option<Self> {
        let mut fields = Self::default();
        let mut rest = row.strip_prefix('{')?.trim_start_matches(SPACE);
        if rest == "}" {
            return Some(fields);
        }
        loop {
            let (name, value) = name(rest)?;
            rest = fields.value(name, value, texts)?.trim_start_matches(SPACE);
            match rest.split_at_checked(1)? {
                (",", more) => rest = more.trim_start_matches(SPACE),
                ("}", "") => return Some(fields),
                _ => return None,
            }
        }
    }

    /// Reads the value of a field; gives what follows it.
    fn value<'a>(&mut self, name: &str, value: &'a str, texts: &mut String) -> Option<&'a str> {
        let field = match name {
            "id" => &mut self.id,
            "title" => &mut self.title,
            "text" => &mut self.text,
            "body" => &mut self.body,
            "published" => &mut self.published,
            "source" => &mut self.source,
            _ => return other(value),
        };
        if field.is_some() {
            return None;
        }
        let start = texts.len() as u32;
        let rest = match value.as_bytes().first()? {
            b'"' => string(value, texts)?,
            b'n' => return value.strip_prefix("null"),
            b'-' | b'0'..=b'9' if name == "id" => {
                self.number = true;
                let rest = other(value)?;
                texts.push_str(&value[..value.len() - rest.len()]);
                rest
            }
            _ => return None,
        };
        *field = Some((start, texts.len() as u32));
        Some(rest)
    }
}

/// What JSON allows between its parts.
const SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// The name of a field, and what follows the colon.
fn name(row: &str) -> Option<(&str, &str)> {
    let row = row.strip_prefix('"')?;
    let (name, rest) = plain(row)?;
    let value = rest.strip_prefix('"')?.trim_start_matches(SPACE);
    Some((name, value.strip_prefix(':')?.trim_start_matches(SPACE)))
}

/// What follows any value.
fn other(value: &str) -> Option<&str> {
    let mut values = serde_json::Deserializer::from_str(value).into_iter::<IgnoredAny>();
    values.next()?.ok()?;
    value.get(values.byte_offset()..)
}

/// Appends a string to the texts; gives what follows it.
fn string<'a>(value: &'a str, texts: &mut String) -> Option<&'a str> {
    let mut rest = value.strip_prefix('"')?;
    loop {
        let (plain, end) = plain(rest)?;
        texts.push_str(plain);
        match end.strip_prefix('\\') {
            Some(more) => rest = escape(more, texts)?,
            None => return end.strip_prefix('"'),
        }
    }
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

/// What stands before the next quote or backslash, and from there on; nothing may need an escape.
fn plain(string: &str) -> Option<(&str, &str)> {
    let (plain, end) = string.split_at(memchr::memchr2(b'"', b'\\', string.as_bytes())?);
    // the least of all rather than any: the compiler looks at many at once
    let least = plain.bytes().fold(u8::MAX, u8::min);
    (least >= b' ').then_some((plain, end))
}
