//! Inputs that no newsroom would send end with 1 or 2 and a message that names the place, never in a panic or a
//! hang. `HOSTILE=2000 cargo test -p samestory-cli hostile` tries more of them than are tried each time.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::program::{SAMPLE, folder, repository, run};

/// Random numbers that are the same each time: SplitMix64.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn byte(&mut self) -> u8 {
        self.next() as u8
    }
}

/// Good files of every format, to be spoilt.
fn good() -> Vec<(&'static str, Vec<u8>)> {
    let folder = folder();
    let folder = folder.path();
    let made = |file: &str| {
        let arguments = ["cluster", SAMPLE, "-o", file];
        assert!(run(folder, &arguments, b"").status.success());
        std::fs::read(folder.join(file)).unwrap()
    };
    let lines = std::fs::read(repository().join(SAMPLE)).unwrap();
    let rss = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Paper</title><link>http://a.b/</link>\
        <description>d</description><item><guid>1</guid><title>Ferry aground</title><description>It ran aground.\
        </description><pubDate>Thu, 02 Dec 2021 16:40:00 GMT</pubDate></item></channel></rss>";
    let packed = |program: &str| {
        let output = std::process::Command::new(program)
            .arg("-c")
            .stdin(std::fs::File::open(repository().join(SAMPLE)).unwrap())
            .output();
        output.unwrap().stdout
    };
    vec![
        ("jsonl", lines),
        ("csv", made("a.csv")),
        ("parquet", made("a.parquet")),
        ("rss", rss.into()),
        ("gz", packed("gzip")),
    ]
}

/// The next hostile input: its name, what it is, and whether it is bad without doubt.
fn hostile(draw: &mut Draw, good: &[(&'static str, Vec<u8>)]) -> (String, Vec<u8>, bool) {
    let (ending, mut bytes) = good[draw.below(good.len())].clone();
    let kind = draw.below(12);
    let mut is_bad = false;
    match kind {
        // cut
        0 => bytes.truncate(draw.below(bytes.len())),
        // some bytes are others
        1 => {
            for _ in 0..=draw.below(20) {
                let at = draw.below(bytes.len());
                bytes[at] = draw.byte();
            }
        }
        // a piece is missing
        2 => {
            let at = draw.below(bytes.len());
            let end = (at + draw.below(500)).min(bytes.len());
            bytes.drain(at..end);
        }
        // wrong types
        3 => {
            let fields = ["id", "title", "text", "published"];
            let values = [json!([1]), json!({"a": 1}), json!(true), json!([[]])];
            let field = fields[draw.below(4)];
            let value = &values[draw.below(4)];
            bytes = format!("{{\"title\": \"x\", \"{field}\": {value}}}\n").into_bytes();
            is_bad = true;
        }
        // deep nesting
        4 => {
            let depth = 200 + draw.below(100_000);
            let open = ["[", "{\"a\":"][draw.below(2)];
            bytes = format!("{{\"id\": 1, \"x\": {}\n", open.repeat(depth)).into_bytes();
            is_bad = true;
        }
        // a huge line
        5 => {
            bytes = b"{\"id\": 1, \"title\": \"".to_vec();
            bytes.extend(std::iter::repeat_n(b'a', 1 << (10 + draw.below(12))));
            is_bad = true;
        }
        // mixed encodings
        6 => {
            bytes =
                b"{\"id\": 1, \"title\": \"caf\xE9\"}\n{\"id\": 2, \"title\": \"caf\xC3\xA9\"}\n"
                    .to_vec();
            is_bad = true;
        }
        7 => {
            bytes = "\u{feff}{\"id\": 1, \"title\": \"x\"}\n"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect();
            is_bad = true;
        }
        // wrong columns
        8 => {
            bytes = format!("a{},b\n1,2\n", draw.below(1000)).into_bytes();
            is_bad = true;
        }
        // two formats in one
        9 => bytes.extend(&good[draw.below(good.len())].1),
        // nothing that is known
        10 => {
            bytes = (0..draw.below(5000)).map(|_| draw.byte()).collect();
        }
        // compressed beginnings
        _ => {
            let magic: [&[u8]; 3] = [b"\x1f\x8b\x08\x00", b"\x28\xb5\x2f\xfd", b"PAR1"];
            bytes = magic[draw.below(3)].to_vec();
            bytes.extend((0..draw.below(200)).map(|_| draw.byte()));
            is_bad = true;
        }
    }
    (format!("input.{ending}"), bytes, is_bad)
}

#[test]
fn hostile_inputs_end_with_a_message_that_names_the_place() {
    let inputs = std::env::var("HOSTILE").map_or(200, |inputs| inputs.parse().unwrap());
    let (good, mut draw) = (good(), Draw(6));
    let folder = folder();
    let folder = folder.path();
    let mut codes = [0; 3];
    for number in 0..inputs {
        let (name, bytes, is_bad) = hostile(&mut draw, &good);
        let by_stdin = draw.below(4) == 0;
        let file = if by_stdin { "-" } else { &*name };
        std::fs::write(folder.join(&name), &bytes).unwrap();
        let start = Instant::now();
        let input: &[u8] = if by_stdin { &bytes } else { b"" };
        let output = run(folder, &["cluster", file, "-o", "out.jsonl"], input);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let about = format!(
            "input {number}, {file}, {} bytes: {said:.2000}",
            bytes.len()
        );
        assert!(start.elapsed() < Duration::from_secs(20), "a hang: {about}");
        let code = output
            .status
            .code()
            .unwrap_or_else(|| panic!("a crash: {about}"));
        assert!(code <= 2, "a panic, {code}: {about}");
        assert!(!is_bad || code > 0, "nothing said: {about}");
        codes[code as usize] += 1;
        if code > 0 {
            let place = if by_stdin { "standard input" } else { file };
            assert!(said.contains(place), "no place: {about}");
            assert!(said.len() < 1_000_000, "too much said: input {number}");
        }
        if by_stdin {
            let output = run(folder, &["watch", "--store", "s"], input);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let code = output.status.code();
            assert!(
                matches!(code, Some(0..=2)) && (code == Some(0) || said.contains("standard input")),
                "a watch ended with {code:?}: {about}\n{said:.2000}"
            );
            assert!(start.elapsed() < Duration::from_secs(40), "a hang: {about}");
        }
        // an error leaves no output, bad rows do
        assert_eq!(folder.join("out.jsonl").exists(), code < 2, "{about}");
        let _ = std::fs::remove_file(folder.join("out.jsonl"));
        std::fs::remove_file(folder.join(&name)).unwrap();
    }
    println!("{codes:?} ended with 0, 1 and 2");
    assert!(codes[1] > inputs / 20 && codes[2] > inputs / 5, "{codes:?}");
}
