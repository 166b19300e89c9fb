//! The figures of the whole collection.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Collection;
use super::chart::Chart;
use super::moment::calendar;
use super::wording::percent;
use crate::count::{self, count, number};

/// The figures of the whole collection.
#[derive(Debug)]
pub(super) struct Overview {
    /// The collection in one sentence.
    pub(super) words: String,
    /// Figures and what they are of.
    pub(super) figures: Vec<(String, &'static str)>,
    pub(super) charts: Vec<Chart>,
    /// The hours with the most articles.
    pub(super) busiest: Vec<String>,
}

/// Sizes of stories that are counted together: the last of each class.
const SIZES: [usize; 8] = [1, 2, 3, 4, 5, 10, 50, usize::MAX];

/// How many of the busiest hours are told.
const BUSIEST: usize = 3;

/// At most so many bars of a chart of time.
const BINS: i64 = 48;

impl Overview {
    pub(super) fn new(collection: &Collection<'_>) -> Self {
        let clustering = collection.clustering;
        let articles = collection.articles.len();
        let (groups, stories) = (clustering.groups().len(), clustering.stories().len());
        let several = clustering.stories().iter();
        let several = several.filter(|story| story.articles.len() > 1).count();
        let origins = collection.origins.iter();
        let sources: BTreeSet<&str> = origins.filter_map(|origin| origin.source).collect();
        let moments: Vec<Timestamp> = collection
            .articles
            .iter()
            .filter_map(|article| calendar(article.published?))
            .collect();
        let copies = articles - groups;
        let from = match sources.len() {
            0 => String::new(),
            sources => format!(" from {}", count(sources, "source", "sources")),
        };
        Self {
            words: format!(
                "{}{from} tell {}. {} told by more than one article, and {} of all articles are copies of another one.",
                count::articles(articles),
                count(stories, "story", "stories"),
                match several {
                    0 => "None is".into(),
                    1 => "One is".into(),
                    several => format!("{} are", number(several as u64)),
                },
                percent(copies, articles)
            ),
            figures: vec![
                (number(articles as u64), "articles"),
                (number(groups as u64), "texts"),
                (number(stories as u64), "stories"),
                (number(several as u64), "told more than once"),
                (percent(copies, articles), "copies"),
            ],
            charts: [
                Some(sizes(collection)),
                similarities(collection),
                hours(&moments),
                days(&moments, articles - moments.len()),
            ]
            .into_iter()
            .flatten()
            .collect(),
            busiest: busiest(&moments),
        }
    }
}

/// How many stories there are of each size.
fn sizes(collection: &Collection<'_>) -> Chart {
    let stories = collection.clustering.stories();
    let class = |size: usize| SIZES.partition_point(|&last| last < size);
    let mut figures = Vec::new();
    for (place, last) in SIZES.into_iter().enumerate() {
        let first = if place == 0 { 1 } else { SIZES[place - 1] + 1 };
        let label = match last {
            last if first == last => number(last as u64),
            usize::MAX => format!("{first}+"),
            last => format!("{first}–{last}"),
        };
        let stories = stories.iter();
        let of_class = stories.filter(|story| class(story.articles.len()) == place);
        figures.push((label, of_class.count()));
    }
    let largest = stories.iter().map(|story| story.articles.len()).max();
    let words = format!(
        "Stories by their number of articles. The largest has {}.",
        count::articles(largest.unwrap_or(0))
    );
    Chart::new(
        "Sizes of stories",
        words,
        ["Articles", "Stories"],
        figures,
        1,
    )
}

/// How sure the pairs are that were found. Nothing if there are none.
fn similarities(collection: &Collection<'_>) -> Option<Chart> {
    let pairs = collection.clustering.pairs();
    if pairs.is_empty() {
        return None;
    }
    let class = |same_event: f64| ((same_event * 10.0) as usize).min(9);
    let figures = (0..10).map(|place| {
        let of_class = pairs.iter().filter(|pair| class(pair.same_event) == place);
        let label = format!("{:.1}", place as f64 / 10.0);
        (label, of_class.count())
    });
    let same_text = pairs.iter().filter(|pair| pair.same_text).count();
    let words = format!(
        "{} that came up as one text or one event, by the probability of one event. {} share their text.",
        count(pairs.len(), "pair", "pairs"),
        number(same_text as u64)
    );
    Some(Chart::new(
        "Similarity of pairs",
        words,
        ["Probability from", "Pairs"],
        figures.collect(),
        1,
    ))
}

/// How many articles each hour of the day has. Nothing without a date.
fn hours(moments: &[Timestamp]) -> Option<Chart> {
    if moments.is_empty() {
        return None;
    }
    let mut hours = [0_usize; 24];
    for moment in moments {
        hours[moment.as_second().rem_euclid(86_400) as usize / 3_600] += 1;
    }
    let busiest = (0..24).max_by_key(|&hour| (hours[hour], std::cmp::Reverse(hour)))?;
    let words = format!(
        "Most come from {busiest:02}:00 to {:02}:00 UTC: {}.",
        (busiest + 1) % 24,
        count::articles(hours[busiest])
    );
    let figures = hours.iter().enumerate();
    let figures = figures.map(|(hour, &articles)| (format!("{hour:02}:00"), articles));
    Some(Chart::new(
        "Hours of the day",
        words,
        ["Hour", "Articles"],
        figures.collect(),
        6,
    ))
}

/// How many articles came when. Nothing if all came within an hour.
fn days(moments: &[Timestamp], undated: usize) -> Option<Chart> {
    let seconds = || moments.iter().map(|moment| moment.as_second());
    let (first, last) = (seconds().min()?, seconds().max()?);
    let hour = 3_600;
    // spans that a person counts in
    let spans = [
        (hour, "an hour"),
        (6 * hour, "6 hours"),
        (24 * hour, "a day"),
        (7 * 24 * hour, "a week"),
        (30 * 24 * hour, "30 days"),
        (365 * 24 * hour, "365 days"),
        (100 * 365 * 24 * hour, "100 years"),
        (1_000 * 365 * 24 * hour, "1,000 years"),
    ];
    let bin = |moment: i64, span: i64| moment.div_euclid(span);
    let bins = |span: i64| bin(last, span) - bin(first, span) + 1;
    let &(span, name) = spans.iter().find(|&&(span, _)| bins(span) <= BINS)?;
    if bins(span) < 2 {
        return None;
    }
    let mut figures = vec![0; bins(span) as usize];
    for moment in seconds() {
        figures[(bin(moment, span) - bin(first, span)) as usize] += 1;
    }
    let format = if span < 24 * hour {
        "%-d %b %H:%M"
    } else {
        "%-d %b %Y"
    };
    let label = |place: usize| {
        let start = (bin(first, span) + place as i64) * span;
        let start = Timestamp::from_second(start).unwrap_or(Timestamp::MIN);
        start.strftime(format).to_string()
    };
    let undated = match undated {
        0 => String::new(),
        undated => format!(
            " {} no date.",
            count(undated, "article has", "articles have")
        ),
    };
    let every = figures.len().div_ceil(3);
    let figures = figures.into_iter().enumerate();
    Some(Chart::new(
        "Over time, in UTC",
        format!("A bar is {name} and begins at its label.{undated}"),
        ["From", "Articles"],
        figures
            .map(|(place, articles)| (label(place), articles))
            .collect(),
        every,
    ))
}

/// The hours with the most articles, if any has more than one.
fn busiest(moments: &[Timestamp]) -> Vec<String> {
    let mut hours: BTreeMap<i64, usize> = BTreeMap::new();
    for moment in moments {
        *hours
            .entry(moment.as_second().div_euclid(3_600))
            .or_default() += 1;
    }
    let mut hours: Vec<(i64, usize)> = hours
        .into_iter()
        .filter(|&(_, articles)| articles > 1)
        .collect();
    hours.sort_by_key(|&(hour, articles)| (std::cmp::Reverse(articles), hour));
    let told = hours.into_iter().take(BUSIEST).map(|(hour, articles)| {
        let start = Timestamp::from_second(hour * 3_600).unwrap_or(Timestamp::MIN);
        format!(
            "{} to {:02}:00 ({})",
            start.strftime("%a %-d %b %Y, %H:00"),
            (hour + 1).rem_euclid(24),
            count::articles(articles)
        )
    });
    told.collect()
}
