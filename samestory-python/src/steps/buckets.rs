//! Sketches to candidates: keys of buckets, and the pairs of each bucket.

use std::collections::BTreeMap;

use ahash::AHashMap;
use pyo3::prelude::*;
use samestory::candidate::{carried, in_bucket, shares_enough};

use super::Steps;
use super::columns::{Columns, bytes, integers, of_short, short};
use crate::table::Table;

/// A bucket, or the articles of one span of it.
type Bucket = (i64, i64);

/// How many phrases articles have.
type Phrases = AHashMap<u32, u32>;

#[pymethods]
impl Steps {
    /// Sketches (place, keys, phrases) to a row for each key (key, place, phrases): a key of a band has the band
    /// in its upper half, and phrases come after all bands. `phrases` is how many the article has.
    fn bucket_keys(&self, sketches: &Bound<'_, PyAny>) -> PyResult<Table> {
        let sketches = Columns::new(sketches)?;
        let bands = self.clusterer.bands().bands as i64;
        let (mut keys, mut places, mut counts) = (Vec::new(), Vec::new(), Vec::new());
        let rows = sketches.places("place")?.into_iter();
        let rows = rows.zip(sketches.bytes("keys")?);
        for ((place, of_bands), phrases) in rows.zip(sketches.bytes("phrases")?) {
            let phrases = short(phrases);
            let of_bands = short(of_bands).into_iter().zip(0..);
            keys.extend(of_bands.map(|(key, band)| band << 32 | i64::from(key)));
            keys.extend(phrases.iter().map(|&key| bands << 32 | i64::from(key)));
            places.resize(keys.len(), place);
            counts.resize(keys.len(), phrases.len() as i64);
        }
        Table::nullable(vec![
            ("key", integers(keys)),
            ("place", integers(places)),
            ("phrases", integers(counts)),
        ])
    }

    /// Whole buckets (key, place, phrases) to pairs (a, b, shared, fewer): how many phrases the pair shares there, and
    /// how many the one with fewer has; a shared band is more than all phrases. Buckets cut into spans have a column
    /// `span`, and `earlier` has what was carried to each (key, span, members).
    #[pyo3(signature = (buckets, earlier=None))]
    fn bucket_pairs(
        &self,
        buckets: &Bound<'_, PyAny>,
        earlier: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Table> {
        let (buckets, mut phrases) = rows(&Columns::new(buckets)?, earlier.is_some())?;
        let earlier = match earlier {
            Some(earlier) => members(&Columns::new(earlier)?)?,
            None => AHashMap::new(),
        };
        for &(place, count) in earlier.values().flatten() {
            phrases.insert(place, count);
        }
        let bands = self.clusterer.bands().bands as i64;
        let mut pairs = Vec::new();
        for bucket in buckets.chunk_by(|a, b| a.0 == b.0) {
            let before = earlier.get(&bucket[0].0).map_or(&[][..], Vec::as_slice);
            if bucket.len() + before.len() < 2 {
                continue;
            }
            let places =
                |members: &[(u32, u32)]| -> Vec<u32> { members.iter().map(|row| row.0).collect() };
            let of_bucket: Vec<u32> = bucket.iter().map(|&(_, place)| place).collect();
            let is_band = bucket[0].0.0 >> 32 < bands;
            let found = in_bucket(&places(before), &of_bucket).into_iter();
            pairs.extend(found.map(|pair| (pair, is_band)));
        }
        pairs.sort_unstable();
        let pairs = pairs.chunk_by(|a, b| a.0 == b.0).map(|same| {
            let ((a, b), is_band) = same[same.len() - 1];
            let shared = if is_band { ENOUGH } else { same.len() as i64 };
            (a, b, shared, phrases[&a].min(phrases[&b]))
        });
        let pairs: Vec<(u32, u32, i64, u32)> = pairs.collect();
        Table::nullable(vec![
            ("a", integers(pairs.iter().map(|pair| pair.0))),
            ("b", integers(pairs.iter().map(|pair| pair.1))),
            ("shared", integers(pairs.iter().map(|pair| pair.2))),
            ("fewer", integers(pairs.iter().map(|pair| pair.3))),
        ])
    }

    /// Parts of buckets (key, span, place, phrases) to what of each has to be known to go on (key, span, members).
    #[staticmethod]
    fn bucket_carried(buckets: &Bound<'_, PyAny>) -> PyResult<Table> {
        let (buckets, phrases) = rows(&Columns::new(buckets)?, true)?;
        let parts = buckets.chunk_by(|a, b| a.0 == b.0).map(|part| {
            let places: Vec<u32> = part.iter().map(|&(_, place)| place).collect();
            let carried = carried(&[], &places).into_iter();
            (
                part[0].0,
                carried.map(|place| (place, phrases[&place])).collect(),
            )
        });
        of_members(parts)
    }

    /// What has to be known of all parts of buckets to what each of them follows.
    #[staticmethod]
    fn bucket_earlier(parts: &Bound<'_, PyAny>) -> PyResult<Table> {
        let parts: BTreeMap<Bucket, Vec<(u32, u32)>> =
            members(&Columns::new(parts)?)?.into_iter().collect();
        let mut earlier = Vec::new();
        let mut key = None;
        let mut so_far: Vec<u32> = Vec::new();
        let mut phrases = AHashMap::new();
        for ((of, span), members) in parts {
            if key.replace(of) != Some(of) {
                so_far.clear();
                phrases.clear();
            }
            let with_phrases = so_far.iter().map(|place| (*place, phrases[place]));
            earlier.push(((of, span), with_phrases.collect()));
            phrases.extend(members.iter().copied());
            let places: Vec<u32> = members.iter().map(|row| row.0).collect();
            so_far = carried(&so_far, &places);
        }
        of_members(earlier.into_iter())
    }

    /// Of pairs with all that they share (a, b, shared, fewer) those that are worth a look (a, b).
    #[staticmethod]
    fn candidates(pairs: &Bound<'_, PyAny>) -> PyResult<Table> {
        let pairs = Columns::new(pairs)?;
        let (a, b) = (pairs.numbers("a")?, pairs.numbers("b")?);
        let shared = pairs.numbers("shared")?.into_iter();
        let kept: Vec<(i64, i64)> = (a.into_iter().zip(b))
            .zip(shared.zip(pairs.places("fewer")?))
            .filter(|&(_, (shared, fewer))| {
                let shared = u32::try_from(shared).unwrap_or(u32::MAX);
                shares_enough(shared, fewer, fewer)
            })
            .map(|(pair, _)| pair)
            .collect();
        Table::nullable(vec![
            ("a", integers(kept.iter().map(|pair| pair.0))),
            ("b", integers(kept.iter().map(|pair| pair.1))),
        ])
    }
}

/// More phrases than any text has.
const ENOUGH: i64 = 1 << 40;

/// The articles of buckets by key and place, each once, and how many phrases each has.
fn rows(columns: &Columns, cut: bool) -> PyResult<(Vec<(Bucket, u32)>, Phrases)> {
    let keys = columns.numbers("key")?;
    let spans = match cut {
        true => columns.numbers("span")?,
        false => vec![0; keys.len()],
    };
    let places = columns.places("place")?;
    let phrases = places
        .iter()
        .copied()
        .zip(columns.places("phrases")?)
        .collect();
    let mut rows: Vec<(Bucket, u32)> = keys.into_iter().zip(spans).zip(places).collect();
    rows.sort_unstable();
    // a text may say a phrase twice
    rows.dedup();
    Ok((rows, phrases))
}

/// Members of parts of buckets, each with how many phrases it has.
fn members(columns: &Columns) -> PyResult<AHashMap<Bucket, Vec<(u32, u32)>>> {
    let parts = columns
        .numbers("key")?
        .into_iter()
        .zip(columns.numbers("span")?);
    let members = columns.bytes("members")?.into_iter().map(|bytes| {
        let flat = short(bytes);
        let (pairs, _) = flat.as_chunks::<2>();
        pairs
            .iter()
            .map(|&[place, phrases]| (place, phrases))
            .collect()
    });
    Ok(parts.zip(members).collect())
}

fn of_members(parts: impl Iterator<Item = (Bucket, Vec<(u32, u32)>)>) -> PyResult<Table> {
    let parts: Vec<(Bucket, Vec<(u32, u32)>)> = parts.collect();
    let flat = parts.iter().map(|(_, members)| {
        let flat: Vec<u32> = members
            .iter()
            .flat_map(|&(place, phrases)| [place, phrases])
            .collect();
        of_short(&flat)
    });
    Table::nullable(vec![
        ("key", integers(parts.iter().map(|part| part.0.0))),
        ("span", integers(parts.iter().map(|part| part.0.1))),
        ("members", bytes(flat)),
    ])
}
