//! Builds a background table: in how many articles each term occurs. Counts only, no text.
//!
//! `cargo run --release --example background -- OUT LEAST FILE…` reads JSON Lines with `title` and
//! `text` (`-` for standard input) and writes the terms that occur in at least LEAST articles.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, stdin};

use samestory::Background;

#[derive(serde::Deserialize)]
struct Row {
    #[serde(default)]
    title: Option<String>,
    #[serde(default, alias = "body")]
    text: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [out, least, files @ ..] = &args[..] else {
        return Err("usage: background OUT LEAST FILE…".into());
    };
    let mut texts = Vec::new();
    for file in files {
        let input: Box<dyn Read> = if file == "-" {
            Box::new(stdin())
        } else {
            Box::new(File::open(file)?)
        };
        for (line, number) in BufReader::new(input).lines().zip(1..) {
            let row: Row = serde_json::from_str(&line?)
                .map_err(|error| format!("{file}, line {number}: {error}"))?;
            texts.push(format!(
                "{}\n{}",
                row.title.unwrap_or_default(),
                row.text.unwrap_or_default()
            ));
        }
    }
    let table = Background::count(texts.iter().map(String::as_str), least.parse()?);
    let bytes = table.to_bytes();
    std::fs::write(out, &bytes)?;
    println!(
        "{} articles, {} terms, {} bytes",
        table.articles(),
        table.len(),
        bytes.len()
    );
    Ok(())
}
