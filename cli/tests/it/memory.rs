//! More text than memory.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Output;

use crate::program::{folder, printed, run};

/// A file of so many articles with a megabyte of text each, nearly all of it blanks, so that text is all that takes
/// memory.
fn long(folder: &Path, articles: usize) {
    let mut out = BufWriter::new(File::create(folder.join("long.jsonl")).unwrap());
    let blanks = " ".repeat(1 << 20);
    let made = printed(folder, &["generate", "-n", &articles.to_string()], b"");
    for line in made.lines() {
        let line = line.replace("\"text\":\"", &format!("\"text\":\"{blanks}"));
        writeln!(out, "{line}").unwrap();
    }
    out.flush().unwrap();
}

/// Clusters the long articles with so much memory of its own as the system gives it, files not counted.
#[cfg(target_os = "linux")]
fn bounded(folder: &Path, megabytes: usize, more: &str) -> Output {
    let program = env!("CARGO_BIN_EXE_samestory");
    let command = format!(
        "ulimit -d {}; exec {program} cluster long.jsonl --threads 2 {more}",
        megabytes * 1024
    );
    let output = std::process::Command::new("bash")
        .args(["-c", &command])
        .current_dir(folder)
        .output();
    output.unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn text_may_be_several_times_the_memory() {
    let folder = folder();
    let folder = folder.path();
    long(folder, 400);
    let all = printed(folder, &["cluster", "long.jsonl"], b"");
    let bounded = |more| bounded(folder, 100, more);
    let spooled = bounded("--text-memory 8MiB");
    let said = String::from_utf8_lossy(&spooled.stderr);
    assert!(spooled.status.success(), "{said}");
    assert_eq!(String::from_utf8(spooled.stdout).unwrap(), all);
    // else the bound bounds nothing
    assert!(!bounded("--text-memory 100GiB").status.success());
}

#[test]
fn without_room_for_the_texts_it_says_what_to_do() {
    let folder = folder();
    let folder = folder.path();
    let program = crate::program::samestory(folder)
        .args(["cluster", crate::program::SAMPLE, "--text-memory", "1KiB"])
        .env("TMPDIR", folder.join("nowhere"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&program.stderr).into_owned();
    assert_eq!(program.status.code(), Some(2), "{said}");
    for part in ["nowhere", "TMPDIR=", "--text-memory"] {
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn every_complaint_is_said_however_many_there_are() {
    let folder = folder();
    let mut lines = b"{\"title\": \"Ferry\"}\n".to_vec();
    lines.extend(b"no row\n".repeat(200_000));
    let output = run(folder.path(), &["cluster", "-"], &lines);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    let last: Vec<&str> = said.lines().rev().take(2).collect();
    assert_eq!(said.lines().count(), 200_001);
    assert_eq!(last[0], "1 article read, 200,000 complaints");
    assert!(
        last[1].starts_with("standard input, line 200001: no JSON object"),
        "{}",
        last[1]
    );
}
