//! What is written in any format is read back, and how it is read changes nothing.

use std::sync::Arc;

use proptest::prelude::*;
use samestory_rows::{Options, Place, Progress, Reached, Reader, Rows, Spool, Stream};

use crate::files::{Folder, Plain, all, gzip, json_lines, read, read_bytes, rss, three};

/// Any text that is left as it is: an empty one may be none, and nobody sees blanks at the ends.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z ,;\"']{1,30}",
        "\\PC{1,40}",
        "[a-z\\n\\t\"\\\\{}\\[\\]<>&|]{1,40}"
    ]
    .prop_map(|text| format!("x{}x", text.replace('\r', " ")))
}

fn rows() -> impl Strategy<Value = Vec<Plain>> {
    let date = proptest::option::of(-2_000_000_000_i64..4_000_000_000);
    let one = (
        text(),
        text(),
        date,
        proptest::option::of(text()),
        proptest::option::of(text()),
    );
    proptest::collection::vec(one, 1..20).prop_map(|rows| {
        let rows = rows.into_iter().enumerate();
        rows.map(|(at, (title, text, published, source, url))| Plain {
            id: format!("{at} {title}"),
            title,
            text,
            published,
            source,
            url,
        })
        .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn rows_are_read_back_from_every_format(rows in rows()) {
        for (format, bytes) in all(&rows) {
            let (read, said) = read_bytes(&bytes);
            prop_assert_eq!(&said, &Vec::<String>::new(), "{}", format);
            prop_assert_eq!(&read, &rows, "{}", format);
        }
    }

    #[test]
    fn a_mark_of_utf8_and_other_line_ends_change_nothing(rows in rows()) {
        let lines = json_lines(&rows);
        let with_mark = [b"\xEF\xBB\xBF", &lines[..]].concat();
        prop_assert_eq!(&read_bytes(&with_mark).0, &rows);
        let windows = String::from_utf8(lines).unwrap().replace('\n', "\r\n\r\n");
        prop_assert_eq!(&read_bytes(windows.as_bytes()).0, &rows);
    }

    #[test]
    fn a_feed_gives_what_a_reader_would_see(rows in rows()) {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let plain: Vec<Plain> = rows.iter().map(|row| Plain {
            id: words(&row.id).replace(|c: char| !c.is_ascii_alphanumeric(), "_"),
            title: words(&row.title).replace(['<', '&'], "_"),
            text: words(&row.text).replace(|c: char| c.is_control() || c.is_whitespace(), " "),
            published: row.published.map(|at| at.max(0)),
            source: Some("Northline".into()),
            url: Some(format!("https://example.org/{}", row.id.len())),
        }).collect();
        let (read, said) = read_bytes(&rss(&plain, "Northline"));
        prop_assert_eq!(said, Vec::<String>::new());
        for (read, row) in read.iter().zip(&plain) {
            prop_assert_eq!(words(&read.text), words(&row.text));
            prop_assert_eq!(&Plain { text: row.text.clone(), ..read.clone() }, row);
        }
        prop_assert_eq!(read.len(), plain.len());
    }

    #[test]
    fn a_spool_has_the_same_rows_whatever_its_limit(rows in rows(), limit in 0_u64..400) {
        let folder = Folder::new();
        let path = folder.file("news", &json_lines(&rows));
        let mut spool = Spool::new(limit);
        for block in Reader::new(Options::default()).open(&path).unwrap() {
            for row in block.rows {
                spool.push(vec![row]).unwrap();
            }
        }
        let read: Vec<Plain> = spool.rows().iter().map(Plain::of).collect();
        prop_assert_eq!(&read, &rows);
        let read: Vec<Plain> = spool.into_rows().iter().map(Plain::of).collect();
        prop_assert_eq!(&read, &rows);
    }
}

#[test]
fn a_large_file_is_read_the_same_in_blocks_on_any_number_of_threads() {
    let rows: Vec<Plain> = (0..20_000)
        .map(|at| {
            Plain::new(
                &format!("id {at}"),
                "Ferry",
                &"words ".repeat(at % 200),
                None,
            )
        })
        .collect();
    let mut lines = json_lines(&rows);
    lines.extend(b"no row\n");
    lines.extend(json_lines(&rows[..1]));
    let folder = Folder::new();
    let path = folder.file("news.jsonl", &lines);
    let read = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let mut reader = Reader::new(Options::default());
            let (mut ids, mut places, mut blocks) = (Vec::new(), Vec::new(), 0);
            for block in reader.open(&path).unwrap() {
                ids.extend(block.rows.iter().map(|row| row.id.to_string()));
                places.extend(block.complaints.iter().map(|complaint| complaint.place));
                blocks += 1;
            }
            assert!(blocks > 1, "it is one block");
            (ids, places)
        })
    };
    let (ids, places) = read(1);
    assert!(ids.iter().eq(rows.iter().map(|row| &row.id)));
    assert_eq!(places, [Place::Line(20_001), Place::Line(20_002)]);
    assert_eq!(read(3), (ids, places));
}

/// The formats that are read line by line.
const LINES: [&str; 4] = ["json lines", "comma", "semicolon", "tab"];

/// Gives a few bytes at a time, as a pipe may.
struct Trickle(Vec<u8>, usize);

impl std::io::Read for Trickle {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = buffer.len().min(7).min(self.0.len() - self.1);
        buffer[..read].copy_from_slice(&self.0[self.1..self.1 + read]);
        self.1 += read;
        Ok(read)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_stream_gives_the_same_rows_and_goes_on_anywhere(rows in rows()) {
        for (format, bytes) in all(&rows) {
            let stream = |bytes: &[u8], from: Option<Reached>| {
                let options = Options::default();
                match from {
                    None => Stream::new(Trickle(bytes.to_vec(), 0), "x", options),
                    Some(from) => {
                        let rest = bytes[from.offset as usize..].to_vec();
                        Stream::following(Trickle(rest, 0), "x", options, from)
                    }
                }
            };
            let mut whole = stream(&bytes, None);
            let (mut read, mut places) = (Vec::new(), Vec::new());
            while let Some(block) = whole.next() {
                let block = block.unwrap();
                prop_assert_eq!(&block.complaints, &vec![], "{}", format);
                read.extend(block.rows.iter().map(Plain::of));
                places.push((read.len(), whole.reached().cloned()));
            }
            prop_assert_eq!(&read, &rows, "{}", format);
            if !LINES.contains(&format) {
                continue;
            }
            for (given, place) in places {
                let rest = stream(&bytes, place);
                let rest = rest.flat_map(|block| block.unwrap().rows);
                let rest: Vec<Plain> = rest.map(|row| Plain::of(&row)).collect();
                prop_assert_eq!(&rest, &rows[given..], "{} from {}", format, given);
            }
        }
    }
}

#[test]
fn a_stream_gives_a_row_before_the_next_one_comes() {
    use std::io::Write;
    let cases: [(&[u8], &[u8], &[u8]); 3] = [
        (b"", b"{\"title\": \"a\"}\n", b"{\"title\": \"b\"}\n"),
        (b"title,text\n", b"a,\"x\ny\"\n", b"b,x\r\n"),
        // a line that was begun before anyone looked
        (
            b"le\": \"x\"}\n",
            b"{\"title\": \"a\"}\n",
            b"{\"title\": \"b\"}\n",
        ),
    ];
    for pack in [false, true] {
        for (before, a, b) in cases {
            let (reader, writer) = std::io::pipe().unwrap();
            let mut writer: Box<dyn Write> = match pack {
                false => Box::new(writer),
                true => Box::new(flate2::write::GzEncoder::new(
                    writer,
                    flate2::Compression::fast(),
                )),
            };
            let mut stream = Stream::new(reader, "x", Options::default());
            writer.write_all(before).unwrap();
            for (row, title) in [(a, "a"), (b, "b")] {
                writer.write_all(row).unwrap();
                writer.flush().unwrap();
                let titles = stream.by_ref().find_map(|block| {
                    let row = block.unwrap().rows.pop()?;
                    Some(row.title.to_string())
                });
                assert_eq!(titles.as_deref(), Some(title));
            }
        }
    }
}

#[test]
fn what_cannot_be_followed_is_refused() {
    for (format, bytes) in all(&three()) {
        let stream = Stream::following(
            Trickle(bytes, 0),
            "x",
            Options::default(),
            Reached::default(),
        );
        let said: Vec<String> = stream
            .filter_map(|block| block.err().map(|error| error.to_string()))
            .collect();
        match format {
            format if LINES.contains(&format) => assert_eq!(said, [""; 0], "{format}"),
            _ => assert!(
                said[0].starts_with("only JSON Lines and CSV can be followed"),
                "{format} {said:?}"
            ),
        }
    }
}

#[test]
fn folders_are_read_in_the_order_of_their_paths() {
    let folder = Folder::new();
    folder.file(
        "b/2021-12-02 ferry.txt",
        b"\n Ferry aground \nThe ferry ran aground.\n\nAll are safe.\n",
    );
    folder.file("a.txt.gz", &gzip(b"Cup final"));
    folder.file("c.jsonl", &json_lines(&three()));
    folder.file("empty.txt", b"");
    folder.file("README.md", b"not news");
    folder.file(".hidden.txt", b"not news");
    let (rows, said) = read(folder.path());
    assert_eq!(said, [""; 0]);
    let mut expected = vec![
        Plain::new("a.txt.gz", "Cup final", "", None),
        Plain::new(
            "b/2021-12-02 ferry.txt",
            "Ferry aground",
            "The ferry ran aground.\n\nAll are safe.",
            Some(1_638_403_200),
        ),
    ];
    expected.extend(three());
    expected.push(Plain::new("empty.txt", "", "", None));
    assert_eq!(rows, expected);
    let mut rows = Rows::default();
    rows.read(folder.path()).unwrap();
    assert_eq!(rows.passed_over(), [folder.path().join("README.md")]);
}

#[test]
fn progress_ends_at_its_total() {
    for (format, bytes) in all(&three()) {
        let folder = Folder::new();
        let path = folder.file("news.jsonl", &bytes);
        for given in [&*path, folder.path()] {
            let progress = Arc::new(Progress::default());
            progress.expect([given]);
            let options = Options {
                progress: Some(Arc::clone(&progress)),
                ..Options::default()
            };
            Rows::new(options).read(given).unwrap();
            assert_eq!(progress.total(), Some(bytes.len() as u64), "{format}");
            assert_eq!(progress.read(), bytes.len() as u64, "{format}");
        }
    }
}

#[test]
fn numbers_are_ids_of_json_and_parquet() {
    let mut rows = Rows::default();
    rows.read_line(
        b"{\"id\": 12345678901234567890123, \"title\": \"x\"}",
        "x",
        1,
    );
    assert_eq!(rows.rows[0].json_id(), "12345678901234567890123");
    let column = |values: Vec<i64>| Arc::new(arrow_array::Int64Array::from(values)) as _;
    let title = Arc::new(arrow_array::StringArray::from(vec!["x", "y"])) as _;
    let folder = Folder::new();
    let path = folder.file(
        "x",
        &crate::files::table([("ID", column(vec![7, -8])), ("Title", title)]),
    );
    rows.read(&path).unwrap();
    let ids: Vec<String> = rows.rows.iter().map(|row| row.json_id()).collect();
    assert_eq!(ids, ["12345678901234567890123", "7", "-8"]);
}
