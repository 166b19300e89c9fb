//! `generate`: made news with gold labels.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use rayon::prelude::*;
use samestory_made::{MadeArticle, MadeNews};
use serde::Serialize;

use crate::exit::Exit;
use crate::output::Beside;
use crate::progress::Meter;
use crate::settings::Settings;
use crate::{count, interrupt};

/// Articles that one thread makes at once.
const BLOCK: usize = 500;

/// Make up news with gold labels, to try things out
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  samestory generate --articles 10000 -o made.jsonl

Each line has id, title, text, published (null for one in 50), source, and what the article was made as: \
story, equal for reports of one event, and copy_of, the id of the original of a copy. The same seed gives the \
same bytes, and the articles of a smaller collection are the first of a larger one. 100,000 articles are 281 MB.")]
pub(crate) struct Generate {
    /// How many articles
    #[arg(long, short = 'n', value_name = "N", default_value_t = 1000)]
    articles: usize,
    /// Another seed gives other news
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Where to write JSON Lines; `-` is standard output
    #[arg(long, short, value_name = "OUT", default_value = "-")]
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

impl Generate {
    pub(super) fn run(&self, settings: &Settings) -> Result<Exit> {
        interrupt::doing(format!("making {}", count::articles(self.articles)));
        let failed = || format!("{} cannot be written", self.output.display());
        if self.output == Path::new("-") {
            let mut out = BufWriter::new(io::stdout().lock());
            self.write(&mut out, settings)
                .context("standard output cannot be written")?;
        } else {
            let mut file = Beside::create(&self.output)?;
            self.write(&mut file, settings).with_context(failed)?;
            file.rename()?;
        }
        Ok(Exit::AllRight)
    }

    fn write(&self, out: &mut impl Write, settings: &Settings) -> io::Result<()> {
        let news = MadeNews::new(self.seed);
        let blocks = self.articles.div_ceil(BLOCK);
        let meter = Meter::of_count(settings.quiet, "making articles", self.articles as u64);
        // some blocks for each thread at a time, so that memory is bounded
        let round = 4 * rayon::current_num_threads();
        for first in (0..blocks).step_by(round) {
            let made: io::Result<Vec<Vec<u8>>> = (first..blocks.min(first + round))
                .into_par_iter()
                .map(|block| {
                    let end = self.articles.min((block + 1) * BLOCK);
                    lines(&news.articles(block * BLOCK..end))
                })
                .collect();
            for block in made? {
                out.write_all(&block)?;
                meter.advance(BLOCK as u64);
            }
        }
        out.flush()
    }
}

fn lines(articles: &[MadeArticle]) -> io::Result<Vec<u8>> {
    let mut lines = Vec::with_capacity(articles.len() * 3_000);
    for article in articles {
        let published = article.published.map(jiff::Timestamp::from_second);
        let line = Line {
            id: &article.id,
            title: &article.title,
            text: &article.text,
            published: published
                .transpose()
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
