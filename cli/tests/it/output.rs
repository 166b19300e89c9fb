//! The formats of the output say the same.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::program::{SAMPLE, folder, printed, repository, samestory};

/// The assignments of a file, as `evaluate` reads them back: the agreement with another file is full.
fn agree(folder: &std::path::Path, file: &str) -> Value {
    // the lines of JSON stand in for labelled articles: they have an id and a story
    let gold = "gold.jsonl";
    let arguments = ["evaluate", gold, file, "--json", "--fields", "title=group"];
    serde_json::from_str(&printed(folder, &arguments, b"")).unwrap()
}

#[test]
fn every_format_holds_the_same_stories() {
    let folder = folder();
    let folder = folder.path();
    for file in ["gold.jsonl", "same.csv", "same.parquet", "same.out", "same"] {
        printed(folder, &["cluster", SAMPLE, "-o", file], b"");
        let agreement = agree(folder, file);
        assert_eq!(agreement["articles"], 32, "{file}");
        assert_eq!(agreement["bcubed"]["precision"], 1.0, "{file}");
        assert_eq!(agreement["bcubed"]["recall"], 1.0, "{file}");
    }
}

#[test]
fn csv_has_the_numbers_of_json_lines() {
    let folder = folder();
    let folder = folder.path();
    printed(folder, &["cluster", SAMPLE, "-o", "a.csv"], b"");
    let csv = std::fs::read_to_string(folder.join("a.csv")).unwrap();
    let json = printed(folder, &["cluster", SAMPLE], b"");
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("id,story,group,score,group_score"));
    let mut rows = 0;
    for (csv, json) in lines.zip(json.lines()) {
        let fields: Vec<&str> = csv.split(',').collect();
        let made = format!(
            r#"{{"id": "{}", "story": "{}", "group": "{}", "score": {}, "group_score": {}}}"#,
            fields[0], fields[1], fields[2], fields[3], fields[4]
        );
        assert_eq!(made, json);
        rows += 1;
    }
    assert_eq!(rows, 32);
}

#[test]
fn a_store_tells_the_stories_of_a_run_over_all() {
    let folder = folder();
    let folder = folder.path();
    let sample = std::fs::read(folder.join(SAMPLE)).unwrap();
    let placed = printed(folder, &["watch", "--store", "s"], &sample);
    assert_eq!(placed.lines().count(), 32);
    let sets = |text: &str| {
        let mut sets: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in text.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let (story, id) = (line["story"].to_string(), line["id"].to_string());
            sets.entry(story).or_default().push(id);
        }
        let mut sets: Vec<Vec<String>> = sets.into_values().collect();
        sets.iter_mut().for_each(|set| set.sort());
        sets.sort();
        sets
    };
    let exported = printed(folder, &["export", "--store", "s"], b"");
    let clustered = printed(folder, &["cluster", SAMPLE], b"");
    assert_eq!(sets(&exported), sets(&clustered));
}

#[test]
fn a_pipe_is_written_and_a_link_is_followed() {
    let folder = folder();
    let folder = folder.path();
    printed(folder, &["cluster", SAMPLE, "-o", "/dev/null"], b"");
    let whole = printed(folder, &["cluster", SAMPLE], b"");
    std::fs::write(folder.join("old.jsonl"), "old").unwrap();
    std::os::unix::fs::symlink("old.jsonl", folder.join("link.jsonl")).unwrap();
    printed(folder, &["cluster", SAMPLE, "-o", "link.jsonl"], b"");
    assert!(folder.join("link.jsonl").is_symlink());
    let written = std::fs::read_to_string(folder.join("old.jsonl")).unwrap();
    assert_eq!(written, whole);
}

#[test]
fn the_page_of_the_sample_tells_its_stories() {
    let output = samestory(&repository())
        .args(["report", "examples/data", "-o", "/dev/stdout"])
        .output()
        .unwrap();
    // a file of the folder is no article, so it is passed over
    assert_eq!(output.status.code(), Some(0));
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(
        page.to_lowercase().starts_with("<!doctype html>"),
        "{page:.200}"
    );
}
