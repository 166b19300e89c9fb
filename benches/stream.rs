//! An index that grows: an insert and a query, on one thread.

mod corpus;
#[path = "../examples/crash/made.rs"]
mod made;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samestory::StoryIndex;
use samestory_made::MadeNews;

use made::article;

fn stream(c: &mut Criterion) {
    let mut group = c.benchmark_group("stream");
    group.sample_size(10);
    for size in [1_000, 10_000] {
        let news = MadeNews::new(1).articles(0..size + 100);
        let (known, new) = news.split_at(size);
        let index = StoryIndex::new();
        for made in known {
            index.insert(&article(made)).expect("it is in memory");
        }
        assert_eq!(index.len(), size);
        group.throughput(Throughput::Elements(new.len() as u64));
        group.bench_function(BenchmarkId::new("query", size), |b| {
            b.iter(|| {
                for made in new {
                    black_box(index.query(&article(made)));
                }
            });
        });
        assert_eq!(index.len(), size);
        group.bench_function(BenchmarkId::new("insert and remove", size), |b| {
            b.iter(|| {
                for made in new {
                    index.insert(&article(made)).expect("it is in memory");
                }
                for made in new {
                    assert!(index.remove(&made.id).expect("it is in memory").is_some());
                }
            });
        });
        assert_eq!(index.len(), size);
    }
    group.finish();
}

criterion_group! { name = benches; config = corpus::briefly(); targets = stream }
criterion_main!(benches);
