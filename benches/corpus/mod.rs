//! Made-up news, the same bytes on every machine, and how long to measure.
//!
//! The words are invented so that no text has to be shipped. What the cost of a step hangs on is
//! taken from real English news (5,000 articles of the sets `allsides_dev` and `haystack`): words
//! follow Zipf's law with "the" at 5%; a word and its marks take 5.1 characters; of 1,000 words 170
//! begin with a capital and 13 hold a digit; and of the pieces between white space 3% are not ASCII,
//! for the sake of 11 curly apostrophes, 15 curly quotes and 3 dashes in 1,000 words.

// Every bench compiles this file for itself and uses its own part of it.
#![allow(dead_code)]

pub(crate) mod collection;
mod draw;
mod lexicon;
pub(crate) mod read;
mod report;
pub(crate) mod text;

use std::time::Duration;

use criterion::Criterion;

/// A short, a median and a long article, in words.
pub(crate) const LENGTHS: [usize; 3] = [60, 600, 3000];

/// Measures about a second for each benchmark: enough for a ratio within one run, which is all that
/// a shared machine can give. Options of the command line come on top.
pub(crate) fn briefly() -> Criterion {
    Criterion::default()
        .without_plots()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
}
