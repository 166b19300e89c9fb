//! Pairs to scores: shingles of both articles a second, by length and by how much they share.
//!
//! The merge should not care how much is shared: a branch that a copy predicts well and a stranger
//! badly would show as a ratio between the two.

mod corpus;

use std::collections::HashSet;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samestory::score::Overlap;
use samestory::shingle::Shingles;
use samestory::token::tokens;

use corpus::{Collection, Copied};

fn score(c: &mut Criterion) {
    let mut group = c.benchmark_group("score");
    let stranger = Collection::copies(1, Copied::Unchanged)
        .rows
        .remove(0)
        .body
        .repeat(5);
    for words in corpus::LENGTHS {
        let text = corpus::text(words);
        for (kind, other) in [
            ("copy", text.clone()),
            ("edited", corpus::copy(&text, Copied::Edited, 1)),
            ("stranger", corpus::start(&stranger, text.len()).to_owned()),
            ("excerpt of 3000", corpus::text(3000)),
        ] {
            if kind.starts_with("excerpt") && words == 3000 {
                continue;
            }
            let (a, b) = (shingles(&text), shingles(&other));
            check(&a, &b);
            group.throughput(Throughput::Elements((a.len() + b.len()) as u64));
            group.bench_function(BenchmarkId::new(kind, words), |bench| {
                bench.iter(|| Overlap::new(&a, &b))
            });
        }
    }
    group.finish();
}

fn shingles(text: &str) -> Shingles {
    Shingles::new(&tokens(text), 3)
}

/// The counts are those of two plain sets.
fn check(a: &Shingles, b: &Shingles) {
    let set = |shingles: &Shingles| shingles.hashes().iter().copied().collect::<HashSet<u64>>();
    let (in_a, in_b) = (set(a), set(b));
    let jaccard = in_a.intersection(&in_b).count() as f64 / in_a.union(&in_b).count() as f64;
    assert_eq!(Overlap::new(a, b).jaccard(), jaccard);
}

criterion_group! { name = benches; config = corpus::briefly(); targets = score }
criterion_main!(benches);
