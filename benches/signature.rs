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
use samestory::{Article, Lanes};

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

/// Texts of 500 to 1,000 words to signatures, all that the group tier does with a text, on every kind of
/// instructions that this processor has; beside it what it takes to look at each byte.
fn read(c: &mut Criterion) {
    let mut group = c.benchmark_group("signature");
    let texts: Vec<String> = (0..64).map(|at| text::of_words(500 + 8 * at)).collect();
    let bytes = texts.iter().map(String::len).sum::<usize>() as u64;
    group.throughput(Throughput::Bytes(bytes));
    let lines = |text: &String| memchr::memchr_iter(b'\n', text.as_bytes()).count();
    group.bench_function("memchr counts lines", |b| {
        b.iter(|| black_box(&texts).iter().map(lines).sum::<usize>());
    });
    let expected = Signer::new(128).sign(&shingles(&texts[0]));
    for lanes in Lanes::available() {
        let signer = Signer::new(128).with_lanes(lanes);
        let mut reader = signer.reader(3);
        let mut sign = |text: &str| {
            reader
                .sign(&Article::new("", "", text))
                .map(<[u32]>::to_vec)
        };
        assert_eq!(
            sign(&texts[0]).as_deref(),
            expected.as_ref().map(Signature::slots)
        );
        let mut reader = signer.reader(3);
        group.bench_function(BenchmarkId::new("of text", lanes.name()), |b| {
            b.iter(|| {
                for text in &texts {
                    black_box(reader.sign(&Article::new("", "", text)));
                }
            });
        });
    }
    group.finish();
}

criterion_group! { name = benches; config = corpus::briefly(); targets = signature, read }
criterion_main!(benches);
