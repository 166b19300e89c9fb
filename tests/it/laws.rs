//! Laws that hold of every collection, over made-up news and against the oracle.
//!
//! Runs are the same every time, so that a red one is a change in the code.
//! `PROPTEST_RNG_SEED=… PROPTEST_CASES=…` looks further.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::ops::ControlFlow;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::{Arc, LazyLock, Mutex};

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rayon::ThreadPoolBuilder;
use samestory::bucket::{Bands, Buckets};
use samestory::shingle::Shingles;
use samestory::signature::{Signature, Signer};
use samestory::token::tokens;
use samestory::{
    Article, Background, Clusterer, Clustering, Config, Decision, ErrorKind, EventModel,
    Explanation, Lanes, Part, Progress, ScoredPair, Similarity, Span, Step, StoryIndex, StoryOrder,
    Timestamp, Watch, candidate,
};

use crate::corpus::{Corpus, Rng};
use crate::naive::{Naive, words};

static ENGLISH: LazyLock<Background> = LazyLock::new(Background::english);

/// How far a probability may lie from the oracle's: weights are integers in units of 2^-15.
const ROUNDING: f64 = 1e-3;

/// So many random cases, the same in each run unless the environment says otherwise.
pub(crate) fn cases(count: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    ProptestConfig {
        cases: if asked { default.cases } else { count },
        rng_seed: match default.rng_seed {
            RngSeed::Random => RngSeed::Fixed(0x5A3E_5709),
            given => given,
        },
        failure_persistence: None,
        ..default
    }
}

fn corpora(most: usize) -> impl Strategy<Value = Corpus> {
    prop_oneof![
        4 => (any::<u64>(), 0..=most).prop_map(|(seed, size)| Corpus::new(seed, size)),
        1 => (any::<u64>(), 0..=20usize).prop_map(|(seed, size)| Corpus::columns(seed, size)),
    ]
}

/// The default, and what people who know their news would set.
fn configs() -> impl Strategy<Value = Config> {
    let default = Config::default;
    prop_oneof![
        2 => Just(default()),
        1 => Just(Config { jaccard: 0.8, containment: Some(0.9), min_shared: 5, ..default() }),
        1 => Just(Config { jaccard: 0.5, containment: Some(1.0), min_shared: 1, ..default() }),
        1 => Just(Config { jaccard: 0.15, containment: Some(0.25), min_shared: 4, ..default() }),
        1 => Just(Config { jaccard: 1.0, containment: Some(1.0), ..default() }),
        1 => Just(Config { shingle_words: 1, jaccard: 0.4, recall: 0.99, ..default() }),
        1 => Just(Config { shingle_words: 6, num_hashes: 64, recall: 0.5, ..default() }),
        1 => Just(Config { same_event: 0.6, background_trust: 0.0, ..default() }),
        1 => Just(Config { same_event: 0.05, background_trust: 50_000.0, ..default() }),
    ]
}

fn cluster(articles: &[Article<'_>], config: &Config) -> Clustering {
    let clusterer = Clusterer::with_config(config.clone()).expect("the test's own configuration");
    clusterer.cluster(articles).expect("ids differ")
}

/// A result without positions in the input: only ids, and scores to the last bit.
#[derive(Debug, PartialEq)]
struct Outcome<'a> {
    stories: Vec<(Vec<&'a str>, Vec<usize>, [u64; 2])>,
    groups: Vec<(Vec<&'a str>, usize, u64)>,
    assignments: BTreeMap<&'a str, (usize, usize, [u64; 2])>,
    pairs: Vec<([&'a str; 2], [u64; 3], bool)>,
}

impl<'a> Outcome<'a> {
    fn new(articles: &[Article<'a>], clustering: &Clustering) -> Self {
        let ids = |positions: &[usize]| positions.iter().map(|&at| articles[at].id).collect();
        let stories = clustering.stories().iter().map(|story| {
            let scores = [story.cohesion, story.separation].map(f64::to_bits);
            (ids(&story.articles), story.groups.clone(), scores)
        });
        let groups = clustering.groups().iter().map(|group| {
            let cohesion = group.cohesion.to_bits();
            (ids(&group.articles), group.story, cohesion)
        });
        let assigned = articles.iter().zip(clustering.assignments());
        let pairs = clustering.pairs().iter().map(|pair| {
            let scores = [pair.jaccard, pair.containment, pair.same_event];
            let ids = [articles[pair.a].id, articles[pair.b].id];
            (ids, scores.map(f64::to_bits), pair.same_text)
        });
        Self {
            stories: stories.collect(),
            groups: groups.collect(),
            assignments: assigned
                .map(|(article, to)| {
                    let scores = [to.score, to.group_score].map(f64::to_bits);
                    (article.id, (to.story, to.group, scores))
                })
                .collect(),
            pairs: pairs.collect(),
        }
    }
}

/// Clusters on so many threads.
fn on_threads(threads: usize, articles: &[Article<'_>], config: &Config) -> Clustering {
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("the system gives a few threads");
    pool.install(|| cluster(articles, config))
}

fn mean(scores: impl Iterator<Item = f64>) -> Option<f64> {
    let scores: Vec<f64> = scores.collect();
    (!scores.is_empty()).then(|| scores.iter().sum::<f64>() / scores.len() as f64)
}

/// The mean over all pairs with one article here and another one there; 1 for a single article.
fn mean_between(a: &[usize], b: &[usize], score: impl Fn(usize, usize) -> f64) -> f64 {
    let pairs = a
        .iter()
        .flat_map(|&x| b.iter().filter(move |&&y| x != y).map(move |&y| (x, y)));
    mean(pairs.map(|(x, y)| score(x, y))).unwrap_or(1.0)
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn stories_and_groups_partition_the_input(corpus in corpora(150), config in configs()) {
        let articles = corpus.articles();
        let clustering = cluster(&articles, &config);
        let naive = Naive::new(&articles, &config, &ENGLISH).crowded(&clustering);
        let ascending = |positions: &[usize]| {
            positions.windows(2).all(|two| naive.earlier(two[0], two[1]).is_lt())
        };
        let (stories, groups) = (clustering.stories(), clustering.groups());
        prop_assert_eq!(clustering.assignments().len(), articles.len());

        let mut placed = vec![0; articles.len()];
        for (index, group) in groups.iter().enumerate() {
            prop_assert!(!group.articles.is_empty() && ascending(&group.articles));
            for &article in &group.articles {
                placed[article] += 1;
                prop_assert_eq!(clustering.assignments()[article].group, index);
                prop_assert_eq!(clustering.assignments()[article].story, group.story);
            }
        }
        prop_assert!(placed.iter().all(|&times| times == 1));

        let mut held = vec![0; groups.len()];
        for (index, story) in stories.iter().enumerate() {
            prop_assert!(ascending(&story.articles));
            let mut from_groups = Vec::new();
            for &group in &story.groups {
                held[group] += 1;
                prop_assert_eq!(groups[group].story, index);
                from_groups.extend(&groups[group].articles);
            }
            from_groups.sort_by(|&a, &b| naive.earlier(a, b));
            prop_assert_eq!(&from_groups, &story.articles);
            prop_assert!(story.groups.is_sorted());
        }
        prop_assert!(held.iter().all(|&times| times == 1));

        let firsts = |all: Vec<&Vec<usize>>| all.iter().map(|one| one[0]).collect::<Vec<_>>();
        prop_assert!(ascending(&firsts(stories.iter().map(|story| &story.articles).collect())));
        prop_assert!(ascending(&firsts(groups.iter().map(|group| &group.articles).collect())));
    }

    #[test]
    fn groups_by_themselves_are_made_of_verified_pairs(corpus in corpora(150), config in configs()) {
        let articles = corpus.articles();
        let clustering = cluster(&articles, &config);
        let naive = Naive::new(&articles, &config, &ENGLISH).crowded(&clustering);
        let grouping = Clusterer::with_config(config.clone()).unwrap().groups(&articles).unwrap();
        let mut stands = vec![0; articles.len()];
        for (index, group) in grouping.groups().iter().enumerate() {
            for (at, &a) in group.iter().enumerate() {
                stands[a] += 1;
                prop_assert_eq!(grouping.group_of(a), index);
                for &b in &group[at + 1..] {
                    prop_assert!(naive.same_text(a, b));
                }
            }
        }
        prop_assert!(stands.iter().all(|&times| times == 1));
        for pair in grouping.pairs() {
            prop_assert!(naive.same_text(pair.a, pair.b));
            prop_assert_eq!(pair.jaccard, naive.jaccard(pair.a, pair.b));
            prop_assert_eq!(pair.containment, naive.containment(pair.a, pair.b));
            let known = |other: &ScoredPair| (other.a, other.b) == (pair.a, pair.b) && other.same_text;
            prop_assert!(clustering.pairs().iter().any(known));
        }
    }

    #[test]
    fn an_article_without_a_word_stands_alone(corpus in corpora(60), config in configs()) {
        let articles = corpus.articles();
        let clustering = cluster(&articles, &config);
        for (article, to) in articles.iter().zip(clustering.assignments()) {
            if words(article.title).is_empty() && words(article.body).is_empty() {
                prop_assert_eq!(clustering.groups()[to.group].articles.len(), 1);
                prop_assert_eq!(clustering.stories()[to.story].articles.len(), 1);
                prop_assert_eq!((to.score, to.group_score), (1.0, 1.0));
            }
        }
    }

    #[test]
    fn every_pair_meets_its_limit(corpus in corpora(70), config in configs()) {
        let articles = corpus.articles();
        let clustering = cluster(&articles, &config);
        let naive = Naive::new(&articles, &config, &ENGLISH).crowded(&clustering);
        let mut before = None;
        let mut reported = BTreeSet::new();
        for pair in clustering.pairs() {
            let (a, b) = (pair.a, pair.b);
            reported.insert((a.min(b), a.max(b)));
            prop_assert!(naive.earlier(a, b).is_lt());
            prop_assert_eq!(pair.jaccard, naive.jaccard(a, b));
            prop_assert_eq!(pair.containment, naive.containment(a, b));
            prop_assert_eq!(pair.same_text, naive.same_text(a, b));
            prop_assert!((pair.same_event - naive.same_event(a, b)).abs() <= ROUNDING);
            // the limit is met as log-odds, and the way back to a probability rounds once more
            prop_assert!(pair.same_text || pair.same_event >= config.same_event - 1e-12);
            if let Some((x, y)) = before {
                let order = naive.earlier(x, a).then_with(|| naive.earlier(y, b));
                prop_assert!(order.is_lt(), "pairs ascend, each stands once");
            }
            before = Some((a, b));
        }
        // so few articles are all looked up by their terms, and none of that is left out
        for b in 0..articles.len() {
            for a in 0..b {
                let likely = naive.same_event(a, b) >= config.same_event + ROUNDING;
                prop_assert!(
                    !likely || reported.contains(&(a, b)),
                    "{} and {}", articles[a].id, articles[b].id
                );
            }
        }
    }

    #[test]
    fn every_two_of_a_group_are_the_same_text(corpus in corpora(120), config in configs()) {
        let articles = corpus.articles();
        let clustering = cluster(&articles, &config);
        let naive = Naive::new(&articles, &config, &ENGLISH).crowded(&clustering);
        for group in clustering.groups() {
            for (i, &a) in group.articles.iter().enumerate() {
                for &b in &group.articles[..i] {
                    prop_assert!(naive.same_text(a, b), "{} and {}", articles[a].id, articles[b].id);
                }
            }
        }
        // and a pair that is one text stands apart only where joining would break that
        let group_of = |article: usize| {
            clustering.groups()[clustering.assignments()[article].group].articles.as_slice()
        };
        for pair in clustering.pairs().iter().filter(|pair| pair.same_text) {
            let (a, b) = (group_of(pair.a), group_of(pair.b));
            let mut across = a.iter().flat_map(|&x| b.iter().map(move |&y| (x, y)));
            prop_assert!(
                a == b || across.any(|(x, y)| !naive.same_text(x, y)),
                "{} and {}", articles[pair.a].id, articles[pair.b].id
            );
        }
    }

    #[test]
    fn scores_are_the_documented_means(corpus in corpora(70), config in configs()) {
        let articles = corpus.articles();
        let clustering = cluster(&articles, &config);
        let naive = Naive::new(&articles, &config, &ENGLISH).crowded(&clustering);
        let text = |a, b| naive.jaccard(a, b).max(naive.containment(a, b));
        let event = |a, b| naive.same_event(a, b);
        // sums are integers in units of 2^-32
        let near = |a: f64, b: f64, distance: f64| (a - b).abs() <= distance;

        for (article, to) in clustering.assignments().iter().enumerate() {
            let group = &clustering.groups()[to.group].articles;
            let story = &clustering.stories()[to.story].articles;
            prop_assert!(near(to.group_score, mean_between(&[article], group, text), 1e-9));
            prop_assert!(near(to.score, mean_between(&[article], story, event), ROUNDING));
        }
        for group in clustering.groups() {
            let all = &group.articles;
            prop_assert!(near(group.cohesion, mean_between(all, all, text), 1e-9));
        }
        for (index, story) in clustering.stories().iter().enumerate() {
            let all = &story.articles;
            prop_assert!(near(story.cohesion, mean_between(all, all, event), ROUNDING));
            let others = clustering.stories().iter().enumerate().filter(|&(other, _)| other != index);
            let nearest = others
                .map(|(_, other)| mean_between(all, &other.articles, event))
                .fold(0.0, f64::max);
            prop_assert!(story.separation <= nearest + ROUNDING);
            if nearest >= config.same_event + ROUNDING {
                prop_assert!(near(story.separation, nearest, ROUNDING));
            }
        }
    }

    #[test]
    fn an_explanation_adds_up_and_agrees(corpus in corpora(60), config in configs(), seed in any::<u64>()) {
        prop_assume!(!corpus.rows.is_empty());
        let articles = corpus.articles();
        let clustering = cluster(&articles, &config);
        let naive = Naive::new(&articles, &config, &ENGLISH).crowded(&clustering);
        let mut rng = Rng::new(seed);
        for _ in 0..12 {
            let a = rng.below(articles.len());
            // two articles at random seldom have to do with each other
            let story = &clustering.stories()[clustering.assignments()[a].story].articles;
            let b = if rng.percent(50) { *rng.pick(story) } else { rng.below(articles.len()) };
            let why = clustering.explain(&articles, a, b).unwrap();
            text_adds_up(&why, &naive, &articles, a, b)?;
            event_adds_up(&why, &naive, &articles, a, b)?;
            decision_agrees(&why, &naive, &clustering, a, b)?;
            prop_assert!(!why.to_string().is_empty());
            prop_assert!(serde_json::to_value(&why).is_ok());
        }
    }

    #[test]
    fn a_configuration_survives_json(
        counts in (1usize..64, 1usize..1000, 1usize..65_536),
        shares in prop::array::uniform4(0u32..=1000),
        trust in 0u32..1_000_000,
        bands in prop::option::of((1usize..100, 1usize..100)),
    ) {
        let [jaccard, containment, recall, same_event] = shares.map(|share| f64::from(share) / 1000.0);
        let config = Config {
            shingle_words: counts.0,
            jaccard,
            containment: Some(containment),
            min_shared: counts.1,
            recall,
            num_hashes: counts.2,
            bands: bands.map(|(bands, rows)| Bands { bands, rows }),
            same_event,
            background_trust: f64::from(trust) / 8.0,
            event: EventModel { bias: -f64::from(trust) / 8.0, ..EventModel::default() },
        };
        let json = serde_json::to_string(&config).unwrap();
        prop_assert_eq!(serde_json::from_str::<Config>(&json).unwrap(), config);
    }
}

proptest! {
    // each case clusters seven times and starts threads
    #![proptest_config(cases(24))]

    #[test]
    fn neither_threads_nor_order_show(corpus in corpora(150), config in configs(), seed in any::<u64>()) {
        let mut articles = corpus.articles();
        let first = cluster(&articles, &config);
        let expected = Outcome::new(&articles, &first);
        for threads in [1, 2, 4] {
            let again = on_threads(threads, &articles, &config);
            prop_assert_eq!(again.pairs(), first.pairs());
            prop_assert_eq!(&Outcome::new(&articles, &again), &expected);
        }
        for lanes in Lanes::available() {
            let clusterer = Clusterer::with_config(config.clone()).unwrap().with_lanes(lanes);
            let again = clusterer.cluster(&articles).unwrap();
            prop_assert_eq!(again.pairs(), first.pairs(), "{}", lanes.name());
            prop_assert_eq!(&Outcome::new(&articles, &again), &expected, "{}", lanes.name());
        }
        let mut rng = Rng::new(seed);
        for _ in 0..3 {
            rng.shuffle(&mut articles);
            prop_assert_eq!(&Outcome::new(&articles, &cluster(&articles, &config)), &expected);
        }
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn what_does_not_matter_does_not_show(
        corpus in corpora(100),
        config in configs(),
        years in -60i64..1000,
    ) {
        let articles = corpus.articles();
        let first = cluster(&articles, &config);
        let expected = Outcome::new(&articles, &first);

        // all capitals, other spaces and other marks
        let loud = |text: &str| text.to_uppercase().replace(' ', "\u{A0}\u{2019} \u{2014}\u{201C}");
        let texts: Vec<[String; 2]> = articles.iter().map(|a| [loud(a.title), loud(a.body)]).collect();
        // another century
        let shift = years * 31_556_952;
        let changed: Vec<Article<'_>> = articles
            .iter()
            .zip(&texts)
            .map(|(article, [title, body])| Article {
                title,
                body,
                published: article.published.map(|at| Timestamp::from_seconds(at.seconds() + shift)),
                ..*article
            })
            .collect();
        prop_assert_eq!(&Outcome::new(&articles, &cluster(&changed, &config)), &expected);
    }

    #[test]
    fn a_background_is_as_good_as_its_counts(
        corpus in corpora(60),
        config in configs(),
        other in any::<u64>(),
    ) {
        let articles = corpus.articles();
        // half of it other news, so that some words are in both and some in one of them
        let other = Corpus::new(other, 100);
        let texts = corpus.rows.iter().step_by(2).chain(&other.rows).map(|row| row.body.as_str());
        let background = Background::count(texts, 2);
        let clusterer = Clusterer::with_config(config.clone()).unwrap();
        let counted = clusterer.clone().with_background(background.clone()).cluster(&articles).unwrap();
        let naive = Naive::new(&articles, &config, &background).crowded(&counted);
        for pair in counted.pairs() {
            prop_assert!((pair.same_event - naive.same_event(pair.a, pair.b)).abs() <= ROUNDING);
        }

        let none = clusterer.with_background(Background::none()).cluster(&articles).unwrap();
        let distrusted = cluster(&articles, &Config { background_trust: 0.0, ..config });
        prop_assert_eq!(Outcome::new(&articles, &none), Outcome::new(&articles, &distrusted));
    }
}

/// The words of a place in an article.
fn words_at(article: &Article<'_>, spans: &[Span]) -> Vec<String> {
    let at = |span: &Span| words(&article.part(span.part)[span.start..span.end]);
    spans.iter().flat_map(at).collect()
}

fn text_adds_up(
    why: &Explanation,
    naive: &Naive<'_>,
    articles: &[Article<'_>],
    a: usize,
    b: usize,
) -> Result<(), TestCaseError> {
    let text = &why.text;
    prop_assert_eq!(text.jaccard, naive.jaccard(a, b));
    prop_assert_eq!(text.containment, naive.containment(a, b));
    prop_assert_eq!(text.same_text, naive.same_text(a, b));
    prop_assert_eq!(text.overlap.jaccard(), text.jaccard);
    prop_assert_eq!(text.overlap.containment(), text.containment);
    prop_assert_eq!(text.recurring, naive.recurring(a, b));
    let holds = text.limits.holds(&text.overlap);
    prop_assert_eq!(text.same_text, holds && !text.recurring);

    let mut covered = BTreeSet::new();
    let mut before = None;
    for passage in &text.passages {
        let said = words_at(&articles[a], &passage.a);
        prop_assert_eq!(&said, &words_at(&articles[b], &passage.b));
        prop_assert_eq!(said.len(), passage.words);
        let at = passage.a.first().map(|span| (span.part, span.start));
        prop_assert!(at > before, "in the order of the first article");
        before = at;
        for spans in [&passage.a, &passage.b] {
            let parts: Vec<Part> = spans.iter().map(|span| span.part).collect();
            prop_assert!(!parts.is_empty() && parts.windows(2).all(|two| two[0] < two[1]));
        }
        let joined = format!(" {} ", said.join(" "));
        for window in naive.windows(a) {
            if joined.contains(&format!(" {window} ")) {
                covered.insert(window.clone());
            }
        }
    }
    // every shared window stands in a passage, and every window of a passage is shared
    let in_b: BTreeSet<&String> = naive.windows(b).iter().collect();
    let shared: BTreeSet<String> = naive
        .windows(a)
        .iter()
        .filter(|window| in_b.contains(window))
        .cloned()
        .collect();
    prop_assert_eq!(shared, covered);
    Ok(())
}

fn event_adds_up(
    why: &Explanation,
    naive: &Naive<'_>,
    articles: &[Article<'_>],
    a: usize,
    b: usize,
) -> Result<(), TestCaseError> {
    let event = &why.event;
    let parts = event.parts;
    let sum = parts.cosine
        + parts.crowding
        + parts.days
        + parts.no_date
        + parts.recurring
        + parts.own
        + parts.bias;
    prop_assert!((sum - event.log_odds).abs() < 1e-9);
    prop_assert!(
        (0.0..=1.0).contains(&event.cosine),
        "cosine {}",
        event.cosine
    );
    // vectors leave out what no other article has, so one of them with itself means little
    if a != b {
        prop_assert!((event.same_event - naive.same_event(a, b)).abs() <= ROUNDING);
        prop_assert!((event.cosine - naive.cosine(a, b)).abs() <= ROUNDING);
    }
    let probability = 1.0 / (1.0 + (-event.log_odds).exp());
    prop_assert!((event.same_event - probability).abs() < 1e-9);

    let from_terms: f64 = event.terms.iter().map(|term| term.log_odds).sum();
    prop_assert!((from_terms - parts.cosine).abs() < 1e-9);
    prop_assert!(
        event
            .terms
            .is_sorted_by(|one, next| one.log_odds >= next.log_odds)
    );
    for term in &event.terms {
        let word = words(&term.text);
        prop_assert_eq!(word.len(), 1);
        for article in [&articles[a], &articles[b]] {
            // another form of an unknown word has the same first letters
            let all = [words(article.title), words(article.body)].concat();
            let stem = &word[0][..word[0].len().min(5)];
            prop_assert!(
                all.iter()
                    .any(|other| *other == word[0] || other.starts_with(stem))
            );
        }
        prop_assert!(term.a_weight > 0.0 && term.b_weight > 0.0 && term.log_odds > 0.0);
    }
    let squares: f64 = event.terms.iter().map(|term| term.a_weight.powi(2)).sum();
    prop_assert!(squares <= 1.0, "squares add up to {squares}");
    let dates = articles[a].published.zip(articles[b].published);
    prop_assert_eq!(event.days_apart, dates.map(|(a, b)| a.days_from(b)));
    prop_assert_eq!(parts.no_date == 0.0, dates.is_some());
    Ok(())
}

fn decision_agrees(
    why: &Explanation,
    naive: &Naive<'_>,
    clustering: &Clustering,
    a: usize,
    b: usize,
) -> Result<(), TestCaseError> {
    let (to_a, to_b) = (clustering.assignments()[a], clustering.assignments()[b]);
    let story = |story: usize| clustering.stories()[story].articles.as_slice();
    let mean = |from: &[usize], to: &[usize]| mean_between(from, to, |a, b| naive.log_odds(a, b));
    // log-odds are steeper than their probability
    let near = |given: f64, expected: f64| (given - expected).abs() <= 10.0 * ROUNDING;
    match why.decision {
        Decision::SameGroup { articles } => {
            prop_assert_eq!(to_a.group, to_b.group);
            prop_assert_eq!(articles, clustering.groups()[to_a.group].articles.len());
            prop_assert!(a == b || why.text.same_text);
        }
        Decision::SameStory {
            a_log_odds,
            b_log_odds,
            ..
        } => {
            prop_assert!(to_a.story == to_b.story && to_a.group != to_b.group);
            prop_assert!(near(a_log_odds, mean(&[a], story(to_a.story))));
            prop_assert!(near(b_log_odds, mean(&[b], story(to_a.story))));
        }
        Decision::Apart { log_odds, limit } => {
            prop_assert_ne!(to_a.story, to_b.story);
            prop_assert!(near(log_odds, mean(story(to_a.story), story(to_b.story))));
            // so few articles are all compared, so nothing that may join stays apart
            prop_assert!(log_odds < limit);
        }
    }
    Ok(())
}

/// The bounds on candidates only bite in large collections, and they must not see the order either.
#[test]
fn neither_threads_nor_order_show_where_buckets_are_crowded() {
    let corpus = Corpus::new(7, 1500);
    let mut rng = Rng::new(8);
    let frame: Vec<String> = (0..60).map(|_| rng.word()).collect();
    let bulletins: Vec<(String, String)> = (0..1500)
        .map(|issue| {
            let mut words = frame.clone();
            for word in words.iter_mut().step_by(7) {
                *word = rng.word();
            }
            (format!("bulletin {issue}"), words.join(" "))
        })
        .collect();
    let mut articles = corpus.articles();
    for (issue, (id, text)) in bulletins.iter().enumerate() {
        let article = Article::new(id, "", text);
        // six at a time share their second, some have none
        articles.push(match issue % 11 {
            0 => article,
            _ => article.published_at(Timestamp::from_seconds(issue as i64 / 6 * 9000)),
        });
    }
    let config = Config::default();
    let first = on_threads(1, &articles, &config);
    let expected = Outcome::new(&articles, &first);
    // not assert_eq: the two would fill the screen
    assert!(expected == Outcome::new(&articles, &on_threads(4, &articles, &config)));
    for _ in 0..2 {
        rng.shuffle(&mut articles);
        assert!(expected == Outcome::new(&articles, &cluster(&articles, &config)));
    }
}

#[test]
fn nearly_all_same_text_pairs_are_found_and_nothing_else() {
    let (mut found, mut all) = (0, 0);
    for seed in 0..24 {
        let corpus = Corpus::new(seed, 130);
        let articles = corpus.articles();
        let config = Config::default();
        let clustering = cluster(&articles, &config);
        let naive = Naive::new(&articles, &config, &ENGLISH).crowded(&clustering);
        let reported: BTreeSet<(usize, usize)> = clustering
            .pairs()
            .iter()
            .filter(|pair| pair.same_text)
            .map(|pair| (pair.a.min(pair.b), pair.a.max(pair.b)))
            .collect();
        for b in 0..articles.len() {
            for a in 0..b {
                let (same, reported) = (naive.same_text(a, b), reported.contains(&(a, b)));
                assert!(same || !reported, "{} {}", articles[a].id, articles[b].id);
                all += usize::from(same);
                found += usize::from(same && reported);
            }
        }
    }
    println!("{found} of {all} same-text pairs are found");
    assert!(all > 1000 && found as f64 >= 0.98 * all as f64);
}

/// A similarity that says the same of every pair.
#[derive(Debug)]
struct Constant(f64);

impl Similarity for Constant {
    fn log_odds(&self, _: &str, _: &str) -> f64 {
        self.0
    }

    fn most(&self) -> f64 {
        self.0
    }
}

/// A similarity that knows the beat of every article by its id, and says it aloud.
#[derive(Debug)]
struct Oracle(BTreeMap<String, usize>);

impl Similarity for Oracle {
    fn log_odds(&self, a: &str, b: &str) -> f64 {
        if self.0[a] == self.0[b] {
            30.0
        } else {
            -1000.0
        }
    }

    fn most(&self) -> f64 {
        30.0
    }
}

/// What the caller adds to every pair is as good as a bias, and what no number is adds nothing.
#[test]
fn an_own_similarity_counts_like_any_other_evidence() {
    for seed in 0..30 {
        let corpus = Corpus::new(seed, 60);
        let articles = corpus.articles();
        let plain = Config::default();
        let more = EventModel {
            bias: plain.event.bias + 0.75,
            ..plain.event
        };
        let biased = cluster(
            &articles,
            &Config {
                event: more,
                ..plain.clone()
            },
        );
        let with = |own: f64| {
            let clusterer = Clusterer::new().with_similarity(Constant(own));
            clusterer.cluster(&articles).expect("ids differ")
        };
        let sets = |clustering: &Clustering| -> Vec<Vec<usize>> {
            let stories = clustering.stories().iter();
            stories.map(|story| story.articles.clone()).collect()
        };
        assert_eq!(sets(&with(0.75)), sets(&biased));
        let [none, nan] = [cluster(&articles, &plain), with(f64::NAN)];
        assert_eq!(
            Outcome::new(&articles, &none),
            Outcome::new(&articles, &nan)
        );

        let own = with(0.75);
        for pair in own.pairs().iter().take(20) {
            let why = own
                .explain(&articles, pair.a, pair.b)
                .expect("they are there");
            assert!((why.event.parts.own - 0.75).abs() < 1e-5);
            assert!((why.event.same_event - pair.same_event).abs() < 1e-9);
            assert!(why.to_string().contains("own similarity +0.75"));
        }
    }
}

/// Who knows better decides: no story then holds articles that the caller holds apart.
#[test]
fn an_own_similarity_can_part_what_words_would_join() {
    let mut parted = 0;
    for seed in 0..20 {
        let corpus = Corpus::new(seed, 60);
        let articles = corpus.articles();
        let halves = articles.iter().enumerate();
        let beats: BTreeMap<String, usize> = halves
            .map(|(at, article)| (article.id.to_owned(), at % 2))
            .collect();
        let oracle = Oracle(beats.clone());
        let clusterer = Clusterer::new().with_similarity(oracle);
        let clustering = clusterer.cluster(&articles).expect("ids differ");
        for story in clustering.stories() {
            let groups = story.groups.iter().map(|&group| {
                let members = &clustering.groups()[group].articles;
                let beats = members.iter().map(|&at| beats[articles[at].id]);
                beats.collect::<BTreeSet<usize>>()
            });
            let groups: Vec<BTreeSet<usize>> = groups.collect();
            // a group is never parted; groups of one beat each are
            if groups.len() > 1 && groups.iter().all(|beats| beats.len() == 1) {
                parted += 1;
                assert_eq!(groups.iter().flatten().collect::<BTreeSet<_>>().len(), 1);
            }
        }
    }
    assert!(parted > 20, "{parted}");
}

/// So few articles are all compared with each other, so the stories are exactly average link.
#[test]
fn stories_are_the_average_link_of_the_groups() {
    let (mut compared, mut joins, mut skipped) = (0, 0, 0);
    for seed in 0..300 {
        let corpus = match seed % 3 {
            0 => Corpus::columns(seed, 3 + (seed % 8) as usize),
            _ => Corpus::new(seed, 4 + (seed % 60) as usize),
        };
        let articles = corpus.articles();
        let config = match seed % 4 {
            0 => Config {
                same_event: 0.5,
                ..Config::default()
            },
            1 => Config {
                same_event: 0.05,
                jaccard: 0.9,
                containment: Some(1.0),
                ..Config::default()
            },
            _ => Config::default(),
        };
        let clustering = cluster(&articles, &config);
        let naive = Naive::new(&articles, &config, &ENGLISH).crowded(&clustering);
        let groups: Vec<Vec<usize>> = clustering
            .groups()
            .iter()
            .map(|group| group.articles.clone())
            .collect();
        joins += groups.len();
        let (expected, closest) = naive.average_link(groups);
        // a decision that rounding could turn says nothing
        if closest < ROUNDING {
            skipped += 1;
            continue;
        }
        compared += 1;
        joins -= expected.len();
        let sets = |stories: Vec<Vec<usize>>| -> BTreeSet<BTreeSet<usize>> {
            let set = |story: Vec<usize>| story.into_iter().collect();
            stories.into_iter().map(set).collect()
        };
        let stories = clustering.stories().iter();
        let stories = stories.map(|story| story.articles.clone()).collect();
        assert_eq!(sets(stories), sets(expected), "{corpus:?}");
    }
    println!("{compared} collections compared, {skipped} skipped, {joins} joins");
    assert!(skipped * 10 < compared + skipped);
    assert!(joins > 1000);
}

/// The shingles of a text of made-up words, `shared` of `size` also in the text of another seed.
fn texts_that_share(rng: &mut Rng, size: usize, shared: usize) -> [Shingles; 2] {
    const WINDOW: usize = 3;
    // words of numbers: no two are ever the same by chance
    let begin: Vec<u64> = (0..shared + WINDOW - 1).map(|_| rng.number()).collect();
    [0, 1].map(|_| {
        let mut text = begin.clone();
        text.resize_with(size + WINDOW - 1, || rng.number());
        let text: Vec<String> = text.iter().map(|word| format!("w{word:x}")).collect();
        let shingles = Shingles::new(&tokens(&text.join(" ")), WINDOW);
        assert_eq!(shingles.len(), size);
        shingles
    })
}

fn jaccard(a: &Shingles, b: &Shingles) -> f64 {
    let shared = a.shared(b);
    shared as f64 / (a.len() + b.len() - shared) as f64
}

/// How many of two sets of this size must be shared for this Jaccard similarity, if any number is
/// near enough.
fn to_share(size: usize, jaccard: f64) -> Option<usize> {
    let shared = (2.0 * size as f64 * jaccard / (1.0 + jaccard)).round();
    let reached = shared / (2.0 * size as f64 - shared);
    ((reached - jaccard).abs() < 0.03 && reached < 1.0).then_some(shared as usize)
}

/// Agreement of slots is an estimate of the Jaccard similarity without bias and at least about as
/// good as that of k independent permutations, whose root mean square error is sqrt(J (1 - J) / k).
#[test]
fn the_estimate_is_as_good_as_promised() {
    const TRIALS: usize = 400;
    let signers = [128, 256].map(Signer::new);
    let mut rng = Rng::new(10);
    for size in [10, 50, 150, 600, 3000] {
        for wanted in [0.1, 0.3, 0.5, 0.8, 0.95] {
            let Some(shared) = to_share(size, wanted) else {
                continue;
            };
            let mut errors = [const { Vec::<f64>::new() }; 2];
            let mut exact = 0.0;
            for _ in 0..TRIALS {
                let [a, b] = texts_that_share(&mut rng, size, shared);
                exact = jaccard(&a, &b);
                for (signer, errors) in signers.iter().zip(&mut errors) {
                    let sign = |set| signer.sign(set).expect("it is not empty");
                    errors.push(sign(&a).estimate(&sign(&b)) - exact);
                }
            }
            for (signer, errors) in signers.iter().zip(&errors) {
                let classic = (exact * (1.0 - exact) / signer.num_hashes() as f64).sqrt();
                let of =
                    |f: fn(f64) -> f64| errors.iter().map(|&e| f(e)).sum::<f64>() / TRIALS as f64;
                let (bias, error) = (of(|e| e), of(|e| e * e).sqrt());
                println!(
                    "k {} size {size} J {exact:.3}: error {:.3}, bias {:+.3} of classic",
                    signer.num_hashes(),
                    error / classic,
                    bias / classic
                );
                assert!(error <= 1.1 * classic);
                // four standard errors of a mean over the trials
                assert!(bias.abs() <= 4.0 * classic / (TRIALS as f64).sqrt());
            }
        }
    }
}

/// Pairs share a bucket as often as the S-curve says.
#[test]
fn buckets_are_hit_as_often_as_promised() {
    const PAIRS: usize = 1500;
    let mut rng = Rng::new(11);
    let cuts = [
        (256, Bands { bands: 85, rows: 3 }),
        (128, Bands { bands: 18, rows: 7 }),
        (128, Bands { bands: 64, rows: 2 }),
    ];
    for (size, wanted) in [
        (40, 0.2),
        (40, 0.5),
        (400, 0.1),
        (400, 0.2),
        (400, 0.3),
        (400, 0.5),
        (400, 0.7),
    ] {
        let shared = to_share(size, wanted).expect("sizes are chosen so");
        let pairs: Vec<[Shingles; 2]> = (0..PAIRS)
            .map(|_| texts_that_share(&mut rng, size, shared))
            .collect();
        let exact = jaccard(&pairs[0][0], &pairs[0][1]);
        for (num_hashes, bands) in cuts {
            let signer = Signer::new(num_hashes);
            let signatures: Vec<Option<Signature>> =
                pairs.iter().flatten().map(|set| signer.sign(set)).collect();
            let mut buckets = Buckets::new(bands);
            for signature in &signatures {
                buckets.push(signature.as_ref().map(Signature::slots));
            }
            let candidates = candidate::from_buckets(&[buckets]);
            let met = |&&(a, b): &&(u32, u32)| a % 2 == 0 && b == a + 1;
            let rate = candidates.iter().filter(met).count() as f64 / PAIRS as f64;
            let expected = bands.hit_rate(exact);
            let deviation = (expected * (1.0 - expected) / PAIRS as f64).sqrt();
            println!(
                "{bands:?} size {size} J {exact:.3}: {rate:.3} for {expected:.3}, deviation {deviation:.3}"
            );
            assert!((rate - expected).abs() <= 4.0 * deviation + 1.0 / PAIRS as f64);
        }
    }
}

#[test]
fn an_unknown_setting_is_refused_and_a_missing_one_is_the_default() {
    let parsed: Config = serde_json::from_str(r#"{"jaccard": 0.5}"#).unwrap();
    let expected = Config {
        jaccard: 0.5,
        ..Config::default()
    };
    assert_eq!(parsed, expected);
    for json in [
        r#"{"jacard": 0.5}"#,
        r#"{"bands": {"bands": 2, "rows": 3, "columns": 4}}"#,
    ] {
        let error = serde_json::from_str::<Config>(json).unwrap_err();
        assert!(error.to_string().contains("unknown field"), "{error}");
    }
}

/// Stops a run at the n-th word it gets, and notes all of them.
#[derive(Debug)]
struct Stop {
    at: usize,
    heard: Mutex<Vec<Progress>>,
}

impl Stop {
    fn new(at: usize) -> Arc<Self> {
        let heard = Mutex::default();
        Arc::new(Self { at, heard })
    }
}

impl Watch for Stop {
    fn at(&self, progress: Progress) -> ControlFlow<()> {
        let mut heard = self.heard.lock().expect("no thread panics");
        heard.push(progress);
        match heard.len() > self.at {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}

/// A market table stays one for those who look for near-exact copies only.
#[test]
fn issues_of_a_report_are_told_apart_whatever_the_thresholds() {
    let issue = |day: usize| {
        let start = 1_310 + 17 * day;
        format!(
            "Copper closed at {start} on the exchange of Port Varden after a quiet day, with zinc at {} and lead at {}. \
             Stocks in the warehouses of the exchange stood at {} tonnes. Dealers expect no change before the mills open again.",
            start - 400,
            start / 2,
            start * 9
        )
    };
    let texts: Vec<String> = (0..3).map(|week| issue(7 * week)).collect();
    let ids = ["one", "two", "three"];
    let articles: Vec<Article<'_>> = (0..3)
        .map(|week| {
            let day = Timestamp::from_seconds(86_400 * 7 * week as i64);
            Article::new(ids[week], "Metals at Port Varden", &texts[week]).published_at(day)
        })
        .collect();
    for (jaccard, containment) in [(0.3, Some(0.5)), (0.8, Some(0.9)), (0.9, None)] {
        let config = Config {
            jaccard,
            containment,
            ..Config::default()
        };
        let clusterer = Clusterer::with_config(config).unwrap();
        let clustering = clusterer.cluster(&articles).unwrap();
        assert_eq!(clustering.stories().len(), 3, "jaccard {jaccard}");
        assert!(clustering.explain(&articles, 0, 1).unwrap().text.recurring);
        if containment.is_some() {
            // a stream compares only those that share a bucket, and bands alone are as strict as the threshold
            let index = StoryIndex::with_clusterer(&clusterer);
            index.insert_many(&articles).unwrap();
            assert_eq!(
                index.stories(StoryOrder::Begun, 0..9).len(),
                3,
                "jaccard {jaccard}"
            );
        }
    }
}

/// Whoever watches a run changes nothing, hears of all of each step, and can stop it at any moment.
#[test]
fn a_watched_run_can_be_stopped_wherever_it_is() {
    let corpus = Corpus::new(7, 120);
    let articles = corpus.articles();
    let alone = Clusterer::new().cluster(&articles).unwrap();
    let never = Stop::new(usize::MAX);
    let watched = Clusterer::new().with_watch(Arc::clone(&never));
    let clustering = watched.cluster(&articles).unwrap();
    assert_eq!(clustering.assignments(), alone.assignments());
    assert_eq!(clustering.pairs(), alone.pairs());
    let heard = never.heard.lock().unwrap().clone();
    let steps: BTreeSet<Step> = heard.iter().map(|progress| progress.step).collect();
    assert_eq!(steps.len(), 6);
    for step in steps {
        let of_step = || heard.iter().filter(|progress| progress.step == step);
        assert_eq!(of_step().next().unwrap().done, 0);
        let done = of_step().map(|progress| progress.done).max();
        assert_eq!(done, of_step().map(|progress| progress.of).max(), "{step}");
    }
    for at in 0..heard.len() {
        let stopped = Clusterer::new()
            .with_watch(Stop::new(at))
            .cluster(&articles);
        assert_eq!(stopped.unwrap_err().kind(), ErrorKind::Interrupted, "{at}");
    }
    let groups = Clusterer::new().with_watch(Stop::new(3)).groups(&articles);
    assert_eq!(groups.unwrap_err().kind(), ErrorKind::Interrupted);
}

/// Whatever the library gives can be sent to another thread, shared, printed, and survives a panic.
#[test]
fn public_types_have_the_traits_that_callers_count_on() {
    fn holds<T: Send + Sync + UnwindSafe + RefUnwindSafe + Debug>() {}
    macro_rules! hold {
        ($($type:ty),+ $(,)?) => { $(holds::<$type>();)+ };
    }
    hold![
        samestory::Grouping,
        samestory::Lanes,
        samestory::SameTextPair,
        samestory::Article<'static>,
        samestory::Assignment,
        samestory::Background,
        samestory::Clusterer,
        samestory::Clustering,
        samestory::Config,
        samestory::Decision,
        samestory::Error,
        samestory::ErrorKind,
        samestory::EventEvidence,
        samestory::Explanation,
        samestory::Group,
        samestory::Part,
        samestory::Parts,
        samestory::Passage,
        samestory::Progress,
        samestory::Readings<'static>,
        samestory::ScoredPair,
        samestory::SharedTerm,
        samestory::Span,
        samestory::Step,
        samestory::Story,
        samestory::TextEvidence,
        samestory::Timestamp,
        samestory::bucket::Bands,
        samestory::candidate::Pair,
        samestory::evidence::Evidence,
        samestory::evidence::Reports<'static>,
        samestory::EventModel,
        samestory::group::Texts<'static>,
        samestory::group::Members,
        samestory::score::Overlap,
        samestory::score::SameText,
        samestory::shingle::Shingles,
        samestory::signature::Signature,
        samestory::signature::Signer,
        samestory::sketch::Sketch,
        samestory::term::Terms,
        samestory::term::TermVector,
        samestory::term::Vocabulary,
        samestory::term::Weight,
        samestory::token::Token,
    ];
}
