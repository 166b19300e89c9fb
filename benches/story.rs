//! Groups and probabilities to stories: pairs a second; and the evidence of a pair.
//!
//! In `one event` all articles report the same. How its cost grows with the square of the articles,
//! or faster, says what a great event does to a day's work.

mod corpus;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samestory::candidate::Pair;
use samestory::evidence::Evidence;
use samestory::group::Members;
use samestory::story::stories;

use corpus::collection::Collection;
use corpus::read::{LEAST, Read};

fn evidence(c: &mut Criterion) {
    let mut group = c.benchmark_group("story");
    let read = Read::new(Collection::news(1000));
    let likely = read.likely();
    let strangers: Vec<Pair> = strangers(&read).collect();
    assert!(
        likely
            .iter()
            .all(|&pair| read.model.log_odds(&read.evidence(pair)) >= LEAST)
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
            .all(|evidence| (0.17 - 1e-9..=1.0).contains(&read.model.same_event(evidence)))
    );
    group.throughput(Throughput::Elements(evidence.len() as u64));
    group.bench_function("same_event", |b| {
        b.iter(|| {
            let scores = evidence.iter().map(|e| read.model.same_event(e));
            scores.sum::<f64>()
        })
    });
    group.finish();
}

fn story(c: &mut Criterion) {
    let mut group = c.benchmark_group("story");
    group.sample_size(10);
    let mut bench = |kind: &str, read: &Read| {
        let (groups, likely) = (read.planted_groups(), read.likely());
        let reports = read.reports();
        let found = stories(reports, &groups, &likely, LEAST);
        check(read, &groups, &found);
        group.throughput(Throughput::Elements(likely.len() as u64));
        let id = BenchmarkId::new(kind, read.rows.len());
        group.bench_function(id, |b| b.iter(|| stories(reports, &groups, &likely, LEAST)));
        found.len()
    };

    for articles in [250, 1000, 4000] {
        let news = Collection::news(articles);
        let events = news.planted(|row| row.event);
        let read = Read::new(news);
        if articles < 4000 {
            check_strangers(&read);
        }
        let found = bench("news", &read);
        assert!(
            found.abs_diff(events) * 5 <= events,
            "{found} stories of {events} events"
        );
    }
    // Weighed by the news of other days: where every article is of one event, its words say nothing.
    let weights = Read::new(Collection::news(1000)).vocabulary();
    for articles in [64, 256, 1024] {
        let read = Read::new(Collection::great_event(articles, 0)).weighed(&weights);
        let found = bench("one event", &read);
        assert!(found <= 1 + articles / 20, "{found} stories of one event");
    }
    group.finish();
}

/// Pairs that are not likely only offer joins, which the mean must refuse.
fn check_strangers(read: &Read) {
    let (groups, likely) = (read.planted_groups(), read.likely());
    let all: Vec<Pair> = strangers(read).chain(likely.iter().copied()).collect();
    let find = |pairs: &[Pair]| stories(read.reports(), &groups, pairs, LEAST);
    assert_eq!(find(&all), find(&likely));
}

/// Neighbours in time, who are strangers as most pairs are.
fn strangers(read: &Read) -> impl Iterator<Item = Pair> {
    (1..read.rows.len() as u32).map(|b| (b - 1, b))
}

/// Stories part the groups, and the mean log-odds over the pairs of each reaches the limit.
fn check(read: &Read, groups: &[Members], found: &[Vec<u32>]) {
    let mut all: Vec<u32> = found.iter().flatten().copied().collect();
    all.sort_unstable();
    assert!(
        all.iter().copied().eq(0..groups.len() as u32),
        "not a partition"
    );
    for story in found {
        let members: Vec<u32> = story
            .iter()
            .flat_map(|&group| &groups[group as usize])
            .copied()
            .collect();
        let pairs = members
            .iter()
            .enumerate()
            .flat_map(|(at, &b)| members[..at].iter().map(move |&a| (a, b)));
        let evidence = pairs.fold(Evidence::default(), |sum, pair| sum + read.evidence(pair));
        assert!(
            members.len() == 1 || read.model.log_odds(&evidence) >= LEAST,
            "{story:?}: {evidence:?}"
        );
    }
}

criterion_group! { name = benches; config = corpus::briefly(); targets = evidence, story }
criterion_main!(benches);
