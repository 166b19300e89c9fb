//! Events and their independent reports.

use std::collections::{HashMap, HashSet};

use samestory_made::{MadeArticle, MadeNews};

use crate::NEWS;
use crate::words::{jaccard, words};

fn stories(articles: &[MadeArticle]) -> HashMap<&str, Vec<&MadeArticle>> {
    let mut stories: HashMap<&str, Vec<&MadeArticle>> = HashMap::new();
    for article in articles.iter().filter(|article| article.copy_of.is_none()) {
        stories.entry(&article.story).or_default().push(article);
    }
    stories
}

#[test]
fn most_events_have_one_report_and_none_more_than_50() {
    let stories = stories(&NEWS);
    let single = stories
        .values()
        .filter(|reports| reports.len() == 1)
        .count();
    assert!(
        (55..70).contains(&(single * 100 / stories.len())),
        "{single}"
    );
    let greatest = stories.values().map(Vec::len).max().unwrap_or(0);
    assert!((25..=50).contains(&greatest), "{greatest}");
}

#[test]
fn independent_reports_share_few_phrases_but_names() {
    let (mut jaccards, mut names) = (Vec::new(), 0);
    let (mut strangers, mut known) = (Vec::new(), 0);
    for (at, reports) in stories(&NEWS[..6000]).into_values().enumerate() {
        if let [a, b, ..] = reports[..] {
            jaccards.push(jaccard(&a.text, &b.text, 3));
            names += usize::from(!names_in(a).is_disjoint(&names_in(b)));
        }
        let (a, b) = (reports[0], &NEWS[at]);
        if a.story != b.story {
            strangers.push(jaccard(&a.text, &b.text, 3));
            known += usize::from(!names_in(a).is_disjoint(&names_in(b)));
        }
    }
    let mean = |all: &[f64]| all.iter().sum::<f64>() / all.len() as f64;
    let (same, other) = (mean(&jaccards), mean(&strangers));
    assert!((0.01..0.03).contains(&same), "{same}");
    assert!(other < 0.002, "{other}");
    assert!(
        names * 100 >= jaccards.len() * 90,
        "{names} of {}",
        jaccards.len()
    );
    assert!(
        known * 100 <= strangers.len() * 40,
        "{known} of {}",
        strangers.len()
    );
}

/// The words with a capital that are not the first of a sentence, but no days.
fn names_in(article: &MadeArticle) -> HashSet<&str> {
    let pieces: Vec<&str> = article.text.split_whitespace().collect();
    let inside = pieces
        .windows(2)
        .filter(|pair| pair[0].ends_with(char::is_lowercase));
    inside
        .map(|pair| pair[1].trim_matches(|letter: char| !letter.is_alphabetic()))
        .filter(|word| word.starts_with(char::is_uppercase))
        .filter(|word| !word.ends_with("day") && *word != "I")
        .collect()
}

#[test]
fn an_event_asked_for_is_one_story() {
    let reports = MadeNews::new(1).event(7, 20, 300);
    assert_eq!(reports.len(), 20);
    assert!(
        reports
            .iter()
            .all(|it| it.story == reports[0].story && it.copy_of.is_none())
    );
    assert!(reports.iter().all(|it| words(&it.text).len() > 270));
    assert!(jaccard(&reports[0].text, &reports[19].text, 3) < 0.06);
}
