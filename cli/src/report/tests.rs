use samestory::{Article, Clusterer, Timestamp};
use samestory_made::{MadeArticle, MadeNews};
use sha2::{Digest, Sha256};

use super::comparison::Comparison;
use super::selection::Selection;
use super::shown::Shown;
use super::*;

/// An article of a test: id, title, body, hours since noon, source and URL.
type Told<'a> = (&'a str, &'a str, &'a str, Option<i64>, &'a str, &'a str);

fn with<T>(told: &[Told<'_>], use_it: impl FnOnce(&Collection<'_>) -> T) -> T {
    let articles: Vec<Article<'_>> = told
        .iter()
        .map(|&(id, title, body, hours, ..)| Article {
            id,
            title,
            body,
            published: hours.map(|hours| Timestamp::from_seconds(1_638_446_400 + 3_600 * hours)),
        })
        .collect();
    let origins: Vec<Origin<'_>> = told
        .iter()
        .map(|&(.., source, url)| Origin {
            source: Some(source),
            url: Some(url),
        })
        .collect();
    let clusterer = Clusterer::new();
    use_it(&Collection {
        articles: &articles,
        origins: &origins,
        clustering: &clusterer.cluster(&articles).unwrap(),
        clusterer: &clusterer,
    })
}

/// Made articles with a link.
fn told(made: &[MadeArticle]) -> Vec<Told<'_>> {
    made.iter()
        .map(|it| {
            let hours = it.published.map(|at| at / 3_600);
            (
                &*it.id,
                &*it.title,
                &*it.text,
                hours,
                &*it.source,
                "https://example.org/",
            )
        })
        .collect()
}

fn made<T>(articles: usize, use_it: impl FnOnce(&Collection<'_>) -> T) -> T {
    let made = MadeNews::new(7).articles(0..articles);
    with(&told(&made), use_it)
}

const DATA: &str = "<script type=\"application/json\" id=\"data\">";

const FERRY: &str = "The ferry Corrigan ran aground off Marr on Thursday with 212 people on board. \
    Lifeboats took everyone to the harbour within two hours, the coast guard said.";

fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = page.split_once(from).unwrap();
    rest.split_once(to).unwrap().0
}

#[test]
fn an_article_is_text_and_never_markup() {
    let evil = "</div></script><script>alert('x')</script><img src=x onerror=alert(1)>\"'&amp;<!-- \u{2028}\u{202E}abc 🙂";
    let body = format!("{FERRY} {evil} {FERRY}");
    let url = "javascript:alert(1)";
    let page = with(
        &[
            (evil, evil, &body, Some(0), evil, url),
            ("b", evil, &body, Some(1), evil, url),
            ("c", "Something else", "", None, evil, url),
        ],
        |collection| super::page(collection, &Limits::default()).unwrap(),
    );
    let without = with(
        &[
            ("a", "x", FERRY, Some(0), "s", url),
            ("b", "x", FERRY, Some(1), "s", url),
            ("c", "Something else", "", None, "s", url),
        ],
        |collection| super::page(collection, &Limits::default()).unwrap(),
    );
    for tag in [
        "<script",
        "</script",
        "<img",
        "<!--",
        "<div",
        "</div",
        "<a ",
        "javascript:",
    ] {
        let times = |page: &str| page.replace(policy::SCRIPT, "").matches(tag).count();
        assert_eq!(times(&page), times(&without), "{tag}");
    }
    let data = between(&page, DATA, "</script>");
    let risky = ['<', '>', '&', '\u{2028}', '\u{2029}'];
    assert!(!data.contains(risky), "{data}");
    serde_json::from_str::<serde_json::Value>(data).unwrap();
    assert!(page.contains("&#60;script&#62;alert("));
}

#[test]
fn only_links_to_the_web_are_links() {
    let page = with(
        &[
            (
                "a",
                "One",
                "",
                None,
                "s",
                "https://example.org/?a=1&b=\"><b>",
            ),
            ("b", "Two", "", None, "s", "data:text/html,x"),
        ],
        |collection| super::page(collection, &Limits::default()).unwrap(),
    );
    let links: Vec<&str> = page.matches("<a href").collect();
    assert_eq!(links.len(), 1);
    let link = between(&page, "<a href=\"", "\"");
    assert_eq!(link, "https://example.org/?a=1&#38;b=%22%3E%3Cb%3E");
}

#[test]
fn the_policy_allows_the_style_and_the_script_of_the_page_and_nothing_else() {
    let page = made(30, |collection| {
        super::page(collection, &Limits::default()).unwrap()
    });
    let policy = between(
        &page,
        "http-equiv=\"Content-Security-Policy\" content=\"",
        "\"",
    );
    for (kind, from, to) in [
        ("style-src", "<style>", "</style>"),
        ("script-src", "<script>", "</script>"),
    ] {
        use base64::Engine;
        let digest = Sha256::digest(between(&page, from, to));
        let hash = base64::prelude::BASE64_STANDARD.encode(digest);
        assert!(
            policy.contains(&format!("{kind} 'sha256-{hash}'")),
            "{policy}"
        );
        assert_eq!(page.matches(from).count(), 1);
    }
    assert!(policy.starts_with("default-src 'none'; "));
    for inline in [
        " style=",
        " onclick=",
        " onload=",
        "<link rel=\"stylesheet",
        " src=",
    ] {
        let page = page.replace(policy::SCRIPT, "");
        assert!(!page.contains(inline), "{inline}");
    }
}

/// What a script sees of a text between two places.
fn slice(text: &str, from: u64, to: u64) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    String::from_utf16(&units[from as usize..to as usize]).unwrap()
}

#[test]
fn a_passage_is_marked_where_it_stands() {
    let first = "🙂 Ferry aground\r\n";
    let texts = [
        format!(
            "🚢🚢\r\n«Ça alors» – {FERRY}\r\n\r\nנכון מאוד. \0 A second thing they share is 🙂 this one."
        ),
        format!("Own words. A second thing they share is 🙂 this one. \r{FERRY} 👨‍👩‍👧"),
    ];
    let told = [
        ("a", first, &*texts[0], Some(0), "s", ""),
        ("b", "", &*texts[1], Some(1), "s", ""),
    ];
    with(&told, |collection| {
        let comparison = Comparison::new(collection, &[0, 1], 16, &Limits::default()).unwrap();
        for limit in [usize::MAX, 200, 60, 0] {
            let titles = [first, ""].map(|title| Shown::new(title, 500));
            let bodies = [0, 1].map(|at| Shown::new(&texts[at], limit));
            let shown =
                [0, 1].map(|at| [([first, ""][at], &titles[at]), (&*texts[at], &bodies[at])]);
            let data = serde_json::to_value(comparison.data(&shown)).unwrap();
            let pair = &data["pairs"][0];
            let whole = [0, 1].map(|at| format!("{}{}", titles[at].text, bodies[at].text));
            let passages = pair[10].as_array().unwrap();
            if limit == usize::MAX {
                assert_eq!(pair[9], 0);
            }
            let all = passages.len() as u64 + pair[9].as_u64().unwrap();
            assert_eq!(all, 2, "limit {limit}: {pair}");
            for passage in passages {
                let words = [0, 1].map(|at| {
                    let span = &passage[at];
                    let seen = slice(
                        &whole[at],
                        span[0].as_u64().unwrap(),
                        span[1].as_u64().unwrap(),
                    );
                    seen.to_lowercase()
                });
                assert!(!words[0].is_empty());
                // a text that is shortened may show less of a passage
                assert!(
                    words[0].starts_with(&words[1]) || words[1].starts_with(&words[0]),
                    "{words:?}"
                );
                let begins = ["the ferry corrigan", "a second thing"];
                let short = words.iter().map(String::len).min().unwrap();
                assert!(
                    begins
                        .iter()
                        .any(|begin| words[0].starts_with(&begin[..short.min(begin.len())])),
                    "{words:?}"
                );
            }
        }
    });
}

#[test]
fn the_same_articles_give_the_same_bytes() {
    let pages: Vec<String> = [1, 4]
        .into_iter()
        .map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let make = || {
                made(400, |collection| {
                    super::page(collection, &Limits::default()).unwrap()
                })
            };
            pool.build().unwrap().install(make)
        })
        .collect();
    assert!(pages[0] == pages[1]);
    let backwards = {
        let mut made = MadeNews::new(7).articles(0..400);
        made.reverse();
        with(&told(&made), |collection| {
            super::page(collection, &Limits::default()).unwrap()
        })
    };
    assert!(pages[0] == backwards);
}

#[test]
fn a_page_is_never_too_long_and_says_what_is_left_out() {
    made(600, |collection| {
        let whole = super::page(collection, &Limits::default()).unwrap();
        assert!(!whole.contains("left out to keep the page small"));
        assert!(!whole.contains("Long texts are shortened"));
        for bytes in [whole.len() - 1, 900_000, 300_000, 100_000] {
            let limits = Limits {
                bytes,
                ..Limits::default()
            };
            let page = super::page(collection, &limits).unwrap();
            assert!(page.len() <= bytes, "{} > {bytes}", page.len());
            assert!(page.contains("Long texts are shortened"));
            // the room is used
            assert!(
                bytes < 500_000 || page.len() > bytes * 8 / 10,
                "{} of {bytes}",
                page.len()
            );
        }
        let limits = Limits {
            articles: 100,
            ..Limits::default()
        };
        let page = super::page(collection, &limits).unwrap();
        let listed = page.matches("class=\"member\"").count()
            + page.matches("<article class=\"alone\"").count();
        assert!((80..=100).contains(&listed), "{listed}");
        let said = format!("{} articles in ", 600 - listed);
        assert!(page.contains(&said), "{said}");
    });
}

#[test]
fn the_largest_and_the_newest_stories_stay() {
    made(600, |collection| {
        let stories = collection.clustering.stories();
        let limits = Limits {
            articles: 60,
            ..Limits::default()
        };
        let all = Selection::new(collection, &Limits::default());
        assert_eq!(all.left_out, selection::LeftOut::default());
        assert_eq!(
            all.several.iter().map(Vec::len).sum::<usize>() + all.alone.len(),
            600
        );
        let few = Selection::new(collection, &limits);
        assert_eq!(few.several[0], all.several[0]);
        let newest = collection
            .articles
            .iter()
            .filter_map(|article| article.published)
            .max();
        let shown: Vec<usize> = few
            .several
            .iter()
            .flatten()
            .chain(&few.alone)
            .copied()
            .collect();
        assert!(
            shown
                .iter()
                .any(|&at| collection.articles[at].published == newest)
        );
        assert_eq!(few.left_out.articles, 600 - shown.len());
        let of_shown = few.several.len() + few.alone.len();
        assert_eq!(few.left_out.stories, stories.len() - of_shown);
    });
}

#[test]
fn large_stories_are_compared_in_part_and_the_page_says_so() {
    let bodies: Vec<String> = (0..9)
        .map(|at| format!("{FERRY} Report number {at}."))
        .collect();
    let ids: Vec<String> = (0..9).map(|at| format!("id{at}")).collect();
    let told: Vec<Told<'_>> = (0..9)
        .map(|at| {
            (
                &*ids[at],
                "Ferry aground off Marr",
                &*bodies[at],
                Some(at as i64),
                "s",
                "",
            )
        })
        .collect();
    with(&told, |collection| {
        let limits = Limits {
            all_pairs: 4,
            heat: 5,
            members: 8,
            ..Limits::default()
        };
        let text = super::page(collection, &limits).unwrap();
        assert!(text.contains("In stories of more than 4 articles"));
        assert!(text.contains("The first 5 articles are shown."));
        assert!(text.contains("Not listed here: 1 more article."));
        let data = between(&text, DATA, "</script>");
        let data: serde_json::Value = serde_json::from_str(data).unwrap();
        let pairs = data[0]["pairs"].as_array().unwrap();
        assert!(pairs.len() < 28);
        // each is compared with the earliest, and with one more
        for member in 1..8_u64 {
            assert!(
                pairs.iter().any(|pair| pair[0] == 0 && pair[1] == member),
                "{member}"
            );
        }
        let mut limits = limits;
        limits.pairs = 0;
        assert_eq!(Selection::new(collection, &limits).all_pairs, 2);
    });
}

#[test]
fn no_article_at_all_is_a_page_too() {
    let empty = with(&[], |collection| {
        super::page(collection, &Limits::default()).unwrap()
    });
    assert!(empty.contains("0 articles tell 0 stories"));
    assert!(empty.contains("No two articles tell the same story."));
    let nothing = with(&[("", "", "", None, "", "")], |collection| {
        super::page(collection, &Limits::default()).unwrap()
    });
    assert!(nothing.contains("No headline"));
}
