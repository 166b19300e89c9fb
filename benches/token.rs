//! Text to tokens: bytes a second by length of the article and by what it is written in.

mod corpus;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samestory::token::tokens;

use corpus::text;

fn token(c: &mut Criterion) {
    let mut group = c.benchmark_group("token");
    for words in corpus::LENGTHS {
        let text = text::of_words(words);
        check(&text, words);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("typeset", words), &text, |b, text| {
            b.iter(|| tokens(text))
        });
    }
    // The two ways through the tokenizer apart: nothing but ASCII, and next to none.
    let text = text::of_words(600);
    for (script, text) in [
        ("typewritten", text::typewritten(&text)),
        ("accented", text::accented(&text)),
        ("han", text::han(1200)),
    ] {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new(script, 600), &text, |b, text| {
            b.iter(|| tokens(text))
        });
    }
    group.finish();
}

/// Curly or straight, the tokens are the same, and there are about as many as words were written.
fn check(text: &str, words: usize) {
    let hashes = |text: &str| {
        tokens(text)
            .iter()
            .map(|token| token.hash)
            .collect::<Vec<u64>>()
    };
    let typeset = hashes(text);
    // words with a hyphen are two tokens
    assert!((words..=words + words / 30 + 1).contains(&typeset.len()));
    assert_eq!(typeset, hashes(&text::typewritten(text)));
    // full stops part the runs of Han: 19 characters, 18 bigrams
    assert_eq!(tokens(&text::han(1200)).len(), 60 * 18);
    let pieces: Vec<&str> = text.split_whitespace().collect();
    let share =
        pieces.iter().filter(|piece| !piece.is_ascii()).count() as f64 / pieces.len() as f64;
    assert!(
        (0.01..0.08).contains(&share),
        "{share} of the pieces are not ASCII, 0.03 is usual"
    );
}

criterion_group! { name = benches; config = corpus::briefly(); targets = token }
criterion_main!(benches);
