//! What undated articles find: they look at all articles before them, so their lists are read by position.

use pyo3::prelude::*;
use samestory::candidate::{NEIGHBOURS, across, undated_reads};

use super::Steps;
use super::columns::{Columns, integers, short, small, vector};
use super::neighbours::of_near;
use crate::table::Table;

/// A term of a set, and where the set stands in the list of the term.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    set: u32,
    term: u32,
    weight: u32,
    position: u32,
}

#[pymethods]
impl Steps {
    /// How many neighbours an article keeps that did not read all.
    #[staticmethod]
    const fn kept() -> usize {
        NEIGHBOURS
    }

    /// Sets of equal articles (first, undated, vector) to an entry for each term (term, first, weight, undated).
    #[staticmethod]
    fn entries(sets: &Bound<'_, PyAny>) -> PyResult<Table> {
        let sets = Columns::new(sets)?;
        let rows = sets
            .numbers("first")?
            .into_iter()
            .zip(sets.numbers("undated")?);
        let mut entries = Vec::new();
        for ((first, undated), bytes) in rows.zip(sets.bytes("vector")?) {
            let weights = vector(bytes);
            entries.extend(
                weights
                    .weights()
                    .map(|weight| (weight, first, undated as i32)),
            );
        }
        Table::nullable(vec![
            ("term", integers(entries.iter().map(|entry| entry.0.term))),
            ("first", integers(entries.iter().map(|entry| entry.1))),
            (
                "weight",
                integers(entries.iter().map(|entry| entry.0.weight)),
            ),
            ("undated", small(entries.iter().map(|entry| entry.2))),
        ])
    }

    /// All entries of undated sets with their positions in the list of the term (term, first, weight, position) to which
    /// part of each list the set reads (set, term, weight, from, to), and whether it leaves any (left).
    #[staticmethod]
    fn readings(entries: &Bound<'_, PyAny>) -> PyResult<Table> {
        let entries = Columns::new(entries)?;
        let sets = entries
            .places("first")?
            .into_iter()
            .zip(entries.places("term")?);
        let (weights, positions) = (entries.places("weight")?, entries.places("position")?);
        let rows = sets.zip(weights.into_iter().zip(positions));
        let mut rows: Vec<Entry> = rows
            .map(|((set, term), (weight, position))| Entry {
                set,
                term,
                weight,
                position,
            })
            .collect();
        rows.sort_unstable();
        let mut readings = Vec::new();
        for set in rows.chunk_by(|a, b| a.set == b.set) {
            let (reads, left) = undated_reads(set.iter().map(|entry| entry.position));
            for (entry, read) in set.iter().zip(reads) {
                if read > 0 {
                    let from = entry.position - read;
                    readings.push((entry, from, i32::from(left)));
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
