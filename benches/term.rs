//! Tokens to terms: counting an article, weighing a collection, comparing two articles.

mod corpus;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samestory::Background;
use samestory::term::{TermVector, Terms, Vocabulary};
use samestory::token::tokens;

use corpus::collection::Collection;
use corpus::read::Read;
use corpus::text;

fn article(c: &mut Criterion) {
    let mut group = c.benchmark_group("term");
    for words in corpus::LENGTHS {
        let text = text::of_words(words);
        let tokens = tokens(&text);
        let counted: u32 = Terms::new(&text)
            .counts()
            .iter()
            .map(|&(_, count)| count)
            .sum();
        let compounds = tokens.iter().filter(|token| token.joined).count();
        assert_eq!(counted as usize + compounds, tokens.len());
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("count", words), &text, |b, text| {
            b.iter(|| Terms::new(text))
        });
    }
    group.finish();
}

fn collection(c: &mut Criterion) {
    let mut group = c.benchmark_group("term");
    group.sample_size(10);
    // What the first clusterer of a process pays.
    let bytes = Background::english().to_bytes();
    assert_eq!(Background::from_bytes(&bytes), Ok(Background::english()));
    group.throughput(Throughput::Elements(Background::english().len() as u64));
    group.bench_function("background", |b| b.iter(Background::english));

    let background = Background::english();
    for articles in [250, 1000, 4000] {
        let Read { terms, vectors, .. } = Read::new(Collection::news(articles));
        let vocabulary = Vocabulary::new(&terms, &background, 2000.0);
        check(&vectors);
        group.throughput(Throughput::Elements(articles as u64));
        group.bench_function(BenchmarkId::new("vocabulary", articles), |b| {
            b.iter(|| Vocabulary::new(&terms, &background, 2000.0));
        });
        group.bench_function(BenchmarkId::new("vectors", articles), |b| {
            b.iter(|| {
                terms
                    .iter()
                    .map(|terms| vocabulary.vector(terms))
                    .collect::<Vec<TermVector>>()
            });
        });
        if articles == 1000 {
            // Neighbours in time are strangers, as most pairs are.
            group.throughput(Throughput::Elements(articles as u64 - 1));
            group.bench_function(BenchmarkId::new("dot", articles), |b| {
                b.iter(|| {
                    vectors
                        .windows(2)
                        .map(|pair| pair[0].dot(&pair[1]))
                        .sum::<u64>()
                });
            });
        }
    }
    group.finish();
}

/// No vector is longer than 1, and the dot product does not care which one comes first.
fn check(vectors: &[TermVector]) {
    assert!(
        vectors
            .iter()
            .all(|vector| vector.dot(vector) <= TermVector::DOT_ONE * 1001 / 1000)
    );
    assert!(
        vectors
            .windows(2)
            .all(|pair| pair[0].dot(&pair[1]) == pair[1].dot(&pair[0]))
    );
}

criterion_group! { name = benches; config = corpus::briefly(); targets = article, collection }
criterion_main!(benches);
