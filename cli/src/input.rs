//! Files to rows, with complaints for a person.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use samestory::Article;
use samestory_rows::{Complaint, Fields, Options, Progress, Reader, Row, Spool};

use crate::exit::Exit;
use crate::progress::Meter;
use crate::settings::Settings;
use crate::{count, interrupt};

/// Which articles to read.
#[derive(Args, Clone, Debug)]
pub(crate) struct Input {
    /// JSON Lines, CSV, Parquet, RSS, Atom or folders of .txt, also .gz or .zst; `-` is standard input
    #[arg(required = true, value_name = "FILES")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) how: How,
}

/// How to read them.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct How {
    /// Other names of the fields, such as title=headline,text=content
    #[arg(long, value_name = "FIELDS")]
    pub(crate) fields: Option<Fields>,
    /// Stop at the first bad row
    #[arg(long)]
    pub(crate) strict: bool,
}

/// The articles that were read, and how well that went.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) rows: Vec<Row>,
    complaints: usize,
    /// How many feeds there were among the files.
    pub(crate) feeds: usize,
    quiet: bool,
}

impl How {
    /// The names of the fields, of the command line or else of the settings.
    pub(crate) fn fields(&self, settings: &Settings) -> Fields {
        self.fields.as_ref().unwrap_or(&settings.fields).clone()
    }
}

impl Input {
    /// Reads all files and reports bad rows.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or with `strict` at the first bad row.
    pub(crate) fn read(&self, settings: &Settings) -> Result<Read> {
        self.read_fields(self.how.fields(settings), settings)
    }

    /// The same with fields of these names.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub(crate) fn read_fields(&self, fields: Fields, settings: &Settings) -> Result<Read> {
        let strict = self.how.strict || settings.strict;
        let progress = Arc::new(Progress::default());
        progress.expect(&self.files);
        let mut reader = Reader::new(Options {
            fields,
            progress: Some(Arc::clone(&progress)),
            strict,
        });
        let mut spool = Spool::new(settings.text_memory.as_u64());
        let mut complaints = 0;
        let meter = Meter::of_reading(settings.quiet, &progress);
        for file in &self.files {
            let name = match file.as_os_str() == "-" {
                true => "standard input".to_owned(),
                false => file.display().to_string(),
            };
            let failed = || format!("{name} cannot be read");
            interrupt::doing(format!("reading {name}"));
            for block in reader.open(file).with_context(failed)? {
                // at once: there may be more of them than memory
                meter.aside(|| tell(&block.complaints));
                complaints += block.complaints.len();
                spool.push(block.rows).with_context(failed)?;
            }
            if strict && complaints > 0 {
                bail!("stopped at the first bad row; without --strict the others are read");
            }
        }
        drop(meter);
        if reader.feeds() > 0 && self.how.fields(settings) != Fields::default() && !settings.quiet {
            anstream::eprintln!(
                "{} read by the names that RSS and Atom have: --fields does not apply there",
                count::count(reader.feeds(), "feed", "feeds")
            );
        }
        if let [first, more @ ..] = reader.passed_over()
            && !settings.quiet
        {
            let first = first.display();
            match more.len() {
                0 => anstream::eprintln!("{first} passed over: its name is none that is read"),
                more => anstream::eprintln!(
                    "{first} and {} passed over: their names are none that are read",
                    count::count(more, "other file", "other files")
                ),
            }
        }
        Ok(Read {
            rows: spool.into_rows(),
            complaints,
            feeds: reader.feeds(),
            quiet: settings.quiet,
        })
    }
}

/// Says what was wrong.
pub(crate) fn tell(complaints: &[Complaint]) {
    for complaint in complaints {
        anstream::eprintln!("{complaint}");
    }
}

impl Read {
    /// The rows as the library takes them.
    pub(crate) fn articles(&self) -> Vec<Article<'_>> {
        self.rows.iter().map(Row::article).collect()
    }

    /// Sums up what was wrong with the input and says how the program ends.
    pub(crate) fn exit(&self) -> Exit {
        if self.complaints == 0 {
            return Exit::AllRight;
        }
        if !self.quiet {
            anstream::eprintln!(
                "{} read, {}",
                count::articles(self.rows.len()),
                count::count(self.complaints, "complaint", "complaints")
            );
        }
        Exit::RowsSkipped
    }
}
