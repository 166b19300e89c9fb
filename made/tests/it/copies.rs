//! Copies share what they were made to share.

use std::collections::HashMap;

use samestory_made::{Change, MadeArticle, MadeNews};

use crate::NEWS;
use crate::words::{containment, jaccard};

#[test]
fn the_jaccard_similarity_is_as_asked() {
    let news = MadeNews::new(5);
    for asked in [100, 95, 90, 85, 80, 70, 50, 30] {
        for number in 0..12 {
            let text = news.text(number, 250 + 70 * number as usize);
            for change in [
                Change::Words { jaccard: asked },
                Change::Sentences { jaccard: asked },
            ] {
                let copy = news.copy(&text, change, number);
                let found = jaccard(&text, &copy, 5);
                let off = (found - f64::from(asked) / 100.0).abs();
                assert!(off <= 0.04, "{found} for {change:?} of text {number}");
            }
        }
    }
}

#[test]
fn excerpts_and_embedded_texts_are_contained() {
    let news = MadeNews::new(5);
    for number in 0..12 {
        let text = news.text(number, 250 + 70 * number as usize);
        for percent in [25, 50] {
            let copy = news.copy(&text, Change::Beginning { percent }, number);
            assert!(text.starts_with(&copy));
            let share = copy.len() as f64 / text.len() as f64;
            let least = f64::from(percent) / 100.0;
            assert!(
                (least - 0.03..least + 0.16).contains(&share),
                "{share} for {percent}"
            );
        }
        let longer = news.copy(&text, Change::Embedded, number);
        assert!(longer.contains(&text) && !longer.starts_with(&text) && !longer.ends_with(&text));
        assert!((1.3..1.9).contains(&(longer.len() as f64 / text.len() as f64)));
    }
}

#[test]
fn copies_in_the_news() {
    let articles = &NEWS[..5000];
    let by_id: HashMap<&str, &MadeArticle> = articles
        .iter()
        .map(|article| (&*article.id, article))
        .collect();
    let (mut copies, mut equal, mut parts) = (0, 0, 0);
    for copy in articles {
        let Some(original) = &copy.copy_of else {
            continue;
        };
        let original = by_id[&**original];
        assert_eq!(copy.story, original.story);
        assert_ne!(copy.source, original.source);
        if let (Some(copied), Some(written)) = (copy.published, original.published) {
            assert!((600..11 * 3600).contains(&(copied - written)));
        }
        let jaccard = jaccard(&copy.text, &original.text, 5);
        let contained = containment(&copy.text, &original.text, 5);
        assert!(jaccard > 0.25 || contained > 0.9, "{jaccard}, {contained}");
        copies += 1;
        equal += usize::from(jaccard > 0.975);
        parts += usize::from(jaccard < 0.75 && contained > 0.95);
    }
    assert!(
        (21..30).contains(&(equal * 100 / copies)),
        "{equal} of {copies}"
    );
    assert!(
        (13..21).contains(&(parts * 100 / copies)),
        "{parts} of {copies}"
    );
}
