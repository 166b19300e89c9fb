//! A story as its template takes it.

use std::collections::BTreeSet;

use anyhow::Result;
use askama::Template;
use askama::filters::json;
use samestory::Timestamp;

use super::Collection;
use super::comparison::Comparison;
use super::heat::Heat;
use super::link::link;
use super::moment::{later, machine, moment, span};
use super::shortening::{Shortening, name, title};
use super::shown::Shown;
use super::timeline::{Dot, timeline};
use super::wording::{cohesion, separation};
use crate::count::{self, count, number};

/// A story as its template takes it.
#[derive(Debug, Template)]
#[template(path = "story.html")]
struct StoryView<'a> {
    /// Its number on the page, from 1.
    number: usize,
    headline: String,
    /// For the order by size and by time.
    size: usize,
    newest: i64,
    /// How many articles, texts and sources.
    counts: String,
    sources: String,
    span: Option<String>,
    /// Who was first.
    first: Option<String>,
    dots: Vec<Dot>,
    reports: Vec<Report<'a>>,
    /// How many articles are not listed.
    unlisted: Option<String>,
    cohesion: String,
    separation: String,
    terms: &'a [(String, f64)],
    heat: Heat,
    /// Whether the heat map has all articles.
    whole: bool,
    /// What the script takes, as JSON.
    data: String,
}

/// A story as it stands in the page.
#[derive(Debug)]
pub(super) struct Rendered {
    pub(super) markup: String,
    /// What the script takes, as JSON without anything that could end a script.
    pub(super) data: String,
}

/// The story of these members, the groups one after the other.
pub(super) fn rendered(
    collection: &Collection<'_>,
    place: usize,
    members: &[usize],
    comparison: &Comparison,
    shortening: &Shortening,
) -> Result<Rendered> {
    let view = StoryView::new(collection, place, members, comparison, shortening)?;
    Ok(Rendered {
        markup: view.render()?,
        data: view.data,
    })
}

/// A text of a story: its first article and the copies.
#[derive(Debug)]
pub(super) struct Report<'a> {
    first: Member<'a>,
    copies: Vec<Member<'a>>,
    /// Where the copies are, in words.
    also: String,
}

/// An article as the page shows it.
#[derive(Debug)]
pub(super) struct Member<'a> {
    /// Its number in the story, from 1.
    pub(super) number: usize,
    pub(super) id: String,
    pub(super) title: Shown,
    pub(super) body: Shown,
    pub(super) source: Option<String>,
    pub(super) link: Option<String>,
    pub(super) moment: Option<String>,
    pub(super) machine: Option<String>,
    /// How long after the first of the story.
    pub(super) later: Option<String>,
    pub(super) newest: i64,
    /// Member score in the story, and in the group if that has others.
    pub(super) score: String,
    pub(super) group_score: Option<String>,
    original: (&'a str, &'a str),
}

/// How many sources are named.
const SOURCES: usize = 6;

impl<'a> StoryView<'a> {
    fn new(
        collection: &Collection<'a>,
        place: usize,
        members: &[usize],
        comparison: &'a Comparison,
        shortening: &Shortening,
    ) -> Result<Self> {
        let clustering = collection.clustering;
        let assignment = |at: usize| clustering.assignments()[at];
        let story = &clustering.stories()[assignment(members[0]).story];
        let published = |at: usize| collection.articles[at].published;
        let moments = story.articles.iter().filter_map(|&at| published(at));
        let (earliest, latest) = (moments.clone().min(), moments.max());
        let listed: Vec<Member<'a>> = members
            .iter()
            .enumerate()
            .map(|(place, &at)| {
                let body = shortening.several(collection.articles[at].body);
                let alone = clustering.groups()[assignment(at).group].articles.len() == 1;
                Member::new(collection, at, place + 1, body, earliest, alone)
            })
            .collect();
        let texts: Vec<[(&str, &Shown); 2]> = listed
            .iter()
            .map(|member| {
                [
                    (member.original.0, &member.title),
                    (member.original.1, &member.body),
                ]
            })
            .collect();
        let data = json(comparison.data(&texts))?.to_string();
        let dots = timeline(members.iter().enumerate().map(|(place, &at)| {
            let report = place == 0 || assignment(at).group != assignment(members[place - 1]).group;
            (published(at), report)
        }));
        let headline = headline(&listed, members.iter().map(|&at| assignment(at).score));
        let sources: BTreeSet<&str> = story
            .articles
            .iter()
            .filter_map(|&at| collection.origins[at].source)
            .collect();
        let counts = [
            count::articles(story.articles.len()),
            match story.groups.len() {
                1 => "one text".into(),
                groups => format!("{} independent texts", number(groups as u64)),
            },
            count(sources.len(), "source", "sources"),
        ];
        let known = 3 - usize::from(sources.is_empty());
        Ok(Self {
            number: place + 1,
            headline,
            size: story.articles.len(),
            newest: latest.map_or(i64::MIN, Timestamp::seconds),
            counts: counts[..known].join(" · "),
            sources: named(sources.into_iter()),
            span: earliest.zip(latest).map(|(from, to)| span(from, to)),
            first: first(&listed[0]),
            dots,
            unlisted: (members.len() < story.articles.len()).then(|| {
                count(
                    story.articles.len() - members.len(),
                    "more article",
                    "more articles",
                )
            }),
            reports: reports(listed, |number| assignment(members[number - 1]).group),
            cohesion: cohesion(story),
            separation: separation(story, collection.clusterer.config().same_event),
            terms: &comparison.terms,
            heat: Heat::new(&comparison.percents),
            whole: comparison.percents.len() == story.articles.len(),
            data: data
                .replace('\u{2028}', "\\u2028")
                .replace('\u{2029}', "\\u2029"),
        })
    }
}

/// An article that stands alone.
pub(super) fn alone<'a>(
    collection: &Collection<'a>,
    at: usize,
    shortening: &Shortening,
) -> Member<'a> {
    let body = shortening.alone(collection.articles[at].body);
    Member::new(collection, at, 1, body, None, true)
}

impl<'a> Member<'a> {
    fn new(
        collection: &Collection<'a>,
        at: usize,
        number: usize,
        body: Shown,
        earliest: Option<Timestamp>,
        only_text: bool,
    ) -> Self {
        let article = &collection.articles[at];
        let origin = &collection.origins[at];
        let assignment = collection.clustering.assignments()[at];
        Self {
            number,
            id: name(article.id),
            title: title(article.title),
            body,
            source: origin.source.map(name),
            link: link(origin.url),
            moment: article.published.map(moment),
            machine: article.published.and_then(machine),
            later: earliest
                .zip(article.published)
                .filter(|_| number > 1)
                .map(|(earliest, published)| later(earliest, published)),
            newest: article.published.map_or(i64::MIN, Timestamp::seconds),
            score: format!("{:.2}", assignment.score),
            group_score: (!only_text).then(|| format!("{:.2}", assignment.group_score)),
            original: (article.title, article.body),
        }
    }
}

/// The headline that is nearest to the whole story; the first of them if several are.
fn headline(members: &[Member<'_>], scores: impl Iterator<Item = f64>) -> String {
    let titled = members.iter().zip(scores);
    let titled = titled.filter(|(member, _)| !member.title.text.trim().is_empty());
    let nearest = titled
        .max_by(|(a, of_a), (b, of_b)| of_a.total_cmp(of_b).then_with(|| b.number.cmp(&a.number)));
    match nearest {
        Some((member, _)) => member.title.text.clone(),
        None => format!("Without a headline: {}", members[0].id),
    }
}

/// The texts with their copies; members of one group stand one after the other.
fn reports<'a>(members: Vec<Member<'a>>, group: impl Fn(usize) -> usize) -> Vec<Report<'a>> {
    let mut reports: Vec<Report<'a>> = Vec::new();
    for member in members {
        match reports.last_mut() {
            Some(report) if group(report.first.number) == group(member.number) => {
                report.copies.push(member);
            }
            _ => reports.push(Report {
                first: member,
                copies: Vec::new(),
                also: String::new(),
            }),
        }
    }
    for report in &mut reports {
        let sources: Vec<&str> = report
            .copies
            .iter()
            .filter_map(|copy| copy.source.as_deref())
            .collect();
        let distinct: BTreeSet<&str> = sources.into_iter().collect();
        let copies = count(report.copies.len(), "copy", "copies");
        report.also = match distinct.is_empty() {
            true => copies,
            false => format!("Also in {} ({copies})", named(distinct.into_iter())),
        };
    }
    reports
}

/// Who was first.
fn first(member: &Member<'_>) -> Option<String> {
    let moment = member.moment.as_ref()?;
    let source = member.source.as_deref().unwrap_or(&member.id);
    Some(format!("{source}, {moment} UTC"))
}

/// Names in words, the first of many.
fn named<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let beyond = match names.len().saturating_sub(SOURCES) {
        // one more takes no more room than saying so
        1 => 0,
        beyond => beyond,
    };
    let shown = names.len() - beyond;
    let named: Vec<String> = names.take(shown).map(isolated).collect();
    match beyond {
        0 => named.join(", "),
        beyond => format!(
            "{} and {}",
            named.join(", "),
            count(beyond, "other", "others")
        ),
    }
}

/// A name among others, whose direction of writing does not reach beyond it.
fn isolated(text: &str) -> String {
    format!("\u{2068}{}\u{2069}", name(text))
}
