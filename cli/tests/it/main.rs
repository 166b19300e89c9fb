//! The program as a person and as another program sees it.
//!
//! `transcripts` are commands with all that they print, `documentation` holds the commands that are shown in
//! docs and README, `output` compares the formats, `watching` kills and interrupts, `memory` gives it less than it
//! reads, `hostile` brings what no
//! newsroom would send.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

mod documentation;
mod hostile;
mod interrupted;
mod memory;
mod output;
mod program;
mod transcript;
mod transcripts;
mod watching;
