//! The folder of a store: the index with its image, and how far a followed file was read.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use samestory::{Clusterer, Durability, Error, ErrorKind, StoryIndex};

/// Which store.
#[derive(Args, Clone, Debug)]
pub(crate) struct Store {
    /// The folder of the store
    #[arg(long = "store", value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

impl Store {
    /// The file of the index.
    pub(crate) fn index(&self) -> PathBuf {
        self.folder.join("index")
    }

    /// The file that says how far a followed file was read.
    pub(crate) fn followed(&self) -> PathBuf {
        self.folder.join("followed.json")
    }

    /// Opens a store that is there.
    ///
    /// # Errors
    ///
    /// When there is none, or it cannot be opened.
    pub(crate) fn open(&self, clusterer: &Clusterer) -> Result<StoryIndex> {
        self.check()?;
        self.open_index(clusterer, Durability::EachCall)
    }

    /// Opens a store, or makes one.
    ///
    /// # Errors
    ///
    /// When it cannot be opened or made.
    pub(crate) fn open_or_make(
        &self,
        clusterer: &Clusterer,
        durability: Durability,
    ) -> Result<StoryIndex> {
        fs::create_dir_all(&self.folder)
            .with_context(|| format!("the folder {} cannot be made", self.folder.display()))?;
        self.open_index(clusterer, durability)
    }

    /// Whether there is one.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub(crate) fn check(&self) -> Result<()> {
        if !self.index().exists() {
            let folder = self.folder.display();
            bail!("{folder} is no store; `samestory watch --store {folder}` makes one");
        }
        Ok(())
    }

    fn open_index(&self, clusterer: &Clusterer, durability: Durability) -> Result<StoryIndex> {
        StoryIndex::open(self.index(), clusterer, durability).map_err(|error| self.advice(error))
    }

    /// What to do when a store cannot be opened.
    fn advice(&self, error: Error) -> anyhow::Error {
        let folder = self.folder.display();
        let advice = match error.kind() {
            ErrorKind::StoreInUse => {
                format!("{folder} is in use; end the `samestory watch` that has it open")
            }
            ErrorKind::DamagedStore => format!(
                "{folder} is damaged; `samestory salvage --store {folder} -o NEWDIR` saves what can be read"
            ),
            ErrorKind::OtherStore => format!(
                "{folder} cannot be opened with these settings; give those it was made with, or begin another one"
            ),
            _ => format!("{folder} cannot be opened"),
        };
        anyhow::Error::new(error).context(advice)
    }
}
