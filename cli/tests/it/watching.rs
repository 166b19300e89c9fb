//! A watch that is killed goes on where it stopped; a followed file may grow, be cut, be replaced.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::interrupted::{interrupt, signal, wait_until};
use crate::program::{SAMPLE, folder, printed, run, samestory};

/// Follows `feed.jsonl` and appends what is printed to `out.jsonl`.
fn follow(folder: &Path, more: &[&str]) -> Ending {
    let out = OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("out.jsonl"));
    let child = samestory(folder)
        .args(["watch", "--store", "s", "--follow", "feed.jsonl", "--quiet"])
        .args(more)
        .stdin(Stdio::null())
        .stdout(out.unwrap())
        .stderr(Stdio::null())
        .spawn();
    Ending(child.unwrap())
}

/// A child that ends with the test, also when it fails.
struct Ending(Child);

impl Drop for Ending {
    fn drop(&mut self) {
        // it has ended already when all went well
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn placed(folder: &Path) -> Vec<Value> {
    let out = fs::read_to_string(folder.join("out.jsonl")).unwrap_or_default();
    // the last line may not be whole yet
    out.lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

fn ids(placed: &[Value]) -> BTreeSet<String> {
    placed.iter().map(|line| line["id"].to_string()).collect()
}

fn append(folder: &Path, text: &str) {
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("feed.jsonl"));
    file.unwrap().write_all(text.as_bytes()).unwrap();
}

fn end(mut child: Ending) {
    interrupt(&child.0);
    assert_eq!(child.0.wait().unwrap().code(), Some(130));
}

#[test]
fn a_watch_that_is_killed_goes_on_where_it_stopped() {
    let folder = folder();
    let folder = folder.path();
    let made = printed(folder, &["generate", "-n", "240"], b"");
    let lines: Vec<&str> = made.split_inclusive('\n').collect();
    for (kill, lines) in lines.chunks(60).enumerate() {
        let mut child = follow(folder, &[]);
        let (now, later) = lines.split_at(40);
        append(folder, &now.concat());
        let seen = 60 * kill + 10;
        wait_until("some articles", || ids(&placed(folder)).len() >= seen);
        signal(&child.0, "KILL");
        child.0.wait().unwrap();
        append(folder, &later.concat());
    }
    let child = follow(folder, &[]);
    wait_until("all articles", || ids(&placed(folder)).len() == 240);
    let image = folder.join("s/index.image");
    assert!(!image.exists());
    end(child);
    assert!(image.exists());
    // a kill may cost that a line is said twice, but never that it is missing or taken in twice
    let placed = placed(folder);
    let inserted = placed.iter().filter(|line| line["outcome"] == "inserted");
    assert!(inserted.count() <= 240);
    assert!(
        placed.len() < 2 * 240,
        "{} lines: it began anew",
        placed.len()
    );
    let interrupted = printed(folder, &["export", "--store", "s"], b"");
    printed(folder, &["watch", "--store", "at-once"], made.as_bytes());
    assert!(folder.join("at-once/index.image").exists());
    assert_eq!(
        interrupted,
        printed(folder, &["export", "--store", "at-once"], b"")
    );
}

#[test]
fn what_was_read_is_not_read_again() {
    let folder = folder();
    let folder = folder.path();
    append(folder, "{\"id\": 1, \"title\": \"Ferry aground\"}\n");
    for id in 2..5 {
        let child = follow(folder, &["--may-lose-last", "100,10s"]);
        // a line without an end is no line yet
        append(folder, &format!("{{\"id\": {id}, \"title\": "));
        wait_until("those before", || placed(folder).len() == id - 1);
        append(folder, "\"Late goal\"}\n");
        wait_until("the next", || placed(folder).len() == id);
        end(child);
    }
    let outcomes: Vec<Value> = placed(folder)
        .iter()
        .map(|line| line["outcome"].clone())
        .collect();
    assert_eq!(outcomes, ["inserted"; 4]);
}

#[test]
fn a_file_may_be_cut_and_replaced() {
    let folder = folder();
    let folder = folder.path();
    let feed = folder.join("feed.jsonl");
    append(
        folder,
        "{\"id\": 1, \"title\": \"Ferry aground off Marr\"}\n",
    );
    let child = follow(folder, &[]);
    wait_until("the first", || placed(folder).len() == 1);
    // cut
    File::create(&feed).unwrap();
    append(folder, "{\"id\": 2}\n");
    wait_until("the second", || placed(folder).len() == 2);
    // replaced
    fs::rename(&feed, folder.join("feed.1")).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    append(folder, "{\"id\": 3, \"title\": \"Another beginning\"}\n");
    wait_until("the third", || placed(folder).len() == 3);
    end(child);
    // replaced while nobody looked
    fs::write(
        &feed,
        "{\"id\": 4, \"title\": \"A longer line than the one that was there\"}\n",
    )
    .unwrap();
    let child = follow(folder, &[]);
    wait_until("the fourth", || placed(folder).len() == 4);
    end(child);
    assert_eq!(ids(&placed(folder)).len(), 4);
}

#[test]
fn a_window_forgets() {
    let folder = folder();
    let folder = folder.path();
    let mut feed = String::new();
    for day in 1..=20 {
        feed += &format!(
            "{{\"id\": {day}, \"title\": \"Day {day}\", \"published\": \"2021-12-{day:02}\"}}\n"
        );
    }
    // line by line, as time passes
    let mut child = samestory(folder)
        .args(["watch", "--store", "s", "--window", "7"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(feed.as_bytes())
        .unwrap();
    let said = child.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&said.stderr),
        "20 articles taken in, 8 articles in the store\n"
    );
}

/// Placements that are printed.
fn lines(printed: &str) -> Vec<Value> {
    let lines = printed.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().unwrap()
}

#[test]
fn every_format_of_standard_input_is_taken_in_the_same() {
    let folder = folder();
    let folder = folder.path();
    let sample = fs::read(folder.join(SAMPLE)).unwrap();
    let expected = printed(folder, &["watch", "--store", "lines"], &sample);
    let rows: Vec<Value> = lines(std::str::from_utf8(&sample).unwrap());
    let mut csv = csv::WriterBuilder::new()
        .delimiter(b';')
        .from_writer(Vec::new());
    csv.write_record(["id", "title", "text", "published"])
        .unwrap();
    for row in &rows {
        let field = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        csv.write_record(["id", "title", "text", "published"].map(field))
            .unwrap();
    }
    let csv = csv.into_inner().unwrap();
    let array = serde_json::to_vec(&rows).unwrap();
    fs::write(folder.join("news.csv"), &csv).unwrap();
    let packed = |program: &str| {
        let input = File::open(folder.join("news.csv")).unwrap();
        let output = Command::new(program).arg("-c").stdin(input).output();
        output.unwrap().stdout
    };
    for (store, bytes) in [
        ("csv", csv.clone()),
        ("array", array),
        ("gz", packed("gzip")),
        ("zst", packed("zstd")),
    ] {
        assert_eq!(
            printed(folder, &["watch", "--store", store], &bytes),
            expected,
            "{store}"
        );
    }
}

#[test]
fn a_csv_that_is_followed_goes_on_behind_its_last_row() {
    let folder = folder();
    let folder = folder.path();
    append(folder, "Headline;Text\nFerry aground;\"All are\nsafe.\"\n");
    let fields = ["--fields", "title=Headline,text=Text"];
    let child = follow(folder, &fields);
    wait_until("the first", || placed(folder).len() == 1);
    // a row that is not whole, though its line is
    append(folder, "Late goal;\"It was the\n");
    std::thread::sleep(std::time::Duration::from_millis(300));
    signal(&child.0, "KILL");
    drop(child);
    let child = follow(folder, &fields);
    append(folder, "cup.\"\n");
    wait_until("the second", || placed(folder).len() == 2);
    // another file with other columns
    fs::write(
        folder.join("new"),
        "Text,Headline\nTugs came.,Corrigan refloated\n",
    )
    .unwrap();
    fs::rename(folder.join("new"), folder.join("feed.jsonl")).unwrap();
    wait_until("the third", || placed(folder).len() == 3);
    end(child);
    let ids: Vec<Value> = placed(folder)
        .iter()
        .map(|line| line["id"].clone())
        .collect();
    assert_eq!(ids, ["feed.jsonl:2", "feed.jsonl:4", "feed.jsonl:2"]);
    let outcomes: Vec<Value> = placed(folder)
        .iter()
        .map(|line| line["outcome"].clone())
        .collect();
    assert_eq!(outcomes, ["inserted", "inserted", "updated"]);
}

#[test]
fn what_is_read_as_a_whole_cannot_be_followed() {
    let folder = folder();
    let folder = folder.path();
    append(folder, "[\n{\"title\": \"Ferry\"}\n]\n");
    let output = run(
        folder,
        &["watch", "--store", "s", "--follow", "feed.jsonl"],
        b"",
    );
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("only JSON Lines and CSV can be followed"),
        "{said}"
    );
}
