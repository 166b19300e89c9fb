//! Which articles tell the same story?
//!
//! `cargo run --release --example cluster` reads the sample in `examples/data` and prints its stories.
//! With files it reads those, and `--output` writes one assignment a line instead:
//! `{"id": …, "story": "…", "group": "…", "score": 0.87, "group_score": 1.0}`, in the order of the input.
//! The ids of stories and groups are those of their earliest article.
//!
//! Exit status: 0 all right, 1 some rows were bad (each reported, the rest clustered), 2 cannot run.

mod print;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use rayon::ThreadPoolBuilder;
use samestory::{Article, Clusterer, Clustering};
use samestory_rows::{Options, Row, Rows};

/// Clusters news articles into groups (the same text) and stories (the same event).
#[derive(Parser)]
#[command(name = "cluster")]
struct Args {
    /// JSON Lines with id, title, text and published; `-` is standard input [default: the sample]
    files: Vec<PathBuf>,
    /// Write assignments as JSON Lines instead of printing stories; `-` is standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How many threads to use [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Stop at the first bad row
    #[arg(long)]
    strict: bool,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(status) => status,
        // Whoever reads our output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cluster: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> io::Result<ExitCode> {
    let sample = [PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/examples/data/news.jsonl"
    ))];
    let files = if args.files.is_empty() {
        &sample[..]
    } else {
        &args.files
    };
    let mut input = Rows::new(Options {
        strict: args.strict,
        ..Options::default()
    });
    for file in files {
        input
            .read(file)
            .map_err(|error| about(file, "cannot be read", &error))?;
    }
    for complaint in &input.complaints {
        eprintln!("{complaint}");
    }
    if args.strict && !input.complaints.is_empty() {
        return Ok(ExitCode::from(1));
    }
    let rows = input.rows;
    let articles: Vec<Article<'_>> = rows.iter().map(Row::article).collect();
    // 0 threads means one for each core.
    let pool = ThreadPoolBuilder::new()
        .num_threads(args.threads.unwrap_or(0).into())
        .build();
    let clustering = pool
        .map_err(io::Error::other)?
        .install(|| Clusterer::new().cluster(&articles));
    let clustering = clustering.map_err(io::Error::other)?;
    let stdout = || BufWriter::new(io::stdout().lock());
    match args.output.as_deref() {
        None => print::stories(&mut stdout(), &rows, &articles, &clustering)?,
        Some(path) if path == Path::new("-") => write_assignments(stdout(), &rows, &clustering)?,
        Some(path) => File::create(path)
            .and_then(|file| write_assignments(BufWriter::new(file), &rows, &clustering))
            .map_err(|error| about(path, "cannot be written", &error))?,
    }
    if input.complaints.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!(
        "{} articles clustered, {} rows with complaints",
        rows.len(),
        input.complaints.len()
    );
    Ok(ExitCode::from(1))
}

fn about(path: &Path, what: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{} {what}: {error}", path.display()))
}

fn write_assignments(mut out: impl Write, rows: &[Row], clustering: &Clustering) -> io::Result<()> {
    for (row, assignment) in rows.iter().zip(clustering.assignments()) {
        let story = &rows[clustering.stories()[assignment.story].articles[0]];
        let group = &rows[clustering.groups()[assignment.group].articles[0]];
        writeln!(
            out,
            r#"{{"id": {}, "story": {}, "group": {}, "score": {:.6}, "group_score": {:.6}}}"#,
            row.json_id(),
            serde_json::to_string(&*story.id)?,
            serde_json::to_string(&*group.id)?,
            assignment.score,
            assignment.group_score
        )?;
    }
    out.flush()
}
