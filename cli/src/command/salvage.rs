//! `salvage`: what can be read of a damaged store.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use samestory::StoryIndex;

use crate::exit::Exit;
use crate::settings::{Settings, Thresholds};
use crate::store::Store;
use crate::{count, interrupt};

/// Save what can be read of a damaged store
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  samestory salvage --store news.store -o saved.store

The damaged store stays as it is. Exit code 1 when articles were lost.")]
pub(crate) struct Salvage {
    #[command(flatten)]
    store: Store,
    /// The folder of the new store
    #[arg(long, short, value_name = "NEWDIR")]
    output: PathBuf,
    #[command(flatten)]
    thresholds: Thresholds,
}

impl Salvage {
    pub(super) fn run(self, settings: &Settings) -> Result<Exit> {
        self.store.check()?;
        let new = Store {
            folder: self.output,
        };
        let clusterer = settings.clusterer(&self.thresholds)?;
        let folder = new.folder.display().to_string();
        if new.index().exists() {
            bail!("{folder} is a store already; give the name of a folder that is not there");
        }
        fs::create_dir_all(&new.folder)
            .with_context(|| format!("the folder {folder} cannot be made"))?;
        // what is left of a copy after Ctrl-C is no store
        let mut copy = new.index().into_os_string();
        copy.push(".salvage");
        let halves = [new.index(), copy.into()];
        for half in &halves {
            interrupt::half_written(half);
        }
        interrupt::will_write(&new.folder);
        interrupt::doing(format!("reading {}", self.store.folder.display()));
        let salvaged = StoryIndex::salvage(self.store.index(), new.index(), &clusterer)?;
        for half in &halves {
            interrupt::whole(half, || ());
        }
        let of = match salvaged.of {
            Some(of) => format!("of {of} in the damaged store"),
            None => "how many there were cannot be read".to_owned(),
        };
        let saved = count::articles(salvaged.saved);
        anstream::println!("{saved} saved in {folder}, {of}");
        Ok(match salvaged.of {
            Some(of) if of == salvaged.saved => Exit::AllRight,
            _ => Exit::RowsSkipped,
        })
    }
}
