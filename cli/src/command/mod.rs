//! The commands, one a file.

mod cluster;
mod report;

use anyhow::Result;
use clap::{Parser, Subcommand};
use rayon::ThreadPoolBuilder;

use crate::exit::Exit;

/// Says which news articles tell the same story
#[derive(Debug, Parser)]
#[command(name = "samestory", version, arg_required_else_help = true)]
pub(crate) struct Program {
    #[command(subcommand)]
    command: Command,
    /// How many threads to use [default: one for each core]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Cluster(cluster::Cluster),
    Report(report::Report),
}

impl Program {
    /// Does what was asked for.
    ///
    /// # Errors
    ///
    /// When it cannot be done, and what to do then.
    pub(crate) fn run(self) -> Result<Exit> {
        // 0 threads means one for each core
        let threads = self.threads.unwrap_or(0).into();
        let pool = ThreadPoolBuilder::new().num_threads(threads);
        pool.build_global()?;
        match self.command {
            Command::Cluster(command) => command.run(),
            Command::Report(command) => command.run(),
        }
    }
}
