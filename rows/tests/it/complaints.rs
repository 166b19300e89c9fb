//! Every text that a person reads when something is wrong, in `complaints.txt`.
//!
//! After a change: `UPDATE=1 cargo test -p samestory-rows complaints`, and read the difference.

use std::fmt::Write;
use std::sync::Arc;

use arrow_array::{ArrayRef, BinaryArray, Float64Array, StringArray};
use samestory_rows::{Options, Rows};

use crate::files::{
    Folder, Plain, csv, gzip, json_array, json_lines, parquet, read_with, rss, table, three, zstd,
};

/// A file with something wrong, and what it is named.
fn cases() -> Vec<(&'static str, Vec<u8>)> {
    let texts = |texts: &[&str]| -> ArrayRef { Arc::new(StringArray::from(texts.to_vec())) };
    let cut = |bytes: Vec<u8>, left: usize| bytes[..left].to_vec();
    let utf16 = |text: &str| -> Vec<u8> {
        let units = [0xFEFF].into_iter().chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let nested = format!(
        "{{\"id\": 1, \"title\": {}{}}}\n",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let many = "ab ".repeat(22 << 20);
    let lines = json_lines(&three());
    let different: Vec<Plain> = (0..60_000)
        .map(|at| Plain::new(&at.to_string(), "Ferry", "aground", None))
        .collect();
    vec![
        ("no JSON", b"{\"id\": 1, \"title\": \"cut off\n{\"id\": 2, \"title\": \"x\"}\nno row\n[1]\n".to_vec()),
        ("first line cut off", b"tle\": \"x\"}\n{\"id\": 2, \"title\": \"x\"}\n".to_vec()),
        ("wrong types", b"{\"id\": true}\n{\"id\": 1, \"title\": 5}\n{\"id\": 2, \"text\": {\"a\": 1}}\n{\"id\": 3, \"title\": \"\\ud800\"}\n{\"id\": 4, \"id\": 4}\n".to_vec()),
        ("dates", b"{\"id\": 1, \"published\": \"yesterday\"}\n{\"id\": 2, \"published\": 1638463200}\n{\"id\": 3, \"published\": \"12/02/2021\"}\n".to_vec()),
        ("deep nesting", nested.into_bytes()),
        ("Latin-1", b"{\"id\": 1, \"title\": \"caf\xE9\"}\n{\"id\": 2, \"title\": \"x\"}\n".to_vec()),
        ("an id twice", [&lines[..], &lines[..]].concat()),
        ("other names", b"{\"headline\": \"Ferry\", \"content\": \"aground\", \"id\": 1}\n".to_vec()),
        ("a long line", format!("{{\"id\": 1, \"text\": \"{many}\"}}\n{{\"id\": 2, \"title\": \"x\"}}").into_bytes()),
        ("an object over lines", b"{\n  \"title\": \"x\"\n}\n".to_vec()),
        ("UTF-16", utf16("{\"id\": 1}\n")),
        ("UTF-16 without a mark", utf16("{\"id\": 1}\n")[2..].to_vec()),
        ("array cut off", cut(json_array(&three()), 330)),
        ("array with more behind it", b"[{\"title\": \"x\"}, 5, {\"title\": 5}] more".to_vec()),
        ("array of other names", b"[{\"headline\": \"x\"}]".to_vec()),
        ("CSV with other columns", b"key;headline;content\n1;Ferry;aground\n".to_vec()),
        ("CSV with rows of other lengths", b"id,title,text\n1,x\n2,x,y,z\n3,\"x,y\n4,x,y\n5,x,y\n".to_vec()),
        ("CSV of several encodings", b"id,title,text\n1,caf\xE9,y\n2,caf\xC3\xA9,y\n".to_vec()),
        ("CSV with a column twice", b"id,title,Title,text\n1,x,y,z\n".to_vec()),
        ("CSV with dates", b"id,title,published\n1,x,yesterday\n2,y,\n3,z,2021-12-02\n".to_vec()),
        ("CSV with a quote that is open for long", format!("id,title\n1,x\n2,\"{many}").into_bytes()),
        ("Parquet cut off", cut(parquet(&three()), 500)),
        ("Parquet with other columns", table([("headline", texts(&["x"])), ("body text", texts(&["y"]))])),
        ("Parquet with a title of another type", table([("title", Arc::new(Float64Array::from(vec![1.5])) as ArrayRef)])),
        ("Parquet with other types", table([("title", texts(&["x"])), ("published", Arc::new(Float64Array::from(vec![1.5])) as ArrayRef)])),
        ("Parquet with bytes", table([("title", Arc::new(BinaryArray::from(vec![&b"caf\xE9"[..], b"x"])) as ArrayRef)])),
        ("Parquet with dates as text", table([("title", texts(&["x", "y"])), ("published", texts(&["2021-12-02", "soon"]))])),
        ("Parquet with a page spoilt", {
            let mut bytes = parquet(&three());
            let at = bytes.windows(5).position(|window| window == b"Stann").unwrap();
            bytes[at - 40..at].fill(0xFF);
            bytes
        }),
        ("feed cut off", cut(rss(&three(), "Northline"), 700)),
        ("feed cut off in its first entry", cut(rss(&three(), "Northline"), 200)),
        ("feed with a date", b"<rss version=\"2.0\"><channel><title>N</title><item><title>x</title><pubDate>soon</pubDate></item></channel></rss>".to_vec()),
        ("XML of another kind", b"<?xml version=\"1.0\"?><news><item>x</item></news>".to_vec()),
        ("an HTML page", b"<!DOCTYPE html>\n<html><body>x</body></html>".to_vec()),
        ("gzip cut off", cut(gzip(&json_lines(&different)), 200_000)),
        ("gzip with more behind it", [gzip(&lines), b"more".to_vec()].concat()),
        ("gzip spoilt at its start", b"\x1F\x8B\x08 nothing of the kind".to_vec()),
        ("zstd cut off", cut(zstd(&json_lines(&different)), 50_000)),
        ("CSV in gzip cut off", cut(gzip(&csv(&different, b',')), 200_000)),
        ("ZIP", b"PK\x03\x04\x14\0\0\0".to_vec()),
        ("xz", b"\xFD7zXZ\0\0\0".to_vec()),
        ("a sentence", b"The ferry Corrigan ran aground, and 212 people were on board.\n".to_vec()),
        ("bytes", vec![1, 2, 3, 4, 5, 6, 7, 0xFF]),
    ]
}

fn said() -> String {
    let mut all = String::new();
    for (name, bytes) in cases() {
        let folder = Folder::new();
        let (rows, said) = read_with(&folder.file("news", &bytes), Options::default());
        writeln!(all, "== {name}: {} rows", rows.len()).unwrap();
        if said.len() > 4 {
            writeln!(all, "{}\n… {} of them", said[..2].join("\n"), said.len()).unwrap();
            continue;
        }
        said.iter()
            .for_each(|line| writeln!(all, "{line}").unwrap());
    }
    let folder = Folder::new();
    folder.file("2021-13-01.txt", b"Ferry");
    folder.file("latin.txt", b"caf\xE9");
    folder.file("rows.csv", b"a,b\n1,2\n");
    let (rows, said) = read_with(folder.path(), Options::default());
    writeln!(all, "== a folder: {} rows\n{}", rows.len(), said.join("\n")).unwrap();
    let folder = Folder::new();
    folder.file("README.md", b"# Ferry");
    let (_, said) = read_with(folder.path(), Options::default());
    writeln!(all, "== a folder with nothing in it\n{}", said.join("\n")).unwrap();
    all
}

#[test]
fn they_are_as_they_were() {
    let said = said();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/complaints.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(file, &said).unwrap();
    }
    let expected = std::fs::read_to_string(file).unwrap();
    for (said, expected) in said.split("== ").zip(expected.split("== ")) {
        assert_eq!(said, expected);
    }
    assert_eq!(said.len(), expected.len());
}

#[test]
fn strict_stops_after_the_first() {
    let folder = Folder::new();
    for (name, bytes) in cases() {
        let mut rows = Rows::new(Options {
            strict: true,
            ..Options::default()
        });
        let result = rows.read(&folder.file("news", &bytes));
        assert_eq!(
            rows.complaints.len() + usize::from(result.is_err()),
            1,
            "{name}"
        );
    }
}

#[test]
fn names_of_fields() {
    for (given, said) in [
        (
            "",
            "\"\" has no \"=\"; allowed are pairs such as title=headline,text=body",
        ),
        (
            "title",
            "\"title\" has no \"=\"; allowed are pairs such as title=headline,text=body",
        ),
        (
            "title=",
            "title has no name; say which it has in the file, as in title=headline",
        ),
        (
            "date=day",
            "\"date\" is no field of an article; allowed are id, title, text, published, source, url, as in title=headline,text=body",
        ),
        (
            "title=a,text=a",
            "\"a\" is both title and text; a name stands for one field",
        ),
    ] {
        let error = given.parse::<samestory_rows::Fields>().unwrap_err();
        assert_eq!(error.to_string(), said);
    }
    let many: Vec<String> = (0..20).map(|at| format!("text=t{at}")).collect();
    let error = many
        .join(",")
        .parse::<samestory_rows::Fields>()
        .unwrap_err();
    assert_eq!(error.to_string(), "25 names are too many; allowed are 16");
}
