//! The commands, one a file.

mod cluster;
mod completions;
mod evaluate;
mod expire;
mod explain;
mod export;
mod generate;
mod man;
mod plan;
mod query;
mod report;
mod salvage;
mod watch;

use std::path::PathBuf;

use anyhow::{Context, Result};
use bytesize::ByteSize;
use clap::{CommandFactory, Parser, Subcommand};
use rayon::ThreadPoolBuilder;

use crate::exit::Exit;
use crate::settings::Settings;

/// Says which news articles tell the same story
#[derive(Debug, Parser)]
#[command(
    name = "samestory",
    version,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    max_term_width = 100,
    help_template = "{about}\n{usage-heading} {usage}\n\nCommands:\n{subcommands}\n\nOptions:\n{options}"
)]
pub(crate) struct Program {
    #[command(subcommand)]
    command: Option<Command>,
    /// Settings [default: samestory.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print the settings in effect, and end
    #[arg(long)]
    print_config: bool,
    /// No progress and no summaries
    #[arg(long, short, global = true)]
    quiet: bool,
    /// How many threads to use [default: one for each core]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Text in memory, the rest on disk [default: 1 GiB]
    #[arg(long, global = true, value_name = "SIZE", value_parser = size)]
    text_memory: Option<ByteSize>,
}

fn size(text: &str) -> Result<ByteSize, String> {
    (text.parse()).map_err(|_| "allowed is a number of bytes, as in 500MB or 2GiB".to_owned())
}

#[derive(Debug, Subcommand)]
#[command(subcommand_help_heading = "Commands")]
enum Command {
    Cluster(cluster::Cluster),
    Report(report::Report),
    Watch(watch::Watch),
    Query(query::Query),
    Expire(expire::Expire),
    Export(export::Export),
    Salvage(salvage::Salvage),
    Explain(explain::Explain),
    Evaluate(evaluate::Evaluate),
    Plan(plan::Plan),
    Generate(generate::Generate),
    #[command(hide = true)]
    Completions(completions::Completions),
    #[command(hide = true)]
    Man(man::Man),
}

impl Program {
    /// Does what was asked for.
    ///
    /// # Errors
    ///
    /// When it cannot be done, and what to do then.
    pub(crate) fn run(self) -> Result<Exit> {
        let mut settings = Settings::load(self.config.as_deref())?;
        settings.quiet |= self.quiet;
        if let Some(threads) = self.threads {
            settings.threads = threads;
        }
        if let Some(size) = self.text_memory {
            settings.text_memory = size;
        }
        if self.print_config {
            anstream::print!("{}", settings.print()?);
            return Ok(Exit::AllRight);
        }
        // 0 threads means one for each core
        let pool = ThreadPoolBuilder::new().num_threads(settings.threads.into());
        pool.build_global()
            .context("the threads cannot be started; try fewer with --threads")?;
        let settings = &settings;
        match self.command {
            None => {
                Self::command().print_help()?;
                Ok(Exit::AllRight)
            }
            Some(Command::Cluster(command)) => command.run(settings),
            Some(Command::Report(command)) => command.run(settings),
            Some(Command::Watch(command)) => command.run(settings),
            Some(Command::Query(command)) => command.run(settings),
            Some(Command::Expire(command)) => command.run(settings),
            Some(Command::Export(command)) => command.run(settings),
            Some(Command::Salvage(command)) => command.run(settings),
            Some(Command::Explain(command)) => command.run(settings),
            Some(Command::Evaluate(command)) => command.run(settings),
            Some(Command::Plan(command)) => command.run(settings),
            Some(Command::Generate(command)) => command.run(settings),
            Some(Command::Completions(command)) => command.run(),
            Some(Command::Man(command)) => command.run(),
        }
    }
}
