//! How fast does an index take articles, and how much memory does it need?
//!
//! `cargo run --release --example pace -- --articles 100000` fills an index with made news, and says every so often how many
//! articles a second it took. Then one thread inserts one article after the other while another one asks, and both
//! say how long it took them. At the end half of the window expires, and as many articles come again.
//!
//! With `--features store` and `--store FILE` the index is on disk, too, and is opened again at the end.

#[path = "crash/made.rs"]
mod made;

#[cfg(feature = "store")]
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use samestory::{Article, StoryIndex, Timestamp};
use samestory_made::MadeNews;

use made::article;

/// Measures an index that takes made news.
#[derive(Parser)]
#[command(name = "pace")]
struct Args {
    /// How many articles the index holds before inserts are timed one by one
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    articles: usize,

    /// How many inserts are timed one by one
    #[arg(long, value_name = "N", default_value_t = 5_000)]
    timed: usize,

    /// Keep the index on disk, too
    #[cfg(feature = "store")]
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
}

/// The memory of this process in bytes, where it can be known.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(1024 * kilobytes)
}

fn say(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    let all: Duration = times.iter().sum();
    println!(
        "{what}: {:.0} a second; half within {:.2} ms, 99 in 100 within {:.2} ms, all within {:.1} ms",
        times.len() as f64 / all.as_secs_f64(),
        at(0.5).as_secs_f64() * 1e3,
        at(0.99).as_secs_f64() * 1e3,
        at(1.0).as_secs_f64() * 1e3,
    );
}

/// So many articles come at a time.
const MANY: usize = 1000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args = Args::parse();
    let index = open(&args)?;
    let news = MadeNews::new(1);
    let mut taken = Duration::ZERO;
    let say_after = (args.articles / 10).max(MANY);
    let mut since = Duration::ZERO;
    for from in (0..args.articles).step_by(MANY) {
        let made = news.articles(from..(from + MANY).min(args.articles));
        let articles: Vec<Article<'_>> = made.iter().map(article).collect();
        let begun = Instant::now();
        index.insert_many(&articles)?;
        taken += begun.elapsed();
        let holds = from + made.len();
        if holds.is_multiple_of(say_after) {
            let pace = say_after as f64 / (taken - since).as_secs_f64();
            println!("{holds} articles: {pace:.0} a second");
            since = taken;
        }
    }
    memory(&index);
    one_by_one(&index, &news, &args)?;
    #[cfg(feature = "store")]
    if let Some(store) = &args.store {
        let held = index.len();
        let begun = Instant::now();
        drop(index);
        let closed = begun.elapsed();
        let mut image = store.clone().into_os_string();
        image.push(".image");
        let on_disk = std::fs::metadata(store)?.len() + std::fs::metadata(image)?.len();
        let begun = Instant::now();
        let index = open(&args)?;
        println!(
            "closed in {:.2} s, opened {} articles in {:.2} s, {} bytes each on disk",
            closed.as_secs_f64(),
            index.len(),
            begun.elapsed().as_secs_f64(),
            on_disk as usize / held.max(1),
        );
        return expire(&index, &news, &args);
    }
    expire(&index, &news, &args)
}

fn open(args: &Args) -> Result<StoryIndex, samestory::Error> {
    #[cfg(feature = "store")]
    if let Some(store) = &args.store {
        let durability = samestory::Durability::MayLoseLast {
            calls: 1000,
            time: Duration::from_millis(10),
        };
        return StoryIndex::open(store, &samestory::Clusterer::new(), durability);
    }
    _ = args;
    Ok(StoryIndex::new())
}

fn memory(index: &StoryIndex) {
    let each = |bytes: usize| bytes / index.len().max(1);
    print!(
        "{} articles: {} bytes each",
        index.len(),
        each(index.bytes())
    );
    match resident() {
        Some(resident) => println!(", {} with all of the process", each(resident as usize)),
        None => println!(),
    }
}

/// Inserts one after the other while another thread asks.
fn one_by_one(index: &StoryIndex, news: &MadeNews, args: &Args) -> Result<(), samestory::Error> {
    let made = news.articles(args.articles..args.articles + args.timed.max(1));
    let done = AtomicBool::new(false);
    let mut inserts = Vec::with_capacity(made.len());
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let mut queries = Vec::new();
            for made in made.iter().rev().cycle() {
                let begun = Instant::now();
                std::hint::black_box(index.query(&article(made)));
                queries.push(begun.elapsed());
                if done.load(Ordering::Relaxed) {
                    return queries;
                }
            }
            queries
        });
        for made in &made {
            let begun = Instant::now();
            let inserted = index.insert(&article(made));
            inserts.push(begun.elapsed());
            if let Err(error) = inserted {
                done.store(true, Ordering::Relaxed);
                return Err(error);
            }
        }
        done.store(true, Ordering::Relaxed);
        say("inserts", inserts);
        if let Ok(queries) = asking.join() {
            say("queries beside them", queries);
        }
        Ok(())
    })
}

/// Half of the articles expire, and as many come again.
fn expire(
    index: &StoryIndex,
    news: &MadeNews,
    args: &Args,
) -> Result<(), Box<dyn std::error::Error>> {
    let half = news.articles(args.articles / 2..args.articles / 2 + 100);
    let Some(moment) = half.iter().find_map(|made| made.published) else {
        return Ok(());
    };
    let begun = Instant::now();
    let repair = index.expire_before(Timestamp::from_seconds(moment))?;
    let seconds = begun.elapsed().as_secs_f64();
    println!("{} articles expired in {seconds:.1} s", repair.removed);
    memory(index);
    let first = args.articles + args.timed.max(1);
    for from in (first..first + repair.removed).step_by(MANY) {
        let made = news.articles(from..from + MANY);
        let articles: Vec<Article<'_>> = made.iter().map(article).collect();
        index.insert_many(&articles)?;
    }
    memory(index);
    Ok(())
}
