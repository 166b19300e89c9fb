//! Work beside the interpreter: other threads of Python go on, Ctrl-C stops it, and a bar may show how far it is.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use samestory::{Progress, Step, Watch};

/// What the working threads and the waiting one know of each other.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    stop: AtomicBool,
    last: Mutex<Option<Progress>>,
}

impl Watch for Desk {
    fn at(&self, progress: Progress) -> ControlFlow<()> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
        match self.stop.load(Ordering::Relaxed) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}

/// How often signals are looked for, and the bar is drawn.
const PAUSE: Duration = Duration::from_millis(50);

/// Does `work` on a thread of its own. It must look at the desk, which Ctrl-C asks to stop it.
pub(crate) fn watched<T: Send>(
    py: Python<'_>,
    progress: bool,
    desk: &Arc<Desk>,
    work: impl FnOnce() -> T + Send,
) -> PyResult<T> {
    let mut bar = if progress { Some(Bar::new(py)?) } else { None };
    let (send, receive) = mpsc::channel();
    // a signal that came while it worked
    let mut signal = Ok(());
    let receive = Mutex::new(receive);
    let result = std::thread::scope(|threads| {
        let worker = threads.spawn(move || {
            let made = work();
            // nobody waits any more: then nobody wants it
            _ = send.send(made);
        });
        loop {
            let wait = || {
                let receive = receive.lock().unwrap_or_else(PoisonError::into_inner);
                receive.recv_timeout(PAUSE)
            };
            match py.detach(wait) {
                Ok(made) => return Some(made),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if signal.is_ok() {
                signal = py.check_signals();
                if signal.is_ok()
                    && let Some(bar) = &mut bar
                {
                    let last = *desk.last.lock().unwrap_or_else(PoisonError::into_inner);
                    signal = bar.draw(py, last);
                }
            }
            if signal.is_err() {
                desk.stop.store(true, Ordering::Relaxed);
            }
            if worker.is_finished() && receive.is_poisoned() {
                return None;
            }
        }
    });
    if let Some(bar) = &mut bar {
        bar.close(py)?;
    }
    signal?;
    result
        .ok_or_else(|| PyRuntimeError::new_err("a thread of samestory panicked; please report it"))
}

/// A bar of tqdm a step, if there is a tqdm.
struct Bar {
    tqdm: Option<Py<PyAny>>,
    /// The step that is shown, its bar, and how much of it is drawn.
    shown: Option<(Step, Py<PyAny>, usize)>,
}

impl Bar {
    fn new(py: Python<'_>) -> PyResult<Self> {
        let tqdm = match py.import("tqdm.auto") {
            Ok(module) => Some(module.getattr("tqdm")?.unbind()),
            Err(_) => None,
        };
        Ok(Self { tqdm, shown: None })
    }

    fn draw(&mut self, py: Python<'_>, last: Option<Progress>) -> PyResult<()> {
        let (Some(tqdm), Some(Progress { step, done, of })) = (&self.tqdm, last) else {
            return Ok(());
        };
        if self.shown.as_ref().is_none_or(|(shown, ..)| *shown != step) {
            let options = PyDict::new(py);
            options.set_item("desc", step.to_string())?;
            options.set_item("total", of)?;
            let bar = tqdm.bind(py).call((), Some(&options))?.unbind();
            self.close(py)?;
            self.shown = Some((step, bar, 0));
        }
        if let Some((_, bar, drawn)) = &mut self.shown
            && done > *drawn
        {
            bar.call_method1(py, "update", (done - *drawn,))?;
            *drawn = done;
        }
        Ok(())
    }

    fn close(&mut self, py: Python<'_>) -> PyResult<()> {
        match self.shown.take() {
            Some((_, bar, _)) => bar.call_method0(py, "close").map(drop),
            None => Ok(()),
        }
    }
}
