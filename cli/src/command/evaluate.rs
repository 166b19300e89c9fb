//! `evaluate`: how well stories agree with what people said.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use samestory::Clustering;
use samestory::agreement::{Agreement, Quotients};
use samestory_rows::{Fields, Row};

use crate::clustering::clustering;
use crate::exit::Exit;
use crate::input::{How, Input};
use crate::settings::{Settings, Thresholds};
use crate::worst::{Judged, Worst};

/// Compare stories with gold labels, and show the worst errors
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  samestory evaluate labelled.jsonl stories.jsonl

GOLD are articles with a label, equal for reports of one event; those without one are not judged. CLUSTERS are \
assignments as `cluster` writes them; without it the articles are clustered here. The errors are shown with the \
evidence of the settings in effect in either case.")]
pub(crate) struct Evaluate {
    /// Articles with their labels
    gold: PathBuf,
    /// Assignments with id and story
    clusters: Option<PathBuf>,
    /// The name of the label
    #[arg(long, value_name = "NAME", default_value = "story")]
    label: String,
    /// How many errors of each kind to show
    #[arg(long, value_name = "N", default_value_t = 5)]
    errors: usize,
    /// Print the figures as JSON
    #[arg(long, conflicts_with = "errors")]
    json: bool,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    thresholds: Thresholds,
}

impl Evaluate {
    pub(super) fn run(self, settings: &Settings) -> Result<Exit> {
        let clusterer = settings.clusterer(&self.thresholds)?;
        let fields = with_label(&self.how.fields(settings), "source", &self.label)?;
        let gold = Input {
            files: vec![self.gold.clone()],
            how: self.how,
        };
        let read = gold.read_fields(fields, settings)?;
        if read.feeds > 0 {
            bail!(
                "{} has a feed, and feeds have no labels; allowed are the other formats",
                self.gold.display()
            );
        }
        let mut exit = read.exit();
        let articles = read.articles();
        // given stories are judged as they are; what is shown of their errors comes from a run
        let shows_errors = !self.json && self.errors > 0;
        let clustering = (self.clusters.is_none() || shows_errors)
            .then(|| clustering(&clusterer, &articles, settings))
            .transpose()?;
        let found: Vec<String> = match &self.clusters {
            Some(path) => {
                let input = Input {
                    files: vec![path.clone()],
                    how: How {
                        strict: gold.how.strict,
                        fields: None,
                    },
                };
                let given = input.read_fields("text=story".parse()?, settings)?;
                if given.feeds > 0 {
                    bail!(
                        "{} is a feed, and no assignments; `samestory cluster` writes them",
                        path.display()
                    );
                }
                if given.exit() == Exit::RowsSkipped {
                    exit = Exit::RowsSkipped;
                }
                let stories = given.rows.iter().map(|row| (&*row.id, &*row.text));
                let stories: HashMap<&str, &str> =
                    stories.filter(|(_, story)| !story.is_empty()).collect();
                let of = |row: &Row| {
                    let story = stories.get(&*row.id).map(|story| (*story).to_owned());
                    story.with_context(|| {
                        format!("{} has no story for id {}", path.display(), row.id)
                    })
                };
                read.rows.iter().map(of).collect::<Result<_>>()?
            }
            None => {
                let assignments = clustering.iter().flat_map(Clustering::assignments);
                assignments.map(|to| to.story.to_string()).collect()
            }
        };
        let rows = read.rows.iter().zip(&found).enumerate();
        let judged: Vec<Judged<'_>> = rows
            .filter_map(|(at, (row, found))| {
                let gold = row.source.as_deref()?;
                Some(Judged { at, gold, found })
            })
            .collect();
        if judged.is_empty() {
            bail!(
                "{}: no article has a label under \"{}\"; give its name with --label",
                self.gold.display(),
                self.label
            );
        }
        let agreement = Agreement::new(judged.iter().map(|one| (one.gold, one.found)));
        let mut out = anstream::stdout().lock();
        if self.json {
            serde_json::to_writer(&mut out, &agreement)?;
            writeln!(out)?;
        } else {
            figures(&mut out, &agreement)?;
            if let Some(clustering) = clustering.filter(|_| shows_errors) {
                Worst::new(&judged, &articles, &clustering).show(&mut out, self.errors)?;
            }
        }
        Ok(exit)
    }
}

/// The fields, with the label in the place of one of them.
fn with_label(fields: &Fields, field: &str, label: &str) -> Result<Fields> {
    let fields = fields.to_string();
    let others = fields.split(',').filter(|pair| {
        let (of, name) = pair.split_once('=').unwrap_or_default();
        of != field && name != label
    });
    let own = format!("{field}={label}");
    let all: Vec<&str> = others.chain([&*own]).collect();
    Ok(all.join(",").parse()?)
}

fn figures(out: &mut impl Write, agreement: &Agreement) -> io::Result<()> {
    writeln!(
        out,
        "{} articles in {} stories, gold {}\n",
        agreement.articles, agreement.stories, agreement.gold_stories
    )?;
    writeln!(
        out,
        "{:20} {:>9} {:>9} {:>9}",
        "", "precision", "recall", "F1"
    )?;
    let mut line = |name: &str, of: Quotients| {
        let (precision, recall, f1) = (of.precision, of.recall, of.f1());
        writeln!(out, "{name:20} {precision:>9.4} {recall:>9.4} {f1:>9.4}")
    };
    line("BCubed", agreement.bcubed)?;
    line("pairs", agreement.pairs)?;
    line("V-measure", agreement.v_measure)?;
    writeln!(
        out,
        "{:20} {:>29.4}",
        "adjusted Rand index", agreement.adjusted_rand
    )
}
