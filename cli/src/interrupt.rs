//! Ctrl-C: ends the program without half-written output, and says what was done. A second one ends it at once.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::{Context, Result};

/// What has to be known when the program is interrupted.
struct Work {
    /// What is being done, for a person.
    doing: String,
    /// The output that is not there yet.
    output: Option<PathBuf>,
    /// Files that are not whole yet.
    half_written: Vec<PathBuf>,
    /// What has to be done before the end.
    last: Option<Box<Last>>,
}

/// Is given a function by which it says what it did; after that it may take its time.
type Last = dyn FnOnce(&dyn Fn(String)) + Send;

static WORK: Mutex<Work> = Mutex::new(Work {
    doing: String::new(),
    output: None,
    half_written: Vec::new(),
    last: None,
});

/// The exit code of a program that was interrupted: 128 and the number of the signal.
const INTERRUPTED: i32 = 130;

fn work() -> MutexGuard<'static, Work> {
    WORK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Listens for Ctrl-C, and for the signals with which a system asks programs to end.
///
/// # Errors
///
/// When the system does not allow it.
pub(crate) fn listen() -> Result<()> {
    let is_ending = AtomicBool::new(false);
    let interrupted = move || {
        // who asks twice does not want to wait
        if is_ending.swap(true, Ordering::Relaxed) {
            process::exit(INTERRUPTED);
        }
        if thread::Builder::new().spawn(|| end(work())).is_err() {
            end(work());
        }
    };
    ctrlc::set_handler(interrupted).context("cannot listen for Ctrl-C")
}

/// Ends the program. The work is never let go of, so nothing becomes whole or begins after this.
fn end(mut work: MutexGuard<'_, Work>) -> ! {
    for file in &work.half_written {
        // it may be gone already, and there is nobody left who could do anything about it
        let _ = std::fs::remove_file(file);
    }
    let mut said = String::from("samestory: interrupted");
    if io::stderr().is_terminal() {
        // over the line of a meter
        said.insert_str(0, "\r\x1b[K");
    }
    if !work.doing.is_empty() {
        said.push_str(" while ");
        said.push_str(&work.doing);
    }
    if let Some(output) = &work.output {
        said.push_str(&format!("; {} was not written", output.display()));
    }
    match work.last.take() {
        Some(last) => last(&|more| eprintln!("{said}; {more}")),
        None => eprintln!("{said}"),
    }
    process::exit(INTERRUPTED);
}

/// Waits until the program ends, where nothing can go on because it was interrupted.
pub(crate) fn wait() -> ! {
    loop {
        // whoever ends it does not let go of this
        drop(work());
        thread::park();
    }
}

/// Says what is being done from now on.
pub(crate) fn doing(what: impl Into<String>) {
    work().doing = what.into();
}

/// Says which output is going to be written.
pub(crate) fn will_write(output: &Path) {
    work().output = Some(output.to_owned());
}

/// What is done last when the program is interrupted; it is given a function to say what it did.
pub(crate) fn at_the_end(last: impl FnOnce(&dyn Fn(String)) + Send + 'static) {
    work().last = Some(Box::new(last));
}

/// A file that is removed when the program is interrupted before it is whole.
pub(crate) fn half_written(file: &Path) {
    work().half_written.push(file.to_owned());
}

/// Makes a file whole; no interruption comes between.
pub(crate) fn whole<T>(file: &Path, finish: impl FnOnce() -> T) -> T {
    let mut work = work();
    let finished = finish();
    work.half_written.retain(|half| half != file);
    work.output = None;
    finished
}
