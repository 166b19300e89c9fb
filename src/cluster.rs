//! A whole collection at once: articles in, groups and stories with their scores out.

use std::sync::{Arc, LazyLock};

use ahash::AHashMap;
use rayon::prelude::*;

use crate::article::{Article, Timestamp};
use crate::background::Background;
use crate::bucket::Bands;
use crate::candidate::{self, Pair};
use crate::clustering::{Assignment, Clustering, Group, Story};
use crate::cohesion;
use crate::config::Config;
use crate::error::{Error, ErrorKind};
use crate::evidence::{Evidence, Reports, least_dot};
use crate::group::{Members, groups};
use crate::logarithm::logit;
use crate::score::{Overlap, SameText, ScoredPair};
use crate::shingle::Shingles;
use crate::signature::{Signature, Signer};
use crate::sketch::Sketch;
use crate::story::stories;
use crate::term::{TermVector, Vocabulary};

/// The English table is read once and shared.
static ENGLISH: LazyLock<Arc<Background>> = LazyLock::new(|| Arc::new(Background::english()));

/// Clusters whole collections: the batch engine.
///
/// Quick advice: `Clusterer::new()` is right for news of every kind; see [`Config`] for the rest.
/// Building one is cheap, and one serves any number of collections and threads.
///
/// # Resources
///
/// Work goes to rayon's current thread pool; run it inside `ThreadPool::install` to bound the
/// threads. 11,258 real articles of 6 KB on average (73 MB) took about 6 s on two cores of x86-64
/// and 0.25 GB beside the text. The result is the same on any number of threads, in any
/// order of the input, on every platform.
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
/// assert_eq!(clustering.stories().len(), 2);
/// assert_eq!(clustering.stories()[0].articles, [0, 1]);
/// ```
#[derive(Clone, Debug)]
pub struct Clusterer {
    config: Config,
    bands: Bands,
    background: Arc<Background>,
    signer: Signer,
}

impl Default for Clusterer {
    fn default() -> Self {
        Self::new()
    }
}

impl Clusterer {
    /// The default configuration, with the English background.
    ///
    /// # Panics
    ///
    /// Never: the default configuration is sound, as every test shows.
    #[must_use]
    pub fn new() -> Self {
        Self::with_config(Config::default()).expect("the default configuration is sound")
    }

    /// Another configuration.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] with the field, its value and what is allowed.
    pub fn with_config(config: Config) -> Result<Self, Error> {
        let bands = config.check()?;
        let signer = Signer::new(bands.num_hashes());
        Ok(Self {
            config,
            bands,
            background: Arc::clone(&ENGLISH),
            signer,
        })
    }

    /// The same with another background table, for another language or kind of news.
    ///
    /// ```
    /// use samestory::{Background, Clusterer};
    ///
    /// let german = Background::count(["Die Fähre ist gestrandet.", "Die Brücke ist offen."], 1);
    /// let clusterer = Clusterer::new().with_background(german);
    /// ```
    #[must_use]
    pub fn with_background(mut self, background: Background) -> Self {
        self.background = Arc::new(background);
        self
    }

    /// The configuration.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// How signatures are cut into bands: chosen from the configuration, or set by it.
    #[must_use]
    pub const fn bands(&self) -> Bands {
        self.bands
    }

    /// Says which of the articles tell the same story.
    ///
    /// No articles are fine and give no stories; an article without a word stands alone.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DuplicateId`] when two articles have the same id, with the places of both;
    /// [`ErrorKind::TooManyArticles`] for more than 2^32 - 1.
    ///
    /// # Complexity
    ///
    /// O(n log n) in the number of articles, for articles and stories of bounded size. The scores
    /// of a story take time in proportion to the square of its different articles.
    pub fn cluster(&self, articles: &[Article<'_>]) -> Result<Clustering, Error> {
        let order = order(articles)?;
        let collection = self.read(articles, &order);
        let scored = self.score(&collection);
        let groups = groups(
            &collection.shingles,
            &scored.same_text,
            &SameText::new(&self.config),
        );
        let stories = stories(
            collection.reports(),
            &groups,
            &scored.same_event,
            self.least(),
        );
        Ok(self.arrange(&order, collection, &scored, &groups, &stories))
    }

    /// The log-odds from which on two articles or clusters are the same event.
    fn least(&self) -> f64 {
        logit(self.config.same_event)
    }

    /// Reads all articles, in the library's order.
    fn read(&self, articles: &[Article<'_>], order: &[usize]) -> Collection {
        let sketches = order.par_iter().map(|&at| {
            let sketch = Sketch::new(&articles[at], self.config.shingle_words, &self.signer);
            ((sketch.shingles, sketch.signature), sketch.terms)
        });
        let ((shingles, signatures), terms): ((Vec<_>, Vec<_>), Vec<_>) = sketches.unzip();
        let vocabulary = Vocabulary::new(&terms, &self.background, self.config.background_trust);
        Collection {
            shingles,
            signatures,
            vectors: terms
                .par_iter()
                .map(|terms| vocabulary.vector(terms))
                .collect(),
            published: order.iter().map(|&at| articles[at].published).collect(),
            vocabulary,
        }
    }

    /// Finds candidates, scores all of them exactly, and keeps those that reach a threshold.
    fn score(&self, collection: &Collection) -> Scored {
        let Collection {
            shingles,
            signatures,
            vectors,
            ..
        } = collection;
        let least = self.least();
        let candidates = candidate::union(
            candidate::from_buckets(signatures, self.bands),
            &candidate::from_terms(vectors, least_dot(least)),
        );
        let same_text = SameText::new(&self.config);
        let all: Vec<(Pair, Overlap, Evidence)> = candidates
            .par_iter()
            .map(|&(a, b)| {
                let overlap = Overlap::new(&shingles[a as usize], &shingles[b as usize]);
                ((a, b), overlap, collection.reports().evidence(a, b))
            })
            .filter(|(_, overlap, evidence)| {
                same_text.holds(overlap) || evidence.log_odds() >= least
            })
            .collect();
        let same = all
            .iter()
            .filter(|(_, overlap, _)| same_text.holds(overlap));
        let likely = all
            .iter()
            .filter(|(.., evidence)| evidence.log_odds() >= least);
        Scored {
            same_text: same.map(|&(pair, overlap, _)| (pair, overlap)).collect(),
            same_event: likely.map(|&(pair, ..)| pair).collect(),
            all,
        }
    }

    /// Adds the scores of groups, stories and members, and names articles as the caller does.
    fn arrange(
        &self,
        order: &[usize],
        collection: Collection,
        scored: &Scored,
        groups: &[Members],
        stories: &[Vec<u32>],
    ) -> Clustering {
        let members: Vec<Members> = stories
            .iter()
            .map(|story| members_of(story, groups))
            .collect();
        let group_cohesion = cohesion::of_groups(groups, &collection.shingles);
        let (story_cohesion, separations) =
            cohesion::of_stories(&members, collection.reports(), &scored.same_event);

        let positions = |members: &[u32]| members.iter().map(|&m| order[m as usize]).collect();
        let alone = Assignment {
            story: 0,
            group: 0,
            score: 1.0,
            group_score: 1.0,
        };
        let mut clustering = Clustering {
            stories: Vec::with_capacity(stories.len()),
            groups: Vec::with_capacity(groups.len()),
            assignments: vec![alone; order.len()],
            pairs: scored.pairs(order, &SameText::new(&self.config)),
            config: self.config.clone(),
            vocabulary: collection.vocabulary,
        };
        for (index, (members, cohesion)) in groups.iter().zip(group_cohesion).enumerate() {
            for (member, score) in cohesion.members {
                let assignment = &mut clustering.assignments[order[member as usize]];
                (assignment.group, assignment.group_score) = (index, score);
            }
            let (articles, cohesion) = (positions(members), cohesion.mean);
            clustering.groups.push(Group {
                story: 0,
                articles,
                cohesion,
            });
        }
        for (index, (groups, cohesion)) in stories.iter().zip(story_cohesion).enumerate() {
            for (member, score) in cohesion.members {
                let assignment = &mut clustering.assignments[order[member as usize]];
                (assignment.story, assignment.score) = (index, score);
            }
            for &group in groups {
                clustering.groups[group as usize].story = index;
            }
            clustering.stories.push(Story {
                articles: positions(&members[index]),
                groups: groups.iter().map(|&group| group as usize).collect(),
                cohesion: cohesion.mean,
                separation: separations[index],
            });
        }
        clustering
    }
}

/// What is known of all articles, in the library's order.
struct Collection {
    shingles: Vec<Shingles>,
    signatures: Vec<Option<Signature>>,
    vectors: Vec<TermVector>,
    published: Vec<Option<Timestamp>>,
    vocabulary: Vocabulary,
}

impl Collection {
    fn reports(&self) -> Reports<'_> {
        Reports {
            vectors: &self.vectors,
            published: &self.published,
        }
    }
}

/// The candidates that reach a threshold, with all their scores.
struct Scored {
    all: Vec<(Pair, Overlap, Evidence)>,
    /// Those that are the same text.
    same_text: Vec<(Pair, Overlap)>,
    /// Those that are probably the same event.
    same_event: Vec<Pair>,
}

impl Scored {
    fn pairs(&self, order: &[usize], same_text: &SameText) -> Vec<ScoredPair> {
        let pair = |&((a, b), overlap, evidence): &(Pair, Overlap, Evidence)| ScoredPair {
            a: order[a as usize],
            b: order[b as usize],
            jaccard: overlap.jaccard(),
            containment: overlap.containment(),
            same_event: evidence.same_event(),
            same_text: same_text.holds(&overlap),
        };
        self.all.iter().map(pair).collect()
    }
}

/// The articles of a story, ascending.
fn members_of(story: &[u32], groups: &[Members]) -> Members {
    let mut members: Members = story
        .iter()
        .flat_map(|&group| &groups[group as usize])
        .copied()
        .collect();
    members.sort_unstable();
    members
}

/// The positions of the articles in the library's order.
fn order(articles: &[Article<'_>]) -> Result<Vec<usize>, Error> {
    if u32::try_from(articles.len()).is_err() {
        let message = format!(
            "{} articles, allowed are at most {}; cluster them in parts",
            articles.len(),
            u32::MAX
        );
        return Err(Error::new(ErrorKind::TooManyArticles, message));
    }
    let mut first = AHashMap::with_capacity(articles.len());
    for (at, article) in articles.iter().enumerate() {
        if let Some(before) = first.insert(article.id, at) {
            let message = format!(
                "id {:?} stands twice, at articles {before} and {at}; give each its own",
                article.id
            );
            return Err(Error::new(ErrorKind::DuplicateId, message));
        }
    }
    let mut order: Vec<usize> = (0..articles.len()).collect();
    order.par_sort_unstable_by_key(|&at| articles[at].rank());
    Ok(order)
}
