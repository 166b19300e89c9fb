//! Files that were cut, spoilt, or made to hurt: never a panic, never a hang, and always a word.

use std::time::{Duration, Instant};

use samestory_rows::Reader;

use crate::files::{Folder, Plain, all, gzip, json_lines, read_bytes, rss, three};

/// Numbers that look random, by the SplitMix64 generator.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ x >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ x >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((x ^ x >> 31) % limit as u64) as usize
    }
}

#[test]
fn spoilt_files_end_in_rows_and_words() {
    let rounds = std::env::var("ROUNDS").map_or(40, |rounds| rounds.parse().unwrap());
    let mut files = all(&three());
    files.push(("rss", rss(&three(), "Northline")));
    for (format, whole) in files {
        for round in 0..rounds {
            let mut draw = Draw(round);
            let mut bytes = whole.clone();
            match draw.below(4) {
                0 => bytes.truncate(draw.below(bytes.len())),
                1 => {
                    let at = draw.below(bytes.len());
                    bytes.splice(at..at, (0..draw.below(20)).map(|at| at as u8 * 13));
                }
                _ => {
                    for _ in 0..1 + draw.below(4) {
                        let at = draw.below(bytes.len());
                        bytes[at] ^= 1 << draw.below(8);
                    }
                }
            }
            let begun = Instant::now();
            let (rows, said) = read_bytes(&bytes);
            assert!(
                begun.elapsed() < Duration::from_secs(5),
                "{format}, round {round} hangs"
            );
            assert!(
                rows.len() <= 4 && said.len() <= 20,
                "{format}, round {round}: {said:?}"
            );
        }
    }
}

#[test]
fn deep_nesting_is_read_or_refused() {
    let deep = 100_000;
    let html = "&lt;div&gt;".repeat(deep) + "Ferry" + &"&lt;/div&gt;".repeat(deep);
    let row = Plain::new("a", "x", "y", None);
    let feed = String::from_utf8(rss(&[row], "N")).unwrap();
    for text in [
        feed.replace("<title>x", &format!("{}<title>x", "<a>".repeat(deep))),
        feed.replace("&lt;p&gt;y&lt;/p&gt;", &html),
        feed.replace(
            "&lt;p&gt;y",
            &"&lt;b&gt;&lt;table&gt;&lt;tr&gt;&lt;td&gt;".repeat(deep / 4),
        ),
        feed.replace(
            "&lt;p&gt;y",
            &"&lt;ul&gt;&lt;li&gt;&lt;blockquote&gt;".repeat(deep / 4),
        ),
        feed.replace(
            "&lt;p&gt;y",
            &"&lt;a href=x&gt;&lt;!--&lt;script&gt;".repeat(deep / 4),
        ),
        "[".repeat(deep),
        format!("[{}{}]", "[".repeat(deep), "]".repeat(deep)),
        "{\"a\":".repeat(deep),
        format!("{{\"a\":{}{}}}", "[".repeat(deep), "]".repeat(deep)),
        "<a>".repeat(deep),
    ] {
        let begun = Instant::now();
        let (rows, said) = read_bytes(text.as_bytes());
        assert!(!rows.is_empty() || !said.is_empty(), "{}", &text[..40]);
        let taken = begun.elapsed();
        assert!(
            taken < Duration::from_secs(10),
            "{}: {taken:?}",
            &text[..40]
        );
    }
}

#[test]
fn what_unpacks_to_much_is_read_within_bounds() {
    let spaces = vec![b' '; 100 << 20];
    let row = b"{\"id\": 1, \"title\": \"x\"}\n";
    let whole = [&row[..], b"{\"text\": \"", &spaces, b"\"}\n", row].concat();
    drop(spaces);
    let packed = gzip(&whole);
    drop(whole);
    let (rows, said) = read_bytes(&packed);
    assert_eq!(rows.len(), 1);
    let expected = [
        "news, line 2: the row is longer than 64 MiB, which is the most; row skipped",
        "news, line 3: id 1 stands already at news, line 1; row skipped",
    ];
    assert_eq!(said, expected);
}

#[test]
fn lines_of_the_longest_length_are_read() {
    let limit = 64 << 20;
    let line = |length: usize| {
        let frame = "{\"title\": \"\"}".len();
        format!("{{\"title\": \"{}\"}}\n", "x".repeat(length - 1 - frame))
    };
    let file = [line(limit), line(limit + 1), line(30), line(40)].concat();
    let (rows, said) = read_bytes(file.as_bytes());
    assert_eq!(rows.len(), 3);
    assert_eq!(
        said,
        ["news, line 2: the row is longer than 64 MiB, which is the most; row skipped"]
    );
}

#[test]
fn a_file_that_is_all_bad_comes_in_blocks() {
    let folder = Folder::new();
    let path = folder.file(
        "news",
        &[json_lines(&three()), b"no row\n".repeat(1_000_000)].concat(),
    );
    let mut reader = Reader::new(samestory_rows::Options::default());
    let blocks: Vec<usize> = reader
        .open(&path)
        .unwrap()
        .map(|block| block.complaints.len())
        .collect();
    assert_eq!(blocks.iter().sum::<usize>(), 1_000_000);
    assert!(blocks.len() > 1, "{blocks:?}");
}

#[test]
fn lines_of_csv_are_those_of_the_file() {
    for end in ["\n", "\r\n"] {
        for last in ["", end] {
            let text = format!(
                "title,text{end}a,b{end}{end}one{end}\"c{end}d\",e{end}\"f{end}g\"{end}one{last}"
            );
            let (rows, said) = read_bytes(text.as_bytes());
            assert_eq!(rows.len(), 2, "{text:?}");
            let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
            assert_eq!(ids, ["news:2", "news:5"], "{text:?}");
            let places: Vec<&str> = said
                .iter()
                .map(|said| said.split(':').next().unwrap())
                .collect();
            assert_eq!(
                places,
                ["news, line 4", "news, line 7", "news, line 9"],
                "{text:?}"
            );
        }
    }
}
