//! Signatures to buckets: band keys a second, and what it costs to choose the bands.

mod corpus;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samestory::bucket::Bands;
use samestory::shingle::Shingles;
use samestory::signature::{Signature, Signer};
use samestory::token::tokens;

use corpus::text;

fn bucket(c: &mut Criterion) {
    let mut group = c.benchmark_group("bucket");
    let text = text::of_words(600);
    let copy = text::copy(&text, text::EDITED, 1);
    let signer = Signer::new(260);
    let sign = |text: &str| {
        signer
            .sign(&Shingles::new(&tokens(text), 3))
            .expect("has words")
    };
    let (signature, copy) = (sign(&text), sign(&copy));
    for bands in [
        Bands { bands: 85, rows: 3 },
        Bands { bands: 64, rows: 2 },
        Bands {
            bands: 20,
            rows: 13,
        },
    ] {
        check(bands, &signature, &copy);
        group.throughput(Throughput::Elements(bands.bands as u64));
        let id = BenchmarkId::new("keys", format!("{}x{}", bands.bands, bands.rows));
        group.bench_with_input(id, &signature, |b, signature| {
            // folded, so that no vector is part of the measure
            b.iter(|| {
                (0..bands.bands).fold(0, |all, band| {
                    all ^ bands.key(black_box(signature.slots()), band)
                })
            });
        });
    }

    group.throughput(Throughput::Elements(1));
    for num_hashes in [256, 4096] {
        let bands = Bands::for_goal(0.3, 0.9, num_hashes).expect("can be reached");
        assert!(bands.hit_rate(0.3) >= 0.9 && bands.num_hashes() <= num_hashes);
        group.bench_function(BenchmarkId::new("for_goal", num_hashes), |b| {
            b.iter(|| Bands::for_goal(black_box(0.3), 0.9, num_hashes));
        });
    }
    group.finish();
}

/// Keys are equal just where all rows of the band are.
fn check(bands: Bands, a: &Signature, b: &Signature) {
    for band in 0..bands.bands {
        let rows = band * bands.rows..(band + 1) * bands.rows;
        let equal = a.slots()[rows.clone()] == b.slots()[rows];
        let keys = [a, b].map(|signature| bands.key(signature.slots(), band));
        assert_eq!(keys[0] == keys[1], equal);
    }
}

criterion_group! { name = benches; config = corpus::briefly(); targets = bucket }
criterion_main!(benches);
