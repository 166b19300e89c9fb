//! Shingles to a signature: shingles a second, by length of the article and number of slots.
//!
//! A short article leaves slots empty, and each of them takes a look at all shingles: there the cost
//! of a shingle is highest, and grows with the slots.

mod corpus;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samestory::score::Overlap;
use samestory::shingle::Shingles;
use samestory::signature::Signer;
use samestory::token::tokens;

fn signature(c: &mut Criterion) {
    let mut group = c.benchmark_group("signature");
    for words in corpus::LENGTHS {
        let shingles = shingles(&corpus::text(words));
        group.throughput(Throughput::Elements(shingles.len() as u64));
        for num_hashes in [128, 256, 1024] {
            let signer = Signer::new(num_hashes);
            let id = BenchmarkId::new(format!("sign {num_hashes}"), words);
            group.bench_with_input(id, &shingles, |b, shingles| {
                b.iter(|| signer.sign(shingles))
            });
        }
    }

    let text = corpus::text(600);
    let copy = shingles(&corpus::copy(&text, corpus::Copied::Edited, 1));
    let text = shingles(&text);
    let jaccard = Overlap::new(&text, &copy).jaccard();
    for num_hashes in [128, 256, 1024] {
        let signer = Signer::new(num_hashes);
        let (a, b) = (
            signer.sign(&text).expect("has words"),
            signer.sign(&copy).expect("has words"),
        );
        let four_errors = 4.0 * (jaccard * (1.0 - jaccard) / num_hashes as f64).sqrt();
        assert!(
            (a.estimate(&b) - jaccard).abs() < four_errors,
            "{} for {jaccard}",
            a.estimate(&b)
        );
        group.throughput(Throughput::Elements(1));
        group.bench_function(BenchmarkId::new("estimate", num_hashes), |bench| {
            bench.iter(|| a.estimate(&b))
        });
    }
    group.finish();
}

fn shingles(text: &str) -> Shingles {
    Shingles::new(&tokens(text), 3)
}

criterion_group! { name = benches; config = corpus::briefly(); targets = signature }
criterion_main!(benches);
