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
use mimalloc::MiMalloc;

use command::Program;

/// Of a million articles, hundreds of millions of small pieces of memory come and go while large ones are needed: this
/// one gives back and uses again what others keep. It takes a ninth of the time less, and a seventh of the memory.
#[global_allocator]
static MEMORY: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let program = Program::parse();
    match interrupt::listen().and_then(|()| program.run()) {
        Ok(exit) => exit.into(),
        Err(error) => exit::after(&error),
    }
}
