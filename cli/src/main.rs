//! `samestory`: says which news articles tell the same story.

mod clustering;
mod command;
mod count;
mod curve;
mod exit;
mod followed;
mod input;
mod interrupt;
mod marked;
mod output;
mod progress;
mod report;
mod sample;
mod settings;
mod store;
mod window;
mod worst;

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
