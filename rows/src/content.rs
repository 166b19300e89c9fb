//! What a file is, by what is in it.

use std::io;

use crate::complaint::quoted;
use crate::fields::Fields;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    JsonLines,
    JsonArray,
    Csv { separator: u8 },
    Parquet,
    Feed,
}

/// What is read.
const ALLOWED: &str = "allowed are JSON Lines, a JSON array of objects, CSV with a header, Parquet, RSS or Atom, each also as .gz or .zst, \
     and folders of .txt";

/// First bytes of what is often taken for something else.
const KNOWN: [(&[u8], &str, &str); 11] = [
    (
        b"PK\x03\x04",
        "a ZIP archive or a spreadsheet",
        "unpack it, or save it as CSV",
    ),
    (
        b"\xD0\xCF\x11\xE0",
        "an old document of an office program",
        "save it as CSV",
    ),
    (b"%PDF", "a PDF", "turn it to text first"),
    (b"BZh", "compressed by bzip2", "unpack it with bunzip2"),
    (b"\xFD7zXZ\0", "compressed by xz", "unpack it with unxz"),
    (b"7z\xBC\xAF", "a 7z archive", "unpack it first"),
    (b"ARROW1", "an Arrow file", "save it as Parquet"),
    (b"ORC", "an ORC file", "save it as Parquet"),
    (b"Obj\x01", "an Avro file", "save it as Parquet"),
    (
        b"SQLite format 3\0",
        "an SQLite database",
        "export a table as CSV",
    ),
    (
        b"\x04\x22\x4D\x18",
        "compressed by lz4",
        "unpack it with unlz4",
    ),
];

/// Tells what a file is by its first bytes; `None` if it is nothing that is known.
///
/// # Errors
///
/// What it seems to be, what is allowed, and what to do.
pub(crate) fn recognise(
    head: &[u8],
    #[cfg_attr(not(feature = "csv"), allow(unused_variables))] fields: &Fields,
) -> io::Result<Option<Format>> {
    let text = head.trim_ascii_start();
    let first_line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if head.starts_with(b"PAR1") {
        return Ok(Some(Format::Parquet));
    }
    if let Some((_, what, remedy)) = KNOWN.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return Err(refused(format!("it is {what}; {ALLOWED}; {remedy}")));
    }
    if is_utf16(head) {
        return Err(refused(
            "it is UTF-16, allowed is UTF-8; convert it, for instance with iconv -f UTF-16 -t UTF-8".into(),
        ));
    }
    match text.first() {
        None => return Ok(Some(Format::JsonLines)), // and there is no line
        Some(b'{') if first_line.trim_ascii() == b"{" => {
            return Err(refused(
                "it is a JSON object over several lines, allowed is one object a line or an array of objects; \
                 rewrite it, for instance with jq -c ."
                    .into(),
            ));
        }
        Some(b'{') => return Ok(Some(Format::JsonLines)),
        Some(b'[') => return Ok(Some(Format::JsonArray)),
        Some(b'<') => {
            let start = text[..text.len().min(64)].to_ascii_lowercase();
            if start.starts_with(b"<!doctype html") || start.starts_with(b"<html") {
                return Err(refused(format!("it is an HTML page; {ALLOWED}")));
            }
            return Ok(Some(Format::Feed));
        }
        Some(_) => {}
    }
    let is_text = !text.iter().any(|byte| matches!(byte, 0..8 | 14..27));
    #[cfg(feature = "csv")]
    let separator = match is_text {
        true => crate::csv::separator(text, fields),
        false => Ok(None),
    };
    #[cfg(not(feature = "csv"))]
    let separator: io::Result<Option<u8>> = match is_text && first_line.contains(&b',') {
        true => Err(not_built("CSV", "csv")),
        false => Ok(None),
    };
    if let Ok(Some(separator)) = separator {
        return Ok(Some(Format::Csv { separator }));
    }
    // a first line that was cut or spoilt does not make the others something else
    let is_object = |line: &[u8]| {
        let inner = line.trim_ascii().strip_prefix(b"{");
        inner.is_some_and(|inner| inner.trim_ascii_start().starts_with(b"\""))
    };
    if text.split(|byte| *byte == b'\n').any(is_object) {
        return Ok(Some(Format::JsonLines));
    }
    separator.map(|_| None)
}

/// What to say of a file that is none of the formats.
pub(crate) fn unknown(head: &[u8]) -> io::Error {
    let text = head.trim_ascii_start();
    let first_line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let begins = String::from_utf8_lossy(&first_line[..first_line.len().min(400)]).into_owned();
    refused(format!(
        "it begins with {} and is nothing that is known; {ALLOWED}",
        quoted(begins.trim_end())
    ))
}

fn is_utf16(head: &[u8]) -> bool {
    match head {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => true,
        [0, a, 0, b, ..] | [a, 0, b, 0, ..] => a.is_ascii_graphic() && b.is_ascii() && *b != 0,
        _ => false,
    }
}

/// Why a file cannot be read.
pub(crate) fn refused(why: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// The program lacks a part.
#[allow(dead_code, reason = "with all features it lacks none")]
pub(crate) fn not_built(what: &str, feature: &str) -> io::Error {
    let why = format!(
        "it is {what}, which this program was built without; build it with the feature `{feature}`"
    );
    io::Error::new(io::ErrorKind::Unsupported, why)
}
