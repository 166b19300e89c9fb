//! Files to rows, with complaints for a person.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use samestory_rows::{Row, Rows};

use crate::exit::Exit;
use crate::interrupt;

/// Which articles to read.
#[derive(Args, Clone, Debug)]
pub(crate) struct Input {
    /// Files of articles; `-` is standard input
    #[arg(required = true, value_name = "FILES")]
    pub(crate) files: Vec<PathBuf>,
    /// Stop at the first bad row
    #[arg(long)]
    pub(crate) strict: bool,
}

/// The articles that were read, and how well that went.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) rows: Vec<Row>,
    complaints: usize,
}

impl Input {
    /// Reads all files and reports bad rows.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or with `strict` at the first bad row.
    pub(crate) fn read(&self) -> Result<Read> {
        let mut input = Rows::default();
        for file in &self.files {
            interrupt::doing(format!("reading {}", file.display()));
            input
                .read(file, self.strict)
                .with_context(|| format!("{} cannot be read", file.display()))?;
        }
        for complaint in &input.complaints {
            anstream::eprintln!("{complaint}");
        }
        if self.strict && !input.complaints.is_empty() {
            bail!("stopped at the first bad row; without --strict the others are read");
        }
        Ok(Read {
            rows: input.rows,
            complaints: input.complaints.len(),
        })
    }
}

impl Read {
    /// Sums up what was wrong with the input and says how the program ends.
    pub(crate) fn exit(&self) -> Exit {
        if self.complaints == 0 {
            return Exit::AllRight;
        }
        anstream::eprintln!(
            "{} articles, {} rows with complaints",
            self.rows.len(),
            self.complaints
        );
        Exit::RowsSkipped
    }
}
