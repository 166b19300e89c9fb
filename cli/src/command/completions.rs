//! `completions`: what a shell needs to complete commands and options.

use std::io;

use anyhow::Result;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Program;
use crate::exit::Exit;

/// Print what a shell needs to complete commands and options
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  samestory completions bash > /etc/bash_completion.d/samestory")]
pub(crate) struct Completions {
    /// Which shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> Result<Exit> {
        let mut script = Vec::new();
        clap_complete::generate(
            self.shell,
            &mut Program::command(),
            "samestory",
            &mut script,
        );
        io::Write::write_all(&mut io::stdout(), &script)?;
        Ok(Exit::AllRight)
    }
}
