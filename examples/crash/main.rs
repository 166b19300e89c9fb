//! Is every acknowledged article there after a crash?
//!
//! `cargo run --release --features store --example crash -- --rounds 1000` starts a child process that inserts, updates,
//! removes and expires articles in a store, and prints a line for each call that returned. At a random moment it is killed
//! (SIGKILL). Then the store is opened: it has to hold what was acknowledged, and answer as an index in memory
//! that got the same calls and was never killed. The next child goes on from there.
//!
//! Each round also damages a copy of the store, by a bit that is another or by its end cut off. Opening it has to fail,
//! or the answers have to be right.
//!
//! Exit status: 0 nothing was lost, 1 something was (it says what), 2 cannot run.

mod made;

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use clap::Parser;
use samestory::{Article, Clusterer, Durability, Error, StoryIndex, StoryOrder, Timestamp};
use samestory_made::{MadeArticle, MadeNews};

use made::article;

/// Kills a process that writes a store, again and again, and looks whether anything was lost.
#[derive(Parser)]
#[command(name = "crash")]
struct Args {
    /// How many processes are killed
    #[arg(long, value_name = "N", default_value_t = 20)]
    rounds: usize,

    /// After how many milliseconds at most
    #[arg(long, value_name = "N", default_value_t = 150)]
    milliseconds: u64,

    /// Other moments, calls and damages
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// The child: the store to write
    #[arg(long, hide = true)]
    store: Option<PathBuf>,

    /// The child: the first call
    #[arg(long, hide = true, default_value_t = 0)]
    from: usize,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let done = match &args.store {
        Some(store) => write(store, args.from, args.seed).map(|()| true),
        None => rounds(&args),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("crash: {error}");
            ExitCode::from(2)
        }
    }
}

/// Numbers that look random, by the SplitMix64 generator.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ x >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ x >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        (x ^ x >> 31) % limit
    }
}

/// The calls that are made on an index, by their number: the same in every process.
struct Calls {
    news: MadeNews,
    seed: u64,
    /// Articles that were made at once, and the number of the first.
    made: (usize, Vec<MadeArticle>),
}

/// So many articles are made at once.
const MADE: usize = 500;
/// A call takes in so many articles at most.
const MANY: u64 = 12;
/// An article expires when so many came after it.
const WINDOW: usize = 1500;

impl Calls {
    fn new(seed: u64) -> Self {
        Self {
            news: MadeNews::new(seed),
            seed,
            made: (0, Vec::new()),
        }
    }

    fn article(&mut self, number: usize) -> MadeArticle {
        let (first, made) = &self.made;
        if !(*first..first + made.len()).contains(&number) {
            let first = number / MADE * MADE;
            self.made = (first, self.news.articles(first..first + MADE));
        }
        self.made.1[number - self.made.0].clone()
    }

    /// Makes a call on an index. Call n takes articles from 4 n on.
    fn make(&mut self, call: usize, index: &StoryIndex) -> Result<(), Error> {
        let mut draw = Draw(self.seed ^ (call as u64) << 20);
        let at = 4 * call;
        match draw.below(20) {
            0 => {
                let gone = self.article(at.saturating_sub(draw.below(300) as usize));
                index.remove(&gone.id).map(drop)
            }
            1 => {
                let old = self.article(at.saturating_sub(WINDOW));
                let time = Timestamp::from_seconds(old.published.unwrap_or(0));
                index.expire_before(time).map(drop)
            }
            2 => {
                // another version of an article that is there, or was
                let mut version = self.article(at.saturating_sub(draw.below(100) as usize));
                version.text.push_str(" This report was corrected.");
                index.insert(&article(&version)).map(drop)
            }
            3 => {
                let recent = self.article(at.saturating_sub(60));
                let time = Timestamp::from_seconds(recent.published.unwrap_or(i64::MAX / 4));
                index.refresh(time).map(drop)
            }
            4..9 => {
                let count = 1 + draw.below(MANY) as usize;
                let many: Vec<MadeArticle> = (at..at + count).map(|at| self.article(at)).collect();
                let many: Vec<Article<'_>> = many.iter().map(article).collect();
                index.insert_many(&many).map(drop)
            }
            _ => index.insert(&article(&self.article(at))).map(drop),
        }
    }
}

fn open(store: &Path) -> Result<StoryIndex, Error> {
    StoryIndex::open(store, &Clusterer::new(), Durability::EachCall)
}

/// The child: makes one call after the other until it is killed.
fn write(store: &Path, from: usize, seed: u64) -> io::Result<()> {
    let index = open(store).map_err(io::Error::other)?;
    let mut calls = Calls::new(seed);
    let mut out = io::stdout().lock();
    writeln!(out, "open")?;
    out.flush()?;
    for call in from.. {
        calls.make(call, &index).map_err(io::Error::other)?;
        writeln!(out, "{call}")?;
        out.flush()?;
    }
    Ok(())
}

/// What an index says of itself.
fn answers(index: &StoryIndex, calls: &mut Calls, call: usize) -> String {
    let stories = index.stories(StoryOrder::Begun, 0..usize::MAX);
    let next: Vec<MadeArticle> = (0..4).map(|more| calls.article(4 * call + more)).collect();
    let next: Vec<_> = next
        .iter()
        .map(|next| index.query(&article(next)))
        .collect();
    format!("{stories:?}\n{next:?}")
}

/// A folder that goes at the end.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}

/// What the rounds saw.
#[derive(Default)]
struct Seen {
    acknowledged: usize,
    /// Calls that were on disk when their process was killed before it could say so.
    unsaid: usize,
    lost: usize,
    wrong: usize,
    /// Damaged copies that were refused, and those that were not and gave the right answers.
    refused: usize,
    harmless: usize,
    unnoticed: usize,
}

fn rounds(args: &Args) -> io::Result<bool> {
    let folder =
        Folder(std::env::temp_dir().join(format!("samestory-crash-{}", std::process::id())));
    fs::create_dir_all(&folder.0)?;
    let (store, copy) = (folder.0.join("index.store"), folder.0.join("copy.store"));
    let mut draw = Draw(args.seed);
    let (memory, mut calls) = (StoryIndex::new(), Calls::new(args.seed));
    // so many calls were made on the index in memory
    let mut made = 0;
    let (mut seen, begun) = (Seen::default(), Instant::now());
    for round in 1..=args.rounds {
        let wait = Duration::from_micros(draw.below(1 + args.milliseconds * 1000));
        // one in four while it opens, the others while it works
        let at_work = draw.below(4) > 0;
        let last = killed(args, &store, made, at_work, wait)?;
        let acknowledged = last.map_or(made, |last| last + 1);
        seen.acknowledged += acknowledged - made;
        while made < acknowledged {
            calls.make(made, &memory).map_err(io::Error::other)?;
            made += 1;
        }
        let index = open(&store).map_err(io::Error::other)?;
        let found = answers(&index, &mut calls, made + 1);
        let mut expected = answers(&memory, &mut calls, made + 1);
        if found != expected {
            // the last call may be on disk although nobody was told
            calls.make(made, &memory).map_err(io::Error::other)?;
            made += 1;
            expected = answers(&memory, &mut calls, made);
            seen.unsaid += 1;
            if found != expected {
                println!("round {round}: after {made} calls the answers are others");
                seen.lost += usize::from(index.len() < memory.len());
                seen.wrong += 1;
                return report(args, &seen, begun);
            }
        }
        let expected = answers(&memory, &mut calls, made);
        drop(index);
        damage(&store, &copy, &mut draw)?;
        match open(&copy) {
            Err(_) => seen.refused += 1,
            Ok(index) if answers(&index, &mut calls, made) == expected => seen.harmless += 1,
            Ok(_) => {
                println!("round {round}: a damaged store was opened and gave other answers");
                seen.unnoticed += 1;
            }
        }
        if round % 50 == 0 {
            let seconds = begun.elapsed().as_secs();
            println!(
                "{round} rounds, {made} calls, {} articles, {seconds} s",
                memory.len()
            );
        }
    }
    report(args, &seen, begun)
}

fn report(args: &Args, seen: &Seen, begun: Instant) -> io::Result<bool> {
    let Seen {
        acknowledged,
        unsaid,
        lost,
        wrong,
        refused,
        harmless,
        unnoticed,
    } = seen;
    let seconds = begun.elapsed().as_secs();
    println!(
        "{} rounds in {seconds} s: {acknowledged} calls acknowledged, {unsaid} more on disk",
        args.rounds
    );
    println!(
        "lost {lost}, wrong {wrong}; damaged copies: {refused} refused, {harmless} harmless, {unnoticed} unnoticed"
    );
    Ok(*wrong == 0 && *unnoticed == 0)
}

/// Starts a child and kills it after a while; gives the last call that it acknowledged.
fn killed(
    args: &Args,
    store: &Path,
    from: usize,
    at_work: bool,
    wait: Duration,
) -> io::Result<Option<usize>> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("--store")
        .arg(store)
        .args([
            "--from",
            &from.to_string(),
            "--seed",
            &args.seed.to_string(),
        ])
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let mut output = BufReader::new(output);
    if at_work {
        output.read_line(&mut String::new())?;
    }
    std::thread::sleep(wait);
    child.kill()?;
    let (mut last, mut line) = (None, String::new());
    // a line without its end was not said
    while output.read_line(&mut line)? > 0 && line.ends_with('\n') {
        last = line.trim_end().parse().ok().or(last);
        line.clear();
    }
    let status = child.wait()?;
    if status.code().is_some() {
        return Err(io::Error::other(format!(
            "the child ended by itself: {status}"
        )));
    }
    Ok(last)
}

/// Makes a copy with a bit that is another, or without its end.
fn damage(store: &Path, copy: &Path, draw: &mut Draw) -> io::Result<()> {
    let mut bytes = fs::read(store)?;
    let at = draw.below(bytes.len() as u64) as usize;
    match draw.below(2) {
        0 => bytes[at] ^= 1 << draw.below(8),
        _ => bytes.truncate(at),
    }
    fs::write(copy, bytes)
}
