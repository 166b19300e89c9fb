//! Which articles tell the same story?

mod rows;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use samestory::{Article, Clusterer, Clustering};

use rows::{Row, Rows};

/// Clusters news articles into groups (the same text) and stories (the same event).
#[derive(Parser)]
struct Args {
    /// JSON Lines with id, title, text and published; `-` for standard input
    files: Vec<PathBuf>,
    /// Write assignments as JSON Lines, `-` for standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How many threads to use [default: all]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Stop at the first bad row
    #[arg(long)]
    strict: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let mut rows = Rows::default();
    for f in &args.files { rows.read(f, args.strict).unwrap(); }
    for c in &rows.complaints { eprintln!("{c}"); }
    let rows = rows.rows;
    let articles: Vec<Article> = rows.iter().map(Row::article).collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads.unwrap_or(0)).build().unwrap();
    let clustering = pool.install(|| Clusterer::new().cluster(&articles)).unwrap();
    let mut out = BufWriter::new(File::create(args.output.unwrap()).unwrap());
    write_assignments(&mut out, &rows, &clustering).unwrap();
    ExitCode::SUCCESS
}

fn write_assignments(out: &mut impl Write, rows: &[Row], clustering: &Clustering) -> io::Result<()> {
    for (row, assignment) in rows.iter().zip(clustering.assignments()) {
        let story = &rows[clustering.stories()[assignment.story].articles[0]].id;
        let group = &rows[clustering.groups()[assignment.group].articles[0]].id;
        writeln!(
            out,
            "{{\"id\": {}, \"story\": {}, \"group\": {}, \"score\": {:.6}, \"group_score\": {:.6}}}",
            row.json_id, serde_json::to_string(story)?, serde_json::to_string(group)?, assignment.score, assignment.group_score
        )?;
    }
    out.flush()
}
