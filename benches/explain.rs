//! Why two articles are together: bytes of text read again a second, by the relation of the two, by
//! their length and by the size of their story.

mod corpus;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samestory::{Article, Clusterer, Clustering, Decision};

use corpus::{Collection, Copied};

fn explain(c: &mut Criterion) {
    let mut group = c.benchmark_group("explain");
    let collection = Collection::news(500);
    let articles = collection.articles();
    let clustering = Clusterer::new()
        .cluster(&articles)
        .expect("ids are distinct");
    for kind in ["same group", "same story", "apart"] {
        let (a, b) = find(&clustering, kind);
        check(&clustering, &articles, a, b, kind);
        group.throughput(Throughput::Bytes(bytes(&clustering, &articles, a, b, kind)));
        group.bench_function(BenchmarkId::new(kind, "news"), |bench| {
            bench.iter(|| clustering.explain(&articles, a, b))
        });
    }

    for size in [16, 128, 512] {
        let collection = Collection::reports(size);
        let articles = collection.articles();
        let clustering = Clusterer::new()
            .cluster(&articles)
            .expect("ids are distinct");
        check(&clustering, &articles, 0, 1, "same story");
        group.throughput(Throughput::Bytes(bytes(
            &clustering,
            &articles,
            0,
            1,
            "same story",
        )));
        group.bench_function(BenchmarkId::new("same story", size), |b| {
            b.iter(|| clustering.explain(&articles, 0, 1))
        });
    }

    for words in corpus::LENGTHS {
        let text = corpus::text(words);
        let copy = corpus::copy(&text, Copied::Edited, 1);
        let articles = [Article::new("a", "", &text), Article::new("b", "", &copy)];
        let clustering = Clusterer::new()
            .cluster(&articles)
            .expect("ids are distinct");
        check(&clustering, &articles, 0, 1, "same group");
        group.throughput(Throughput::Bytes((text.len() + copy.len()) as u64));
        group.bench_function(BenchmarkId::new("same group", words), |b| {
            b.iter(|| clustering.explain(&articles, 0, 1))
        });
    }
    group.finish();
}

/// The first pair of that relation whose stories are small.
fn find(clustering: &Clustering, kind: &str) -> (usize, usize) {
    let all = clustering.assignments();
    let small = |at: usize| (2..6).contains(&clustering.stories()[all[at].story].articles.len());
    let places: Vec<usize> = (0..all.len()).filter(|&at| small(at)).collect();
    let mut pairs = places
        .iter()
        .flat_map(|&b| places.iter().map(move |&a| (a, b)))
        .filter(|(a, b)| a < b);
    let is = |&(a, b): &(usize, usize)| match kind {
        "same group" => all[a].group == all[b].group,
        "same story" => all[a].story == all[b].story && all[a].group != all[b].group,
        _ => all[a].story != all[b].story,
    };
    pairs.find(is).expect("news has pairs of every relation")
}

/// What must be read: the two, and where stories decide, all of theirs.
fn bytes(clustering: &Clustering, articles: &[Article<'_>], a: usize, b: usize, kind: &str) -> u64 {
    let [first, second] = [a, b].map(|at| clustering.assignments()[at].story);
    let mut read = vec![a, b];
    if kind != "same group" {
        read.extend(&clustering.stories()[first].articles);
    }
    if first != second {
        read.extend(&clustering.stories()[second].articles);
    }
    read.iter()
        .map(|&at| (articles[at].title.len() + articles[at].body.len()) as u64)
        .sum()
}

/// The relation is the one asked for, and the parts add up to the score.
fn check(clustering: &Clustering, articles: &[Article<'_>], a: usize, b: usize, kind: &str) {
    let found = clustering
        .explain(articles, a, b)
        .expect("both are in the collection");
    let expected = match found.decision {
        Decision::SameGroup { .. } => "same group",
        Decision::SameStory { .. } => "same story",
        Decision::Apart { .. } => "apart",
    };
    assert_eq!(kind, expected);
    let parts = &found.event.parts;
    assert!(
        (parts.cosine + parts.days + parts.no_date + parts.bias - found.event.log_odds).abs()
            < 1e-9
    );
    let terms: f64 = found.event.terms.iter().map(|term| term.log_odds).sum();
    assert!((terms - parts.cosine).abs() < 1e-9);
}

criterion_group! { name = benches; config = corpus::briefly(); targets = explain }
criterion_main!(benches);
