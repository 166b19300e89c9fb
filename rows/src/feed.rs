//! RSS and Atom.

use std::io::{self, Read};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use feed_rs::model::{Entry, Text};
use feed_rs::parser::Builder;

use crate::complaint::Place;
use crate::content::refused;
use crate::html::plain;
use crate::moment::moment;
use crate::parsed::{PART, Parsed, ParsedRow, ROW_LIMIT, too_long};
use crate::source::{Parts, Source};

/// A feed is read as a whole; no more bytes than these.
const LIMIT: u64 = 256 << 20;

/// A file of RSS or Atom.
pub(crate) struct Feed {
    entries: std::vec::IntoIter<Entry>,
    /// The title of the feed.
    source: Option<String>,
    /// The dates as they stand there; an entry has the place of its own.
    dates: Vec<String>,
    given: usize,
    broken: Option<String>,
}

impl Feed {
    pub(crate) fn new(input: Box<dyn Read + Send>) -> io::Result<Self> {
        let mut bytes = Vec::new();
        let cut = input.take(LIMIT + 1).read_to_end(&mut bytes).err();
        if bytes.len() as u64 > LIMIT {
            return Err(refused(format!(
                "it is XML of more than {} MiB, which is the most for a feed; split it",
                LIMIT >> 20
            )));
        }
        let (feed, dates, broken) = match parse(&bytes) {
            Ok((feed, dates)) => (feed, dates, None),
            Err(error) => {
                // entries before the place where it broke are whole
                let whole = closed(&bytes).and_then(|whole| parse(&whole).ok());
                let Some((feed, dates)) = whole else {
                    return Err(refused(format!(
                        "it is XML and no RSS or Atom feed: {error}"
                    )));
                };
                (feed, dates, Some(error))
            }
        };
        Ok(Self {
            source: feed.title.map(text_of).filter(|title| !title.is_empty()),
            entries: feed.entries.into_iter(),
            dates,
            given: 0,
            broken: cut.map(|error| error.to_string()).or(broken),
        })
    }

    fn row(&self, entry: Entry, at: usize, parsed: &mut Parsed) -> Result<(), String> {
        let links = || {
            entry
                .links
                .iter()
                .filter(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate"))
        };
        let url = links()
            .chain(&entry.links)
            .next()
            .map(|link| link.href.trim().to_owned());
        let content = entry.content.and_then(|content| {
            let body = content.body?;
            Some(match content.content_type.subty().as_str() {
                "plain" => body,
                _ => plain(&body),
            })
        });
        let content = content.filter(|text| !text.is_empty());
        let text = content
            .or_else(|| entry.summary.map(text_of))
            .unwrap_or_default();
        if text.len() > ROW_LIMIT {
            return Err(format!("{}; entry skipped", too_long()));
        }
        let date = entry.published.or(entry.updated);
        let date =
            date.and_then(|number| self.dates.get(usize::try_from(number.timestamp()).ok()?));
        let published = moment("published", date.map(String::as_str));
        let id = Some(entry.id)
            .filter(|id| !id.is_empty())
            .or_else(|| url.clone());
        let title = entry.title.map(text_of).unwrap_or_default();
        let row = ParsedRow {
            id: id.map(|id| parsed.keep(&id)),
            hash: None,
            number: false,
            title: parsed.keep(&title),
            text: parsed.keep(&text),
            published: published.as_ref().ok().copied().flatten(),
            source: self.source.as_deref().map(|source| parsed.keep(source)),
            url: url.map(|url| parsed.keep(&url)),
            at,
        };
        parsed.rows.push(row);
        published.map(|_| ())
    }
}

/// A feed, and its dates as texts: the moment of an entry is the number of its text.
fn parse(bytes: &[u8]) -> Result<(feed_rs::model::Feed, Vec<String>), String> {
    let dates = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&dates);
    let keep = move |text: &str| {
        let mut dates = kept.lock().ok()?;
        dates.push(text.to_owned());
        DateTime::<Utc>::from_timestamp(dates.len() as i64 - 1, 0)
    };
    let parser = Builder::new()
        .timestamp_parser(keep)
        // an entry without an id is named by its link, or its place
        .id_generator(|_, _, _| String::new())
        .sanitize_content(false)
        .build();
    let feed = parser.parse(bytes).map_err(|error| error.to_string())?;
    let dates = dates.lock().map(|mut dates| std::mem::take(&mut *dates));
    Ok((feed, dates.unwrap_or_default()))
}

/// The feed up to the end of its last whole entry, closed there.
fn closed(bytes: &[u8]) -> Option<Vec<u8>> {
    let start = &bytes[..bytes.len().min(4096)];
    let has = |tag: &str| memchr::memmem::find(start, tag.as_bytes()).is_some();
    let (entry, end) = match () {
        () if has("<feed") => ("</entry>", "</feed>"),
        () if has("<rss") => ("</item>", "</channel></rss>"),
        () if has("<rdf:RDF") => ("</item>", "</rdf:RDF>"),
        () => return None,
    };
    let last = memchr::memmem::rfind(bytes, entry.as_bytes())? + entry.len();
    Some([&bytes[..last], end.as_bytes()].concat())
}

/// A text of a feed without its tags.
fn text_of(text: Text) -> String {
    match text.content_type.subty().as_str() {
        "plain" if !text.content.contains('<') && !text.content.contains('&') => {
            text.content.trim().to_owned()
        }
        _ => plain(&text.content),
    }
}

impl Source for Feed {
    fn next(&mut self) -> Option<Parts> {
        let first = self.given + 1;
        let mut parsed = Parsed {
            has_words: true,
            ..Parsed::default()
        };
        while parsed.texts.len() < PART
            && let Some(entry) = self.entries.next()
        {
            let at = self.given + 1 - first;
            if let Err(what) = self.row(entry, at, &mut parsed) {
                parsed.complaints.push((at, what));
            }
            self.given += 1;
        }
        if self.given + 1 > first {
            return Some(Parts {
                parts: vec![(first, parsed)],
                broken: None,
            });
        }
        let why = self.broken.take()?;
        Some(Parts {
            parts: Vec::new(),
            broken: Some((first, why)),
        })
    }

    fn place(&self) -> fn(usize) -> Place {
        Place::Entry
    }
}
