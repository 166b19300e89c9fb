//! A sample of articles: which of its pairs are candidates, and how alike they are.

use rayon::prelude::*;
use samestory::bucket::{Bands, Buckets};
use samestory::score::Overlap;
use samestory::signature::Signer;
use samestory::sketch::Sketch;
use samestory::{Article, Background, candidate, hash};

/// What was measured.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    /// How many articles it has.
    pub(crate) articles: usize,
    /// The exact Jaccard similarity of each candidate.
    pub(crate) jaccards: Vec<f64>,
}

impl Sample {
    /// Of so many articles at most: those whose ids have the smallest hashes, so that the order of the input does
    /// not matter.
    pub(crate) fn new(
        articles: &[Article<'_>],
        most: usize,
        shingle_words: usize,
        signer: &Signer,
        bands: Bands,
    ) -> Self {
        let mut sample: Vec<&Article<'_>> = articles.iter().collect();
        sample.sort_by_cached_key(|article| hash::mix(hash::word(article.id.as_bytes())));
        sample.truncate(most);
        let background = Background::none();
        let sketch =
            |article: &&Article<'_>| Sketch::new(article, shingle_words, signer, &background);
        let sketches: Vec<Sketch> = sample.par_iter().map(sketch).collect();
        let mut buckets = Buckets::new(bands);
        for sketch in &sketches {
            buckets.push(sketch.signature.as_ref().map(|signature| signature.slots()));
        }
        let jaccard = |(a, b): &(u32, u32)| {
            Overlap::new(
                &sketches[*a as usize].shingles,
                &sketches[*b as usize].shingles,
            )
            .jaccard()
        };
        let candidates = candidate::from_buckets(&[buckets]);
        Self {
            articles: sample.len(),
            jaccards: candidates.par_iter().map(jaccard).collect(),
        }
    }

    /// How many candidates reach a Jaccard similarity.
    pub(crate) fn reaching(&self, jaccard: f64) -> usize {
        self.jaccards.iter().filter(|of| **of >= jaccard).count()
    }
}
