//! `report`: articles to a page that one opens in a browser.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::exit::Exit;
use crate::input::Input;
use crate::output::Beside;
use crate::progress::Meter;
use crate::report::{self, Collection, Limits, Origin};
use crate::settings::{Settings, Thresholds};
use crate::{count, interrupt};

/// Make a page of the stories, to open in a browser
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  samestory report news.jsonl -o report.html")]
pub(crate) struct Report {
    #[command(flatten)]
    input: Input,
    /// Where to write the page
    #[arg(long, short, value_name = "OUT", default_value = "report.html")]
    output: PathBuf,
    #[command(flatten)]
    thresholds: Thresholds,
}

impl Report {
    pub(super) fn run(self, settings: &Settings) -> Result<Exit> {
        let clusterer = settings.clusterer(&self.thresholds)?;
        let mut file = Beside::create(&self.output)?;
        let read = self.input.read(settings)?;
        let articles = read.articles();
        let doing = format!("clustering {}", count::articles(articles.len()));
        interrupt::doing(&*doing);
        let meter = Meter::of_work(settings.quiet, doing);
        let clustering = clusterer.cluster(&articles)?;
        drop(meter);
        interrupt::doing("making the page");
        let meter = Meter::of_work(settings.quiet, "making the page");
        let origins = read.rows.iter().map(|row| Origin {
            source: row.source.as_deref(),
            url: row.url.as_deref(),
        });
        let collection = Collection {
            articles: &articles,
            origins: &origins.collect::<Vec<_>>(),
            clusterer: &clusterer,
            clustering: &clustering,
        };
        let page = report::page(&collection, &Limits::default())?;
        drop(meter);
        let failed = || format!("{} cannot be written", self.output.display());
        file.write_all(page.as_bytes()).with_context(failed)?;
        file.rename()?;
        Ok(read.exit())
    }
}
