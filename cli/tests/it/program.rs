//! How the tests call the program.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The program, called in a folder.
pub(crate) fn samestory(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_samestory"));
    command.current_dir(folder).env_remove("RUST_BACKTRACE");
    command
}

/// Where the repository is.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A folder with the sample where it is in the repository.
pub(crate) fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("examples/data");
    std::fs::create_dir_all(&data).unwrap();
    let sample = repository().join("examples/data/news.jsonl");
    std::fs::copy(sample, data.join("news.jsonl")).unwrap();
    folder
}

/// The sample in a folder.
pub(crate) const SAMPLE: &str = "examples/data/news.jsonl";

/// Runs the program with this standard input.
pub(crate) fn run<S: AsRef<OsStr>>(folder: &Path, arguments: &[S], input: &[u8]) -> Output {
    let mut child = samestory(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || {
        // the program may end before it has read all
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// What it prints when all is right.
pub(crate) fn printed<S: AsRef<OsStr>>(folder: &Path, arguments: &[S], input: &[u8]) -> String {
    let output = run(folder, arguments, input);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    String::from_utf8(output.stdout).unwrap()
}
