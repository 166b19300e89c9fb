//! The examples of docs/formats are the same two articles in every format.

use samestory_rows::{Options, Rows};

use crate::files::{Folder, Plain, gzip, parquet, read_with, zstd};

/// The blocks of code of a page: what stands behind the three marks, and what is in it.
fn blocks(page: &str) -> Vec<(&str, &str)> {
    let parts: Vec<&str> = page.split("```").collect();
    let codes = parts.iter().skip(1).step_by(2);
    codes
        .map(|code| code.split_once('\n').expect("a block has lines"))
        .collect()
}

fn two() -> [Plain; 2] {
    let url = |at: &str| Some(format!("https://northline.example/{at}"));
    [
        Plain {
            source: Some("Northline".into()),
            url: url("1"),
            ..Plain::new(
                "northline-1",
                "Ferry aground off Marr",
                "The ferry Corrigan ran aground with 212 people on board.",
                Some(1_638_463_200),
            )
        },
        Plain {
            source: Some("Northline".into()),
            url: url("2"),
            ..Plain::new(
                "northline-2",
                "Corrigan refloated",
                "Tugs pulled the ferry off the rocks, \"unharmed\".",
                Some(1_638_489_600),
            )
        },
    ]
}

/// Reads all blocks of a page that are input, with the options that stand beside their kind.
fn check(page: &str, kinds: &[&str], expected: &[Plain]) {
    let mut found = 0;
    for (kind, content) in blocks(page) {
        let (kind, fields) = kind.split_once(" --fields ").unwrap_or((kind, ""));
        if !kinds.contains(&kind) {
            continue;
        }
        let mut options = Options::default();
        if !fields.is_empty() {
            options.fields = fields.parse().unwrap();
        }
        let folder = Folder::new();
        let (rows, said) = read_with(&folder.file("news", content.as_bytes()), options);
        assert_eq!(said, [""; 0], "{content}");
        assert_eq!(rows, expected, "{content}");
        found += 1;
    }
    assert_eq!(found, kinds.len(), "{page}");
}

#[test]
fn json_lines() {
    let page = include_str!("../../../docs/formats/json-lines.md");
    check(page, &["jsonl", "json"], &two());
}

#[test]
fn csv() {
    check(
        include_str!("../../../docs/formats/csv.md"),
        &["csv", "text"],
        &two(),
    );
}

#[test]
fn feeds() {
    check(
        include_str!("../../../docs/formats/feeds.md"),
        &["rss", "atom"],
        &two(),
    );
}

#[test]
fn text_folders() {
    let folder = Folder::new();
    for (kind, content) in blocks(include_str!("../../../docs/formats/text-folders.md")) {
        if let Some(name) = kind.strip_prefix("text ") {
            folder.file(name, content.as_bytes());
        }
    }
    let (rows, said) = read_with(folder.path(), Options::default());
    assert_eq!(said, [""; 0]);
    let names = ["2021-12-02-ferry.txt", "later/2021-12-03-refloated.txt"];
    let dates = [1_638_403_200, 1_638_489_600];
    let expected: Vec<Plain> = two()
        .iter()
        .zip(names.iter().zip(dates))
        .map(|(row, (name, date))| Plain::new(name, &row.title, &row.text, Some(date)))
        .collect();
    assert_eq!(rows, expected);
}

/// A program that writes the rows of the page, in another language, is not run here; the table it makes is.
#[test]
fn parquet_tables() {
    let page = include_str!("../../../docs/formats/parquet.md");
    check(page, &["jsonl"], &two());
    let folder = Folder::new();
    let (rows, said) = read_with(&folder.file("news", &parquet(&two())), Options::default());
    assert_eq!((rows, said), (two().to_vec(), Vec::new()));
}

#[test]
fn compressed() {
    let page = include_str!("../../../docs/formats/compressed.md");
    check(page, &["jsonl"], &two());
    let (_, content) = blocks(page)[0];
    for pack in [gzip, zstd] {
        let folder = Folder::new();
        let mut rows = Rows::default();
        rows.read(&folder.file("news", &pack(content.as_bytes())))
            .unwrap();
        assert_eq!((rows.rows.len(), rows.complaints.len()), (2, 0));
    }
}
