//! Links to groups and stories: what hangs together, by the steps of the batch engine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

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
use crate::story::{Products, join_here};
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

/// An article that is settled, by what it is compared with others, and what is kept of it.
pub(super) type New<'a> = (&'a Arrival, &'a Entry);

/// The articles of an index before a number, and that of this number if there is one.
#[derive(Clone, Copy)]
struct Around<'a> {
    state: &'a State,
    before: u32,
    new: Option<New<'a>>,
}

impl<'a> Around<'a> {
    fn newcomer(self, number: u32) -> Option<New<'a>> {
        self.new.filter(|(arrival, _)| arrival.number == number)
    }

    fn entry(self, number: u32) -> &'a Entry {
        let new = self.newcomer(number).map(|(_, entry)| entry);
        new.unwrap_or_else(|| &self.state.entries[number])
    }

    /// Whether what is found out of this article can be kept: not of one that is not in the index, as it may only be asked
    /// about, and another one will have its number.
    fn is_kept(self, number: u32) -> bool {
        let is_listed = |entry| {
            let listed = self.state.entries.get(number);
            listed.is_some_and(|listed| std::ptr::eq(listed, entry))
        };
        (self.newcomer(number)).is_none_or(|(_, entry)| is_listed(entry))
    }

    fn copies(self, number: u32) -> impl Iterator<Item = u32> {
        let copies = self.entry(number).copies.iter().map(|&(copy, _)| copy);
        copies.take_while(move |&copy| copy < self.before)
    }

    fn links(self, number: u32) -> impl Iterator<Item = u32> {
        let links = self.entry(number).links.iter().copied();
        links.take_while(move |&link| link < self.before)
    }

    /// Articles with the same words, and those that are likely the same event. The new one is linked from its own side
    /// only, and all others from both.
    fn connected(self, number: u32) -> impl Iterator<Item = u32> {
        self.copies(number).chain(self.links(number))
    }

    /// All articles whose group may be another one.
    fn touched(self, seeds: &[u32]) -> BTreeSet<u32> {
        let touched = reach(seeds, usize::MAX, |number| self.copies(number));
        touched.unwrap_or_default()
    }

    /// Articles, those that they are linked with, and all others of their stories.
    fn stories(self, touched: &BTreeSet<u32>) -> BTreeSet<u32> {
        let linked = touched
            .iter()
            .flat_map(|&number| self.links(number).chain([number]));
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
            before: self.next,
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
            let scope = Scope {
                articles: part,
                touched: around.touched(&seeds),
                is_whole: true,
            };
            around.settle(scope, clusterer)
        });
        let mut settled: Vec<Settlement> = settled.collect();
        if !large.is_empty() {
            let touched = around.touched(&large);
            let mut articles = around.stories(&touched);
            // a story may reach into a part that is settled, as articles between them are gone
            articles.retain(|number| !seen.contains(number));
            let scope = Scope {
                articles,
                touched,
                is_whole: true,
            };
            settled.push(around.settle(scope, clusterer));
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

    /// Which articles are settled when a new one comes, and those that are connected with others.
    pub(super) fn scope(&self, seeds: impl IntoIterator<Item = u32>, new: New<'_>) -> Scope {
        let around = self.around(new);
        let seeds: Vec<u32> = seeds.into_iter().chain([around.before]).collect();
        let touched = around.touched(&seeds);
        let articles = reach(&seeds, SCOPE, |number| around.connected(number));
        let few = articles.is_some();
        let articles = articles.unwrap_or_else(|| around.stories(&touched));
        let is_whole = few || articles.len() <= SCOPE;
        Scope {
            articles,
            touched,
            is_whole,
        }
    }

    /// How these articles fall into groups and stories.
    pub(super) fn settle(&self, scope: Scope, new: New<'_>, clusterer: &Clusterer) -> Settlement {
        self.around(new).settle(scope, clusterer)
    }

    fn around<'a>(&'a self, new: New<'a>) -> Around<'a> {
        Around {
            state: self,
            before: new.0.number,
            new: Some(new),
        }
    }
}

/// Articles that are settled together.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) articles: BTreeSet<u32>,
    /// Those whose groups may be others.
    touched: BTreeSet<u32>,
    /// Whether all stories are made anew, or only those of touched articles.
    is_whole: bool,
}

impl Around<'_> {
    /// How these articles fall into groups and stories. Groups of those that were not touched stay what they are, and
    /// unless all is to be made anew so do the stories of these groups.
    fn settle(self, scope: Scope, clusterer: &Clusterer) -> Settlement {
        let entry = |number: u32| self.entry(number);
        let Scope {
            articles,
            touched,
            is_whole,
        } = scope;
        let mut scope: Vec<u32> = articles.into_iter().collect();
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
            // another one may be about to come in under the number of one that is only asked about
            let copies = entry.copies.iter();
            for &(other, copy) in copies.take_while(|&&(other, _)| other < self.before) {
                let Some(&other) = place.get(&other) else {
                    continue;
                };
                let pair = (own.min(other), own.max(other));
                match copy.recurring {
                    true => _ = recurring.insert(pair),
                    false => same.push((pair, copy.overlap())),
                }
            }
            let links = self.links(number);
            let links = links.filter_map(|other| place.get(&other).copied());
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
        let products = Unpacked {
            around: self,
            scope: &scope,
            vectors: scope.iter().map(|_| OnceLock::new()).collect(),
        };
        let groups = self.groups(&scope, &touched, same, clusterer);
        let reports = Reports {
            vectors: &[],
            published: &published,
            crowding: &crowding,
            recurring: &recurring,
            model: &clusterer.config().event,
            own: None,
        };
        let stories = |sets: &[Members], likely: &[Pair]| {
            join_here(reports, &products, sets, likely, clusterer.least())
        };
        let is_touched = |place: u32| touched.contains(&scope[place as usize]);
        let stories = if is_whole {
            let stories = stories(&groups, &likely);
            of_sets(&stories, &groups)
        } else {
            // what was one story stays one, as far as it was not touched
            let story = |group: &Members| entry(scope[group[0] as usize]).story;
            let sets = joined(&groups, |group| {
                (!is_touched(group[0])).then(|| story(group))
            });
            likely.retain(|&(a, b)| is_touched(a) || is_touched(b));
            let stories = stories(&sets, &likely);
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
        self,
        scope: &[u32],
        touched: &BTreeSet<u32>,
        same: Vec<(Pair, Overlap)>,
        clusterer: &Clusterer,
    ) -> Vec<Members> {
        let mut known: BTreeMap<u32, Members> = BTreeMap::new();
        let mut open: Vec<u32> = Vec::new();
        for (number, place) in scope.iter().zip(0..) {
            if touched.contains(number) {
                open.push(place);
            } else {
                known
                    .entry(self.entry(*number).group)
                    .or_default()
                    .push(place);
            }
        }
        let of_open: AHashMap<u32, u32> = open.iter().copied().zip(0..).collect();
        let same: Vec<(Pair, Overlap)> = same
            .into_iter()
            .filter_map(|((a, b), overlap)| Some(((*of_open.get(&a)?, *of_open.get(&b)?), overlap)))
            .collect();
        let number = |place: u32| scope[place as usize];
        let alone = open.len() == 1;
        let (shingles, numbers): (Vec<Shingles>, Vec<Box<[u64]>>) = open
            .iter()
            .map(|&place| match self.newcomer(number(place)) {
                _ if alone => (Shingles::default(), [].into()),
                Some((arrival, _)) => (arrival.text.shingles.clone(), arrival.text.numbers.clone()),
                None => (self.state).shingles(self.entry(number(place)), clusterer),
            })
            .unzip();
        let published: Vec<_> = open
            .iter()
            .map(|&place| self.entry(number(place)).published)
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

/// The vectors of the articles of a scope, unpacked when they are asked for.
struct Unpacked<'a> {
    around: Around<'a>,
    scope: &'a [u32],
    vectors: Vec<OnceLock<TermVector>>,
}

impl Products for Unpacked<'_> {
    fn vector(&self, place: u32) -> &TermVector {
        let place = place as usize;
        let number = self.scope[place];
        match self.around.newcomer(number) {
            Some((arrival, _)) => &arrival.vector,
            None => self.vectors[place].get_or_init(|| self.around.entry(number).vector.vector()),
        }
    }

    fn dot(&self, a: u32, b: u32) -> u64 {
        // at most 1, so it fits
        let dot = || self.vector(a).dot(self.vector(b)) as u32;
        let [a, b] = [a, b].map(|place| self.scope[place as usize]);
        let is_kept = self.around.is_kept(a) && self.around.is_kept(b);
        let dot = match is_kept {
            true => self.around.state.dots.of(a, b, dot),
            false => dot(),
        };
        dot.into()
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
