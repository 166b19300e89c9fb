//! Same-text pairs to groups: pairs a second, for news and for the shapes that are hardest.

mod corpus;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samestory::Config;
use samestory::candidate::Pair;
use samestory::group::{Members, Texts, groups};
use samestory::score::{Overlap, SameText};
use samestory::shingle::Shingles;
use samestory::token::tokens;

use corpus::collection::Collection;
use corpus::read::Read;
use corpus::text;

fn group(c: &mut Criterion) {
    let mut group = c.benchmark_group("group");
    group.sample_size(10);
    let limits = SameText::new(&Config::default());
    let mut bench = |kind: &str,
                     articles: usize,
                     texts: Texts<'_>,
                     pairs: &[(Pair, Overlap)],
                     expected: &dyn Fn(&[Members]) -> bool| {
        let found = groups(texts, pairs, &limits);
        check(texts.shingles, &found, &limits);
        assert!(
            expected(&found),
            "{} groups of {kind} {articles}",
            found.len()
        );
        group.throughput(Throughput::Elements(pairs.len() as u64));
        group.bench_function(BenchmarkId::new(kind, articles), |b| {
            b.iter(|| groups(texts, pairs, &limits))
        });
    };

    for articles in [250, 1000, 4000] {
        let read = Read::new(Collection::news(articles));
        let planted = read.planted_groups();
        bench(
            "news",
            articles,
            read.texts(),
            &read.same_text(),
            &|found: &[Members]| found.len().abs_diff(planted.len()) * 100 <= planted.len(),
        );
    }
    // All equal: the centre proves every join. All a little different: it proves none, and every
    // join compares all members.
    for (kind, how, sizes) in [
        ("copies", text::UNCHANGED, [250, 4000]),
        ("edited copies", text::EDITED, [125, 500]),
    ] {
        for articles in sizes {
            let read = Read::new(Collection::copies(articles, how));
            bench(
                kind,
                articles,
                read.texts(),
                &read.same_text(),
                &|found: &[Members]| found.len() == 1,
            );
        }
    }
    // A chain, each article like the next two and no others: joins that must be refused.
    for articles in [250, 4000] {
        let (shingles, pairs) = chain(articles, &limits);
        let texts = Texts {
            shingles: &shingles,
            numbers: &vec![Box::default(); articles],
            published: &vec![None; articles],
        };
        bench("chain", articles, texts, &pairs, &|found: &[Members]| {
            found.len() * 3 >= articles
        });
    }
    group.finish();
}

/// Windows of 200 words over one long text, 60 words apart.
fn chain(articles: usize, limits: &SameText) -> (Vec<Shingles>, Vec<(Pair, Overlap)>) {
    let text = text::of_words(60 * articles + 200);
    let tokens = tokens(&text);
    let shingles: Vec<Shingles> = (0..articles)
        .map(|at| Shingles::new(&tokens[60 * at..60 * at + 200], 3))
        .collect();
    let mut pairs = Vec::new();
    for b in 0..articles {
        for a in b.saturating_sub(4)..b {
            let overlap = Overlap::new(&shingles[a], &shingles[b]);
            if limits.holds(&overlap) {
                pairs.push(((a as u32, b as u32), overlap));
            }
        }
    }
    (shingles, pairs)
}

/// Groups part the articles, and every two members are the same text.
fn check(shingles: &[Shingles], found: &[Members], limits: &SameText) {
    let mut all: Vec<u32> = found.iter().flatten().copied().collect();
    all.sort_unstable();
    assert!(
        all.iter().copied().eq(0..shingles.len() as u32),
        "not a partition"
    );
    for members in found {
        // of a large group, some thirty members with all
        let step = 1 + members.len() / 31;
        for &a in members.iter().step_by(step) {
            for &b in members {
                let overlap = Overlap::new(&shingles[a as usize], &shingles[b as usize]);
                assert!(limits.holds(&overlap), "{a} and {b} are in one group");
            }
        }
    }
}

criterion_group! { name = benches; config = corpus::briefly(); targets = group }
criterion_main!(benches);
