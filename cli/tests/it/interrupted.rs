//! Ctrl-C: ends within a second, leaves no half-written output, says what was done.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::program::{SAMPLE, folder, printed, samestory};

/// Presses Ctrl-C.
pub(crate) fn interrupt(child: &Child) {
    signal(child, "INT");
}

pub(crate) fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .args([&format!("-{name}"), &child.id().to_string()])
        .status();
    assert!(status.unwrap().success());
}

fn start(folder: &Path, arguments: &[&str]) -> Child {
    samestory(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until something holds, or fails.
pub(crate) fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// Interrupts the program and gives what it said.
fn interrupted(mut child: Child) -> String {
    // `wait` would close it, and the end of the input is something to go on with
    let _stdin = child.stdin.take();
    let start = Instant::now();
    interrupt(&child);
    let status = child.wait().unwrap();
    // a second is what a person may notice; a busy machine has three
    assert!(
        start.elapsed() < Duration::from_secs(3),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(status.code(), Some(130));
    let mut said = String::new();
    child.stderr.unwrap().read_to_string(&mut said).unwrap();
    said
}

#[test]
fn no_output_is_left_while_it_is_written() {
    let folder = folder();
    let folder = folder.path();
    let child = start(folder, &["generate", "-n", "100000000", "-o", "made.jsonl"]);
    wait_until("a half-written file", || names(folder).len() == 2);
    let said = interrupted(child);
    assert_eq!(
        said,
        "samestory: interrupted while making 100,000,000 articles; made.jsonl was not written\n"
    );
    assert_eq!(names(folder), ["examples"]);
}

#[test]
fn what_was_there_stays_while_nothing_new_is_whole() {
    let folder = folder();
    let folder = folder.path();
    std::fs::write(folder.join("stories.csv"), "old").unwrap();
    // standard input never ends
    let child = start(folder, &["cluster", SAMPLE, "-", "-o", "stories.csv"]);
    wait_until("a half-written file", || names(folder).len() == 3);
    std::thread::sleep(Duration::from_millis(200));
    let said = interrupted(child);
    assert_eq!(
        said,
        "samestory: interrupted while reading standard input; stories.csv was not written\n"
    );
    assert_eq!(names(folder), ["examples", "stories.csv"]);
    assert_eq!(
        std::fs::read_to_string(folder.join("stories.csv")).unwrap(),
        "old"
    );
}

#[test]
fn while_it_clusters_too() {
    let folder = folder();
    let folder = folder.path();
    printed(
        folder,
        &["generate", "-n", "60000", "-o", "made.jsonl"],
        b"",
    );
    let child = start(folder, &["cluster", "made.jsonl", "-o", "stories.jsonl"]);
    std::thread::sleep(Duration::from_millis(1500));
    let said = interrupted(child);
    assert!(said.starts_with("samestory: interrupted while "), "{said}");
    assert!(
        said.ends_with("; stories.jsonl was not written\n"),
        "{said}"
    );
    assert_eq!(names(folder), ["examples", "made.jsonl"]);
}

#[test]
fn a_watch_says_what_it_took_in() {
    use std::io::{BufRead, BufReader, Write};
    let folder = folder();
    let folder = folder.path();
    let mut child = start(folder, &["watch", "--store", "s"]);
    let mut stdin = child.stdin.take().unwrap();
    stdin
        .write_all(b"{\"id\": \"a\", \"title\": \"Ferry aground\"}\n")
        .unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    assert!(line.contains("\"inserted\""), "{line}");
    assert_eq!(
        interrupted(child),
        "samestory: interrupted while watching; 1 article taken in, 1 article in the store\n"
    );
}
