//! `man`: the man pages, one a command.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, CommandFactory};

use super::Program;
use crate::exit::Exit;

/// Write the man pages into a folder
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  samestory man /usr/local/share/man/man1")]
pub(crate) struct Man {
    /// The folder; it is made if it is not there
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Man {
    pub(super) fn run(&self) -> Result<Exit> {
        let failed = || format!("{} cannot be written", self.folder.display());
        fs::create_dir_all(&self.folder).with_context(failed)?;
        clap_mangen::generate_to(Program::command(), &self.folder).with_context(failed)?;
        Ok(Exit::AllRight)
    }
}
