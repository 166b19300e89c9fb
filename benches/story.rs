//! Groups and probabilities to stories: pairs a second; and the evidence of a pair.
//!
//! `one event` is the largest story there can be: all articles report the same. Its cost beside that
//! of `news` says what a great event does to a day's work.

mod corpus;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samestory::candidate::Pair;
use samestory::evidence::Evidence;
use samestory::story::{Reports, stories};

use corpus::{Collection, LEAST, Read};

fn evidence(c: &mut Criterion) {
    let mut group = c.benchmark_group("story");
    let read = Read::new(Collection::news(2000));
    let likely = read.likely();
    let strangers: Vec<Pair> = (1..read.rows.len() as u32).map(|b| (b - 1, b)).collect();
    assert!(
        likely
            .iter()
            .all(|&pair| read.evidence(pair).log_odds() >= LEAST)
    );
    for (kind, pairs) in [("likely", &likely), ("strangers", &strangers)] {
        group.throughput(Throughput::Elements(pairs.len() as u64));
        group.bench_with_input(
            BenchmarkId::new("evidence of pairs", kind),
            pairs,
            |b, pairs| {
                b.iter(|| {
                    pairs
                        .iter()
                        .fold(Evidence::default(), |sum, &pair| sum + read.evidence(pair))
                });
            },
        );
    }
    let evidence: Vec<Evidence> = likely.iter().map(|&pair| read.evidence(pair)).collect();
    assert!(
        evidence
            .iter()
            .all(|evidence| (0.2..=1.0).contains(&evidence.same_event()))
    );
    group.throughput(Throughput::Elements(evidence.len() as u64));
    group.bench_function("same_event", |b| {
        b.iter(|| evidence.iter().map(Evidence::same_event).sum::<f64>())
    });
    group.finish();
}

fn story(c: &mut Criterion) {
    let mut group = c.benchmark_group("story");
    group.sample_size(10);
    for (kind, collection) in [500, 2000, 8000]
        .map(|articles| ("news", Collection::news(articles)))
        .into_iter()
        .chain([64, 256, 1024].map(|articles| ("one event", Collection::reports(articles))))
    {
        let events = collection.planted(|row| row.event);
        let read = Read::new(collection);
        let (groups, likely) = (read.planted_groups(), read.likely());
        let reports = Reports {
            vectors: &read.vectors,
            published: &read.published,
        };
        let found = stories(reports, &groups, &likely, LEAST);
        check(&found, groups.len(), events);
        group.throughput(Throughput::Elements(likely.len() as u64));
        group.bench_function(BenchmarkId::new(kind, read.rows.len()), |b| {
            b.iter(|| stories(reports, &groups, &likely, LEAST));
        });
    }
    group.finish();
}

/// Stories part the groups, and there are about as many as events were planted.
fn check(found: &[Vec<u32>], groups: usize, events: usize) {
    let mut all: Vec<u32> = found.iter().flatten().copied().collect();
    all.sort_unstable();
    assert!(all.iter().copied().eq(0..groups as u32), "not a partition");
    assert!(
        found.len().abs_diff(events) * 20 <= events,
        "{} stories of {events} events",
        found.len()
    );
}

criterion_group! { name = benches; config = corpus::briefly(); targets = evidence, story }
criterion_main!(benches);
