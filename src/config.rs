//! What the caller may choose. The defaults were chosen on labelled news and serve every kind.

use serde::{Deserialize, Serialize};

use crate::bucket::Bands;
use crate::error::Error;
use crate::evidence::EventModel;

/// The settings of a [`Clusterer`](crate::Clusterer): plain data, checked when one is built.
///
/// Quick advice: leave it. If you want copies only when nearly everything is the same, raise
/// `jaccard` and `containment`; if stories are too coarse or too fine, move `same_event`. The rest
/// follows.
///
/// ```
/// use samestory::{Clusterer, Config, ErrorKind};
///
/// let strict = Config { jaccard: 0.8, containment: Some(0.9), ..Config::default() };
/// assert!(Clusterer::with_config(strict).is_ok());
///
/// let wrong = Config { jaccard: 1.5, ..Config::default() };
/// let error = Clusterer::with_config(wrong).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidConfig);
/// assert_eq!(error.to_string(), "config: jaccard is 1.5, allowed is more than 0 and at most 1");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many neighbouring words make a shingle; 1 to 64, default 3.
    pub shingle_words: usize,
    /// Two articles are the same text from this Jaccard similarity on; in (0, 1], default 0.3.
    pub jaccard: f64,
    /// Or from this containment on: the share of the smaller article's shingles that the other has
    /// too; in (0, 1], default 0.5. It finds trimmed and extended copies. With `None` only
    /// `jaccard` counts.
    pub containment: Option<f64>,
    /// How many shingles two articles must share for their containment to count, and for `jaccard`
    /// to be enough; at least 1, default 12. A headline contained in a long article says little.
    /// With fewer, a Jaccard similarity halfway from `jaccard` to 1 is asked.
    pub min_shared: usize,
    /// How likely a pair that only just reaches `jaccard` shares a bucket; in (0, 1), default 0.9.
    /// Most pairs reach it by far and are found nearly always.
    pub recall: f64,
    /// How many slots a signature has; 1 to 65,536, default 256. Memory is 4 bytes a slot.
    pub num_hashes: usize,
    /// Bands and rows by hand; `None`, the default, takes [`Bands::for_goal`] of the three above.
    pub bands: Option<Bands>,
    /// Two clusters become one story while the mean log-odds over their pairs is at least that of
    /// this probability; in (0, 1), default 0.17.
    pub same_event: f64,
    /// For how many articles the background table counts; 0 or more, default 2000.
    pub background_trust: f64,
    /// How much each kind of evidence counts for the same event.
    pub event: EventModel,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            shingle_words: 3,
            jaccard: 0.3,
            containment: Some(0.5),
            min_shared: 12,
            recall: 0.9,
            num_hashes: 256,
            bands: None,
            same_event: 0.17,
            background_trust: 2000.0,
            event: EventModel::default(),
        }
    }
}

impl Config {
    /// Checks every field and says how signatures are cut.
    pub(crate) fn check(&self) -> Result<Bands, Error> {
        let counts = [
            ("shingle_words", self.shingle_words, 1..=64),
            ("min_shared", self.min_shared, 1..=usize::MAX),
            ("num_hashes", self.num_hashes, 1..=65_536),
        ];
        for (field, value, range) in counts {
            if !range.contains(&value) {
                let allowed = match *range.end() {
                    usize::MAX => format!("{} or more", range.start()),
                    end => format!("{} to {end}", range.start()),
                };
                return Err(Error::config(field, value, &allowed));
            }
        }
        let containment = self.containment.map(|value| ("containment", value));
        for (field, value) in [("jaccard", self.jaccard)].into_iter().chain(containment) {
            // written so that NaN fails
            if !(value > 0.0 && value <= 1.0) {
                return Err(Error::config(field, value, "more than 0 and at most 1"));
            }
        }
        for (field, value) in [("recall", self.recall), ("same_event", self.same_event)] {
            if !(value > 0.0 && value < 1.0) {
                return Err(Error::config(field, value, "more than 0 and less than 1"));
            }
        }
        if !(0.0..=1e9).contains(&self.background_trust) {
            return Err(Error::config(
                "background_trust",
                self.background_trust,
                "0 to 1e9",
            ));
        }
        self.event.check()?;
        match self.bands {
            None => Bands::for_goal(self.jaccard, self.recall, self.num_hashes).ok_or_else(|| {
                let allowed = format!(
                    "a recall that bands of {} slots reach at jaccard {}: lower it, or raise num_hashes",
                    self.num_hashes, self.jaccard
                );
                Error::config("recall", self.recall, &allowed)
            }),
            Some(bands) if bands.bands == 0 || bands.rows == 0 => {
                Err(Error::config("bands", bands, "at least 1 band of at least 1 row"))
            }
            Some(bands) if bands.bands.saturating_mul(bands.rows) > self.num_hashes => {
                let allowed = format!("bands x rows up to num_hashes, {}", self.num_hashes);
                Err(Error::config("bands", bands, &allowed))
            }
            Some(bands) => Ok(bands),
        }
    }
}
