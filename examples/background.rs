//! Builds a background table: in how many articles each term occurs. Counts only, no text.
//!
//! `cargo run --release --example background -- OUT LEAST FILE…` reads JSON Lines as the example
//! `cluster` does (`-` is standard input) and writes the terms that occur in at least LEAST articles.
//! `background/README.md` says how the table of the crate was built.

use std::error::Error;
use std::path::Path;

use samestory::Background;
use samestory_rows::{Options, Rows};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [out, least, files @ ..] = &args[..] else {
        return Err("usage: background OUT LEAST FILE…".into());
    };
    let mut input = Rows::new(Options {
        strict: true,
        ..Options::default()
    });
    for file in files {
        input
            .read(Path::new(file))
            .map_err(|error| format!("{file}: {error}"))?;
    }
    if let Some(complaint) = input.complaints.first() {
        return Err(complaint.to_string().into());
    }
    let texts: Vec<String> = input
        .rows
        .iter()
        .map(|row| format!("{}\n{}", row.title, row.text))
        .collect();
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
