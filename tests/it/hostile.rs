//! What no newsroom would send, and settings that nobody would choose: right or refused, never a
//! panic, and the news beside it is not lost.

use std::iter::repeat_n;

use samestory::bucket::Bands;
use samestory::{
    Article, Background, Clusterer, Clustering, Config, Decision, Error, ErrorKind, EventModel,
    Timestamp,
};

use crate::cases::ids;
use crate::corpus::{Corpus, Rng};
use crate::naive::Naive;

const ONE: &str = "The ferry Corrigan ran aground off Marr late on Monday with 212 people on \
    board, the coast guard said, and tugs were on their way from Stannick to pull it free.";
const OTHER: &str = "Parliament in Oslund voted on Thursday to close the last coal mine within \
    five years after miners and owners agreed on pensions and new work for 1,400 people.";

fn cluster(articles: &[Article<'_>]) -> Clustering {
    Clusterer::new().cluster(articles).expect("ids differ")
}

fn assert_alone(clustering: &Clustering, article: usize) {
    let to = clustering.assignments()[article];
    let (group, story) = (
        &clustering.groups()[to.group],
        &clustering.stories()[to.story],
    );
    assert_eq!(
        (&group.articles, &story.articles),
        (&vec![article], &vec![article])
    );
    assert_eq!((to.score, to.group_score), (1.0, 1.0));
    assert_eq!((group.cohesion, story.cohesion), (1.0, 1.0));
}

fn every_article_stands_once(clustering: &Clustering, articles: usize) {
    let mut placed: Vec<usize> = clustering
        .stories()
        .iter()
        .flat_map(|story| &story.articles)
        .copied()
        .collect();
    placed.sort_unstable();
    assert!(placed.into_iter().eq(0..articles));
}

#[test]
fn no_articles_are_no_stories() {
    let clustering = cluster(&[]);
    assert!(clustering.stories().is_empty() && clustering.groups().is_empty());
    assert!(clustering.assignments().is_empty() && clustering.pairs().is_empty());
}

#[test]
fn one_article_is_a_story_of_its_own() {
    for text in ["", "word", ONE] {
        let clustering = cluster(&[Article::new("a", text, "")]);
        assert_alone(&clustering, 0);
        assert_eq!(clustering.stories()[0].separation, 0.0);
        assert!(clustering.pairs().is_empty());
    }
}

#[test]
fn articles_that_say_nothing_stand_alone() {
    let at = Timestamp::from_seconds(1_638_403_200);
    let articles = [
        Article::new("empty", "", "").published_at(at),
        Article::new("also empty", "", "").published_at(at),
        Article::new("spaces", " \t\n", "\u{A0}\u{2003}\u{200B}").published_at(at),
        Article::new("marks", "?!", "-- \u{2014} \u{2026} \"'").published_at(at),
        Article::new("same marks", "?!", "-- \u{2014} \u{2026} \"'").published_at(at),
        Article::new("emoji", "\u{1F600}", "\u{1F6A2}").published_at(at),
        Article::new("same emoji", "\u{1F600}", "\u{1F6A2}").published_at(at),
        Article::new("word", "Ferry", "").published_at(at),
        Article::new("other word", "", "Mine").published_at(at),
    ];
    // even where a story asks for next to nothing
    for same_event in [0.2, 1e-6] {
        let config = Config {
            same_event,
            ..Config::default()
        };
        let clusterer = Clusterer::with_config(config).unwrap();
        let clustering = clusterer.cluster(&articles).unwrap();
        assert!(clustering.pairs().is_empty());
        (0..articles.len()).for_each(|article| assert_alone(&clustering, article));
    }
}

#[test]
fn ten_megabytes_of_one_word_are_an_article_like_any_other() {
    const SIZE: usize = 10_000_000;
    let letters = "a".repeat(SIZE);
    let accents = "\u{e9}".repeat(SIZE / 2);
    let han = "\u{4e2d}".repeat(SIZE / 3);
    let words = "ferry ".repeat(SIZE / 6);
    let articles = [
        Article::new("letters", "", &letters),
        Article::new("same letters", "", &letters),
        Article::new("accents", &accents, ""),
        Article::new("han", "", &han),
        Article::new("words", "", &words),
        // what is repeated counts once
        Article::new("few words", "Ferry", "ferry, ferry!"),
        Article::new("news", "", ONE),
        Article::new("same news", "", ONE),
    ];
    let clustering = cluster(&articles);
    let [groups, _] = ids(&articles, &clustering);
    assert_eq!(
        groups,
        [
            vec!["accents"],
            vec!["few words", "words"],
            vec!["han"],
            vec!["letters", "same letters"],
            vec!["news", "same news"],
        ]
    );
    // runs of equal shingles are where comparing passages could take for ever
    let why = clustering.explain(&articles, 4, 5).unwrap();
    assert_eq!(why.text.jaccard, 1.0);
    assert!(!why.text.passages.is_empty());
}

#[test]
fn a_text_of_five_megabytes_does_not_disturb_the_short_ones() {
    let mut rng = Rng::new(1);
    let mut long = String::new();
    while long.len() < 5_000_000 {
        long.push_str(&rng.word());
        long.push(' ');
    }
    let corpus = Corpus::new(2, 60);
    let alone = cluster(&corpus.articles());
    let mut articles = corpus.articles();
    let copy = format!("{long} The end.");
    articles.push(Article::new("long", "", &long));
    articles.push(Article::new("long copy", "The begin", &copy));
    let together = cluster(&articles);
    every_article_stands_once(&together, articles.len());
    let of_long = together.assignments()[60];
    assert_eq!(of_long.group, together.assignments()[61].group);
    assert_eq!(together.groups()[of_long.group].articles.len(), 2);
    let short = |clustering: &Clustering| {
        let [mut groups, _] = ids(&articles, clustering);
        groups.retain(|ids| !ids[0].starts_with("long"));
        groups
    };
    assert_eq!(short(&together), short(&alone));
}

#[test]
fn control_characters_only_separate() {
    let nul = ONE.replace(' ', "\0");
    let many = format!("\0\0{}\u{7F}\u{1}", ONE.replace(' ', "\0 \u{1B}"));
    let articles = [
        Article::new("clean", "", ONE),
        Article::new("\0", "\0", &nul),
        Article::new("many", &many, "\0"),
    ];
    let clustering = cluster(&articles);
    assert_eq!(clustering.groups().len(), 1);
    assert!(clustering.pairs().iter().all(|pair| pair.jaccard == 1.0));
}

#[test]
fn every_script_is_text() {
    let flags = "\u{1F1F8}\u{1F1EA}".repeat(50_000);
    let families = "\u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467} ".repeat(30_000);
    let marks = format!("e{}", "\u{301}\u{323}".repeat(100_000));
    let edges = "\u{D7FF}\u{E000}\u{FFFF}\u{10FFFF}\u{FFFD} ".repeat(1000);
    let joiners = "a\u{200D}b\u{200C}c\u{2060}d\u{FEFF} ".repeat(1000);
    let texts = [
        "جنحت العبارة كوريغان قبالة مار مساء الاثنين وعلى متنها 212 شخصا",
        "המעבורת קוריגן עלתה על שרטון ליד מאר ביום שני בערב ועליה 212 איש",
        "\u{202E}ferry Corrigan ran aground\u{202C} off Marr late on Monday \u{2066}evening\u{2069}",
        "फेरी कॉरिगन सोमवार देर रात मार के पास 212 लोगों के साथ फंस गई",
        "Tha\u{300}nh pho\u{302}\u{301} Ho\u{302}\u{300} Chi\u{301} Minh mo\u{9}\u{31b}\u{309} cu\u{31b}\u{309}a",
        "渡轮科里根号周一晚间在马尔附近搁浅，船上有二百一十二人",
        "フェリー「コリガン」が月曜の夜、マール沖で座礁した。乗客は212人。",
        "여객선 코리건호가 월요일 밤 마르 앞바다에서 좌초했다",
        "เรือเฟอร์รี่คอร์ริแกนเกยตื้นนอกเกาะมาร์เมื่อคืนวันจันทร์",
        "Паром «Корриган» сел на мель у Марра поздно вечером в понедельник",
        "𝕱𝖊𝖗𝖗𝖞 𝕮𝖔𝖗𝖗𝖎𝖌𝖆𝖓 ﬁnds ﬂoor ⅷ ½ ㎏ ß ẞ İ ı Ǆ",
        "🚢 ferry 👩‍👩‍👧 aground 🇸🇪 at 🏝️ Marr ❤️‍🔥 on Monday",
        &flags,
        &families,
        &marks,
        &edges,
        &joiners,
        "\u{FEFF}\u{200B}\u{AD}\u{2060}",
    ];
    for text in texts {
        let articles = [
            Article::new("\u{10FFFF}", text, ""),
            Article::new("", "", text),
            Article::new("news", "", OTHER),
        ];
        let clustering = cluster(&articles);
        every_article_stands_once(&clustering, 3);
        let (a, b) = (clustering.assignments()[0], clustering.assignments()[1]);
        let why = clustering.explain(&articles, 0, 1).unwrap();
        if why.text.overlap.smaller == 0 {
            assert_alone(&clustering, 0);
            assert_alone(&clustering, 1);
        } else {
            assert_eq!((a.group, a.group_score), (b.group, 1.0), "{text:.40}");
        }
        for passage in &why.text.passages {
            // spans lie on the characters of the text, and title and body are the same here
            for (x, y) in passage.a.iter().zip(&passage.b) {
                assert_eq!(text[x.start..x.end], text[y.start..y.end]);
            }
        }
        assert_alone(&clustering, 2);
    }
}

#[test]
fn an_id_that_stands_twice_is_named_with_both_places() {
    let articles = [
        Article::new("x", ONE, ""),
        Article::new("a \"b\"\n", "", ""),
        Article::new("y", ONE, ""),
        Article::new("a \"b\"\n", OTHER, ""),
    ];
    let error = Clusterer::new().cluster(&articles).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DuplicateId);
    assert_eq!(
        error.to_string(),
        r#"id "a \"b\"\n" stands twice, at articles 1 and 3; give each its own"#
    );
    let twice = [Article::new("", "", ""), Article::new("", "", "")];
    let error = Clusterer::new().cluster(&twice).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"id "" stands twice, at articles 0 and 1; give each its own"#
    );
}

#[test]
fn any_moment_is_a_date() {
    let far = 253_402_300_800; // the year 10000
    let moments = [0, i64::MAX, i64::MIN, far, -far, i64::MAX - 1, 1, 0];
    let ids: Vec<String> = (0..moments.len()).map(|at| at.to_string()).collect();
    let articles: Vec<Article<'_>> = moments
        .iter()
        .zip(&ids)
        .map(|(&at, id)| Article::new(id, "", ONE).published_at(Timestamp::from_seconds(at)))
        .collect();
    let clustering = cluster(&articles);
    // the same text is the same text at any distance
    assert_eq!(clustering.groups()[0].articles, [2, 4, 0, 7, 6, 3, 5, 1]);
    let why = clustering.explain(&articles, 1, 2).unwrap();
    assert_eq!(why.event.days_apart, Some(u64::MAX as f64 / 86_400.0));
    for to in clustering.assignments() {
        assert!((0.0..=1.0).contains(&to.score) && to.group_score == 1.0);
    }

    // and other texts are only further apart
    let apart = [i64::MIN, i64::MAX].map(Timestamp::from_seconds);
    let articles = [
        Article::new("a", "Corrigan aground", ONE).published_at(apart[0]),
        Article::new("b", "Tugs pull ferry Corrigan free", "").published_at(apart[1]),
    ];
    assert_eq!(cluster(&articles).stories().len(), 2);
}

#[test]
fn ten_thousand_copies_are_one_group() {
    let ids: Vec<String> = (0..10_000).map(|at| at.to_string()).collect();
    for text in [ONE, "Ferry"] {
        let articles: Vec<Article<'_>> = ids
            .iter()
            .enumerate()
            .map(|(at, id)| match at % 3 {
                0 => Article::new(id, text, ""),
                _ => {
                    let at = 1_638_403_200 + at as i64 % 700;
                    Article::new(id, "", text).published_at(Timestamp::from_seconds(at))
                }
            })
            .collect();
        let clustering = cluster(&articles);
        assert_eq!(
            (clustering.groups().len(), clustering.stories().len()),
            (1, 1)
        );
        assert_eq!(clustering.groups()[0].cohesion, 1.0);
        assert!(
            clustering
                .assignments()
                .iter()
                .all(|to| to.group_score == 1.0)
        );
        let why = clustering.explain(&articles, 0, 9_999).unwrap();
        assert_eq!(why.decision, Decision::SameGroup { articles: 10_000 });
        // work grows with the articles, not with their square
        let pairs = clustering.pairs().len();
        assert!(pairs <= 300 * articles.len(), "{pairs} pairs");
    }
}

#[test]
fn three_thousand_light_rewrites_are_one_group() {
    let mut rng = Rng::new(3);
    let text: Vec<String> = (0..150).map(|_| rng.word()).collect();
    let texts: Vec<String> = (0..3000)
        .map(|_| {
            let mut text = text.clone();
            for _ in 0..3 {
                let at = rng.below(text.len());
                text[at] = rng.word();
            }
            text.join(" ")
        })
        .collect();
    let ids: Vec<String> = (0..texts.len()).map(|at| at.to_string()).collect();
    let articles: Vec<Article<'_>> = ids
        .iter()
        .zip(&texts)
        .map(|(id, text)| Article::new(id, "", text))
        .collect();
    let clustering = cluster(&articles);
    assert_eq!(
        (clustering.groups().len(), clustering.stories().len()),
        (1, 1)
    );
    let (config, english) = (Config::default(), Background::english());
    let naive = Naive::new(&articles, &config, &english);
    for article in [0, 1234, 2999] {
        let others = (0..articles.len()).filter(|&other| other != article);
        let sum: f64 = others.map(|other| naive.containment(article, other)).sum();
        let expected = sum / (articles.len() - 1) as f64;
        let given = clustering.assignments()[article].group_score;
        assert!((given - expected).abs() < 1e-9);
    }
}

/// Two thousand issues of one bulletin in which every seventh word is another: any two have a
/// Jaccard similarity of about 0.4, so buckets are crowded and no centre proves that all agree.
#[test]
fn a_crowded_bucket_leaves_nobody_out() {
    let mut rng = Rng::new(4);
    let frame: Vec<String> = (0..98).map(|_| rng.word()).collect();
    let texts: Vec<String> = (0..2000)
        .map(|issue| {
            let mut text = frame.clone();
            for (at, word) in text.iter_mut().enumerate().skip(3).step_by(7) {
                *word = format!("{issue}x{at}");
            }
            text.join(" ")
        })
        .collect();
    let ids: Vec<String> = (0..texts.len()).map(|at| at.to_string()).collect();
    let articles: Vec<Article<'_>> = ids
        .iter()
        .zip(&texts)
        .enumerate()
        .map(|(at, (id, text))| {
            let day = Timestamp::from_seconds(86_400 * at as i64);
            Article::new(id, "", text).published_at(day)
        })
        .collect();
    let clustering = cluster(&articles);
    every_article_stands_once(&clustering, articles.len());
    let pair = clustering.pairs()[0];
    assert!(pair.same_text && (0.35..0.45).contains(&pair.jaccard));
    for (index, group) in clustering.groups().iter().enumerate() {
        // any two are the same text, so all of them must have found company
        assert!(
            group.articles.len() > 1,
            "{} stands alone",
            ids[group.articles[0]]
        );
        assert!(
            (group.cohesion - pair.containment).abs() < 1e-9,
            "group {index}"
        );
    }
    let sizes: Vec<usize> = clustering
        .groups()
        .iter()
        .map(|group| group.articles.len())
        .collect();
    println!(
        "{} groups, {} stories: {sizes:?}",
        sizes.len(),
        clustering.stories().len()
    );
}

/// Words that nearly every article has weigh next to nothing, but what they weigh must stay sound.
#[test]
fn words_that_all_articles_share_give_no_odd_cosine() {
    let trusting = |background_trust| {
        let config = Config {
            background_trust,
            ..Config::default()
        };
        Clusterer::with_config(config).unwrap()
    };
    let articles = [
        Article::new("a", "the", ""),
        Article::new("b", "The", ""),
        Article::new("c", "", "The ferry of"),
        Article::new("d", "", "the ferry of"),
        Article::new("e", "of", ""),
    ];
    let common = || Background::count(["the of"], 1);
    for clusterer in [
        Clusterer::new(),
        trusting(0.0),
        trusting(1e-6),
        trusting(1e9),
        trusting(f64::MIN_POSITIVE),
        Clusterer::new().with_background(Background::none()),
        Clusterer::new().with_background(common()),
        trusting(1e6).with_background(common()),
    ] {
        let clustering = clusterer.cluster(&articles).unwrap();
        for a in 0..articles.len() {
            for b in 0..a {
                let event = clustering.explain(&articles, a, b).unwrap().event;
                let trust = clusterer.config().background_trust;
                assert!(
                    (0.0..=1.0).contains(&event.cosine),
                    "{} with trust {trust}",
                    event.cosine
                );
            }
        }
    }
}

/// The same with the collection alone: one word that all but one of many articles have.
#[test]
fn a_word_of_all_articles_but_one_gives_no_odd_score() {
    let ids: Vec<String> = (0..70_000).map(|at| at.to_string()).collect();
    let articles: Vec<Article<'_>> = ids
        .iter()
        .enumerate()
        .map(|(at, id)| Article::new(id, if at == 7 { "other" } else { "word" }, ""))
        .collect();
    let config = Config {
        // one key is enough for texts that are equal
        num_hashes: 1,
        bands: Some(Bands { bands: 1, rows: 1 }),
        ..Config::default()
    };
    let clusterer = Clusterer::with_config(config).unwrap();
    let clusterer = clusterer.with_background(Background::none());
    let clustering = clusterer.cluster(&articles).unwrap();
    assert_eq!(clustering.groups().len(), 2);
    assert!(
        clustering
            .pairs()
            .iter()
            .all(|pair| (0.0..=1.0).contains(&pair.same_event))
    );
    let event = clustering.explain(&articles, 0, 1).unwrap().event;
    assert!((0.0..=1.0).contains(&event.cosine));
}

fn refused(config: Config) -> String {
    let error = Clusterer::with_config(config).expect_err("it must be refused");
    assert_eq!(error.kind(), ErrorKind::InvalidConfig);
    error.to_string()
}

#[test]
fn a_setting_out_of_range_is_refused_with_its_name_value_and_range() {
    let (nan, infinite) = (f64::NAN, f64::INFINITY);
    let wrong = |field: &str, value: &str, allowed: &str| {
        format!("config: {field} is {value}, allowed is {allowed}")
    };
    for (value, shown) in [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (-0.1, "-0.1"),
        (nan, "NaN"),
        (infinite, "inf"),
        (-infinite, "-inf"),
        (1.0 + f64::EPSILON, "1.0000000000000002"),
    ] {
        let allowed = "more than 0 and at most 1";
        let config = Config {
            jaccard: value,
            ..Config::default()
        };
        assert_eq!(refused(config), wrong("jaccard", shown, allowed));
        let config = Config {
            containment: Some(value),
            ..Config::default()
        };
        assert_eq!(refused(config), wrong("containment", shown, allowed));
    }
    for (value, shown) in [
        (0.0, "0.0"),
        (1.0, "1.0"),
        (-0.1, "-0.1"),
        (nan, "NaN"),
        (infinite, "inf"),
        (-infinite, "-inf"),
    ] {
        let allowed = "more than 0 and less than 1";
        let config = Config {
            recall: value,
            ..Config::default()
        };
        assert_eq!(refused(config), wrong("recall", shown, allowed));
        let config = Config {
            same_event: value,
            ..Config::default()
        };
        assert_eq!(refused(config), wrong("same_event", shown, allowed));
    }
    for (value, shown) in [
        (-1.0, "-1.0"),
        (1e10, "10000000000.0"),
        (nan, "NaN"),
        (infinite, "inf"),
        (-infinite, "-inf"),
    ] {
        let config = Config {
            background_trust: value,
            ..Config::default()
        };
        assert_eq!(
            refused(config),
            wrong("background_trust", shown, "0 to 1e9")
        );
    }
    for value in [0, 65, usize::MAX] {
        let config = Config {
            shingle_words: value,
            ..Config::default()
        };
        assert_eq!(
            refused(config),
            wrong("shingle_words", &value.to_string(), "1 to 64")
        );
    }
    for value in [0, 65_537, usize::MAX] {
        let config = Config {
            num_hashes: value,
            ..Config::default()
        };
        assert_eq!(
            refused(config),
            wrong("num_hashes", &value.to_string(), "1 to 65536")
        );
    }
    let config = Config {
        min_shared: 0,
        ..Config::default()
    };
    assert_eq!(refused(config), wrong("min_shared", "0", "1 or more"));
    for (bands, rows) in [(0, 1), (1, 0), (0, 0)] {
        let config = Config {
            bands: Some(Bands { bands, rows }),
            ..Config::default()
        };
        let shown = format!("Bands {{ bands: {bands}, rows: {rows} }}");
        assert_eq!(
            refused(config),
            wrong("bands", &shown, "at least 1 band of at least 1 row")
        );
    }
    for (bands, rows) in [(257, 1), (1, 257), (usize::MAX, usize::MAX)] {
        let config = Config {
            bands: Some(Bands { bands, rows }),
            ..Config::default()
        };
        let shown = format!("Bands {{ bands: {bands}, rows: {rows} }}");
        assert_eq!(
            refused(config),
            wrong("bands", &shown, "bands x rows up to num_hashes, 256")
        );
    }
}

#[test]
fn a_weight_of_evidence_out_of_range_is_refused() {
    type Field = (&'static str, fn(&mut EventModel) -> &mut f64);
    let penalties: [Field; 4] = [
        ("crowding", |model| &mut model.crowding),
        ("log_days", |model| &mut model.log_days),
        ("no_date", |model| &mut model.no_date),
        ("recurring", |model| &mut model.recurring),
    ];
    let others: [Field; 2] = [
        ("cosine", |model| &mut model.cosine),
        ("bias", |model| &mut model.bias),
    ];
    let refused = |(name, field): Field, value: f64, shown: &str, allowed: &str| {
        let mut config = Config::default();
        *field(&mut config.event) = value;
        let expected = format!("config: event.{name} is {shown}, allowed is {allowed}");
        assert_eq!(refused(config), expected);
    };
    for field in penalties.into_iter().chain(others) {
        refused(field, f64::NAN, "NaN", "-1e6 to 1e6");
        refused(field, f64::INFINITY, "inf", "-1e6 to 1e6");
        refused(field, -2e6, "-2000000.0", "-1e6 to 1e6");
    }
    for field in penalties {
        refused(field, 0.5, "0.5", "0 or less");
    }
    refused(others[0], 0.0, "0.0", "more than 0");
}

#[test]
fn a_recall_out_of_reach_says_what_would_help() {
    let config = Config {
        jaccard: 0.01,
        num_hashes: 64,
        ..Config::default()
    };
    assert_eq!(
        refused(config),
        "config: recall is 0.9, allowed is a recall that bands of 64 slots reach at jaccard 0.01: \
         lower it, or raise num_hashes"
    );
}

/// A setting at the end of its range means what it says.
#[test]
fn a_setting_at_the_end_of_its_range_works() {
    let default = Config::default;
    let least = f64::MIN_POSITIVE;
    let below_one = 1.0 - f64::EPSILON;
    let corpus = Corpus::new(5, 80);
    let articles = corpus.articles();
    for config in [
        Config {
            jaccard: 1.0,
            containment: Some(1.0),
            ..default()
        },
        Config {
            jaccard: 0.01,
            recall: 0.5,
            ..default()
        },
        Config {
            containment: Some(least),
            min_shared: 1,
            ..default()
        },
        Config {
            min_shared: usize::MAX,
            ..default()
        },
        Config {
            recall: least,
            ..default()
        },
        Config {
            recall: below_one,
            ..default()
        },
        Config {
            same_event: least,
            ..default()
        },
        Config {
            same_event: below_one,
            ..default()
        },
        Config {
            background_trust: 0.0,
            ..default()
        },
        Config {
            background_trust: 1e9,
            ..default()
        },
        Config {
            shingle_words: 1,
            ..default()
        },
        Config {
            shingle_words: 64,
            ..default()
        },
        Config {
            num_hashes: 65_536,
            ..default()
        },
        Config {
            num_hashes: 1,
            bands: Some(Bands { bands: 1, rows: 1 }),
            ..default()
        },
        Config {
            bands: Some(Bands {
                bands: 1,
                rows: 256,
            }),
            ..default()
        },
    ] {
        let clusterer = Clusterer::with_config(config.clone()).unwrap();
        assert_eq!(clusterer.config(), &config);
        assert!((1..=config.num_hashes).contains(&clusterer.bands().num_hashes()));
        let clustering = clusterer.cluster(&articles).unwrap();
        every_article_stands_once(&clustering, articles.len());
        let english = Background::english();
        let naive = Naive::new(&articles, &config, &english);
        for group in clustering.groups() {
            for &a in &group.articles {
                assert!(
                    group
                        .articles
                        .iter()
                        .all(|&b| a == b || naive.same_text(a, b))
                );
            }
        }
        // equal texts meet in every band, whatever it is made of
        for a in 0..articles.len() {
            for b in 0..a {
                if naive.jaccard(a, b) == 1.0 {
                    let assignments = clustering.assignments();
                    assert_eq!(assignments[a].group, assignments[b].group, "{config:?}");
                }
            }
        }
    }
}

fn unknown(result: Result<samestory::Explanation, Error>) -> String {
    let error = result.expect_err("there is no such article");
    assert_eq!(error.kind(), ErrorKind::UnknownArticle);
    error.to_string()
}

#[test]
fn explaining_what_is_not_there_is_refused() {
    let articles = [Article::new("a", ONE, ""), Article::new("b", OTHER, "")];
    let clustering = cluster(&articles);
    let given = |count| format!("{count} articles given, but 2 were clustered; pass the same ones");
    assert_eq!(unknown(clustering.explain(&articles[..1], 0, 0)), given(1));
    assert_eq!(unknown(clustering.explain(&[], 0, 1)), given(0));
    let more: Vec<Article<'_>> = repeat_n(articles[0], 3).collect();
    assert_eq!(unknown(clustering.explain(&more, 0, 2)), given(3));
    for (a, b, named) in [(2, 0, 2), (0, 2, 2), (usize::MAX, 5, usize::MAX)] {
        let expected = format!("there is no article {named}; positions run from 0 to 1");
        assert_eq!(unknown(clustering.explain(&articles, a, b)), expected);
    }
    assert!(unknown(cluster(&[]).explain(&[], 0, 0)).contains("there is no article 0"));
}

/// The library keeps no text, so it cannot know that these are not the ones; but it must not panic.
#[test]
fn explaining_with_other_articles_is_only_wrong() {
    let (one, other) = (Corpus::new(6, 40), Corpus::new(7, 40));
    let clustering = cluster(&one.articles());
    let articles = other.articles();
    for a in 0..40 {
        let why = clustering.explain(&articles, a, 39 - a).unwrap();
        assert!(!why.to_string().is_empty());
    }
}
