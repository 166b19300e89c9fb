//! Shingles to a signature: shingles a second, by length of the article and number of slots.
//!
//! A short article leaves slots empty, and each of them takes a look at all shingles: there the cost
//! of a shingle is highest, and grows with the slots.

mod corpus;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samestory::score::Overlap;
use samestory::shingle::Shingles;
use samestory::signature::{Signature, Signer};
use samestory::token::tokens;

use corpus::text;

fn signature(c: &mut Criterion) {
    let mut group = c.benchmark_group("signature");
    for words in corpus::LENGTHS {
        let shingles = shingles(&text::of_words(words));
        group.throughput(Throughput::Elements(shingles.len() as u64));
        for num_hashes in [128, 256, 1024] {
            let signer = Signer::new(num_hashes);
            let id = BenchmarkId::new(format!("sign {num_hashes}"), words);
            group.bench_with_input(id, &shingles, |b, shingles| {
                b.iter(|| signer.sign(shingles))
            });
        }
    }

    group.throughput(Throughput::Elements(1));
    for num_hashes in [128, 256, 1024] {
        let signer = Signer::new(num_hashes);
        let [(a, b), ..] = corpus::LENGTHS.map(|words| {
            let text = text::of_words(words);
            let [a, b] = [&text, &text::copy(&text, text::EDITED, 1)].map(|text| shingles(text));
            let [signed_a, signed_b] = [&a, &b].map(|set| signer.sign(set).expect("has words"));
            check(&signed_a, &signed_b, Overlap::new(&a, &b).jaccard());
            (signed_a, signed_b)
        });
        group.bench_function(BenchmarkId::new("estimate", num_hashes), |bench| {
            bench.iter(|| black_box(&a).estimate(black_box(&b)))
        });
    }
    group.finish();
}

/// The estimate is within four standard errors of the exact similarity: with slots that shingles
/// reach, as in the long articles, and with slots that must be filled, as in the short ones.
fn check(a: &Signature, b: &Signature, jaccard: f64) {
    let error = (jaccard * (1.0 - jaccard) / a.slots().len() as f64).sqrt();
    assert!(
        (a.estimate(b) - jaccard).abs() < 4.0 * error,
        "{} for {jaccard}",
        a.estimate(b)
    );
}

fn shingles(text: &str) -> Shingles {
    Shingles::new(&tokens(text), 3)
}

criterion_group! { name = benches; config = corpus::briefly(); targets = signature }
criterion_main!(benches);
