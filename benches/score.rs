//! Pairs to scores: shingles of both articles a second, by length and by how much they share.
//!
//! Two copies take half the steps of two strangers, since both sides move on at once. A ratio much
//! above 2 would say that the merge has a branch, which strangers mispredict.

mod corpus;

use std::collections::HashSet;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samestory::score::Overlap;
use samestory::shingle::Shingles;
use samestory::token::tokens;

use corpus::text;

fn score(c: &mut Criterion) {
    let mut group = c.benchmark_group("score");
    for words in corpus::LENGTHS {
        let text = text::of_words(words);
        for (kind, other) in [
            ("copy", text.clone()),
            ("edited", text::copy(&text, text::EDITED, 1)),
            ("stranger", text::stranger(words)),
            ("excerpt of 3000", text::of_words(3000)),
        ] {
            if kind.starts_with("excerpt") && words == 3000 {
                continue;
            }
            let (a, b) = (shingles(&text), shingles(&other));
            check(&a, &b);
            group.throughput(Throughput::Elements((a.len() + b.len()) as u64));
            group.bench_function(BenchmarkId::new(kind, words), |bench| {
                bench.iter(|| Overlap::new(black_box(&a), black_box(&b)))
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
