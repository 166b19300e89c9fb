//! The examples `cluster` and `stream` as their users call them: files in, assignments out, complaints on the side.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// An example; Cargo builds it before it runs the tests.
fn example(name: &str) -> Command {
    let test = std::env::current_exe().expect("the test knows where it is");
    let profile = test
        .ancestors()
        .nth(2)
        .expect("tests stand in target/PROFILE/deps");
    let example = profile.join("examples").join(name);
    assert!(
        example.exists(),
        "run `cargo test`, or first `cargo build --examples`"
    );
    Command::new(example)
}

/// Runs the example.
fn cluster(args: &[&str], input: &[u8]) -> Output {
    let mut child = example("cluster")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the example starts");
    // It may end before it has read everything; that is no failure of the test.
    let _ = child.stdin.take().expect("is piped").write_all(input);
    child.wait_with_output().expect("the example ends")
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("output is UTF-8")
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("complaints are UTF-8")
}

fn assignments(output: &Output) -> Vec<Value> {
    stdout(output)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// A file that is removed with its owner.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, content: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("samestory-{}-{name}", std::process::id()));
        std::fs::write(&path, content).expect("the temporary folder can be written");
        Self(path)
    }

    fn path(&self) -> &str {
        self.0
            .to_str()
            .expect("the temporary folder has a plain name")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
        // what an index leaves beside its store
        let _ = std::fs::remove_file(self.0.with_extension("store.image"));
    }
}

fn sample() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/news.jsonl");
    std::fs::read_to_string(path).expect("the sample is in the repository")
}

#[test]
fn without_arguments_it_prints_the_stories_of_the_sample() {
    let output = cluster(&[], b"");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    // five reports of the meeting in Stockholm, two of them copied
    assert!(
        text.contains("story northline-002: 7 articles, 5 groups"),
        "{text}"
    );
    assert_eq!(text.matches(['├', '└']).count(), 2, "two copies");
    assert!(text.contains("Why northline-002 and harbour-post-002 belong together"));
    let alone = text.split("stand alone").nth(1).expect("some stand alone");
    for other in ["calder-courier-002", "eastgate-002", "harbour-post-003"] {
        assert!(
            alone.contains(other),
            "{other} is another event of the same crisis"
        );
    }
    for market in [
        "atlas-evening-002",
        "atlas-evening-003",
        "atlas-evening-004",
    ] {
        assert!(
            alone.contains(market),
            "{market} is a report of another week"
        );
    }
}

#[test]
fn assignments_keep_the_order_of_the_input_and_the_ids_as_they_were() {
    let input = r#"{"id": 7, "title": "Ferry aground off Marr", "published": "2021-05-02", "extra": [1]}
{"id": "a \"b\"", "title": "Ferry aground off Marr", "published": "2021-05-01T10:00:00+02:00"}

{"title": "Cup final goes to Stannick", "published": null}
"#;
    let output = cluster(&["-", "--output", "-"], input.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let rows = assignments(&output);
    let ids: Vec<&Value> = rows.iter().map(|row| &row["id"]).collect();
    assert_eq!(
        ids,
        [&json!(7), &json!("a \"b\""), &json!("standard input:4")]
    );
    // the earliest article gives its id to story and group
    for key in ["story", "group"] {
        assert_eq!([&rows[0][key], &rows[1][key]], [&json!("a \"b\""); 2]);
        assert_eq!(rows[2][key], json!("standard input:4"));
    }
    for row in &rows {
        let fields: Vec<&String> = row.as_object().expect("an object").keys().collect();
        assert_eq!(fields, ["group", "group_score", "id", "score", "story"]);
        assert!((0.0..=1.0).contains(&row["score"].as_f64().expect("a number")));
    }
    assert_eq!(rows[0]["group_score"], json!(1.0));
}

#[test]
fn bad_rows_are_reported_with_their_place_and_the_rest_is_clustered() {
    let mut input = br#"{"id": "a", "title": "Ferry aground"}
{"id": "b", "title": "cut off
not json
{"id": "a", "title": "again"}
{"id": true}
{"id": "c", "title": 5}
{"id": "d", "published": "yesterday"}
{"id": "e", "published": "2021-02-30"}
[1, 2]
"#
    .to_vec();
    input.extend(b"{\"id\": \"f\", \"title\": \"caf\xE9\"}\n{\"id\": \"g\", \"text\": \"nul \\u0000 inside\"}");
    let file = Scratch::new("bad.jsonl", &input);
    let output = cluster(&[file.path(), "--output", "-"], b"");
    assert_eq!(output.status.code(), Some(1));
    let ids: Vec<Value> = assignments(&output)
        .into_iter()
        .map(|row| row["id"].clone())
        .collect();
    assert_eq!(ids, ["a", "d", "e", "g"]);
    let path = file.path();
    let complaints: Vec<&str> = stderr(&output).lines().collect();
    let expected = [
        format!(
            "{path}, line 2: no JSON object, column 29: EOF while parsing a string; row skipped"
        ),
        format!("{path}, line 3: no JSON object, column 2: expected ident; row skipped"),
        format!("{path}, line 4: id \"a\" stands already at {path}, line 1; row skipped"),
        format!("{path}, line 5: id is true, allowed is a string, a number or none; row skipped"),
        format!("{path}, line 6: title is 5, allowed is a string or none; row skipped"),
        format!(
            "{path}, line 7: published is \"yesterday\", allowed is a date or date-time of RFC 3339 or RFC 2822 such as \"2021-12-02T16:40:00Z\"; the article counts as undated"
        ),
        format!(
            "{path}, line 8: published is \"2021-02-30\", allowed is a date or date-time of RFC 3339 or RFC 2822 such as \"2021-12-02T16:40:00Z\"; the article counts as undated"
        ),
    ];
    assert_eq!(complaints[..7], expected);
    assert!(
        complaints[7].starts_with(&format!("{path}, line 9: no JSON object, column ")),
        "{}",
        complaints[7]
    );
    assert_eq!(
        complaints[8],
        format!("{path}, line 10: not UTF-8 at byte 26; row skipped")
    );
    assert_eq!(
        complaints[9],
        "4 articles clustered, 9 rows with complaints"
    );
    assert_eq!(complaints.len(), 10);
}

#[test]
fn strict_stops_at_the_first_bad_row() {
    let file = Scratch::new("strict.jsonl", b"{\"id\": 1}\nbad\nworse\n");
    let output = cluster(&["--strict", file.path(), "--output", "-"], b"");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output), "");
    assert_eq!(stderr(&output).lines().count(), 1, "{}", stderr(&output));
}

#[test]
fn what_cannot_run_says_why_with_status_2() {
    let missing = cluster(&["no such file.jsonl"], b"");
    assert_eq!(missing.status.code(), Some(2));
    assert!(stderr(&missing).starts_with("cluster: no such file.jsonl cannot be read: "));
    let nowhere = cluster(&["-", "--output", "/no/such/folder/out"], b"{\"id\": 1}\n");
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(stderr(&nowhere).starts_with("cluster: /no/such/folder/out cannot be written: "));
    assert_eq!(cluster(&["--threads", "0"], b"").status.code(), Some(2));
}

#[test]
fn no_articles_are_no_error() {
    for input in [&b""[..], b"\n\n", b"\xEF\xBB\xBF"] {
        let output = cluster(&["-", "--output", "-"], input);
        assert_eq!(
            (output.status.code(), stdout(&output)),
            (Some(0), ""),
            "{}",
            stderr(&output)
        );
    }
}

#[test]
fn threads_and_the_order_of_the_input_change_no_byte() {
    let sample = sample();
    let one = cluster(&["-", "--output", "-", "--threads", "1"], sample.as_bytes());
    let two = cluster(&["-", "--output", "-", "--threads", "2"], sample.as_bytes());
    assert_eq!(stdout(&one), stdout(&two));
    let backwards: Vec<&str> = sample.lines().rev().collect();
    let reversed = cluster(&["-", "--output", "-"], backwards.join("\n").as_bytes());
    let sorted = |output: &Output| {
        let mut lines: Vec<String> = stdout(output).lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&one), sorted(&reversed));
}

#[test]
fn several_files_are_one_collection() {
    let sample = sample();
    let (a, b) = sample.split_at(sample.match_indices('\n').nth(15).expect("32 lines").0 + 1);
    let (a, b) = (
        Scratch::new("a.jsonl", a.as_bytes()),
        Scratch::new("b.jsonl", b.as_bytes()),
    );
    let both = cluster(&[a.path(), b.path(), "--output", "-"], b"");
    let whole = cluster(&["-", "--output", "-"], sample.as_bytes());
    assert_eq!(stdout(&both), stdout(&whole));
}

#[test]
fn a_stream_is_answered_line_by_line() {
    let mut child = example("stream")
        .args(["--window-days", "3"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the example starts");
    let mut input = child.stdin.take().expect("is piped");
    let mut output = BufReader::new(child.stdout.take().expect("is piped"));
    // the answer comes before the next article goes in
    let mut ask = |row: &str| {
        writeln!(input, "{row}").expect("it reads");
        let mut line = String::new();
        output.read_line(&mut line).expect("it answers");
        serde_json::from_str::<Value>(&line).expect("JSON")
    };
    let row = |id: &str, day: u32| {
        let text = "The Marr ferry Corrigan ran aground with 212 people on board.";
        json!({"id": id, "text": text, "published": format!("2021-12-{day:02}")}).to_string()
    };
    assert_eq!(
        ask(&row("a", 1)),
        json!({"id": "a", "outcome": "inserted", "story": "a", "group": "a", "copies": [], "merged": [], "split": []})
    );
    let second = ask(&format!("{{\"title\"\n{}", row("b", 2)));
    assert_eq!(
        (&second["story"], &second["group"]),
        (&json!("a"), &json!("a"))
    );
    assert_eq!(
        second["copies"],
        json!([{"id": "a", "jaccard": 1.0, "containment": 1.0}])
    );
    assert_eq!(ask(&row("b", 2))["outcome"], "unchanged");
    // the one of the first day is forgotten, and the story keeps its name
    let third = ask(&row("c", 5));
    assert_eq!(third["story"], "a");
    let fourth = ask(&row("d", 5));
    let copies = fourth["copies"].as_array().expect("a list");
    let ids: Vec<&Value> = copies.iter().map(|copy| &copy["id"]).collect();
    assert_eq!(ids, ["b", "c"]);
    drop(input);
    let left = child.wait_with_output().expect("the example ends");
    assert_eq!(left.status.code(), Some(1));
    assert!(stderr(&left).starts_with("standard input, line 2: no JSON object"));
}

#[cfg(feature = "store")]
#[test]
fn a_store_goes_on_where_its_last_run_stopped() {
    let store = Scratch::new("resume.store", b"");
    std::fs::remove_file(&store.0).expect("it is there");
    let run = || {
        let output = example("resume")
            .arg("--store")
            .arg(&store.0)
            .args(["--articles", "10"])
            .output()
            .expect("the example starts");
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stdout(&output).to_owned()
    };
    let first = run();
    assert!(
        first
            .lines()
            .next()
            .is_some_and(|line| line.ends_with("holds 0 articles"))
    );
    assert_eq!(
        first
            .lines()
            .filter(|line| line.contains(" story "))
            .count(),
        10
    );
    let second = run();
    assert!(
        second
            .lines()
            .next()
            .is_some_and(|line| line.ends_with("holds 10 articles"))
    );
    // until all were taken
    let last = (0..20)
        .map(|_| run())
        .find(|run| run.contains("there is nothing new"));
    let last = last.expect("the sample ends");
    assert!(last.lines().count() > 3, "{last}");
    // and nothing comes twice
    assert!(
        second
            .lines()
            .filter(|line| line.contains(" story "))
            .all(|line| !first.contains(line))
    );
}
