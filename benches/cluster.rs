//! The whole path: articles and bytes of text a second, on all threads and on one.

mod corpus;
#[path = "../examples/crash/made.rs"]
mod made;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rayon::ThreadPoolBuilder;
use samestory::{Article, Clusterer, Clustering};
use samestory_made::{MadeArticle, MadeNews};

use corpus::collection::Collection;
use corpus::text;
use made::article;

fn cluster(c: &mut Criterion) {
    let mut group = c.benchmark_group("cluster");
    group.sample_size(10);
    let clusterer = Clusterer::new();
    for (kind, collection) in [
        ("news", Collection::news(250)),
        ("news", Collection::news(1000)),
        ("news", Collection::news(4000)),
        // What a day can bring: one text everywhere, changed or not, and one event everywhere.
        ("copies", Collection::copies(1000, text::UNCHANGED)),
        ("edited copies", Collection::copies(500, text::EDITED)),
        ("great event", Collection::great_event(50, 950)),
    ] {
        let articles = collection.articles();
        let run = || clusterer.cluster(&articles).expect("ids are distinct");
        check(&collection, &run());
        let throughput = Throughput::ElementsAndBytes {
            elements: articles.len() as u64,
            bytes: collection.bytes(),
        };
        group.throughput(throughput);
        group.bench_function(BenchmarkId::new(kind, articles.len()), |b| b.iter(run));
    }
    group.finish();
}

/// The same work on one thread: what more threads gain is the ratio to `cluster/news/1000`.
fn threads(c: &mut Criterion) {
    let mut group = c.benchmark_group("cluster");
    group.sample_size(10);
    let clusterer = Clusterer::new();
    let collection = Collection::news(1000);
    let articles = collection.articles();
    let run = || clusterer.cluster(&articles).expect("ids are distinct");
    let pool = |threads| {
        ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads can be made")
    };
    let (one, three) = (pool(1), pool(3));
    let (a, b) = (one.install(run), three.install(run));
    assert_eq!(
        (a.stories(), a.groups(), a.pairs()),
        (b.stories(), b.groups(), b.pairs())
    );
    group.throughput(Throughput::ElementsAndBytes {
        elements: articles.len() as u64,
        bytes: collection.bytes(),
    });
    group.bench_function(BenchmarkId::new("news, one thread", articles.len()), |b| {
        b.iter(|| one.install(run))
    });
    group.finish();
}

/// How the cost grows with the collection: made news of a few days, a month, a year of a small wire.
fn made(c: &mut Criterion) {
    let mut group = c.benchmark_group("cluster");
    group.sample_size(10);
    let clusterer = Clusterer::new();
    for size in [1_000, 10_000, 100_000] {
        let news = MadeNews::new(1).articles(0..size);
        let bytes = |made: &MadeArticle| (made.title.len() + made.text.len()) as u64;
        let bytes = news.iter().map(bytes).sum();
        let articles: Vec<Article<'_>> = news.iter().map(article).collect();
        let run = || clusterer.cluster(&articles).expect("ids are distinct");
        group.throughput(Throughput::ElementsAndBytes {
            elements: size as u64,
            bytes,
        });
        group.bench_function(BenchmarkId::new("made", size), |b| b.iter(run));
    }
    group.finish();
}

/// Each article has its place, and there are about as many stories and groups as were planted.
fn check(collection: &Collection, found: &Clustering) {
    let in_stories: usize = found
        .stories()
        .iter()
        .map(|story| story.articles.len())
        .sum();
    let in_groups: usize = found
        .groups()
        .iter()
        .map(|group| group.articles.len())
        .sum();
    assert_eq!([in_stories, in_groups], [collection.rows.len(); 2]);
    for (what, found, planted) in [
        (
            "stories",
            found.stories().len(),
            collection.planted(|row| row.event),
        ),
        (
            "groups",
            found.groups().len(),
            collection.planted(|row| row.text),
        ),
    ] {
        assert!(
            found.abs_diff(planted) * 5 <= planted,
            "{found} {what}, planted are {planted}"
        );
    }
}

criterion_group! { name = benches; config = corpus::briefly(); targets = cluster, threads, made }
criterion_main!(benches);
