//! How many of the same-text pairs does the library find? Compares with every pair of a file.
//!
//! `cargo run --release --example recall -- FILE.jsonl [FIRST]` takes the first FIRST articles
//! (default 3000), compares all their pairs by exact Jaccard and containment, and counts how many of
//! those at or over the thresholds [`Clustering::pairs`](samestory::Clustering::pairs) holds.
//! Quadratic: 3,000 articles take seconds.

use std::collections::BTreeSet;
use std::path::Path;

use samestory::recurrence::recurs;
use samestory::score::{Overlap, SameText};
use samestory::signature::Signer;
use samestory::sketch::Sketch;
use samestory::{Article, Background, Clusterer};
use samestory_rows::{Row, Rows};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let file = args.first().ok_or("usage: recall FILE.jsonl [FIRST]")?;
    let first: usize = args.get(1).map_or(Ok(3000), |first| first.parse())?;

    let mut rows = Rows::default();
    rows.read(Path::new(file))?;
    rows.complaints
        .iter()
        .for_each(|complaint| eprintln!("{complaint}"));
    let articles: Vec<Article<'_>> = rows.rows.iter().take(first).map(Row::article).collect();

    let clusterer = Clusterer::new();
    let found: BTreeSet<(usize, usize)> = clusterer
        .cluster(&articles)?
        .pairs()
        .iter()
        .filter(|pair| pair.same_text)
        .map(|pair| (pair.a.min(pair.b), pair.a.max(pair.b)))
        .collect();

    let same_text = SameText::new(clusterer.config());
    let signer = Signer::new(1);
    let background = Background::none();
    let sketches: Vec<Sketch> = articles
        .iter()
        .map(|article| {
            Sketch::new(
                article,
                clusterer.config().shingle_words,
                &signer,
                &background,
            )
        })
        .collect();
    let (mut true_pairs, mut both) = (0, 0);
    for (b, later) in sketches.iter().enumerate() {
        for (a, earlier) in sketches[..b].iter().enumerate() {
            let overlap = Overlap::new(&earlier.shingles, &later.shingles);
            let [earlier, later] = [(a, earlier), (b, later)]
                .map(|(at, sketch)| (sketch.terms.numbers(), articles[at].published));
            let same = same_text.holds(&overlap) && !recurs(earlier, later);
            let reported = found.contains(&(a, b));
            assert!(
                same || !reported,
                "{} and {} are reported and do not reach the thresholds",
                articles[a].id,
                articles[b].id
            );
            true_pairs += usize::from(same);
            both += usize::from(same && reported);
            if same && !reported {
                println!(
                    "missed: {} and {}, jaccard {:.3}, containment {:.3}, {} shared",
                    articles[a].id,
                    articles[b].id,
                    overlap.jaccard(),
                    overlap.containment(),
                    overlap.shared
                );
            }
        }
    }
    println!(
        "{} articles, {true_pairs} same-text pairs, {both} found: recall {:.4}, precision 1 of {} reported",
        articles.len(),
        both as f64 / true_pairs.max(1) as f64,
        found.len()
    );
    Ok(())
}
