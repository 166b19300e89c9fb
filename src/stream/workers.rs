//! Threads of an index's own.

use std::panic::resume_unwind;
use std::sync::OnceLock;
use std::thread;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::{Error, ErrorKind};

/// Threads that work for one index: as many as the pool has of which the first caller is a thread, or as rayon takes by
/// itself. None before they are needed.
///
/// A thread of a pool that waits for another one does whatever else the pool has to do. If that is one more call of the
/// same index, it waits for what its own thread holds, for ever. So what is done while the index is held is done by
/// threads that have nothing else to do, and who waits for them only waits.
#[derive(Debug, Default)]
pub(super) struct Workers(OnceLock<ThreadPool>);

impl Workers {
    /// Does some work with all threads.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Threads`] when there can be no thread; nothing is done then.
    pub(super) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T, Error> {
        let pool = match self.0.get() {
            Some(pool) => pool,
            None => {
                let of_pool = rayon::current_thread_index().map(|_| rayon::current_num_threads());
                let pool = ThreadPoolBuilder::new()
                    // by 0 as many as the system or RAYON_NUM_THREADS says
                    .num_threads(of_pool.unwrap_or(0))
                    .thread_name(|number| format!("samestory {number}"))
                    .build()
                    .map_err(no_thread)?;
                self.0.get_or_init(|| pool)
            }
        };
        if rayon::current_thread_index().is_none() {
            return Ok(pool.install(work));
        }
        thread::scope(|scope| {
            let waiting = thread::Builder::new().name("samestory".into());
            let waiting = waiting.spawn_scoped(scope, || pool.install(work));
            let done = waiting.map_err(no_thread)?.join();
            Ok(done.unwrap_or_else(|panic| resume_unwind(panic)))
        })
    }
}

fn no_thread(why: impl std::fmt::Display) -> Error {
    let message = format!(
        "an index needs a thread, and there can be none: {why}; end others, or raise the limit of threads"
    );
    Error::new(ErrorKind::Threads, message)
}
