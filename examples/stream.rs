//! Which story does each article belong to, as it comes?
//!
//! `feed | cargo run --release --example stream` reads articles as JSON Lines from standard input and writes a line for each
//! at once: `{"id": …, "outcome": "inserted", "story": …, "group": …, "copies": […], "merged": […], "split": […]}`. An
//! article with an id that came before is a new version of it.
//!
//! With `--window-days N` an article is forgotten when it is N days older than the newest.
//!
//! Exit status: 0 all right, 1 some rows were bad (each reported, the rest taken in), 2 cannot run.

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use clap::Parser;
use samestory::{Placement, StoryIndex, Timestamp};
use samestory_rows::{Row, Rows};
use serde::Serialize;

/// Says of each article, as it comes, which story it belongs to.
#[derive(Parser)]
#[command(name = "stream")]
struct Args {
    /// After how many days an article is forgotten, by the newest date that came [default: never]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    window_days: Option<u32>,
}

/// A line of output.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a serde_json::value::RawValue,
    #[serde(flatten)]
    placement: Placement,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(status) => status,
        // Whoever reads our output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("stream: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> io::Result<ExitCode> {
    let index = StoryIndex::new();
    let (mut input, mut out) = (io::stdin().lock(), io::stdout().lock());
    let (mut text, mut line, mut is_bad) = (Vec::new(), 0, false);
    let mut rows = Rows::default();
    let mut window = args.window_days.map(Window::new);
    loop {
        text.clear();
        if input.read_until(b'\n', &mut text)? == 0 {
            return Ok(ExitCode::from(u8::from(is_bad)));
        }
        line += 1;
        rows.read_line(&text, "standard input", line);
        for complaint in &rows.complaints {
            eprintln!("{complaint}");
            is_bad = true;
        }
        for row in &rows.rows {
            let placement = index.insert(&row.article()).map_err(io::Error::other)?;
            let id = serde_json::value::RawValue::from_string(row.json_id())?;
            serde_json::to_writer(&mut out, &Line { id: &id, placement })?;
            writeln!(out)?;
            out.flush()?;
            if let Some(window) = &mut window {
                window.pass(&index, row).map_err(io::Error::other)?;
            }
        }
    }
}

/// What bounds the memory.
struct Window {
    seconds: i64,
    /// When articles were forgotten for the last time, by their own dates.
    last: Option<i64>,
}

/// Articles are forgotten once in an hour.
const HOUR: i64 = 3600;

impl Window {
    fn new(days: u32) -> Self {
        Self {
            seconds: i64::from(days) * 24 * HOUR,
            last: None,
        }
    }

    /// Time goes on to that of an article.
    fn pass(&mut self, index: &StoryIndex, row: &Row) -> Result<(), samestory::Error> {
        let Some(now) = row.published.map(Timestamp::seconds) else {
            return Ok(());
        };
        let last = *self.last.get_or_insert(now);
        if now >= last.saturating_add(HOUR) {
            index.expire_before(Timestamp::from_seconds(now.saturating_sub(self.seconds)))?;
            self.last = Some(now);
        }
        Ok(())
    }
}
