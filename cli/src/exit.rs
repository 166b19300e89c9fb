//! How the program ends: its exit codes, and what it says when it cannot run.

use std::io;
use std::process::ExitCode;

/// The work was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// With all of the input.
    AllRight,
    /// Without some rows, each of which was reported.
    RowsSkipped,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::AllRight => Self::SUCCESS,
            Exit::RowsSkipped => Self::from(1),
        }
    }
}

/// Says why the program cannot run.
pub(crate) fn after(error: &anyhow::Error) -> ExitCode {
    let of_io = |cause: &(dyn std::error::Error + 'static)| {
        let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        // serde_json and csv hold an error of input and output within their own
        kind.or_else(|| cause.downcast_ref::<serde_json::Error>()?.io_error_kind())
    };
    if error
        .chain()
        .any(|cause| of_io(cause) == Some(io::ErrorKind::BrokenPipe))
    {
        // whoever reads our output has seen enough
        return ExitCode::SUCCESS;
    }
    anstream::eprintln!("samestory: {error:#}");
    ExitCode::from(2)
}
