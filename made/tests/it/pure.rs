//! An article depends on seed and number, and on nothing else.

use std::collections::HashSet;

use samestory_made::{MadeArticle, MadeNews};

use crate::NEWS;

/// FNV-1a over all fields.
fn hash(articles: &[MadeArticle]) -> u64 {
    let mut hash: u64 = 0xCBF2_9CE4_8422_2325;
    for article in articles {
        let fields = format!("{article:?}");
        for byte in fields.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }
    hash
}

#[test]
fn the_same_bytes_for_ever() {
    let golden = hash(&MadeNews::new(1).articles(0..200));
    assert_eq!(golden, 0x5a3e_dd50_6739_4806, "{golden:#018x}");
}

#[test]
fn other_seeds_give_other_news() {
    let texts = |seed| {
        let articles = MadeNews::new(seed).articles(0..50);
        articles.into_iter().map(|article| article.text)
    };
    let first: HashSet<String> = texts(1).collect();
    assert!(texts(2).all(|text| !first.contains(&text)));
}

#[test]
fn any_part_is_a_part_of_the_whole() {
    for news in [
        MadeNews::new(3).per_day(100),
        MadeNews::new(3).per_day(333),
        MadeNews::new(3),
    ] {
        let whole = news.articles(0..1500);
        for part in [0..0, 0..1, 0..99, 36..37, 99..400, 700..1500, 1499..1500] {
            assert_eq!(news.articles(part.clone()), whole[part]);
        }
    }
}

#[test]
fn ids_are_unique_and_originals_come_first() {
    let mut seen = HashSet::new();
    let mut copies = HashSet::new();
    for article in &*NEWS {
        if let Some(original) = &article.copy_of {
            assert!(seen.contains(original), "{original} comes after its copy");
            assert!(!copies.contains(original), "{original} is a copy itself");
            copies.insert(&article.id);
        }
        assert!(seen.insert(&article.id), "an id stands twice");
    }
}
