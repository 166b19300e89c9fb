//! Made-up news as JSON Lines, as many articles as asked for.
//!
//! ```sh
//! cargo run --release --example generate -- --articles 100000 --seed 1 --output made.jsonl
//! ```
//!
//! One article a line, in the order in which they appear: `id`, `title`, `text`, `published` (null for
//! one in 50), `source`, and what the article was made as: `story`, equal for reports of one event, and
//! `copy_of`, the id of the original of a copy. The same seed gives the same bytes, and the articles of a
//! smaller collection are the first of a larger one. 100,000 articles are 281 MB.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use jiff::Timestamp;
use rayon::prelude::*;
use samestory_made::{MadeArticle, MadeNews};
use serde::Serialize;

/// Articles that one thread makes at once.
const BLOCK: usize = 500;

/// Writes made-up news as JSON Lines.
#[derive(Parser)]
#[command(name = "generate")]
struct Args {
    /// How many articles
    #[arg(long, value_name = "N")]
    articles: usize,
    /// Another seed gives other news
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Where to write; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
}

/// A line of output.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    title: &'a str,
    text: &'a str,
    published: Option<String>,
    source: &'a str,
    story: &'a str,
    copy_of: Option<&'a str>,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads our output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("generate: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> io::Result<()> {
    let mut output: Box<dyn Write> = if args.output == Path::new("-") {
        Box::new(io::stdout().lock())
    } else {
        Box::new(BufWriter::new(File::create(&args.output)?))
    };
    let news = MadeNews::new(args.seed);
    let blocks = args.articles.div_ceil(BLOCK);
    // Some blocks for each thread at a time, so that memory is bounded.
    let round = 4 * rayon::current_num_threads();
    for first in (0..blocks).step_by(round) {
        let made: io::Result<Vec<Vec<u8>>> = (first..blocks.min(first + round))
            .into_par_iter()
            .map(|block| {
                let end = args.articles.min((block + 1) * BLOCK);
                lines(&news.articles(block * BLOCK..end))
            })
            .collect();
        for block in made? {
            output.write_all(&block)?;
        }
    }
    output.flush()
}

fn lines(articles: &[MadeArticle]) -> io::Result<Vec<u8>> {
    let mut lines = Vec::with_capacity(articles.len() * 3_000);
    for article in articles {
        let published = article.published.map(Timestamp::from_second).transpose();
        let line = Line {
            id: &article.id,
            title: &article.title,
            text: &article.text,
            published: published
                .map_err(io::Error::other)?
                .map(|moment| moment.to_string()),
            source: &article.source,
            story: &article.story,
            copy_of: article.copy_of.as_deref(),
        };
        serde_json::to_writer(&mut lines, &line)?;
        lines.push(b'\n');
    }
    Ok(lines)
}
