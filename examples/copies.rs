//! Which articles are copies of one text?
//!
//! `cargo run --release --example copies -- FILE.jsonl --output groups.jsonl` writes
//! `{"id": …, "group": "…"}` for each article, in the order of the input; a group is named after its
//! earliest article. `--pairs FILE` also writes the pairs that were found, each with its exact
//! similarity: `{"a": …, "b": …, "jaccard": 0.93, "containment": 0.97}`.
//!
//! For corpora that are to be cleaned, the usual settings of such tools are
//! `--shingle-words 5 --jaccard 0.8 --bands 16 --rows 8`.
//!
//! Exit status: 0 all right, 1 some rows were bad (each reported, the rest grouped), 2 cannot run.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use samestory::bucket::Bands;
use samestory::{Article, Clusterer, Config, Grouping};
use samestory_rows::{Row, Rows};

/// Finds the copies of one text among news articles.
#[derive(Parser)]
#[command(name = "copies")]
struct Args {
    /// JSON Lines with id, title, text and published; `-` is standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Where the groups go; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// Where the pairs go, if they are wanted
    #[arg(long, value_name = "FILE")]
    pairs: Option<PathBuf>,
    /// How many words make a shingle [default: 3]
    #[arg(long, value_name = "N")]
    shingle_words: Option<usize>,
    /// The least Jaccard similarity [default: 0.3]. With it, containment counts only if it is set too
    #[arg(long, value_name = "J")]
    jaccard: Option<f64>,
    /// The least containment [default: 0.5]
    #[arg(long, value_name = "C")]
    containment: Option<f64>,
    /// How many bands a signature is cut into [default: what the thresholds ask for]
    #[arg(long, value_name = "N", requires = "rows")]
    bands: Option<usize>,
    /// How many rows a band has
    #[arg(long, value_name = "N", requires = "bands")]
    rows: Option<usize>,
    /// How many threads to use [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
}

impl Args {
    fn config(&self) -> Config {
        let default = Config::default();
        let bands = self
            .bands
            .zip(self.rows)
            .map(|(bands, rows)| Bands { bands, rows });
        Config {
            shingle_words: self.shingle_words.unwrap_or(default.shingle_words),
            jaccard: self.jaccard.unwrap_or(default.jaccard),
            containment: match self.jaccard {
                None => self.containment.or(default.containment),
                Some(_) => self.containment,
            },
            num_hashes: bands.map_or(default.num_hashes, |bands| bands.num_hashes()),
            bands,
            ..default
        }
    }
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(status) => status,
        // Whoever reads our output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("copies: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> io::Result<ExitCode> {
    let clusterer = Clusterer::with_config(args.config()).map_err(io::Error::other)?;
    // 0 threads means one for each core.
    let pool = ThreadPoolBuilder::new().num_threads(args.threads.unwrap_or(0).into());
    let pool = pool.build().map_err(io::Error::other)?;
    let mut input = Rows::default();
    for file in &args.files {
        pool.install(|| input.read(file))
            .map_err(|error| about(file, "cannot be read", &error))?;
    }
    input
        .complaints
        .iter()
        .for_each(|complaint| eprintln!("{complaint}"));
    let articles: Vec<Article<'_>> =
        pool.install(|| input.rows.par_iter().map(Row::article).collect());
    let grouping = pool
        .install(|| clusterer.groups(&articles))
        .map_err(io::Error::other)?;
    pool.install(|| {
        write(&args.output, |out| {
            write_groups(out, &input.rows, &grouping)
        })?;
        let pairs = |out: &mut dyn Write| write_pairs(out, &input.rows, &grouping);
        args.pairs
            .as_ref()
            .map_or(Ok(()), |path| write(path, pairs))
    })?;
    let status = ExitCode::from(u8::from(!input.complaints.is_empty()));
    // the system takes all memory at once when the program ends, which is faster than row by row
    std::mem::forget((input, grouping));
    Ok(status)
}

fn write(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    if path == Path::new("-") {
        return write(&mut BufWriter::new(io::stdout().lock()));
    }
    File::create(path)
        .and_then(|file| write(&mut BufWriter::new(file)))
        .map_err(|error| about(path, "cannot be written", &error))
}

fn about(path: &Path, what: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{} {what}: {error}", path.display()))
}

fn write_groups(out: &mut dyn Write, rows: &[Row], grouping: &Grouping) -> io::Result<()> {
    let places: Vec<usize> = (0..rows.len()).collect();
    write_lines(out, &places, |line, &at| {
        let group = &rows[grouping.groups()[grouping.group_of(at)][0]];
        let group = serde_json::to_string(&*group.id)?;
        writeln!(
            line,
            r#"{{"id": {}, "group": {group}}}"#,
            rows[at].json_id()
        )
    })
}

fn write_pairs(out: &mut dyn Write, rows: &[Row], grouping: &Grouping) -> io::Result<()> {
    write_lines(out, grouping.pairs(), |line, pair| {
        writeln!(
            line,
            r#"{{"a": {}, "b": {}, "jaccard": {:.6}, "containment": {:.6}}}"#,
            rows[pair.a].json_id(),
            rows[pair.b].json_id(),
            pair.jaccard,
            pair.containment
        )
    })
}

/// Writes a line for each, made by all threads, in the same order.
fn write_lines<T: Sync>(
    out: &mut dyn Write,
    all: &[T],
    line: impl Fn(&mut Vec<u8>, &T) -> io::Result<()> + Sync,
) -> io::Result<()> {
    let lines = |some: &[T]| -> io::Result<Vec<u8>> {
        let mut lines = Vec::with_capacity(64 * some.len());
        some.iter().try_for_each(|one| line(&mut lines, one))?;
        Ok(lines)
    };
    for some in all.chunks(1 << 16) {
        let lines: Vec<_> = some.par_chunks(1 << 10).map(lines).collect();
        lines
            .into_iter()
            .try_for_each(|lines| out.write_all(&lines?))?;
    }
    out.flush()
}
