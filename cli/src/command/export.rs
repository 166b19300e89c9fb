//! `export`: where the articles of a store belong.

use anyhow::Result;
use clap::Args;
use samestory::StoryOrder;

use crate::exit::Exit;
use crate::interrupt;
use crate::output::{Line, Output};
use crate::settings::{Settings, Thresholds};
use crate::store::Store;

/// Write where all articles of a store belong
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  samestory export --store news.store -o stories.csv

As `cluster` writes it, but without scores: a store keeps no text to compare. Articles come story by story, \
the story that began first at the beginning.")]
pub(crate) struct Export {
    #[command(flatten)]
    store: Store,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    thresholds: Thresholds,
}

impl Export {
    pub(super) fn run(self, settings: &Settings) -> Result<Exit> {
        self.store.check()?;
        let output = self.output.begin()?;
        interrupt::doing(format!("reading {}", self.store.folder.display()));
        let index = self.store.open(&settings.clusterer(&self.thresholds)?)?;
        let stories = index.stories(StoryOrder::Begun, 0..usize::MAX);
        let lines = stories.iter().flat_map(|story| {
            let groups = story.groups.iter();
            groups.flat_map(|group| {
                group.iter().map(|id| Line {
                    id,
                    json_id: serde_json::Value::from(&**id).to_string(),
                    story: &story.name,
                    group: &group[0],
                    scores: None,
                })
            })
        });
        output.write(lines)?;
        Ok(Exit::AllRight)
    }
}
