//! `expire`: forgets the old articles of a store.

use anyhow::Result;
use clap::Args;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use samestory::Timestamp;

use crate::exit::Exit;
use crate::settings::{Settings, Thresholds};
use crate::store::Store;
use crate::{count, interrupt};

/// Forget the old articles of a store
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  samestory expire --store news.store --before 2021-12-02

What is left stands as if the others had not come. Undated articles stay.")]
pub(crate) struct Expire {
    #[command(flatten)]
    store: Store,
    /// A date, or a date-time such as 2021-12-02T16:40:00Z
    #[arg(long, value_name = "DATE", value_parser = moment)]
    before: Timestamp,
    #[command(flatten)]
    thresholds: Thresholds,
}

/// A date-time, in UTC without an offset; a date alone is its midnight.
fn moment(text: &str) -> Result<Timestamp, String> {
    let moment = text.parse::<jiff::Timestamp>().ok().or_else(|| {
        let local: DateTime = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(local).ok()
    });
    moment
        .map(|moment| Timestamp::from_seconds(moment.as_second()))
        .ok_or_else(|| "allowed is a date or date-time such as 2021-12-02T16:40:00Z".to_owned())
}

impl Expire {
    pub(super) fn run(self, settings: &Settings) -> Result<Exit> {
        interrupt::doing(format!("opening {}", self.store.folder.display()));
        let index = self.store.open(&settings.clusterer(&self.thresholds)?)?;
        interrupt::doing("forgetting articles; on disk it is all or nothing");
        let repair = index.expire_before(self.before)?;
        if !settings.quiet {
            anstream::println!(
                "{} forgotten, {} left",
                count::articles(repair.removed),
                count::articles(index.len())
            );
        }
        Ok(Exit::AllRight)
    }
}
