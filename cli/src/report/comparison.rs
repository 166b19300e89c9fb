//! The members of a story with each other.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use anyhow::Result;
use samestory::{EventEvidence, Part, Readings, Span, TextEvidence};
use serde::Serialize;

use super::shown::Shown;
use super::{Collection, Limits};

/// The members of a story with each other. Members are named by their place in the story.
#[derive(Debug)]
pub(super) struct Comparison {
    /// The probability of one event in percent: of each member with all before it, as far as the heat map goes.
    pub(super) percents: Vec<Vec<u8>>,
    /// The terms that hold the story together, the heaviest first, and what they add to the log-odds of a
    /// pair on average.
    pub(super) terms: Vec<(String, f64)>,
    /// Whether all pairs were compared.
    pub(super) complete: bool,
    pairs: Vec<Pair>,
}

/// Two members and all that speaks for them.
#[derive(Debug)]
struct Pair {
    a: usize,
    b: usize,
    relation: Relation,
    text: TextEvidence,
    event: EventEvidence,
}

/// Why two members are together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    /// They are one text.
    SameText,
    /// Their own score would be enough.
    SameEvent,
    /// The others of the story hold them together.
    ByOthers,
}

/// How many terms of a story and of a pair are shown.
const TERMS: (usize, usize) = (12, 8);

/// How many passages of a pair are marked: the longest.
const PASSAGES: usize = 40;

impl Comparison {
    /// Compares all members if they are few, and otherwise each with the earliest and with its nearest.
    pub(super) fn new(
        collection: &Collection<'_>,
        members: &[usize],
        all_pairs: usize,
        limits: &Limits,
    ) -> Result<Self> {
        let clustering = collection.clustering;
        let readings = clustering.read(collection.articles, members)?;
        let limit = collection.clusterer.config().same_event;
        let group = |place: usize| clustering.assignments()[members[place]].group;
        let complete = members.len() <= all_pairs;
        let chosen = match complete {
            true => (1..members.len())
                .flat_map(|b| (0..b).map(move |a| (a, b)))
                .collect(),
            false => nearest_and_earliest(&readings, members.len()),
        };
        let mut terms = Terms::default();
        let pairs = chosen.into_iter().map(|(a, b)| {
            let (text, mut event) = (readings.text(a, b), readings.event(a, b));
            let relation = match () {
                () if group(a) == group(b) => Relation::SameText,
                () if event.same_event >= limit => Relation::SameEvent,
                () => Relation::ByOthers,
            };
            terms.add(relation, &event);
            event.terms.truncate(TERMS.1);
            Pair {
                a,
                b,
                relation,
                text,
                event,
            }
        });
        let pairs: Vec<Pair> = pairs.collect();
        let percent = |a, b| (readings.same_event(a, b) * 100.0).round() as u8;
        let rows = 0..members.len().min(limits.heat);
        Ok(Self {
            percents: rows
                .map(|b| (0..b).map(|a| percent(a, b)).collect())
                .collect(),
            terms: terms.heaviest(),
            complete,
            pairs,
        })
    }

    /// All of it for the script of the page, with passages where they stand in what is shown. `texts` has
    /// headline and body of each member, as they were and as they are shown.
    pub(super) fn data<'a>(&'a self, texts: &[[(&str, &Shown); 2]]) -> Data<'a> {
        let mut words: Vec<&str> = Vec::new();
        let pairs = self.pairs.iter();
        let pairs = pairs.map(|pair| pair.data(&mut words, &texts[pair.a], &texts[pair.b]));
        let pairs = pairs.collect();
        Data {
            percents: &self.percents,
            words,
            pairs,
        }
    }
}

/// Each member with the earliest, which is the first, and with its nearest among all others.
fn nearest_and_earliest(readings: &Readings<'_>, members: usize) -> Vec<(usize, usize)> {
    let mut nearest: Vec<Option<(f64, Reverse<usize>)>> = vec![None; members];
    for b in 1..members {
        for a in 0..b {
            let same_event = readings.same_event(a, b);
            for (one, other) in [(a, b), (b, a)] {
                let candidate = Some((same_event, Reverse(other)));
                if candidate > nearest[one] {
                    nearest[one] = candidate;
                }
            }
        }
    }
    let with_nearest = nearest.iter().enumerate().filter_map(|(one, nearest)| {
        let Reverse(other) = (*nearest)?.1;
        Some((one.min(other), one.max(other)))
    });
    let mut pairs: Vec<(usize, usize)> = (1..members).map(|b| (0, b)).chain(with_nearest).collect();
    pairs.sort_unstable_by_key(|&(a, b)| (b, a));
    pairs.dedup();
    pairs
}

/// What the terms of a story add to its pairs.
#[derive(Debug, Default)]
struct Terms {
    /// By lower-cased text: as it was first spelled, and the sum over pairs.
    independent: BTreeMap<String, (String, f64)>,
    copies: BTreeMap<String, (String, f64)>,
    independent_pairs: usize,
    copied_pairs: usize,
}

impl Terms {
    fn add(&mut self, relation: Relation, event: &EventEvidence) {
        let (sums, pairs) = match relation {
            Relation::SameText => (&mut self.copies, &mut self.copied_pairs),
            _ => (&mut self.independent, &mut self.independent_pairs),
        };
        *pairs += 1;
        for term in &event.terms {
            // the library counts a possessive as the word itself
            let text = term
                .text
                .strip_suffix("'s")
                .or(term.text.strip_suffix("’s"));
            let text = text.unwrap_or(&term.text);
            let sum = sums.entry(text.to_lowercase());
            sum.or_insert_with(|| (text.to_owned(), 0.0)).1 += term.log_odds;
        }
    }

    /// The mean over the pairs that are no copies, as copies share everything; without any over the copies.
    fn heaviest(self) -> Vec<(String, f64)> {
        let (sums, pairs) = match self.independent_pairs {
            0 => (self.copies, self.copied_pairs),
            pairs => (self.independent, pairs),
        };
        let mut terms: Vec<(String, f64)> = sums
            .into_values()
            .map(|(text, sum)| (text, sum / pairs as f64))
            .collect();
        terms.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        terms.truncate(TERMS.0);
        terms.retain(|&(_, log_odds)| log_odds >= 0.05);
        terms
    }
}

/// A story for the script of the page.
#[derive(Debug, Serialize)]
pub(super) struct Data<'a> {
    percents: &'a [Vec<u8>],
    words: Vec<&'a str>,
    pairs: Vec<PairData>,
}

/// Two members for the script, without names to save room; the script has them in the same order.
#[derive(Debug, Serialize)]
struct PairData(
    // places of both members
    usize,
    usize,
    // relation
    u8,
    // in thousandths: same event, cosine, jaccard, containment
    [i64; 4],
    // shingles: shared, of the smaller, of the larger
    [usize; 3],
    // in hundredths: days apart, log-odds, and its parts
    Option<i64>,
    i64,
    [i64; 7],
    // terms: number of the word, hundredths it adds
    Vec<(usize, i64)>,
    // passages that are not shown
    usize,
    // passages: from and to of each span, in the first and in the second
    Vec<[Vec<usize>; 2]>,
);

impl Pair {
    fn data<'a>(
        &'a self,
        words: &mut Vec<&'a str>,
        a: &[(&str, &Shown); 2],
        b: &[(&str, &Shown); 2],
    ) -> PairData {
        let Self { text, event, .. } = self;
        let parts = &event.parts;
        let mut word = |text: &'a str| {
            let known = words.iter().position(|&known| known == text);
            known.unwrap_or_else(|| {
                words.push(text);
                words.len() - 1
            })
        };
        let terms = event.terms.iter();
        let terms = terms.map(|term| (word(&term.text), hundredths(term.log_odds)));
        let terms = terms.collect();
        let mut longest: Vec<_> = text.passages.iter().enumerate().collect();
        longest.sort_by_key(|(place, passage)| (Reverse(passage.words), *place));
        longest.truncate(PASSAGES);
        longest.sort_by_key(|&(place, _)| place);
        let passages: Vec<[Vec<usize>; 2]> = longest
            .into_iter()
            .map(|(_, passage)| [units(a, &passage.a), units(b, &passage.b)])
            .filter(|[a, b]| !a.is_empty() && !b.is_empty())
            .collect();
        PairData(
            self.a,
            self.b,
            self.relation as u8,
            [
                event.same_event,
                event.cosine,
                text.jaccard,
                text.containment,
            ]
            .map(thousandths),
            [
                text.overlap.shared,
                text.overlap.smaller,
                text.overlap.larger,
            ],
            event.days_apart.map(hundredths),
            hundredths(event.log_odds),
            [
                parts.cosine,
                parts.crowding,
                parts.days,
                parts.no_date,
                parts.recurring,
                parts.bias,
                parts.own,
            ]
            .map(hundredths),
            terms,
            text.passages.len() - passages.len(),
            passages,
        )
    }
}

/// Where spans stand in what is shown: from and to of each, counted on from the headline to the body.
fn units(texts: &[(&str, &Shown); 2], spans: &[Span]) -> Vec<usize> {
    let place = |span: &Span| {
        let ((original, shown), before) = match span.part {
            Part::Title => (texts[0], 0),
            Part::Body => (texts[1], texts[0].1.units()),
        };
        let at = |byte| before + shown.unit(original, byte);
        (at(span.start) < at(span.end)).then(|| [at(span.start), at(span.end)])
    };
    spans.iter().filter_map(place).flatten().collect()
}

fn thousandths(value: f64) -> i64 {
    (value * 1_000.0).round() as i64
}

fn hundredths(value: f64) -> i64 {
    (value * 100.0).round() as i64
}
