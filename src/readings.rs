//! Some articles of a collection, each read once, to compare any two of them.

use crate::article::Article;
use crate::clustering::Clustering;
use crate::error::{Error, ErrorKind};
use crate::explain::{EventEvidence, Reading, TextEvidence};

/// Some articles of a collection, each read once, to compare any two of them.
///
/// [`Clustering::explain`] reads the articles of two stories for one answer. Who wants the evidence for
/// many pairs of a few articles, such as all pairs of a story, reads them once with [`Clustering::read`].
///
/// ```
/// use samestory::{Article, Clusterer};
///
/// let articles = [
///     Article::new("a", "Ferry aground off Marr", "The Marr ferry Corrigan ran aground with 212 people on board."),
///     Article::new("b", "Corrigan refloated", "Tugs pulled the ferry Corrigan and its 212 people off the Marr rocks."),
///     Article::new("c", "Cup final", "Stannick won the cup with a late goal."),
/// ];
/// let clustering = Clusterer::new().cluster(&articles).unwrap();
/// // Articles are named by their place among those that were read.
/// let readings = clustering.read(&articles, &[2, 1, 0]).unwrap();
/// assert!(readings.same_event(1, 2) > 0.5);
/// assert!(readings.same_event(0, 1) < 0.5);
/// assert_eq!(readings.event(1, 2), clustering.explain(&articles, 1, 0).unwrap().event);
/// ```
#[derive(Debug)]
pub struct Readings<'a> {
    clustering: &'a Clustering,
    readings: Vec<Reading<'a>>,
}

impl Clustering {
    /// Reads some articles, by their positions in the input, to compare them with each other.
    ///
    /// `articles` must be the collection that was clustered, in the same order: the library keeps
    /// no text.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownArticle`] when a position is beyond the input, or `articles` is not as
    /// long as the input was.
    ///
    /// # Complexity
    ///
    /// Reads each article once, and keeps its words while the readings live.
    pub fn read<'a>(
        &'a self,
        articles: &[Article<'a>],
        among: &[usize],
    ) -> Result<Readings<'a>, Error> {
        self.check(articles, among)?;
        let readings = among.iter().map(|&at| Reading::new(articles, at, self));
        Ok(Readings {
            clustering: self,
            readings: readings.collect(),
        })
    }

    /// Whether these are the articles that were clustered, and the positions are among them.
    pub(crate) fn check(&self, articles: &[Article<'_>], among: &[usize]) -> Result<(), Error> {
        let count = self.assignments().len();
        if articles.len() != count {
            let message = format!(
                "{} articles given, but {count} were clustered; pass the same ones",
                articles.len()
            );
            return Err(Error::new(ErrorKind::UnknownArticle, message));
        }
        if let Some(position) = among.iter().find(|&&position| position >= count) {
            let message = format!(
                "there is no article {position}; positions run from 0 to {}",
                count.saturating_sub(1)
            );
            return Err(Error::new(ErrorKind::UnknownArticle, message));
        }
        Ok(())
    }
}

impl Readings<'_> {
    /// The probability in [0, 1] that two of the articles report the same event.
    ///
    /// # Panics
    ///
    /// When a place is not below the number of articles that were read.
    #[must_use]
    pub fn same_event(&self, a: usize, b: usize) -> f64 {
        let (a, b) = (&self.readings[a], &self.readings[b]);
        let explainer = self.clustering.explainer();
        explainer.same_event(a, b)
    }

    /// What two of the articles share of their text, as [`Clustering::explain`] gives it.
    ///
    /// # Panics
    ///
    /// When a place is not below the number of articles that were read.
    #[must_use]
    pub fn text(&self, a: usize, b: usize) -> TextEvidence {
        let (a, b) = (&self.readings[a], &self.readings[b]);
        self.clustering.explainer().text_evidence(a, b)
    }

    /// What speaks for and against the same event, as [`Clustering::explain`] gives it.
    ///
    /// # Panics
    ///
    /// When a place is not below the number of articles that were read.
    #[must_use]
    pub fn event(&self, a: usize, b: usize) -> EventEvidence {
        let (a, b) = (&self.readings[a], &self.readings[b]);
        self.clustering.event_evidence(a, b)
    }
}
