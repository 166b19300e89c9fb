//! Laws of the stream: what an index says, whatever came and went in whatever order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use proptest::prelude::*;
use samestory::{Article, Clusterer, IndexStory, Outcome, StoryIndex, StoryOrder, Timestamp};

use crate::corpus::{Corpus, Rng};
use crate::laws::cases;

/// Sets of ids.
type Partition = BTreeSet<BTreeSet<String>>;

fn set<S: AsRef<str>>(ids: impl IntoIterator<Item = S>) -> BTreeSet<String> {
    ids.into_iter().map(|id| id.as_ref().to_owned()).collect()
}

/// All stories, as they began.
fn all(index: &StoryIndex) -> Vec<IndexStory> {
    index.stories(StoryOrder::Begun, 0..usize::MAX)
}

/// Groups and stories of an index, without their names.
fn partitions(index: &StoryIndex) -> [Partition; 2] {
    let stories = all(index);
    let groups = stories.iter().flat_map(|story| &story.groups).map(set);
    [
        groups.collect(),
        stories.iter().map(|story| set(&story.articles)).collect(),
    ]
}

/// An index of these articles.
fn index<'a>(articles: impl IntoIterator<Item = &'a Article<'a>>) -> StoryIndex {
    let index = StoryIndex::new();
    for article in articles {
        index.insert(article).expect("it is in memory");
    }
    index
}

/// Articles in an order of their own. So few that all are of one epoch.
fn arrivals(corpus: &Corpus, seed: u64) -> Vec<Article<'_>> {
    let mut articles = corpus.articles();
    Rng::new(seed).shuffle(&mut articles);
    articles.truncate(60);
    articles
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn groups_are_those_of_the_batch_engine(seed in any::<u64>(), size in 0usize..60, shuffle in any::<u64>()) {
        let corpus = Corpus::new(seed, size);
        let articles = arrivals(&corpus, shuffle);
        let grouping = Clusterer::new().groups(&articles).unwrap();
        let batch: Partition = grouping
            .groups()
            .iter()
            .map(|group| set(group.iter().map(|&at| articles[at].id)))
            .collect();
        let [groups, stories] = partitions(&index(&articles));
        prop_assert_eq!(&groups, &batch);
        // a group never crosses stories, and each article is in one of them
        for group in &groups {
            prop_assert_eq!(stories.iter().filter(|story| !story.is_disjoint(group)).count(), 1);
        }
        prop_assert_eq!(stories.iter().map(BTreeSet::len).sum::<usize>(), articles.len());
    }

    #[test]
    fn many_at_a_time_are_one_after_the_other(
        seed in any::<u64>(), size in 1usize..240, shuffle in any::<u64>(), lengths in prop::collection::vec(0usize..150, 1..6),
        again in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..12),
    ) {
        let corpus = Corpus::new(seed, size);
        // of several epochs
        let mut articles = corpus.articles();
        Rng::new(shuffle).shuffle(&mut articles);
        // some come again, with their own text or with that of another one
        for (at, text) in again {
            let (at, text) = (at.index(articles.len()), text.index(articles.len()));
            articles.insert(text, Article { body: articles[text].body, ..articles[at] });
        }
        let (many, single) = (StoryIndex::new(), StoryIndex::new());
        let (mut rest, mut lengths) = (&articles[..], lengths.into_iter());
        while !rest.is_empty() {
            let length = lengths.next().unwrap_or(rest.len()).min(rest.len());
            let (part, behind) = rest.split_at(length);
            let placements = many.insert_many(part).expect("it is in memory");
            for (article, placement) in part.iter().zip(placements) {
                prop_assert_eq!(placement, single.insert(article).expect("it is in memory"));
            }
            rest = behind;
        }
        prop_assert_eq!(all(&many), all(&single));
        prop_assert_eq!(many.len(), single.len());
    }

    #[test]
    fn what_was_removed_never_came(seed in any::<u64>(), size in 1usize..60, shuffle in any::<u64>()) {
        let corpus = Corpus::new(seed, size);
        let articles = arrivals(&corpus, shuffle);
        let mut draw = Rng::new(seed ^ shuffle);
        let gone: Vec<bool> = articles.iter().map(|_| draw.percent(30)).collect();
        let index = StoryIndex::new();
        let (mut open, mut kept) = (Vec::new(), Vec::new());
        for (article, gone) in articles.iter().zip(gone) {
            index.insert(article).unwrap();
            match gone {
                true => open.push(article.id),
                false => kept.push(*article),
            }
            if draw.percent(20) && let Some(id) = open.pop() {
                prop_assert_eq!(index.remove(id).unwrap().unwrap().removed, 1);
            }
        }
        for id in open {
            index.remove(id).unwrap().unwrap();
            prop_assert!(index.remove(id).unwrap().is_none());
        }
        prop_assert_eq!(partitions(&index), partitions(&self::index(&kept)));
    }

    #[test]
    fn to_expire_is_to_remove_each(seed in any::<u64>(), size in 1usize..60, shuffle in any::<u64>(), at in any::<prop::sample::Index>()) {
        let corpus = Corpus::new(seed, size);
        let articles = arrivals(&corpus, shuffle);
        prop_assume!(!articles.is_empty());
        let moment = at.get(&articles).published.unwrap_or(Timestamp::from_seconds(0));
        let [expired, removed] = [index(&articles), index(&articles)];
        let old = articles.iter().filter(|article| article.published.is_some_and(|published| published < moment));
        let old: Vec<&Article<'_>> = old.collect();
        prop_assert_eq!(expired.expire_before(moment).unwrap().removed, old.len());
        for article in old {
            removed.remove(article.id).unwrap().unwrap();
        }
        prop_assert_eq!(partitions(&expired), partitions(&removed));
        prop_assert_eq!(expired.len(), removed.len());
    }

    #[test]
    fn a_query_says_what_an_insert_does_and_changes_nothing(seed in any::<u64>(), size in 0usize..60, shuffle in any::<u64>()) {
        let corpus = Corpus::new(seed, size);
        let articles = arrivals(&corpus, shuffle);
        let (index, other) = (StoryIndex::new(), StoryIndex::new());
        for article in &articles {
            let before = all(&index);
            let expected = index.query(article);
            prop_assert_eq!(all(&index), before);
            let placement = index.insert(article).unwrap();
            prop_assert_eq!(&placement, &expected);
            prop_assert_eq!(&placement, &other.insert(article).unwrap());
            prop_assert_eq!(Some(placement.story), index.story_of(article.id));
            // once more is no change
            let again = index.insert(article).unwrap();
            prop_assert_eq!(again.outcome, Outcome::Unchanged);
        }
        prop_assert_eq!(all(&index), all(&other));
    }

    #[test]
    fn names_never_change_hands(seed in any::<u64>(), size in 1usize..60, steps in prop::collection::vec((0u8..10, any::<prop::sample::Index>()), 1..80)) {
        let corpus = Corpus::new(seed, size);
        let articles = arrivals(&corpus, seed);
        prop_assume!(!articles.is_empty());
        let index = StoryIndex::new();
        let mut known = BTreeMap::<String, BTreeSet<String>>::new();
        for (kind, at) in steps {
            let article = at.get(&articles);
            match kind {
                0 | 1 => _ = index.remove(article.id).unwrap(),
                2 => _ = index.expire_before(article.published.unwrap_or(Timestamp::from_seconds(0))).unwrap(),
                3 => _ = index.refresh(Timestamp::from_seconds(i64::MIN / 2)).unwrap(),
                4 => {
                    let version = Article { title: "Another title of the same report", ..*article };
                    index.insert(&version).unwrap();
                }
                _ => _ = index.insert(article).unwrap(),
            }
            let mut seen = BTreeSet::new();
            for story in all(&index) {
                let members = set(&story.articles);
                for name in story.former.iter().chain([&story.name]) {
                    // one name, one story
                    prop_assert!(seen.insert(name.clone()));
                    prop_assert_eq!(&index.story(name).unwrap(), &story);
                    // and never that of others, unless all it had are gone
                    let before = known.insert(name.clone(), members.clone()).unwrap_or_default();
                    let alive = before.iter().any(|id| index.story_of(id).is_some());
                    prop_assert!(!alive || !before.is_disjoint(&members) || story.former.contains(name), "{} {:?} {:?}", name, before, members);
                }
                for id in &story.articles {
                    prop_assert_eq!(index.story_of(id), Some(story.name.clone()));
                }
            }
            prop_assert_eq!(all(&index).iter().map(|story| story.articles.len()).sum::<usize>(), index.len());
        }
    }
}

proptest! {
    #![proptest_config(cases(20))]

    #[test]
    fn pages_are_parts_of_one_order(seed in any::<u64>(), size in 0usize..60, from in 0usize..70, length in 0usize..20) {
        let corpus = Corpus::new(seed, size);
        let index = index(&arrivals(&corpus, seed));
        let latest = |story: &IndexStory| {
            let articles = corpus.articles();
            let dates = articles.iter().filter(|article| story.articles.iter().any(|id| id == article.id));
            dates.filter_map(|article| article.published).max()
        };
        for order in [StoryOrder::Begun, StoryOrder::Largest, StoryOrder::Latest] {
            let mut naive = all(&index);
            match order {
                StoryOrder::Begun => {}
                StoryOrder::Largest => naive.sort_by_key(|story| std::cmp::Reverse(story.articles.len())),
                StoryOrder::Latest => naive.sort_by_key(|story| std::cmp::Reverse(latest(story))),
            }
            let page: Vec<IndexStory> = naive.into_iter().skip(from).take(length).collect();
            prop_assert_eq!(index.stories(order, from..from + length), page);
        }
        prop_assert!(index.is_empty() || index.bytes() > 100 * index.len());
    }
}

#[test]
fn a_story_is_not_lost_when_its_name_becomes_common() {
    let bodies: Vec<String> = (0..400)
        .map(|n| {
            format!(
                "Corrigan spoke about matter {} of committee {} in hall {} today.",
                n * 7,
                n * 13,
                n * 29
            )
        })
        .collect();
    let ids: Vec<String> = (0..400).map(|n| format!("later-{n}")).collect();
    let day = |day: i64| Timestamp::from_seconds(day * 86_400);
    let first = Article::new(
        "a",
        "Ferry Corrigan aground off Marr",
        "The Marr ferry Corrigan ran aground with 212 people on board.",
    )
    .published_at(day(1));
    let second = Article::new(
        "b",
        "Corrigan refloated",
        "Tugs pulled the ferry Corrigan and its 212 people off the Marr rocks.",
    )
    .published_at(day(1));
    let index = index([&first, &second]);
    assert_eq!(index.story("a").unwrap().articles, ["a", "b"]);
    for (id, body) in ids.iter().zip(&bodies) {
        index
            .insert(&Article::new(id, "Corrigan", body).published_at(day(9)))
            .unwrap();
    }
    let story = index.story("a").unwrap();
    assert!(
        story.articles.starts_with(&["a".into(), "b".into()]),
        "{story:?}"
    );
    // and it is found again
    let third = Article::new(
        "c",
        "Marr ferry afloat",
        "The ferry Corrigan with its 212 people is off the rocks of Marr.",
    )
    .published_at(day(1));
    assert_eq!(index.query(&third).story, "a");
}

#[test]
fn a_refresh_parts_what_a_common_word_has_joined() {
    // when the two came, the words of the fair were rare; later all reports of it have them
    let report = |n: usize| {
        let own: Vec<String> = (0..8).map(|word| format!("w{}", n * 8 + word)).collect();
        format!("Messegelande Hallenplan Ausstellerin {}", own.join(" "))
    };
    let bodies: Vec<String> = (0..300).map(report).collect();
    let ids: Vec<String> = (0..300).map(|n| n.to_string()).collect();
    let articles: Vec<Article<'_>> = (ids.iter().zip(&bodies))
        .map(|(id, body)| Article::new(id, "", body).published_at(Timestamp::from_seconds(0)))
        .collect();
    let index = index(&articles);
    let together = |index: &StoryIndex| index.story_of("0") == index.story_of("1");
    assert!(together(&index));
    let clustering = Clusterer::new().cluster(&articles).expect("ids differ");
    assert!(clustering.stories().len() > 250);
    let repair = index
        .refresh(Timestamp::from_seconds(0))
        .expect("it is in memory");
    assert!(!together(&index));
    assert!(repair.split.iter().any(|(_, from)| from == "0"));
    // and now it is what the batch engine says, or nearly
    let apart = partitions(&index)[1].len();
    assert!(apart > 250, "{apart}");
    // what was published before is left alone
    let later = index.refresh(Timestamp::from_seconds(1));
    assert_eq!(later.expect("it is in memory").split, []);
}

#[test]
fn who_reads_beside_sees_whole_inserts() {
    let corpus = Corpus::new(7, 150);
    let articles = corpus.articles();
    let index = StoryIndex::new();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut most = 0;
                while !done.load(Ordering::Relaxed) {
                    let stories = all(&index);
                    let ids: Vec<&String> =
                        stories.iter().flat_map(|story| &story.articles).collect();
                    let different: BTreeSet<&&String> = ids.iter().collect();
                    assert_eq!(different.len(), ids.len());
                    // nothing is removed, so there are ever more, in the order in which they came
                    assert!(ids.len() >= most);
                    most = ids.len();
                    let came: BTreeSet<&str> =
                        articles[..most].iter().map(|article| article.id).collect();
                    assert!(ids.iter().all(|id| came.contains(id.as_str())));
                    _ = index.query(&articles[most / 2]);
                }
            });
        }
        for article in &articles {
            index.insert(article).expect("it is in memory");
        }
        done.store(true, Ordering::Relaxed);
    });
    assert_eq!(index.len(), articles.len());
}

#[test]
fn full_buckets_forget_what_was_removed() {
    let mut draw = Rng::new(11);
    let words: Vec<String> = (0..60).map(|_| draw.word()).collect();
    // one text, each time with some words of its own at the end
    let bodies: Vec<String> = (0..120)
        .map(|_| format!("{} {} {}", words.join(" "), draw.word(), draw.word()))
        .collect();
    let ids: Vec<String> = (0..120).map(|at| format!("{at:03}")).collect();
    let articles: Vec<Article<'_>> = ids
        .iter()
        .zip(&bodies)
        .map(|(id, body)| Article::new(id, "", body))
        .collect();
    let mut all = articles.clone();
    draw.shuffle(&mut all);
    let index = index(&all);
    let grouping = Clusterer::new().groups(&articles).expect("ids differ");
    assert_eq!(partitions(&index)[0].len(), grouping.groups().len());
    for _ in 0..70 {
        let article = all.remove(draw.below(all.len()));
        (index.remove(article.id).expect("it is in memory")).expect("it is there");
    }
    let fresh = self::index(&all);
    assert_eq!(partitions(&index), partitions(&fresh));
    // whom each of them is paired with, too
    for article in &all {
        let copies = |index: &StoryIndex| index.insert(article).expect("it is in memory").copies;
        assert_eq!(copies(&index), copies(&fresh), "{}", article.id);
    }
}

#[test]
fn a_pool_of_threads_may_call_it() {
    let corpus = Corpus::new(3, 600);
    let articles = corpus.articles();
    let index = StoryIndex::new();
    let (done, all_done) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build();
            // calls come while others are at work, as to a service: a thread that waits within a call finds the next one
            pool.expect("there are threads").in_place_scope(|calls| {
                for articles in articles.chunks(6) {
                    calls.spawn(|_| {
                        index.insert_many(articles).expect("it is in memory");
                        _ = index.query(&articles[0]);
                        index.remove(articles[1].id).expect("it is in memory");
                        index.insert(&articles[1]).expect("it is in memory");
                    });
                    std::thread::sleep(std::time::Duration::from_micros(500));
                }
            });
            done.send(()).expect("it is waited for");
        });
        let waited = all_done.recv_timeout(std::time::Duration::from_secs(120));
        if waited.is_err() {
            // the threads would be waited for, too
            eprintln!("calls wait for each other");
            std::process::abort();
        }
    });
    assert_eq!(index.len(), articles.len());
}
