//! How far the work is, drawn on a terminal.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use samestory::Watch;
use samestory_rows::Progress;

/// A line on the terminal while something is being done; it goes when this is dropped. Without a terminal, or
/// where quiet is asked for, there is none.
#[derive(Debug)]
pub(crate) struct Meter {
    bar: ProgressBar,
    /// Ends the thread that looks how far it is.
    watcher: Option<(Sender<()>, JoinHandle<()>)>,
}

/// How often a line is drawn.
const TICK: Duration = Duration::from_millis(100);

const WITH_TOTAL: &str = "{msg} {bar:24} {bytes}/{total_bytes}, {bytes_per_sec}, {eta} left";
const WITHOUT_TOTAL: &str = "{msg} {spinner} {bytes}, {bytes_per_sec}, {elapsed}";
const WITHOUT_BYTES: &str = "{msg} {spinner} {elapsed}";
const WITH_STEP: &str = "{msg:10} {bar:24} {percent:>3}%, {elapsed}";
const WITH_COUNT: &str = "{msg} {bar:24} {human_pos}/{human_len}, {per_sec}, {eta} left";

impl Meter {
    fn new(quiet: bool, template: &str, what: impl Into<String>) -> Self {
        let target = match quiet {
            true => ProgressDrawTarget::hidden(),
            // hidden by itself where standard error is no terminal
            false => ProgressDrawTarget::stderr(),
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what.into());
        Self { bar, watcher: None }
    }

    /// Something that takes its time, nobody knows how long.
    pub(crate) fn of_work(quiet: bool, what: impl Into<String>) -> Self {
        let meter = Self::new(quiet, WITHOUT_BYTES, what);
        meter.bar.enable_steady_tick(TICK);
        meter
    }

    /// So many things, one after the other; [`advance`](Self::advance) says how far it is.
    pub(crate) fn of_count(quiet: bool, what: impl Into<String>, count: u64) -> Self {
        let meter = Self::new(quiet, WITH_COUNT, what);
        meter.bar.set_length(count);
        meter
    }

    /// The steps of a clustering, one after the other; they are drawn by what is given beside it.
    pub(crate) fn of_steps(quiet: bool) -> (Self, Steps) {
        let meter = Self::new(quiet, WITH_STEP, "");
        let steps = Steps(meter.bar.clone());
        (meter, steps)
    }

    /// Does something that prints, without the line between.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    /// So many more are done.
    pub(crate) fn advance(&self, count: u64) {
        self.bar.inc(count);
    }

    /// Files that are being read.
    pub(crate) fn of_reading(quiet: bool, progress: &Arc<Progress>) -> Self {
        let template = match progress.total() {
            Some(_) => WITH_TOTAL,
            None => WITHOUT_TOTAL,
        };
        let mut meter = Self::new(quiet, template, "reading");
        if meter.bar.is_hidden() {
            return meter;
        }
        if let Some(total) = progress.total() {
            meter.bar.set_length(total);
        }
        let (bar, progress) = (meter.bar.clone(), Arc::clone(progress));
        let (end, ended) = mpsc::channel();
        let watcher = thread::spawn(move || {
            while ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                bar.set_position(progress.read());
                bar.tick();
            }
        });
        meter.watcher = Some((end, watcher));
        meter
    }
}

/// Draws each step of a clustering. Ctrl-C ends the program, so the run is never stopped by it.
#[derive(Debug)]
pub(crate) struct Steps(ProgressBar);

impl Watch for Steps {
    fn at(&self, progress: samestory::Progress) -> ControlFlow<()> {
        if progress.done == 0 {
            self.0.reset();
            self.0.set_length(progress.of as u64);
            self.0.set_message(progress.step.to_string());
        }
        // threads may overtake each other on their way here
        let done = (progress.done as u64).max(self.0.position());
        self.0.set_position(done);
        ControlFlow::Continue(())
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        if let Some((end, watcher)) = self.watcher.take() {
            drop(end);
            // it only draws: nothing is lost with it
            let _ = watcher.join();
        }
        self.bar.finish_and_clear();
    }
}
