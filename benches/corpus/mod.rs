//! Made-up news, the same bytes on every machine, and how long to measure.
//!
//! The member `samestory-made` makes the texts; how they are is said and tested there.

// Every bench compiles this file for itself and uses its own part of it.
#![allow(dead_code)]

pub(crate) mod collection;
pub(crate) mod read;
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
