//! Tokens to shingles: bytes of text a second, by length of the article and of the window.

mod corpus;

use std::collections::BTreeSet;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samestory::hash;
use samestory::shingle::Shingles;
use samestory::token::{Token, tokens};

use corpus::text;

fn shingle(c: &mut Criterion) {
    let mut group = c.benchmark_group("shingle");
    for words in corpus::LENGTHS {
        // The default window at every length, the others where they show.
        let windows: &[usize] = if words == 600 { &[1, 3, 5] } else { &[3] };
        let text = text::of_words(words);
        let tokens = tokens(&text);
        group.throughput(Throughput::Bytes(text.len() as u64));
        for &window in windows {
            assert_eq!(
                Shingles::new(&tokens, window).hashes(),
                naive(&tokens, window)
            );
            let id = BenchmarkId::new(format!("window {window}"), words);
            group.bench_with_input(id, &tokens, |b, tokens| {
                b.iter(|| Shingles::new(tokens, window))
            });
        }
    }
    group.finish();
}

fn naive(tokens: &[Token], window: usize) -> Vec<u64> {
    let hashes: Vec<u64> = tokens.iter().map(|token| token.hash).collect();
    let set: BTreeSet<u64> = hashes.windows(window).map(hash::sequence).collect();
    set.into_iter().collect()
}

criterion_group! { name = benches; config = corpus::briefly(); targets = shingle }
criterion_main!(benches);
