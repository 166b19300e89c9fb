//! A store that is closed and opened again: each run goes on where the last one stopped.
//!
//! `cargo run --release --features store --example resume` takes ten articles of the sample, says where each belongs, and
//! ends. Run it again: it opens the store, knows what came before, and takes the next ten. After the last one it lists
//! the largest stories.
//!
//! With files of one's own: `… -- --store news.store FILE.jsonl …`.
//!
//! Exit status: 0 all right, 1 some rows were bad (each reported, the rest taken in), 2 cannot run.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use samestory::{Clusterer, Durability, Outcome, StoryIndex, StoryOrder};
use samestory_rows::{Row, Rows};

/// Takes the next articles into a store and says where each belongs.
#[derive(Parser)]
#[command(name = "resume")]
struct Args {
    /// Articles as JSON Lines [default: the sample]
    files: Vec<PathBuf>,

    /// Where the index is kept
    #[arg(long, value_name = "FILE", default_value = "resume.store")]
    store: PathBuf,

    /// How many articles this run takes
    #[arg(long, value_name = "N", default_value_t = 10)]
    articles: usize,
}

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(status) => status,
        Err(error) => {
            eprintln!("resume: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: Args) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut files = args.files;
    if files.is_empty() {
        files.push(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/news.jsonl").into());
    }
    let mut rows = Rows::default();
    for file in &files {
        rows.read(file)?;
    }
    for complaint in &rows.complaints {
        eprintln!("{complaint}");
    }

    let index = StoryIndex::open(&args.store, &Clusterer::new(), Durability::EachCall)?;
    println!("{} holds {} articles", args.store.display(), index.len());
    let articles = rows.rows.iter().map(Row::article);
    let next = articles.filter(|article| index.story_of(article.id).is_none());
    let mut taken = 0;
    for article in next.take(args.articles) {
        let placement = index.insert(&article)?;
        debug_assert_eq!(placement.outcome, Outcome::Inserted);
        match placement.copies.first() {
            Some(copy) => println!(
                "{:<20} story {:<20} copy of {}",
                article.id, placement.story, copy.id
            ),
            None => println!("{:<20} story {}", article.id, placement.story),
        }
        taken += 1;
    }
    if taken == 0 {
        println!("there is nothing new; the largest stories:");
        for story in index.stories(StoryOrder::Largest, 0..5) {
            println!("{:<20} {}", story.name, story.articles.join(" "));
        }
    } else {
        println!("run it again to go on");
    }
    Ok(ExitCode::from(u8::from(!rows.complaints.is_empty())))
}
