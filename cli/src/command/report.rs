//! `report`: articles to a page that one opens in a browser.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use samestory::{Article, Clusterer};
use samestory_rows::Row;

use crate::exit::Exit;
use crate::input::Input;
use crate::interrupt;
use crate::output::Beside;
use crate::report::{self, Collection, Limits, Origin};

/// Make a page of the stories, to open in a browser
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  samestory report news.jsonl -o report.html")]
pub(crate) struct Report {
    #[command(flatten)]
    input: Input,
    /// Where to write the page
    #[arg(long, short, value_name = "OUT", default_value = "report.html")]
    output: PathBuf,
}

impl Report {
    pub(super) fn run(self) -> Result<Exit> {
        let read = self.input.read()?;
        let articles: Vec<Article<'_>> = read.rows.iter().map(Row::article).collect();
        interrupt::doing(format!("clustering {} articles", articles.len()));
        let clusterer = Clusterer::new();
        let clustering = clusterer.cluster(&articles)?;
        interrupt::doing("making the page");
        let origins = read.rows.iter().map(|row| Origin {
            source: row.source.as_deref(),
            url: None,
        });
        let collection = Collection {
            articles: &articles,
            origins: &origins.collect::<Vec<_>>(),
            clusterer: &clusterer,
            clustering: &clustering,
        };
        let page = report::page(&collection, &Limits::default())?;
        let mut file = Beside::create(&self.output)?;
        file.write_all(page.as_bytes())
            .with_context(|| format!("{} cannot be written", self.output.display()))?;
        file.rename()?;
        Ok(read.exit())
    }
}
