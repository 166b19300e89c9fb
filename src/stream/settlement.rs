//! Links to groups and stories: what hangs together, by the steps of the batch engine.

use std::collections::{BTreeMap, BTreeSet};

use ahash::{AHashMap, AHashSet};
use rayon::prelude::*;

use super::arrival::Arrival;
use super::entry::{Entry, NO_STORY};
use super::names::Member;
use super::state::State;
use crate::candidate::Pair;
use crate::cluster::Clusterer;
use crate::evidence::Reports;
use crate::group::{Members, Texts, groups};
use crate::score::{Overlap, SameText};
use crate::shingle::Shingles;
use crate::story::stories;
use crate::term::TermVector;

/// How some articles fall into groups and stories: all that are connected with each other.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Settlement {
    /// Groups whose members may be others than before, in the library's order.
    pub(super) groups: Vec<Vec<u32>>,
    pub(super) stories: Vec<Vec<u32>>,
}

impl Settlement {
    /// The articles of each story, each with the story that it was in before.
    pub(super) fn members<'a>(&self, entry: impl Fn(u32) -> &'a Entry) -> Vec<Vec<Member>> {
        let member = |&number: &u32| {
            let story = entry(number).story;
            (number, (story != NO_STORY).then_some(story))
        };
        let story = |story: &Vec<u32>| story.iter().map(member).collect();
        self.stories.iter().map(story).collect()
    }
}

/// The articles of an index, and one that is about to come in.
#[derive(Clone, Copy)]
struct Around<'a> {
    state: &'a State,
    new: Option<&'a Arrival>,
}

impl<'a> Around<'a> {
    fn entry(self, number: u32) -> &'a Entry {
        match self.new {
            Some(arrival) if number == self.state.next => &arrival.entry,
            _ => &self.state.entries[number],
        }
    }

    fn copies(self, number: u32) -> impl Iterator<Item = u32> {
        self.entry(number).copies.iter().map(|&(copy, _)| copy)
    }

    /// Articles with the same words, and those that are likely the same event. The new one is linked from its own side
    /// only, and all others from both.
    fn connected(self, number: u32) -> impl Iterator<Item = u32> {
        let links = self.entry(number).links.iter().copied();
        self.copies(number).chain(links)
    }

    /// All articles whose group may be another one.
    fn touched(self, seeds: &[u32]) -> BTreeSet<u32> {
        let touched = reach(seeds, usize::MAX, |number| self.copies(number));
        touched.unwrap_or_default()
    }

    /// Articles, those that they are linked with, and all others of their stories.
    fn stories(self, touched: &BTreeSet<u32>) -> BTreeSet<u32> {
        let links = |number: u32| self.entry(number).links.iter().copied();
        let linked = touched
            .iter()
            .flat_map(|&number| links(number).chain([number]));
        let with_story = linked.flat_map(|number| {
            let named = self.state.names.get(self.entry(number).story);
            let members = named.into_iter().flat_map(|named| &named.members);
            members.copied().chain([number])
        });
        with_story.collect()
    }
}

impl State {
    /// How the articles that are connected with some of these fall into groups and stories, each connected part for
    /// itself.
    pub(super) fn settle_around(&self, seeds: &BTreeSet<u32>, clusterer: &Clusterer) -> Settlement {
        let around = Around {
            state: self,
            new: None,
        };
        let (mut seen, mut large, mut parts) = (BTreeSet::<u32>::new(), Vec::new(), Vec::new());
        for &seed in seeds {
            if seen.contains(&seed) {
                continue;
            }
            match reach(&[seed], LARGE_SCOPE, |number| around.connected(number)) {
                Some(part) => {
                    seen.extend(&part);
                    parts.push(part);
                }
                None => large.push(seed),
            }
        }
        let settled = parts.into_par_iter().map(|part| {
            let seeds: Vec<u32> = seeds.intersection(&part).copied().collect();
            self.settle_scope(around, part, &around.touched(&seeds), true, clusterer)
        });
        let mut settled: Vec<Settlement> = settled.collect();
        if !large.is_empty() {
            let touched = around.touched(&large);
            let mut scope = around.stories(&touched);
            // a story may reach into a part that is settled, as articles between them are gone
            scope.retain(|number| !seen.contains(number));
            settled.push(self.settle_scope(around, scope, &touched, true, clusterer));
        }
        let mut all = Settlement::default();
        for part in settled {
            all.groups.extend(part.groups);
            all.stories.extend(part.stories);
        }
        // names are given in this order
        all.stories.sort_unstable();
        all
    }

    /// How the articles that are connected with a new one fall into groups and stories, and those that are connected
    /// with others.
    pub(super) fn settle(
        &self,
        seeds: impl IntoIterator<Item = u32>,
        new: &Arrival,
        clusterer: &Clusterer,
    ) -> Settlement {
        let around = Around {
            state: self,
            new: Some(new),
        };
        let seeds: Vec<u32> = seeds.into_iter().chain([self.next]).collect();
        let touched = around.touched(&seeds);
        let scope = reach(&seeds, SCOPE, |number| around.connected(number));
        let few = scope.is_some();
        let scope = scope.unwrap_or_else(|| around.stories(&touched));
        let is_whole = few || scope.len() <= SCOPE;
        self.settle_scope(around, scope, &touched, is_whole, clusterer)
    }

    /// How these articles fall into groups and stories. Groups of those that were not touched stay what they are, and
    /// unless all is to be made anew so do the stories of these groups.
    fn settle_scope(
        &self,
        around: Around<'_>,
        scope: BTreeSet<u32>,
        touched: &BTreeSet<u32>,
        is_whole: bool,
        clusterer: &Clusterer,
    ) -> Settlement {
        let (new, entry) = (around.new, |number: u32| around.entry(number));
        let mut scope: Vec<u32> = scope.into_iter().collect();
        let rank = |number: &u32| {
            let entry = entry(*number);
            (entry.published.is_none(), entry.published, &entry.id)
        };
        scope.sort_by(|a, b| rank(a).cmp(&rank(b)));
        let place: AHashMap<u32, u32> = scope.iter().copied().zip(0..).collect();
        let mut same: Vec<(Pair, Overlap)> = Vec::new();
        let (mut recurring, mut likely) = (AHashSet::new(), Vec::new());
        for (&number, own) in scope.iter().zip(0u32..) {
            let entry = entry(number);
            for &(other, copy) in &entry.copies {
                let Some(&other) = place.get(&other) else {
                    continue;
                };
                let pair = (own.min(other), own.max(other));
                match copy.recurring {
                    true => _ = recurring.insert(pair),
                    false => same.push((pair, copy.overlap)),
                }
            }
            let links = entry
                .links
                .iter()
                .filter_map(|other| place.get(other).copied());
            likely.extend(links.map(|other| (own.min(other), own.max(other))));
        }
        same.sort_unstable_by_key(|&(pair, _)| pair);
        same.dedup_by_key(|&mut (pair, _)| pair);
        likely.sort_unstable();
        likely.dedup();

        let published: Vec<_> = scope
            .iter()
            .map(|&number| entry(number).published)
            .collect();
        let crowding: Vec<_> = scope.iter().map(|&number| entry(number).crowding).collect();
        let vectors: Vec<TermVector> = scope
            .iter()
            .map(|&number| match new {
                Some(arrival) if number == self.next => arrival.vector.clone(),
                _ => self.entries[number].vector.vector(),
            })
            .collect();
        let groups = self.groups(&scope, touched, same, new, clusterer);
        let reports = Reports {
            vectors: &vectors,
            published: &published,
            crowding: &crowding,
            recurring: &recurring,
            model: &clusterer.config().event,
            own: None,
        };
        let is_touched = |place: u32| touched.contains(&scope[place as usize]);
        let stories = if is_whole {
            let stories = stories(reports, &groups, &likely, clusterer.least());
            of_sets(&stories, &groups)
        } else {
            // what was one story stays one, as far as it was not touched
            let story = |group: &Members| entry(scope[group[0] as usize]).story;
            let sets = joined(&groups, |group| {
                (!is_touched(group[0])).then(|| story(group))
            });
            likely.retain(|&(a, b)| is_touched(a) || is_touched(b));
            let stories = stories(reports, &sets, &likely, clusterer.least());
            of_sets(&stories, &sets)
        };
        let numbers = |members: &Members| -> Vec<u32> {
            members
                .iter()
                .map(|&member| scope[member as usize])
                .collect()
        };
        Settlement {
            stories: stories
                .iter()
                .map(|members| {
                    let mut members = numbers(members);
                    members.sort_unstable();
                    members
                })
                .collect(),
            groups: groups
                .iter()
                .map(numbers)
                .filter(|members| touched.contains(&members[0]))
                .collect(),
        }
    }

    /// The groups of all articles in scope; only those that were touched are made anew.
    fn groups(
        &self,
        scope: &[u32],
        touched: &BTreeSet<u32>,
        same: Vec<(Pair, Overlap)>,
        new: Option<&Arrival>,
        clusterer: &Clusterer,
    ) -> Vec<Members> {
        let mut known: BTreeMap<u32, Members> = BTreeMap::new();
        let mut open: Vec<u32> = Vec::new();
        for (number, place) in scope.iter().zip(0..) {
            if touched.contains(number) {
                open.push(place);
            } else {
                known
                    .entry(self.entries[*number].group)
                    .or_default()
                    .push(place);
            }
        }
        let of_open: AHashMap<u32, u32> = open.iter().copied().zip(0..).collect();
        let same: Vec<(Pair, Overlap)> = same
            .into_iter()
            .filter_map(|((a, b), overlap)| Some(((*of_open.get(&a)?, *of_open.get(&b)?), overlap)))
            .collect();
        let arrival = |place: u32| match (new, scope[place as usize]) {
            (Some(arrival), number) if number == self.next => Some(arrival),
            _ => None,
        };
        let entry = |place: u32| &self.entries[scope[place as usize]];
        let alone = open.len() == 1;
        let (shingles, numbers): (Vec<Shingles>, Vec<Box<[u64]>>) = open
            .iter()
            .map(|&place| match arrival(place) {
                _ if alone => (Shingles::default(), [].into()),
                Some(arrival) => (arrival.text.shingles.clone(), arrival.text.numbers.clone()),
                None => self.shingles(entry(place), clusterer),
            })
            .unzip();
        let published: Vec<_> = open
            .iter()
            .map(|&place| match arrival(place) {
                Some(arrival) => arrival.entry.published,
                None => entry(place).published,
            })
            .collect();
        let texts = Texts {
            shingles: &shingles,
            numbers: &numbers,
            published: &published,
        };
        let made = groups(texts, &same, &SameText::new(clusterer.config()));
        let made = made.into_iter().map(|members| {
            members
                .iter()
                .map(|&member| open[member as usize])
                .collect()
        });
        let mut all: Vec<Members> = made.chain(known.into_values()).collect();
        all.sort_unstable_by_key(|members| members[0]);
        all
    }
}

/// Where so many articles hang together, all of them are settled when one comes, as the batch engine would. Where
/// more do, the stories that the new one is linked with are made anew, if they have so few articles; if not, they stay
/// what they are, and it joins them or not.
const SCOPE: usize = 32;
/// The same when articles were taken out, or weighed again. Where more hang together, the stories that they are linked
/// with are made anew.
const LARGE_SCOPE: usize = 256;

/// The members of each of these sets of groups.
fn of_sets(stories: &[Vec<u32>], sets: &[Members]) -> Vec<Members> {
    let members = |story: &Vec<u32>| {
        let sets = story.iter().flat_map(|&set| &sets[set as usize]);
        sets.copied().collect()
    };
    stories.iter().map(members).collect()
}

/// Groups of the same story in one set, those of none alone; in the library's order.
fn joined(groups: &[Members], story: impl Fn(&Members) -> Option<u32>) -> Vec<Members> {
    let mut sets: Vec<Members> = Vec::new();
    let mut set_of = AHashMap::new();
    for group in groups {
        let set = story(group).map(|story| *set_of.entry(story).or_insert(sets.len()));
        match set.and_then(|set| sets.get_mut(set)) {
            Some(set) => set.extend(group),
            None => sets.push(group.clone()),
        }
    }
    sets.iter_mut().for_each(|set| set.sort_unstable());
    sets
}

/// All articles that can be reached from some; `None` if they are more than `most`.
fn reach<I: Iterator<Item = u32>>(
    seeds: &[u32],
    most: usize,
    others: impl Fn(u32) -> I,
) -> Option<BTreeSet<u32>> {
    let mut reached: BTreeSet<u32> = seeds.iter().copied().collect();
    let mut open = seeds.to_vec();
    while let Some(number) = open.pop() {
        for other in others(number) {
            if reached.insert(other) {
                open.push(other);
            }
        }
        if reached.len() > most.max(seeds.len()) {
            return None;
        }
    }
    Some(reached)
}
