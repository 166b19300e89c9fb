//! Files of every format, and what is read of them.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray, TimestampMillisecondArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use samestory_rows::{Options, Row, Rows};
use tempfile::TempDir;

/// A row as a test has it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Plain {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) text: String,
    /// Seconds since 1970.
    pub(crate) published: Option<i64>,
    pub(crate) source: Option<String>,
    pub(crate) url: Option<String>,
}

impl Plain {
    pub(crate) fn new(id: &str, title: &str, text: &str, published: Option<i64>) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            text: text.into(),
            published,
            ..Self::default()
        }
    }

    /// The same of what was read.
    pub(crate) fn of(row: &Row) -> Self {
        Self {
            id: row.id.to_string(),
            title: row.title.to_string(),
            text: row.text.to_string(),
            published: row.published.map(|at| at.seconds()),
            source: row.source.as_ref().map(ToString::to_string),
            url: row.url.as_ref().map(ToString::to_string),
        }
    }

    /// The date as RFC 3339 has it.
    fn date(&self) -> Option<String> {
        let seconds = self.published?;
        Some(jiff::Timestamp::from_second(seconds).unwrap().to_string())
    }
}

/// Three rows for tests that spoil them.
pub(crate) fn three() -> Vec<Plain> {
    let mut rows = vec![
        Plain::new(
            "a",
            "Ferry aground off Marr",
            "The ferry Corrigan ran aground with 212 people on board.",
            Some(1_638_463_200),
        ),
        Plain::new(
            "b",
            "Corrigan refloated",
            "Tugs pulled the ferry \"Corrigan\" off the rocks, unharmed.",
            None,
        ),
        Plain::new(
            "c",
            "Cup final",
            "Stannick won the cup\nwith a late goal.",
            Some(1_638_500_000),
        ),
    ];
    rows[0].source = Some("Northline".into());
    rows[0].url = Some("https://northline.example/1".into());
    rows
}

/// A folder that is removed with its owner.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }
}

/// What was read: the rows, and complaints or the error as a person reads them, without the folder.
pub(crate) fn read_with(path: &Path, options: Options) -> (Vec<Plain>, Vec<String>) {
    let mut rows = Rows::new(options);
    let result = rows.read(path);
    let folder = match path.is_dir() {
        true => path,
        false => path.parent().unwrap(),
    };
    let folder = format!("{}/", folder.display());
    let mut said: Vec<String> = rows
        .complaints
        .iter()
        .map(|complaint| complaint.to_string().replace(&folder, ""))
        .collect();
    if let Err(error) = result {
        said.push(format!("error: {error}"));
    }
    let plain = rows.rows.iter().map(Plain::of).map(|row| Plain {
        id: row.id.replace(&folder, ""),
        ..row
    });
    (plain.collect(), said)
}

pub(crate) fn read(path: &Path) -> (Vec<Plain>, Vec<String>) {
    read_with(path, Options::default())
}

/// The same of bytes in a file.
pub(crate) fn read_bytes(bytes: &[u8]) -> (Vec<Plain>, Vec<String>) {
    let folder = Folder::new();
    read(&folder.file("news", bytes))
}

fn object(row: &Plain) -> String {
    let mut map = serde_json::Map::new();
    map.insert("id".into(), row.id.clone().into());
    map.insert("title".into(), row.title.clone().into());
    map.insert("text".into(), row.text.clone().into());
    map.insert("published".into(), row.date().into());
    map.insert("source".into(), row.source.clone().into());
    map.insert("url".into(), row.url.clone().into());
    serde_json::Value::Object(map).to_string()
}

pub(crate) fn json_lines(rows: &[Plain]) -> Vec<u8> {
    let lines = rows.iter().map(|row| object(row) + "\n");
    lines.collect::<String>().into_bytes()
}

pub(crate) fn json_array(rows: &[Plain]) -> Vec<u8> {
    let rows: Vec<String> = rows.iter().map(object).collect();
    format!("[\n{}\n]\n", rows.join(",\n")).into_bytes()
}

pub(crate) fn csv(rows: &[Plain], separator: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(separator)
        .from_writer(Vec::new());
    writer
        .write_record(["id", "title", "text", "published", "source", "url"])
        .unwrap();
    for row in rows {
        let date = row.date().unwrap_or_default();
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        let (source, url) = (optional(&row.source), optional(&row.url));
        writer
            .write_record([&row.id, &row.title, &row.text, &date, &source, &url])
            .unwrap();
    }
    writer.into_inner().unwrap()
}

pub(crate) fn parquet(rows: &[Plain]) -> Vec<u8> {
    let texts = |of: fn(&Plain) -> Option<&str>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<StringArray>())
    };
    let dates = rows
        .iter()
        .map(|row| row.published.map(|seconds| 1000 * seconds));
    let dates: ArrayRef = Arc::new(
        dates
            .collect::<TimestampMillisecondArray>()
            .with_timezone("+01:00"),
    );
    table([
        ("id", texts(|row| Some(&row.id))),
        ("title", texts(|row| Some(&row.title))),
        ("text", texts(|row| Some(&row.text))),
        ("published", dates),
        ("source", texts(|row| row.source.as_deref())),
        ("url", texts(|row| row.url.as_deref())),
    ])
}

/// A file of Parquet with these columns, two rows a group.
pub(crate) fn table<'a>(columns: impl IntoIterator<Item = (&'a str, ArrayRef)>) -> Vec<u8> {
    let columns = columns.into_iter().map(|(name, array)| (name, array, true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(2))
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

pub(crate) fn rss(rows: &[Plain], source: &str) -> Vec<u8> {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>{source}</title>\n"
    );
    for row in rows {
        // twice: HTML within XML
        let text = escaped(&format!("<p>{}</p>", escaped(&row.text)));
        let title = escaped(&row.title);
        let id = escaped(&row.id);
        write!(
            xml,
            "<item><guid>{id}</guid><title>{title}</title><description>{text}</description>"
        )
        .unwrap();
        if let Some(url) = &row.url {
            write!(xml, "<link>{}</link>", escaped(url)).unwrap();
        }
        if let Some(seconds) = row.published {
            let date = jiff::Timestamp::from_second(seconds).unwrap();
            let date = jiff::fmt::rfc2822::DateTimePrinter::new()
                .timestamp_to_rfc9110_string(&date)
                .unwrap();
            write!(xml, "<pubDate>{date}</pubDate>").unwrap();
        }
        xml += "</item>\n";
    }
    (xml + "</channel></rss>\n").into_bytes()
}

/// Two members, one after the other.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let (a, b) = bytes.split_at(bytes.len() / 2);
    let member = |part: &[u8]| {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(part).unwrap();
        writer.finish().unwrap()
    };
    [member(a), member(b)].concat()
}

/// Two frames, one after the other.
pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    let (a, b) = bytes.split_at(bytes.len() / 2);
    let frame = |part: &[u8]| zstd::encode_all(part, 1).unwrap();
    [frame(a), frame(b)].concat()
}

/// The rows in every format, by its name; feeds say what else they can.
pub(crate) fn all(rows: &[Plain]) -> Vec<(&'static str, Vec<u8>)> {
    let mut files = vec![
        ("json lines", json_lines(rows)),
        ("json array", json_array(rows)),
        ("comma", csv(rows, b',')),
        ("semicolon", csv(rows, b';')),
        ("tab", csv(rows, b'\t')),
        ("parquet", parquet(rows)),
    ];
    let packed = [("gzip", gzip as fn(&[u8]) -> Vec<u8>), ("zstd", zstd)];
    let plain = files.clone();
    for (name, pack) in packed {
        files.extend(plain.iter().map(|(_, bytes)| (name, pack(bytes))));
    }
    files
}
