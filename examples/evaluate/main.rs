//! How well stories agree with what people said, and where they go wrong.
//!
//! `cargo run --release --example evaluate -- GOLD.jsonl [CLUSTERS.jsonl] [--errors N]`
//!
//! GOLD holds articles as the example `cluster` reads them, with a label under `story`; articles
//! without one are clustered and not judged. CLUSTERS holds assignments with `id` and `story`;
//! without it, the articles are clustered here with the default configuration. The errors are
//! shown with the evidence of the default configuration in either case.

mod gold;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::error::Error;
use std::path::PathBuf;

use clap::Parser;
use gold::{Agreement, Quotients, labels};
use samestory::{Article, Clusterer, Clustering};
use samestory_rows::{Row, Rows};

/// Compares stories with gold labels and shows the worst errors.
#[derive(Parser)]
struct Args {
    /// Articles with their labels under "story", as JSON Lines.
    gold: PathBuf,
    /// Assignments as JSON Lines; without it the articles are clustered here.
    clusters: Option<PathBuf>,
    /// How many errors of each class to show.
    #[arg(long, default_value_t = 5)]
    errors: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    let gold = labels(&args.gold, "story")?;
    let mut input = Rows::default();
    input
        .read(&args.gold, false)
        .map_err(|error| format!("{}: {error}", args.gold.display()))?;
    for complaint in &input.complaints {
        eprintln!("{complaint}");
    }
    let articles: Vec<Article<'_>> = input.rows.iter().map(Row::article).collect();
    let clustering = Clusterer::new().cluster(&articles)?;
    let found: Vec<String> = match &args.clusters {
        Some(path) => {
            let given = labels(path, "story")?;
            let of = |row: &Row| {
                let id = &row.json_id();
                let missing = || format!("{}: no story for id {id}", path.display());
                given.get(id).cloned().ok_or_else(missing)
            };
            input.rows.iter().map(of).collect::<Result<_, _>>()?
        }
        None => {
            let assignments = clustering.assignments().iter();
            assignments.map(|to| to.story.to_string()).collect()
        }
    };
    let judged: Vec<Judged<'_>> = input
        .rows
        .iter()
        .zip(&found)
        .enumerate()
        .filter_map(|(at, (row, found))| {
            let gold = gold.get(&row.json_id())?;
            Some(Judged { at, gold, found })
        })
        .collect();
    if judged.is_empty() {
        return Err(format!(
            "{}: no article has a label under \"story\"",
            args.gold.display()
        )
        .into());
    }
    summary(
        &Agreement::new(judged.iter().map(|one| (one.gold, one.found))),
        judged.len(),
    );
    Errors::new(&judged, &articles, &clustering).show(args.errors)
}

/// An article with both labels.
struct Judged<'a> {
    /// Its place in the input.
    at: usize,
    gold: &'a str,
    found: &'a str,
}

fn summary(agreement: &Agreement, articles: usize) {
    let line = |name: &str, of: Quotients| {
        let (precision, recall, f1) = (of.precision, of.recall, of.f1());
        println!("{name:10} precision {precision:.4}  recall {recall:.4}  F1 {f1:.4}");
    };
    println!(
        "{articles} articles in {} stories, gold {}",
        agreement.stories, agreement.gold_stories
    );
    line("BCubed", agreement.bcubed);
    line("pairs", agreement.pairs);
    line("V-measure", agreement.v_measure);
    println!("adjusted Rand index {:.4}", agreement.rand);
}

/// Articles by one label, then by the other.
type Sets<'a> = BTreeMap<&'a str, BTreeMap<&'a str, Vec<usize>>>;

struct Errors<'a> {
    articles: &'a [Article<'a>],
    clustering: &'a Clustering,
    /// By gold story, then by the story it was found in.
    gold: Sets<'a>,
    /// By found story, then by gold story.
    found: Sets<'a>,
    /// The probability of each pair that reached the threshold.
    likely: HashMap<(usize, usize), f64>,
}

impl<'a> Errors<'a> {
    fn new(judged: &[Judged<'a>], articles: &'a [Article<'a>], clustering: &'a Clustering) -> Self {
        let (mut gold, mut found) = (Sets::new(), Sets::new());
        for one in judged {
            let in_gold = gold.entry(one.gold).or_default();
            in_gold.entry(one.found).or_default().push(one.at);
            let in_found = found.entry(one.found).or_default();
            in_found.entry(one.gold).or_default().push(one.at);
        }
        let likely = clustering.pairs().iter();
        let likely = likely.map(|pair| ((pair.a.min(pair.b), pair.a.max(pair.b)), pair.same_event));
        Self {
            articles,
            clustering,
            gold,
            found,
            likely: likely.collect(),
        }
    }

    fn score(&self, a: usize, b: usize) -> f64 {
        *self.likely.get(&(a.min(b), a.max(b))).unwrap_or(&0.0)
    }

    /// All pairs across two of the inner sets of a set, with their scores.
    fn across(&self, parts: &BTreeMap<&str, Vec<usize>>) -> Vec<(f64, usize, usize)> {
        let parts: Vec<&Vec<usize>> = parts.values().collect();
        let mut pairs = Vec::new();
        for (i, ours) in parts.iter().enumerate() {
            for theirs in &parts[i + 1..] {
                let all = ours
                    .iter()
                    .flat_map(|&a| theirs.iter().map(move |&b| (a, b)));
                pairs.extend(all.map(|(a, b)| (self.score(a, b), a, b)));
            }
        }
        pairs
    }

    fn show(&self, count: usize) -> Result<(), Box<dyn Error>> {
        // of each story the worst pair, so that one bad story does not fill the list
        let joined = self.found.values().filter_map(|parts| {
            let pairs = self.across(parts).into_iter();
            pairs.max_by(|x, y| x.0.total_cmp(&y.0))
        });
        let mut joined: Vec<_> = joined.collect();
        joined.sort_by(|x, y| y.0.total_cmp(&x.0));
        println!(
            "\nWRONGLY JOINED, the surest first ({} stories hold several events)",
            joined.len()
        );
        self.explain(&joined, count)?;

        // of each event its two largest parts, by their first articles; most such pairs are below the
        // threshold and not reported, so their score is asked for
        let mut split = Vec::new();
        for parts in self.gold.values().filter(|parts| parts.len() > 1) {
            let mut parts: Vec<&Vec<usize>> = parts.values().collect();
            parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
            let (a, b) = (parts[0][0], parts[1][0]);
            let why = self.clustering.explain(self.articles, a, b)?;
            split.push((why.event.same_event, a, b));
        }
        split.sort_by(|x, y| x.0.total_cmp(&y.0));
        println!(
            "\nWRONGLY SPLIT, the least likely first ({} events lie in several stories)",
            split.len()
        );
        self.explain(&split, count)?;

        let mut bridges: Vec<(f64, usize, &str)> = Vec::new();
        for (&story, parts) in &self.found {
            for ours in parts.values() {
                for &article in ours {
                    let others = parts.values().filter(|theirs| !theirs.contains(&article));
                    let means = others.map(|theirs| {
                        let scores = theirs.iter().map(|&other| self.score(article, other));
                        scores.sum::<f64>() / theirs.len() as f64
                    });
                    bridges.push((means.fold(0.0, f64::max), article, story));
                }
            }
        }
        bridges.retain(|&(mean, ..)| mean > 0.0);
        bridges.sort_by(|x, y| y.0.total_cmp(&x.0));
        let mut seen = HashSet::new();
        bridges.retain(|&(.., story)| seen.insert(story));
        println!(
            "\nBRIDGES, articles close to another event of their story ({})",
            bridges.len()
        );
        for &(mean, article, _) in bridges.iter().take(count) {
            println!("\n  mean same_event {mean:.2} with another event");
            println!("  {}", self.heading(article));
        }
        Ok(())
    }

    fn explain(&self, pairs: &[(f64, usize, usize)], count: usize) -> Result<(), Box<dyn Error>> {
        for &(_, a, b) in pairs.iter().take(count) {
            println!("\n  {}\n  {}", self.heading(a), self.heading(b));
            let why = self.clustering.explain(self.articles, a, b)?;
            why.to_string()
                .lines()
                .for_each(|line| println!("    {line}"));
        }
        Ok(())
    }

    fn heading(&self, at: usize) -> String {
        let article = &self.articles[at];
        let begin = if article.title.is_empty() {
            article.body
        } else {
            article.title
        };
        let begin: String = begin.chars().take(100).collect();
        format!("{}: {}", article.id, begin.replace('\n', " "))
    }
}
