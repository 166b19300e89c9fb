//! Buckets and terms to candidates: articles a second, by size of the collection.
//!
//! The law to watch is in the ratio of the sizes: articles a second may fall a little as the
//! collection grows, never in proportion to it.

mod corpus;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samestory::candidate::{self, Near, Pair};
use samestory::score::Overlap;
use samestory::term::TermVector;

use corpus::collection::Collection;
use corpus::read::{self, Read};
use corpus::text;

fn candidate(c: &mut Criterion) {
    let mut group = c.benchmark_group("candidate");
    group.sample_size(10);
    for articles in [250, 1000, 4000] {
        let read = Read::new(Collection::news(articles));
        group.throughput(Throughput::Elements(articles as u64));

        let buckets = [read.buckets()];
        let by_text = candidate::from_buckets(&buckets);
        check_buckets(&read, &by_text);
        group.bench_function(BenchmarkId::new("from_buckets", articles), |b| {
            b.iter(|| candidate::from_buckets(&buckets));
        });

        let by_terms = candidate::from_terms(&read.vectors, &read.published, read::least_dot());
        // of the largest, a brute force of all pairs would take longer than the bench
        check_terms(&read, &by_terms, articles <= 1000);
        group.bench_function(BenchmarkId::new("from_terms", articles), |b| {
            b.iter(|| candidate::from_terms(&read.vectors, &read.published, read::least_dot()));
        });
    }

    // One text for all: every bucket is hot, every term is common.
    for articles in [250, 4000] {
        let read = Read::new(Collection::copies(articles, text::UNCHANGED));
        let buckets = [read.buckets()];
        let pairs = candidate::from_buckets(&buckets);
        assert!(
            pairs.len() <= 32 * articles,
            "{} pairs of {articles} copies",
            pairs.len()
        );
        let with_first = pairs.iter().filter(|pair| pair.0 == 0).count();
        assert_eq!(
            with_first,
            articles - 1,
            "a copy was dropped from its bucket"
        );
        check_terms(
            &read,
            &candidate::from_terms(&read.vectors, &read.published, read::least_dot()),
            false,
        );
        group.throughput(Throughput::Elements(articles as u64));
        group.bench_function(BenchmarkId::new("from_buckets, copies", articles), |b| {
            b.iter(|| candidate::from_buckets(&buckets));
        });
        group.bench_function(BenchmarkId::new("from_terms, copies", articles), |b| {
            b.iter(|| candidate::from_terms(&read.vectors, &read.published, read::least_dot()));
        });
    }
    group.finish();
}

/// The bands find nearly all planted copies that are alike enough, and say each pair once.
fn check_buckets(read: &Read, pairs: &[Pair]) {
    assert!(pairs.is_sorted_by(|a, b| a < b));
    let (mut planted, mut found) = (0, 0);
    for members in read.planted_groups() {
        for (at, &b) in members.iter().enumerate() {
            for &a in &members[..at] {
                let [a_set, b_set] = [a, b].map(|at| &read.shingles[at as usize]);
                if Overlap::new(a_set, b_set).jaccard() < 0.4 {
                    continue;
                }
                planted += 1;
                found += usize::from(pairs.binary_search(&(a, b)).is_ok());
            }
        }
    }
    assert!(
        found * 100 >= planted * 97,
        "{found} of {planted} planted copies"
    );
}

/// Each pair reaches the dot product; and of so few articles 99 in 100 pairs that are near enough to be one event are there.
fn check_terms(read: &Read, near: &[Near], complete: bool) {
    let dot = |(a, b): Pair| read.vectors[a as usize].dot(&read.vectors[b as usize]);
    let least = u64::from(read::least_dot());
    assert!(near.is_sorted_by(|a, b| a < b));
    let exact = |&(pair, found): &Near| dot(pair) == u64::from(found) && dot(pair) >= least;
    assert!(near.iter().all(exact));
    if complete {
        // a cosine of 0.15; what is further off counts for the crowding alone, by its nearest
        let likely = TermVector::DOT_ONE * 15 / 100;
        let all = (0..read.rows.len() as u32).flat_map(|b| (0..b).map(move |a| (a, b)));
        let expected = all.filter(|&pair| dot(pair) >= likely).count();
        let found = near
            .iter()
            .filter(|&&(_, dot)| u64::from(dot) >= likely)
            .count();
        assert!(found * 100 >= expected * 99, "{found} of {expected} pairs");
    }
}

criterion_group! { name = benches; config = corpus::briefly(); targets = candidate }
criterion_main!(benches);
