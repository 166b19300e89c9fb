//! Articles that come together to their placements.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::StoryIndex;
use super::arrival::{Arrival, Enrolled, Found, ReadArticle};
use super::lines::MANY;
use super::names::Changes;
use super::placement::{Outcome, Placement};
use super::settlement::{Scope, Settlement};
use super::state::State;
use super::words::Reading;
use crate::article::Article;
use crate::cluster::Clusterer;
use crate::error::{Error, ErrorKind};

/// So many articles are read at a time.
const CHUNK: usize = 256;
/// So many new ones are looked at together at most. They wait in the index for each other, and others may read in between.
const TOGETHER: usize = 32;

/// An article and what can be said of it alone.
pub(super) type Read<'a> = (&'a Article<'a>, ReadArticle);

/// An article, and how it lands.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) enrolled: Enrolled,
    pub(super) settlement: Settlement,
}

impl StoryIndex {
    /// Takes in articles as if they came one after the other, until an error.
    pub(super) fn land_all(
        &self,
        articles: &[Article<'_>],
        placements: &mut Vec<Placement>,
    ) -> Result<(), Error> {
        for articles in articles.chunks(CHUNK) {
            let read = |article| (article, ReadArticle::new(article, &self.clusterer));
            let read: Vec<Read<'_>> = articles.par_iter().map(read).collect();
            let mut coming = read.into_iter().peekable();
            while let Some(first) = coming.next() {
                let state = self.reading();
                if state.number(first.0.id).is_some() {
                    drop(state);
                    placements.push(self.land(first)?);
                    continue;
                }
                let most = state.room()?;
                let mut ids = BTreeSet::from([first.0.id]);
                let mut together = vec![first];
                while together.len() < most
                    && let Some(next) = coming.next_if(|(article, _)| {
                        state.number(article.id).is_none() && ids.insert(article.id)
                    })
                {
                    together.push(next);
                }
                drop(state);
                self.land_together(together, placements);
            }
        }
        Ok(())
    }

    /// Takes in an article that has been read.
    pub(super) fn land(&self, read: Read<'_>) -> Result<Placement, Error> {
        let state = self.reading();
        let looked = match state.version(&read) {
            Some((number, true)) => return Ok(state.placement(number, Outcome::Unchanged)),
            Some((number, false)) => {
                state.room()?;
                drop(state);
                return Ok(self.writing().update(number, read, &self.clusterer));
            }
            None => {
                state.room()?;
                // all that takes time is done while others read
                state.look([], read, &self.clusterer)
            }
        };
        drop(state);
        Ok((self.writing()).take_in(looked, Outcome::Inserted, &self.clusterer))
    }

    /// Takes in articles that are new, as if they came one after the other: whatever is found out by looking at those
    /// before is found out for all of them at once, and what changes these in their order.
    fn land_together(&self, together: Vec<Read<'_>>, placements: &mut Vec<Placement>) {
        let clusterer = &self.clusterer;
        let state = self.reading();
        let read = together.par_iter().map(|read| state.read(read, clusterer));
        let mut readings: Vec<Reading> = read.collect();
        drop(state);

        let mut state = self.writing();
        for reading in &mut readings {
            state.learn(&mut reading.fresh, clusterer);
        }
        drop(state);

        let state = self.reading();
        let numbered = (state.next..).zip(together.into_iter().zip(readings));
        let numbered: Vec<(u32, (Read<'_>, Reading))> = numbered.collect();
        let enroll = |(number, (read, reading))| state.enroll(number, read, reading, clusterer);
        let enrolled: Vec<Enrolled> = numbered.into_par_iter().map(enroll).collect();
        drop(state);

        let arrivals: Vec<Arrival> = self.writing().enter_all(enrolled);

        let state = self.reading();
        let entry = |arrival: &Arrival| &state.entries[arrival.number];
        let find = |arrival| state.find(entry(arrival), arrival, clusterer);
        let found: Vec<Found> = arrivals.par_iter().map(find).collect();
        drop(state);

        let mut state = self.writing();
        for (arrival, found) in arrivals.iter().zip(found) {
            state.relate_both(arrival.number, found, clusterer);
        }
        drop(state);

        let settled = self.reading().settle_apart(&arrivals, clusterer);
        for (arrival, settled) in arrivals.into_iter().zip(settled) {
            let settlement = settled.unwrap_or_else(|| {
                let state = self.reading();
                let new = (&arrival, &state.entries[arrival.number]);
                state.settle(state.scope([], new), new, clusterer)
            });
            let mut state = self.writing();
            placements.push(state.arrive(arrival, &settlement, Outcome::Inserted, clusterer));
        }
    }
}

impl State {
    /// The number of the article with the same id, and whether it has the same text and date.
    pub(super) fn version(&self, (article, read): &Read<'_>) -> Option<(u32, bool)> {
        let number = self.number(article.id)?;
        let entry = &self.entries[number];
        let same = entry.text == read.hash && entry.published == article.published;
        Some((number, same))
    }

    /// Says how an article lands that comes next, and how those that are connected with others are settled with it.
    pub(super) fn look(
        &self,
        others: impl IntoIterator<Item = u32>,
        read: Read<'_>,
        clusterer: &Clusterer,
    ) -> Looked {
        let reading = self.read(&read, clusterer);
        let mut enrolled = self.enroll(self.next, read, reading, clusterer);
        let Enrolled { entry, arrival, .. } = &mut enrolled;
        let found = self.find(entry, arrival, clusterer);
        self.relate(entry, found, clusterer);
        let new = (&*arrival, &*entry);
        let settlement = self.settle(self.scope(others, new), new, clusterer);
        Looked {
            enrolled,
            settlement,
        }
    }

    /// Takes in an article at which it was looked.
    fn take_in(&mut self, looked: Looked, outcome: Outcome, clusterer: &Clusterer) -> Placement {
        let Enrolled {
            entry,
            arrival,
            mut fresh,
        } = looked.enrolled;
        self.learn(&mut fresh, clusterer);
        self.note_with_others(arrival.number, &entry);
        self.enter(arrival.number, entry);
        self.list_keys(arrival.number, &arrival.text.keys);
        self.arrive(arrival, &looked.settlement, outcome, clusterer)
    }

    /// How many new articles may be looked at together.
    fn room(&self) -> Result<usize, Error> {
        let left = MANY.saturating_sub(self.next) as usize;
        if left == 0 {
            let message = "an index numbers no more than 4,294,967,294 articles, removed ones among them; begin another one";
            return Err(Error::new(ErrorKind::TooManyArticles, message));
        }
        // word statistics are the same for all of them
        Ok(TOGETHER.min(left).min(self.epochs.left()))
    }

    /// The settlements of those articles that have nothing to do with others that come with them; none for the others,
    /// which have to wait for these.
    fn settle_apart(&self, arrivals: &[Arrival], clusterer: &Clusterer) -> Vec<Option<Settlement>> {
        let entry = |arrival: &Arrival| &self.entries[arrival.number];
        let scopes = arrivals
            .par_iter()
            .map(|arrival| self.scope([], (arrival, entry(arrival))));
        let scopes: Vec<Scope> = scopes.collect();
        let mut taken: BTreeSet<u32> = BTreeSet::new();
        let apart: Vec<Option<Scope>> = scopes
            .into_iter()
            .map(|scope| {
                let before = taken.len();
                taken.extend(&scope.articles);
                (taken.len() == before + scope.articles.len()).then_some(scope)
            })
            .collect();
        let settled = arrivals.par_iter().zip(apart).map(|(arrival, scope)| {
            Some(self.settle(scope?, (arrival, entry(arrival)), clusterer))
        });
        settled.collect()
    }

    /// An article that was looked at is there from now on, and lies where it was settled.
    fn arrive(
        &mut self,
        arrival: Arrival,
        settlement: &Settlement,
        outcome: Outcome,
        clusterer: &Clusterer,
    ) -> Placement {
        let number = arrival.number;
        let placement = self.prospect(&self.entries[number], number, settlement, outcome);
        self.admit(number);
        self.count(arrival, clusterer);
        self.accept(settlement);
        placement
    }

    /// Puts another version in the place of an article. What both versions bring about is settled at once, so that names
    /// do not pass through a state without either.
    fn update(&mut self, number: u32, read: Read<'_>, clusterer: &Clusterer) -> Placement {
        let story = self.entries[number].story;
        let affected = self.remove(&[number], clusterer);
        self.names.leave(story, number);
        let mut looked = self.look(affected, read, clusterer);
        if (self.names.get(story)).is_some_and(|named| named.members.is_empty()) {
            // it was alone, so its story waits for it
            looked.enrolled.entry.story = story;
        }
        self.take_in(looked, Outcome::Updated, clusterer)
    }

    /// Notes how articles were settled.
    pub(super) fn accept(&mut self, settlement: &Settlement) -> Changes {
        let mut placed = Vec::new();
        for group in &settlement.groups {
            for &number in group {
                if std::mem::replace(&mut self.other_side(number).group, group[0]) != group[0] {
                    placed.push(number);
                }
            }
        }
        let parts = settlement.members(|number| &self.entries[number]);
        let plan = self.names.plan(&parts, |number| &self.entries[number].id);
        let changes = self.names.changes(&plan);
        let stories = self.names.carry_out(plan, &parts);
        for (part, story) in parts.iter().zip(stories) {
            for &(number, before) in part {
                self.other_side(number).story = story;
                if before != Some(story) {
                    placed.push(number);
                }
            }
        }
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.placed.extend(placed);
            unsaved.stories.append(&mut self.names.changed);
        }
        self.names.changed.clear();
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Timestamp;

    #[test]
    fn who_asks_does_not_see_who_is_about_to_come() {
        let day = |day: i64| Timestamp::from_seconds(day * 86_400);
        let report = |numbers: [u32; 4]| {
            let [copper, tin, zinc, lead] = numbers;
            format!(
                "Corrigan harbour exchange of Marr reports at the close: copper {copper} dollars, tin {tin} dollars, zinc {zinc} dollars \
                 and lead {lead} dollars a tonne, as stocks of the Stannick warehouses were checked by the mint."
            )
        };
        let (issue, next) = (report([350, 220, 410, 515]), report([361, 207, 433, 498]));
        let other = "Stannick warehouses: Marr mint checked tin, zinc, lead and copper; Corrigan exchange closes harbour";
        let ids: Vec<String> = (0..20).map(|number| format!("other-{number}")).collect();
        let bodies: Vec<String> = (0..20)
            .map(|number| {
                format!(
                    "The ferry{number} of captain{number} ran aground off town{number} on Friday."
                )
            })
            .collect();
        let mut known = vec![Article::new("issue", "Metals", &issue).published_at(day(0))];
        known.extend(
            ids.iter()
                .zip(&bodies)
                .map(|(id, body)| Article::new(id, "Aground", body).published_at(day(0))),
        );
        let coming = &Article::new("next", "Metals", &next).published_at(day(7));
        let asked = Article::new("asked", "Metals", other).published_at(day(0));
        let index = StoryIndex::new();
        index.insert_many(&known).unwrap();
        let before = index.query(&asked);
        assert_eq!(before.story, "issue");
        {
            let (clusterer, mut state) = (&index.clusterer, index.writing());
            let read = (coming, ReadArticle::new(coming, clusterer));
            let mut reading = state.read(&read, clusterer);
            state.learn(&mut reading.fresh, clusterer);
            let number = state.next;
            let enrolled = state.enroll(number, read, reading, clusterer);
            let arrivals = state.enter_all(vec![enrolled]);
            let found = state.find(&state.entries[number], &arrivals[0], clusterer);
            state.relate_both(number, found, clusterer);
            assert!(state.entries[number].copies[0].1.recurring);
        }
        assert_eq!(index.query(&asked), before);
        assert_eq!(index.len(), known.len());
    }
}
