//! How much was read so far.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many bytes were read so far, for whoever wants to watch from another thread.
///
/// Bytes are those of the files: of a compressed file the compressed ones.
///
/// ```
/// use std::sync::Arc;
/// use samestory_rows::{Options, Progress, Rows};
///
/// let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/news.jsonl");
/// let progress = Arc::new(Progress::default());
/// progress.expect([file]);
/// let mut rows = Rows::new(Options { progress: Some(Arc::clone(&progress)), ..Options::default() });
/// rows.read(file.as_ref()).unwrap();
/// assert_eq!(Some(progress.read()), progress.total());
/// ```
#[derive(Debug, Default)]
pub struct Progress {
    read: AtomicU64,
    /// 0 when it is unknown.
    total: AtomicU64,
}

impl Progress {
    /// Says which files are going to be read, for the total. It stays unknown if one of them is standard
    /// input or no plain file; what cannot be found counts nothing.
    pub fn expect<P: AsRef<Path>>(&self, files: impl IntoIterator<Item = P>) {
        let sizes = files.into_iter().map(|file| size(file.as_ref()));
        let total = sizes.sum::<Option<u64>>().unwrap_or(0);
        self.total.store(total, Ordering::Relaxed);
    }

    /// How many bytes were read.
    #[must_use]
    pub fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// How many bytes there are, if that is known.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        Some(self.total.load(Ordering::Relaxed)).filter(|total| *total > 0)
    }

    pub(crate) fn add(&self, bytes: u64) {
        self.read.fetch_add(bytes, Ordering::Relaxed);
    }
}

fn size(path: &Path) -> Option<u64> {
    if path == Path::new("-") {
        return None;
    }
    let Ok(of) = path.metadata() else {
        return Some(0);
    };
    if of.is_dir() {
        let sizes = crate::folder::files(path).ok()?.into_iter();
        return Some(sizes.filter_map(|file| file.size()).sum());
    }
    of.is_file().then_some(of.len())
}

/// Counts what is read, if anyone wants to know.
pub(crate) fn counted(
    input: impl Read + Send + 'static,
    progress: Option<&Arc<Progress>>,
) -> Box<dyn Read + Send> {
    match progress {
        Some(progress) => Box::new(Counted {
            input,
            progress: Arc::clone(progress),
        }),
        // a file reads straight into memory that nobody has cleared, which no wrapper can
        None => Box::new(input),
    }
}

struct Counted<R> {
    input: R,
    progress: Arc<Progress>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.progress.add(read as u64);
        Ok(read)
    }
}
