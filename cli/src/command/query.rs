//! `query`: where articles would belong, or which stories there are.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};
use samestory::{Placement, StoryOrder};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::exit::Exit;
use crate::input::{How, Input};
use crate::interrupt;
use crate::settings::{Settings, Thresholds};
use crate::store::Store;

/// Ask a store where articles would belong, or for its stories
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  samestory query --store news.store new.jsonl
  samestory query --store news.store --stories largest --count 20

Nothing is taken in. Each article becomes a line as of `watch`; each story a line with its name, its former \
names, its articles, and the same by groups.")]
pub(crate) struct Query {
    #[command(flatten)]
    store: Store,
    /// Articles, in any of the formats of `cluster`
    #[arg(value_name = "FILES", required_unless_present = "stories")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    how: How,
    /// List stories instead
    #[arg(long, value_name = "ORDER", conflicts_with = "files")]
    stories: Option<Order>,
    /// How many stories to pass over
    #[arg(long, value_name = "N", default_value_t = 0, requires = "stories")]
    from: usize,
    /// How many stories to list
    #[arg(long, value_name = "N", default_value_t = 10, requires = "stories")]
    count: usize,
    #[command(flatten)]
    thresholds: Thresholds,
}

/// In which order stories are listed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Order {
    /// As they began
    Begun,
    /// Those with the most articles first
    Largest,
    /// Those with the latest article first
    Latest,
}

/// Where an article belongs, as a line.
#[derive(Serialize)]
pub(super) struct Line<'a> {
    pub(super) id: &'a RawValue,
    #[serde(flatten)]
    pub(super) placement: Placement,
}

impl Query {
    pub(super) fn run(self, settings: &Settings) -> Result<Exit> {
        interrupt::doing(format!("opening {}", self.store.folder.display()));
        let clusterer = settings.clusterer(&self.thresholds)?;
        let mut out = io::BufWriter::new(io::stdout().lock());
        if let Some(order) = self.stories {
            let index = self.store.open(&clusterer)?;
            let order = match order {
                Order::Begun => StoryOrder::Begun,
                Order::Largest => StoryOrder::Largest,
                Order::Latest => StoryOrder::Latest,
            };
            let places = self.from..self.from.saturating_add(self.count);
            for story in index.stories(order, places) {
                serde_json::to_writer(&mut out, &story)?;
                writeln!(out)?;
            }
            out.flush()?;
            return Ok(Exit::AllRight);
        }
        self.store.check()?;
        let input = Input {
            files: self.files,
            how: self.how,
        };
        let read = input.read(settings)?;
        let index = self.store.open(&clusterer)?;
        for row in &read.rows {
            let placement = index.query(&row.article());
            let id = &RawValue::from_string(row.json_id())?;
            serde_json::to_writer(&mut out, &Line { id, placement })?;
            writeln!(out)?;
        }
        out.flush()?;
        Ok(read.exit())
    }
}
