//! A file that is written beside its place and takes it when it is whole.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::{Builder, TempPath};

use crate::interrupt;

/// Output that is never seen half-written: neither after an error nor after Ctrl-C.
#[derive(Debug)]
pub(crate) struct Beside {
    file: BufWriter<File>,
    /// `None` for what is no regular file, such as a pipe: it is written at once.
    beside: Option<TempPath>,
    place: PathBuf,
}

impl Beside {
    /// Begins a file beside its place.
    ///
    /// # Errors
    ///
    /// When there can be none.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        let failed = || format!("{} cannot be written", path.display());
        // through a link the file is written that it stands for
        let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match fs::metadata(&place) {
            Ok(there) if there.is_dir() => {
                anyhow::bail!("{} is a folder; give the name of a file", path.display())
            }
            Ok(there) if !there.is_file() => {
                let file = File::options().write(true).open(&place);
                return Ok(Self {
                    file: BufWriter::new(file.with_context(failed)?),
                    beside: None,
                    place,
                });
            }
            _ => {}
        }
        let folder = match place.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        if !folder.is_dir() {
            anyhow::bail!(
                "{} cannot be written: there is no folder {}",
                path.display(),
                folder.display()
            );
        }
        let mut builder = Builder::new();
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let prefix = format!(".{name}.");
        builder.prefix(&prefix).suffix(".part");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // those of any new file; the system takes away what the user does not want
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let (file, beside) = builder
            .tempfile_in(folder)
            .with_context(failed)?
            .into_parts();
        interrupt::half_written(&beside);
        interrupt::will_write(path);
        Ok(Self {
            file: BufWriter::new(file),
            beside: Some(beside),
            place,
        })
    }

    /// The file is whole and takes its place.
    ///
    /// # Errors
    ///
    /// When the last of it cannot be written, or it cannot be renamed; the file that was there stays then.
    pub(crate) fn rename(mut self) -> Result<()> {
        let place = self.place;
        let failed = || format!("{} cannot be written", place.display());
        self.file.flush().with_context(failed)?;
        let Some(beside) = self.beside else {
            return Ok(());
        };
        let half = beside.to_path_buf();
        interrupt::whole(&half, || beside.persist(&place)).with_context(failed)
    }
}

impl Write for Beside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
