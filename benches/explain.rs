//! Why two articles are together or apart: bytes of text that are read again, a second.
//!
//! Two copies cost what reading two articles costs. Where a story decides, all its articles are read;
//! how long a person waits then is in the time for the greatest story.

mod corpus;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samestory::{Article, Clusterer, Clustering, Decision, Explanation};

use corpus::collection::Collection;
use corpus::text;

fn copies(c: &mut Criterion) {
    let mut group = c.benchmark_group("explain");
    for words in corpus::LENGTHS {
        let text = text::of_words(words);
        let copy = text::copy(&text, text::EDITED, 1);
        let articles = [Article::new("a", "", &text), Article::new("b", "", &copy)];
        let clustering = Clusterer::new()
            .cluster(&articles)
            .expect("ids are distinct");
        let explain = || {
            clustering
                .explain(&articles, 0, 1)
                .expect("both are in the collection")
        };
        check(&explain(), "same group");
        group.throughput(Throughput::Bytes((text.len() + copy.len()) as u64));
        group.bench_function(BenchmarkId::new("same group, words", words), |b| {
            b.iter(explain)
        });
    }
    group.finish();
}

fn stories(c: &mut Criterion) {
    let mut group = c.benchmark_group("explain");
    for reports in [10, 100] {
        let collection = Collection::great_event(reports, 1000);
        let articles = collection.articles();
        let clustering = Clusterer::new()
            .cluster(&articles)
            .expect("ids are distinct");
        for relation in ["same story", "apart"] {
            let (a, b) = pair(&collection, &clustering, relation);
            let explain = || {
                clustering
                    .explain(&articles, a, b)
                    .expect("both are in the collection")
            };
            check(&explain(), relation);
            group.throughput(Throughput::Bytes(bytes(&clustering, &articles, a, b)));
            let id = BenchmarkId::new(format!("{relation}, reports"), reports);
            group.bench_function(id, |b| b.iter(explain));
        }
    }
    group.finish();
}

/// The first report of the great event, and another article of its story or of none but its own.
fn pair(collection: &Collection, clustering: &Clustering, relation: &str) -> (usize, usize) {
    let great = collection.rows.iter().map(|row| row.event).max();
    let a = collection
        .rows
        .iter()
        .position(|row| Some(row.event) == great)
        .expect("was planted");
    let all = clustering.assignments();
    let is = |at: usize| match relation {
        "same story" => all[at].story == all[a].story && all[at].group != all[a].group,
        _ => clustering.stories()[all[at].story].articles == [at] && at != a,
    };
    (
        a,
        (0..all.len())
            .find(|&at| is(at))
            .expect("news has stories of every size"),
    )
}

/// What must be read: the two, and the articles of their stories.
fn bytes(clustering: &Clustering, articles: &[Article<'_>], a: usize, b: usize) -> u64 {
    let mut stories = [a, b].map(|at| clustering.assignments()[at].story).to_vec();
    stories.dedup();
    let members = stories
        .iter()
        .flat_map(|&story| &clustering.stories()[story].articles);
    let length = |at: usize| (articles[at].title.len() + articles[at].body.len()) as u64;
    length(a) + length(b) + members.map(|&at| length(at)).sum::<u64>()
}

/// The relation is the one asked for, and the parts add up to the score.
fn check(found: &Explanation, relation: &str) {
    let decided = match found.decision {
        Decision::SameGroup { .. } => "same group",
        Decision::SameStory { .. } => "same story",
        Decision::Apart { .. } => "apart",
    };
    assert_eq!(decided, relation);
    let event = &found.event;
    assert!((event.parts.sum() - event.log_odds).abs() < 1e-9);
    let terms: f64 = event.terms.iter().map(|term| term.log_odds).sum();
    assert!((terms - event.parts.cosine).abs() < 1e-9);
}

criterion_group! { name = benches; config = corpus::briefly(); targets = copies, stories }
criterion_main!(benches);
