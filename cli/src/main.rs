//! `samestory`: says which news articles tell the same story.

mod command;
mod exit;
mod input;
mod interrupt;
mod output;
mod report;

use std::process::ExitCode;

use clap::Parser;

use command::Program;

fn main() -> ExitCode {
    let program = Program::parse();
    match interrupt::listen().and_then(|()| program.run()) {
        Ok(exit) => exit.into(),
        Err(error) => exit::after(&error),
    }
}
