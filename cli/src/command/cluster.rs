//! `cluster`: articles to assignments.

use anyhow::Result;
use clap::Args;

use crate::exit::Exit;
use crate::input::Input;
use crate::output::{Output, lines};
use crate::progress::Meter;
use crate::settings::{Settings, Thresholds};
use crate::{count, interrupt};

/// Say of each article which story and group it belongs to
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  samestory cluster news.jsonl more.csv.gz -o stories.jsonl

Each article becomes one line, in the order of the input:
  {\"id\": \"b\", \"story\": \"a\", \"group\": \"b\", \"score\": 0.87, \"group_score\": 1.0}
Story and group are named after their earliest article.")]
pub(crate) struct Cluster {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    thresholds: Thresholds,
}

impl Cluster {
    pub(super) fn run(self, settings: &Settings) -> Result<Exit> {
        let clusterer = settings.clusterer(&self.thresholds)?;
        let output = self.output.begin()?;
        let read = self.input.read(settings)?;
        let articles = read.articles();
        let doing = format!("clustering {}", count::articles(articles.len()));
        interrupt::doing(&*doing);
        let meter = Meter::of_work(settings.quiet, doing);
        let clustering = clusterer.cluster(&articles)?;
        drop(meter);
        output.write(lines(&read.rows, &clustering))?;
        Ok(read.exit())
    }
}
