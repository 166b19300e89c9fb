//! Commands in a text, with all that they print.
//!
//! In a block of `console` lines that begin with `$ ` are commands, and what follows is what they print, standard
//! error too, with the exit code behind it unless it is 0. Commands of a block of `sh` print what they like and
//! end with 0. All of one text run in one folder, which holds the sample where the repository has it.
//!
//! `TRANSCRIPTS=write cargo test` writes what was printed into the texts.

use std::path::Path;
use std::process::Command;

use crate::program::folder;

/// What the README calls the program.
const CARGO: &str = "cargo run --release -p samestory-cli --";

/// Runs the commands of a text, and says how often it called the program.
pub(crate) fn check(file: &Path) -> usize {
    let text = std::fs::read_to_string(file).unwrap();
    let folder = folder();
    let (mut seen, mut calls) = (String::new(), 0);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        seen.push_str(line);
        seen.push('\n');
        let (is_console, is_sh) = (line == "```console", line == "```sh");
        if !is_console && !is_sh {
            continue;
        }
        while let Some(line) = lines.next_if(|line| *line != "```") {
            let command = match is_console {
                // what was printed the last time
                true if !line.starts_with("$ ") => continue,
                true => &line[2..],
                false => line,
            };
            seen.push_str(line);
            seen.push('\n');
            let command = command.replace(CARGO, "samestory");
            // other programs of an `sh` block are not ours to test
            if is_sh && !command.starts_with("samestory") {
                continue;
            }
            calls += usize::from(command.contains("samestory"));
            let printed = run(&command, folder.path());
            if is_console {
                seen.push_str(&printed);
            } else {
                let failed = printed
                    .lines()
                    .last()
                    .is_some_and(|line| line.starts_with("[exit "));
                assert!(!failed, "{}: {command}\n{printed}", file.display());
            }
        }
    }
    if std::env::var_os("TRANSCRIPTS").is_some_and(|what| what == "write") {
        std::fs::write(file, &seen).unwrap();
    }
    let first = seen
        .lines()
        .zip(text.lines())
        .find(|(seen, told)| seen != told);
    assert!(
        seen == text || std::env::var_os("TRANSCRIPTS").is_some(),
        "{} tells something else than what is printed, first\n{first:?}\nthe whole is\n{seen}",
        file.display()
    );
    calls
}

/// What a command prints, as a terminal shows it, and how it ended.
fn run(command: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_samestory"));
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", program.parent().unwrap().display());
    let output = Command::new("bash")
        .args(["-o", "pipefail", "-c", &format!("{{ {command} ; }} 2>&1")])
        .current_dir(folder)
        .env("PATH", path)
        .env_remove("RUST_BACKTRACE")
        .output()
        .unwrap();
    let mut printed = String::from_utf8(output.stdout).unwrap();
    if !printed.is_empty() && !printed.ends_with('\n') {
        printed.push('\n');
    }
    if !output.status.success() {
        printed.push_str(&format!("[exit {}]\n", output.status.code().unwrap()));
    }
    printed
}
