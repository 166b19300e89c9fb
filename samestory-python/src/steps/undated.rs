//! What undated articles find. They look at all articles before them, so the lists of their terms are held elsewhere,
//! in parts, and read by position.

use ahash::AHashMap;
use pyo3::prelude::*;
use samestory::candidate::{self, NEIGHBOURS, VISITS, across, undated_reads};
use samestory::term::TermVector;

use super::Steps;
use super::columns::{
    Columns, bytes, integers, of_short, of_vector, of_weighted, short, small, vector, weighted,
};
use super::neighbours::of_near;
use super::places::Places;
use crate::table::Table;

/// An entry of the list of a term: a set by its first article, and its weight.
type Entry = (u32, u16);

/// Where an undated set stands in the list of one of its terms.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Standing {
    set: u32,
    term: u32,
    weight: u32,
    position: u32,
}

#[pymethods]
impl Steps {
    /// How many entries an article reads at most.
    #[staticmethod]
    const fn visits() -> u32 {
        VISITS
    }

    /// The articles of a span (place, published, vector) to sets of equal ones (first, undated, members, vector).
    #[staticmethod]
    fn equals(articles: &Bound<'_, PyAny>) -> PyResult<Table> {
        let articles = Columns::new(articles)?;
        let places = Places::new(&articles.places("place")?)?;
        let published: Vec<_> = places.in_order(&articles.moments("published")?).collect();
        let vectors = articles.bytes("vector")?;
        let vectors: Vec<TermVector> = places.in_order(&vectors).map(vector).collect();
        // they are of one span, so no set is cut
        let sets = candidate::equals(&vectors);
        let members = |set: &Vec<u32>| {
            let members: Vec<u32> = set.iter().map(|&member| places.place(member)).collect();
            of_short(&members)
        };
        let firsts = || sets.iter().map(|set| set[0]);
        let undated = |first: u32| i32::from(published[first as usize].is_none());
        let of = |first: u32| of_vector(&vectors[first as usize]);
        Table::nullable(vec![
            ("first", integers(firsts().map(|first| places.place(first)))),
            ("undated", small(firsts().map(undated))),
            ("members", bytes(sets.iter().map(members))),
            ("vector", bytes(firsts().map(of))),
        ])
    }

    /// The sets of a span (first, undated, vector) to the lists of their terms (term, entries, undated, list): how many
    /// sets have the term, how many of them are undated, which stand behind the others, and the entries of these and
    /// of as many before them as anybody reads.
    #[staticmethod]
    fn lists(sets: &Bound<'_, PyAny>) -> PyResult<Table> {
        let sets = Columns::new(sets)?;
        let places = Places::new(&sets.places("first")?)?;
        let (undated, vectors) = (sets.numbers("undated")?, sets.bytes("vector")?);
        let mut lists = AHashMap::<u32, (Vec<Entry>, usize)>::new();
        let in_order = places.in_order(&undated).zip(places.in_order(&vectors));
        for (&first, (undated, bytes)) in places.all().iter().zip(in_order) {
            for weight in vector(bytes).weights() {
                let (list, undated_ones) = lists.entry(weight.term).or_default();
                list.push((first, weight.weight as u16));
                *undated_ones += undated as usize;
            }
        }
        let lists: Vec<(u32, (Vec<Entry>, usize))> = lists.into_iter().collect();
        let read = |(_, (list, undated)): &(u32, (Vec<Entry>, usize))| {
            of_weighted(
                list[list.len().saturating_sub(undated + VISITS as usize)..]
                    .iter()
                    .copied(),
            )
        };
        Table::nullable(vec![
            ("term", integers(lists.iter().map(|list| list.0))),
            (
                "entries",
                integers(lists.iter().map(|list| list.1.0.len() as i64)),
            ),
            (
                "undated",
                integers(lists.iter().map(|list| list.1.1 as i64)),
            ),
            ("list", bytes(lists.iter().map(read))),
        ])
    }

    /// Parts of lists (term, undated, list) that end before a position (to) to where the undated sets in them stand
    /// (set, term, weight, position).
    #[staticmethod]
    fn standings(lists: &Bound<'_, PyAny>) -> PyResult<Table> {
        let lists = Columns::new(lists)?;
        let terms = lists.numbers("term")?.into_iter();
        let parts = lists
            .numbers("undated")?
            .into_iter()
            .zip(lists.bytes("list")?);
        let mut standings = Vec::new();
        for ((term, to), (undated, list)) in terms.zip(lists.numbers("to")?).zip(parts) {
            let last = weighted(list).rev().take(undated as usize);
            standings.extend((1..).zip(last).map(|(at, entry)| (entry, term, to - at)));
        }
        Table::nullable(vec![
            ("set", integers(standings.iter().map(|row| row.0.0))),
            ("term", integers(standings.iter().map(|row| row.1))),
            ("weight", integers(standings.iter().map(|row| row.0.1))),
            ("position", integers(standings.iter().map(|row| row.2))),
        ])
    }

    /// Where undated sets stand, for each set in all lists of its terms (set, term, weight, position), to which part of
    /// each list the set reads (set, term, weight, from, to), and whether it leaves any (left).
    #[staticmethod]
    fn readings(standings: &Bound<'_, PyAny>) -> PyResult<Table> {
        let standings = Columns::new(standings)?;
        let terms = standings
            .places("set")?
            .into_iter()
            .zip(standings.places("term")?);
        let positions = standings
            .places("weight")?
            .into_iter()
            .zip(standings.places("position")?);
        let rows = terms.zip(positions);
        let mut rows: Vec<Standing> = rows
            .map(|((set, term), (weight, position))| Standing {
                set,
                term,
                weight,
                position,
            })
            .collect();
        rows.sort_unstable();
        let mut readings = Vec::new();
        for set in rows.chunk_by(|a, b| a.set == b.set) {
            let (reads, left) = undated_reads(set.iter().map(|standing| standing.position));
            for (standing, read) in set.iter().zip(reads) {
                if read > 0 {
                    readings.push((standing, standing.position - read, i32::from(left)));
                }
            }
        }
        Table::nullable(vec![
            ("set", integers(readings.iter().map(|row| row.0.set))),
            ("term", integers(readings.iter().map(|row| row.0.term))),
            ("weight", integers(readings.iter().map(|row| row.0.weight))),
            ("from", integers(readings.iter().map(|row| row.1))),
            ("to", integers(readings.iter().map(|row| row.0.position))),
            ("left", small(readings.iter().map(|row| row.2))),
        ])
    }

    /// All that undated sets read (set, weight, left, list) to the sets before them that they meet (set, first).
    #[staticmethod]
    fn met(read: &Bound<'_, PyAny>) -> PyResult<Table> {
        let read = Columns::new(read)?;
        let sets = read.places("set")?.into_iter().zip(read.numbers("left")?);
        let lists = read.places("weight")?.into_iter().zip(read.bytes("list")?);
        let mut of_sets = AHashMap::<(u32, i64), Vec<(u32, Option<&[u8]>)>>::new();
        for (set, list) in sets.zip(lists) {
            of_sets.entry(set).or_default().push(list);
        }
        let mut met = Vec::new();
        let mut sums = AHashMap::<u32, u64>::new();
        for ((set, left), lists) in of_sets {
            sums.clear();
            for (own, list) in lists {
                for (first, weight) in weighted(list) {
                    *sums.entry(first).or_default() += u64::from(own) * u64::from(weight);
                }
            }
            let mut best: Vec<(u64, u32)> =
                sums.iter().map(|(&first, &sum)| (sum, first)).collect();
            best.sort_unstable_by(|a, b| b.cmp(a));
            if left != 0 {
                best.truncate(NEIGHBOURS);
            }
            met.extend(best.into_iter().map(|(_, first)| (set, first)));
        }
        Table::nullable(vec![
            ("set", integers(met.iter().map(|row| row.0))),
            ("first", integers(met.iter().map(|row| row.1))),
        ])
    }

    /// Two sets of equal articles a row (a_vector, b_vector, a_members, b_members) to pairs that are near (a, b, dot).
    fn across(&self, sets: &Bound<'_, PyAny>) -> PyResult<Table> {
        let sets = Columns::new(sets)?;
        let vectors = sets
            .bytes("a_vector")?
            .into_iter()
            .zip(sets.bytes("b_vector")?);
        let members = sets
            .bytes("a_members")?
            .into_iter()
            .zip(sets.bytes("b_members")?);
        let mut near = Vec::new();
        for ((a, b), (a_members, b_members)) in vectors.zip(members) {
            // at most 1, so it fits
            let dot = vector(a).dot(&vector(b)) as u32;
            if dot >= self.clusterer.least_dot() {
                across(&short(a_members), &short(b_members), |pair| {
                    near.push((pair, dot))
                });
            }
        }
        of_near(near.into_iter())
    }
}
