//! Ctrl-C: ends the program at once, without half-written output, and says what was done.

use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};

/// What has to be known when the program is interrupted.
struct Work {
    /// What is being done, for a person.
    doing: String,
    /// Files that are not whole yet.
    half_written: Vec<PathBuf>,
    /// What has to be done before the end; says what it did.
    last: Option<Box<dyn FnOnce() -> String + Send>>,
}

static WORK: Mutex<Work> = Mutex::new(Work {
    doing: String::new(),
    half_written: Vec::new(),
    last: None,
});

/// The exit code of a program that was interrupted: 128 and the number of the signal.
const INTERRUPTED: i32 = 130;

fn work() -> MutexGuard<'static, Work> {
    WORK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Listens for Ctrl-C, and for the signal with which a system asks programs to end.
///
/// # Errors
///
/// When the system does not allow it.
pub(crate) fn listen() -> Result<()> {
    let interrupted = || {
        // never let go of: nothing becomes whole or begins after this
        let mut work = work();
        for file in &work.half_written {
            // it may be gone already, and there is nobody left who could do anything about it
            let _ = std::fs::remove_file(file);
        }
        let mut said = match work.doing.is_empty() {
            true => String::from("samestory: interrupted"),
            false => format!("samestory: interrupted while {}", work.doing),
        };
        if !work.half_written.is_empty() {
            said.push_str("; no output was written");
        }
        if let Some(last) = work.last.take() {
            said.push_str("; ");
            said.push_str(&last());
        }
        anstream::eprintln!("{said}");
        process::exit(INTERRUPTED);
    };
    ctrlc::set_handler(interrupted).context("cannot listen for Ctrl-C")
}

/// Says what is being done from now on.
pub(crate) fn doing(what: impl Into<String>) {
    work().doing = what.into();
}

#[expect(dead_code, reason = "the command `watch` needs it")]
/// What is done last when the program is interrupted; it says what it did.
pub(crate) fn at_the_end(last: impl FnOnce() -> String + Send + 'static) {
    work().last = Some(Box::new(last));
}

/// A file that is removed when the program is interrupted before it is whole.
pub(crate) fn half_written(file: &Path) {
    work().half_written.push(file.to_owned());
}

/// Makes a file whole; no interruption comes between.
///
/// # Errors
///
/// Those of `finish`.
pub(crate) fn whole<T>(file: &Path, finish: impl FnOnce() -> T) -> T {
    let mut work = work();
    let finished = finish();
    work.half_written.retain(|half| half != file);
    finished
}
