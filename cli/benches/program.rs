//! What the program costs beside the library: files to assignments against articles to a clustering, in one run.
//!
//! ```sh
//! cargo bench -p samestory-cli --bench program -- --articles 100000 --runs 5
//! ```
//!
//! Both take turns; the figure is the ratio of their medians.

use std::process::Command;
use std::time::{Duration, Instant};

use clap::Parser;
use samestory::{Article, Clusterer};
use samestory_rows::{Row, Rows};

#[derive(Parser)]
struct Args {
    /// How many made articles
    #[arg(long, default_value_t = 100_000)]
    articles: usize,
    /// How often each is run
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// As `cargo bench` calls it
    #[arg(long, hide = true)]
    bench: bool,
    /// A few articles, once
    #[arg(long)]
    test: bool,
}

fn main() {
    let mut args = Args::parse();
    if args.test {
        (args.articles, args.runs) = (1000, 1);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let made = folder.path().join("made.jsonl");
    let out = folder.path().join("stories.jsonl");
    let program = || Command::new(env!("CARGO_BIN_EXE_samestory"));
    let run = |command: &mut Command| {
        let start = Instant::now();
        assert!(command.status().expect("the program runs").success());
        start.elapsed()
    };
    let number = args.articles.to_string();
    run(program().args(["generate", "-n", &number, "-o"]).arg(&made));
    let mut input = Rows::default();
    input.read(&made).expect("made news can be read");
    let articles: Vec<Article<'_>> = input.rows.iter().map(Row::article).collect();
    let (mut of_program, mut of_library) = (Vec::new(), Vec::new());
    for _ in 0..args.runs {
        let start = Instant::now();
        let clustering = Clusterer::new()
            .cluster(&articles)
            .expect("made news can be clustered");
        of_library.push(start.elapsed());
        assert_eq!(clustering.assignments().len(), args.articles);
        drop(clustering);
        of_program.push(run(program().arg("cluster").arg(&made).arg("-o").arg(&out)));
    }
    let (program, library) = (median(of_program), median(of_library));
    println!(
        "{number} articles: program {:.2} s, library {:.2} s, ratio {:.3}",
        program.as_secs_f64(),
        library.as_secs_f64(),
        program.as_secs_f64() / library.as_secs_f64()
    );
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
