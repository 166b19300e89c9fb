//! The figures that the crate's documentation states.

use samestory_made::MadeArticle;

use crate::NEWS;

/// Some days after the first, which lack news of the days before.
fn news() -> &'static [MadeArticle] {
    &NEWS[4000..]
}

fn share(of: impl Iterator<Item = bool>) -> f64 {
    let (mut yes, mut all) = (0, 0);
    for is in of {
        yes += usize::from(is);
        all += 1;
    }
    f64::from(yes as u32) / f64::from(all)
}

#[track_caller]
fn near(found: f64, stated: f64, by: f64) {
    assert!((found - stated).abs() <= by, "{found}, stated is {stated}");
}

#[test]
fn shares_of_articles() {
    let news = news();
    near(share(news.iter().map(|it| it.copy_of.is_some())), 0.2, 0.02);
    near(
        share(news.iter().map(|it| it.published.is_none())),
        0.02,
        0.006,
    );
    near(
        share(news.iter().map(|it| it.text.contains(['“', '’']))),
        0.6,
        0.06,
    );
}

#[test]
fn lengths() {
    let news = news();
    let words = |text: &str| {
        text.replace("--", " ")
            .split([' ', '\n', '—'])
            .filter(|it| !it.is_empty())
            .count()
    };
    let mean = |total: usize| total as f64 / news.len() as f64;
    near(
        mean(news.iter().map(|it| words(&it.text)).sum()),
        422.0,
        10.0,
    );
    near(
        mean(news.iter().map(|it| it.text.len()).sum()),
        2_585.0,
        60.0,
    );
    for article in news {
        let title = article.title.split(' ').count();
        assert!((5..=12).contains(&title), "{}", article.title);
        if article.copy_of.is_none() {
            let words = words(&article.text);
            assert!((250..=1100).contains(&words), "{words} words");
        }
        for paragraph in article.text.split("\n\n") {
            assert!(paragraph.ends_with(['.', '”', '"']) && !paragraph.contains('\n'));
        }
    }
}

#[test]
fn sentences_have_8_to_35_words_and_a_capital() {
    for article in news().iter().filter(|it| it.copy_of.is_none()) {
        let text = article.text.replace("\n\n", " ");
        for sentence in text
            .replace(['"', '“', '”'], "")
            .trim_end_matches('.')
            .split(". ")
        {
            let words = sentence.replace("--", " ").split([' ', '—']).count();
            assert!((8..=35).contains(&words), "{words} words: {sentence}");
            assert!(!sentence.starts_with(char::is_lowercase), "{sentence}");
        }
    }
}

#[test]
fn shares_of_words() {
    let news = news();
    let words: Vec<&str> = news
        .iter()
        .flat_map(|it| it.text.split_whitespace())
        .collect();
    let foreign = |word: &&str| word.chars().any(|it| it.is_alphabetic() && !it.is_ascii());
    near(share(words.iter().map(foreign)), 0.02, 0.003);
    near(
        share(words.iter().map(|word| word.eq_ignore_ascii_case("the"))),
        0.042,
        0.004,
    );
    let digit = |word: &&str| word.contains(|it: char| it.is_ascii_digit());
    near(share(words.iter().map(digit)), 0.013, 0.003);
    near(
        share(
            words
                .iter()
                .map(|word| word.starts_with(char::is_uppercase)),
        ),
        0.13,
        0.02,
    );
}

#[test]
fn days() {
    let day = |article: &MadeArticle| article.published.map(|at| at.div_euclid(86_400));
    let news = &NEWS[3000..];
    let days: Vec<i64> = news.iter().filter_map(day).collect();
    let (first, last) = (days.iter().min(), days.iter().max());
    let span = last.unwrap_or(&0) - first.unwrap_or(&0);
    assert!((4..=6).contains(&span), "{span} days");
    let moments: Vec<i64> = news.iter().filter_map(|it| it.published).collect();
    let mut latest = 0;
    let behind = moments.iter().map(|&moment| {
        latest = moment.max(latest);
        latest - moment
    });
    let behind: Vec<i64> = behind.collect();
    near(share(behind.iter().map(|&by| by > 0)), 0.06, 0.04);
    assert!(behind.iter().all(|&by| by < 86_400));
}
