//! `cluster`: articles to assignments.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use samestory::{Article, Clusterer};
use samestory_rows::Row;

use crate::exit::Exit;
use crate::input::Input;
use crate::{interrupt, output};

/// Say of each article which story and which group it belongs to
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  samestory cluster news.jsonl -o stories.csv")]
pub(crate) struct Cluster {
    #[command(flatten)]
    input: Input,
    /// Where to write; `-` is standard output
    #[arg(long, short, value_name = "OUT", default_value = "-")]
    output: PathBuf,
}

impl Cluster {
    pub(super) fn run(self) -> Result<Exit> {
        let read = self.input.read()?;
        let articles: Vec<Article<'_>> = read.rows.iter().map(Row::article).collect();
        interrupt::doing(format!("clustering {} articles", articles.len()));
        let clustering = Clusterer::new().cluster(&articles)?;
        output::assignments(&self.output, &read.rows, &clustering)?;
        Ok(read.exit())
    }
}
