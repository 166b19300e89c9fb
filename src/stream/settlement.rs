//! Links to groups and stories: what hangs together, by the steps of the batch engine.

use std::collections::{BTreeMap, BTreeSet};

use ahash::{AHashMap, AHashSet};

use super::arrival::{Arrival, least};
use super::names::Member;
use super::state::{Entry, NO_STORY, Settings, State};
use crate::candidate::Pair;
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

impl State {
    /// How the articles that are connected with these fall into groups and stories; a new one among them.
    pub(super) fn settle(
        &self,
        seeds: impl IntoIterator<Item = u32>,
        new: Option<&Arrival>,
        settings: &Settings,
    ) -> Settlement {
        let entry = |number: u32| match new {
            Some(arrival) if number == self.next => &arrival.entry,
            _ => &self.entries[&number],
        };
        let seeds: Vec<u32> = seeds.into_iter().chain(new.map(|_| self.next)).collect();
        let copies = |number: u32| entry(number).copies.iter().map(|&(copy, _)| copy);
        let links = |number: u32| entry(number).links.iter().copied();
        // the new one is linked from its own side only, and all others from both
        let touched = reach(&seeds, usize::MAX, copies).unwrap_or_default();
        let scope = reach(&seeds, SCOPE, |number| copies(number).chain(links(number)));
        let scope = scope.unwrap_or_else(|| {
            let linked = touched
                .iter()
                .flat_map(|&number| links(number).chain([number]));
            let named = |number: u32| self.names.get(entry(number).story);
            let members = linked
                .clone()
                .filter_map(named)
                .flat_map(|named| named.members.iter().copied());
            members.chain(linked.clone()).collect()
        });
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
                _ => self.vector(&self.entries[&number], settings).into_owned(),
            })
            .collect();
        let groups = self.groups(&scope, &touched, same, new, settings);
        let reports = Reports {
            vectors: &vectors,
            published: &published,
            crowding: &crowding,
            recurring: &recurring,
            model: &settings.config.event,
            own: None,
        };
        let stories = stories(reports, &groups, &likely, least(settings));
        let numbers = |members: &Members| -> Vec<u32> {
            members
                .iter()
                .map(|&member| scope[member as usize])
                .collect()
        };
        Settlement {
            stories: stories
                .iter()
                .map(|story| {
                    let groups = story.iter().map(|&group| &groups[group as usize]);
                    let mut members: Vec<u32> = groups.flat_map(numbers).collect();
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
        settings: &Settings,
    ) -> Vec<Members> {
        let mut known: BTreeMap<u32, Members> = BTreeMap::new();
        let mut open: Vec<u32> = Vec::new();
        for (number, place) in scope.iter().zip(0..) {
            if touched.contains(number) {
                open.push(place);
            } else {
                known
                    .entry(self.entries[number].group)
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
        let entry = |place: u32| &self.entries[&scope[place as usize]];
        let alone = open.len() == 1;
        let shingles: Vec<Shingles> = open
            .iter()
            .map(|&place| match arrival(place) {
                _ if alone => Shingles::default(),
                Some(arrival) => arrival.shingles.clone(),
                None => self.shingles(entry(place), settings),
            })
            .collect();
        let numbers: Vec<Box<[u64]>> = open
            .iter()
            .map(|&place| match arrival(place) {
                _ if alone => [].into(),
                Some(arrival) => arrival.numbers.clone(),
                None => {
                    let places = self.dictionary.places(&entry(place).words);
                    self.dictionary.numbers(&places)
                }
            })
            .collect();
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
        let made = groups(texts, &same, &SameText::new(&settings.config));
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

/// So many articles that hang together are settled at once, as the batch engine would. Of more, only the
/// stories that an article is linked with.
const SCOPE: usize = 64;

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
