//! A whole collection at once: articles in, groups and stories with their scores out.

use std::sync::{Arc, LazyLock};

use ahash::AHashMap;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Timestamp};
use crate::background::Background;
use crate::bucket::Bands;
use crate::candidate::{self, Pair};
use crate::cohesion::Classes;
use crate::config::Config;
use crate::error::{Error, ErrorKind};
use crate::evidence::{Evidence, least_dot};
use crate::group::{Members, groups};
use crate::logarithm::logit;
use crate::score::{Overlap, SameText, ScoredPair};
use crate::shingle::Shingles;
use crate::signature::{Signature, Signer};
use crate::sketch::Sketch;
use crate::story::{Reports, stories};
use crate::term::{TermVector, Terms, Vocabulary};

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
/// threads. On 11,258 real articles of 6 KB on average (73 MB) it takes about 3 s on two cores of
/// 2020s x86-64 and 0.5 GB beside the text. The result is the same on any number of threads, in any
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
    #[must_use]
    pub fn new() -> Self {
        Self::with_config(Config::default()).expect("a test builds the default configuration")
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
        let sketches: Vec<Sketch> = order
            .par_iter()
            .map(|&at| Sketch::new(&articles[at], self.config.shingle_words, &self.signer))
            .collect();
        let mut shingles = Vec::with_capacity(sketches.len());
        let mut signatures: Vec<Option<Signature>> = Vec::with_capacity(sketches.len());
        let mut terms: Vec<Terms> = Vec::with_capacity(sketches.len());
        for sketch in sketches {
            shingles.push(sketch.shingles);
            signatures.push(sketch.signature);
            terms.push(sketch.terms);
        }
        let vocabulary = Vocabulary::new(&terms, &self.background, self.config.background_trust);
        let vectors: Vec<TermVector> = terms
            .par_iter()
            .map(|terms| vocabulary.vector(terms))
            .collect();
        drop(terms);
        let published: Vec<Option<Timestamp>> =
            order.iter().map(|&at| articles[at].published).collect();

        let least = logit(self.config.same_event);
        let same_text = SameText::new(&self.config);
        let by_text = candidate::from_buckets(&signatures, self.bands);
        drop(signatures);
        let by_terms = candidate::from_terms(&vectors, least_dot(least));
        let candidates = candidate::union(by_text, &by_terms);
        drop(by_terms);
        let scored = score(&candidates, &shingles, &vectors, &published);
        let kept: Vec<Scored> = scored
            .filter(|scored| {
                same_text.holds(&scored.overlap) || scored.evidence.log_odds() >= least
            })
            .collect();

        let same: Vec<(Pair, Overlap)> = kept
            .iter()
            .filter(|s| same_text.holds(&s.overlap))
            .map(|s| (s.pair, s.overlap))
            .collect();
        let likely: Vec<Pair> = kept
            .iter()
            .filter(|s| s.evidence.log_odds() >= least)
            .map(|s| s.pair)
            .collect();
        let groups = groups(&shingles, &same, &same_text);
        let reports = Reports {
            vectors: &vectors,
            published: &published,
        };
        let stories = stories(reports, &groups, &likely, least);
        let result = Ranked {
            order: &order,
            shingles: &shingles,
            reports,
            groups,
            stories,
            likely: &likely,
        }
        .scores();
        let pairs = kept
            .iter()
            .map(|scored| scored.pair(&order, &same_text))
            .collect();
        let (stories, groups, assignments) = result;
        Ok(Clustering {
            stories,
            groups,
            assignments,
            pairs,
            config: self.config.clone(),
            vocabulary,
        })
    }
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

/// A candidate with all its scores.
struct Scored {
    pair: Pair,
    overlap: Overlap,
    evidence: Evidence,
}

impl Scored {
    fn pair(&self, order: &[usize], same_text: &SameText) -> ScoredPair {
        ScoredPair {
            a: order[self.pair.0 as usize],
            b: order[self.pair.1 as usize],
            jaccard: self.overlap.jaccard(),
            containment: self.overlap.containment(),
            same_event: self.evidence.same_event(),
            same_text: same_text.holds(&self.overlap),
        }
    }
}

/// Scores candidates, exactly.
fn score<'a>(
    candidates: &'a [Pair],
    shingles: &'a [Shingles],
    vectors: &'a [TermVector],
    published: &'a [Option<Timestamp>],
) -> impl ParallelIterator<Item = Scored> + 'a {
    candidates.par_iter().map(|&pair| {
        let (a, b) = (pair.0 as usize, pair.1 as usize);
        Scored {
            pair,
            overlap: Overlap::new(&shingles[a], &shingles[b]),
            evidence: Evidence::of_pair(&vectors[a], published[a], &vectors[b], published[b]),
        }
    })
}

/// The outcome in the library's order, on the way to the caller's.
struct Ranked<'a> {
    order: &'a [usize],
    shingles: &'a [Shingles],
    reports: Reports<'a>,
    groups: Vec<Members>,
    stories: Vec<Vec<u32>>,
    likely: &'a [Pair],
}

impl Ranked<'_> {
    fn scores(self) -> (Vec<Story>, Vec<Group>, Vec<Assignment>) {
        let positions = |members: &[u32]| {
            members
                .iter()
                .map(|&member| self.order[member as usize])
                .collect()
        };
        let none = Assignment {
            story: 0,
            group: 0,
            score: 1.0,
            group_score: 1.0,
        };
        let mut assignments = vec![none; self.order.len()];

        let containment = |a: u32, b: u32| {
            Overlap::new(&self.shingles[a as usize], &self.shingles[b as usize]).containment()
        };
        let group_scores: Vec<_> = self
            .groups
            .par_iter()
            .map(|members| {
                Classes::new(members, |member| self.shingles[member as usize].hashes())
                    .inner(containment)
            })
            .collect();
        let mut story_of_group = vec![0; self.groups.len()];
        for (story, groups) in self.stories.iter().enumerate() {
            groups
                .iter()
                .for_each(|&group| story_of_group[group as usize] = story);
        }
        let mut groups = Vec::with_capacity(self.groups.len());
        for (group, (members, (scores, cohesion))) in
            self.groups.iter().zip(group_scores).enumerate()
        {
            for (member, score) in scores {
                let assignment = &mut assignments[self.order[member as usize]];
                assignment.group = group;
                assignment.story = story_of_group[group];
                assignment.group_score = score;
            }
            groups.push(Group {
                story: story_of_group[group],
                articles: positions(members),
                cohesion,
            });
        }

        let members: Vec<Members> = self
            .stories
            .iter()
            .map(|groups| {
                let mut members = groups
                    .iter()
                    .map(|&group| &self.groups[group as usize])
                    .collect::<Vec<_>>()
                    .into_iter()
                    .flatten()
                    .copied()
                    .collect::<Vec<_>>();
                members.sort_unstable();
                members
            })
            .collect();
        let classes: Vec<Classes> = members
            .par_iter()
            .map(|members| {
                Classes::new(members, |m| {
                    (
                        self.reports.vectors[m as usize].weights(),
                        self.reports.published[m as usize],
                    )
                })
            })
            .collect();
        let same_event = |a: u32, b: u32| {
            let Reports { vectors, published } = self.reports;
            let (a, b) = (a as usize, b as usize);
            Evidence::of_pair(&vectors[a], published[a], &vectors[b], published[b]).same_event()
        };
        let story_of = |member: u32| assignments[self.order[member as usize]].story;
        let mut neighbours: Vec<(usize, usize)> = self
            .likely
            .iter()
            .map(|&(a, b)| (story_of(a), story_of(b)))
            .filter(|(a, b)| a != b)
            .flat_map(|(a, b)| [(a, b), (b, a)])
            .collect();
        neighbours.par_sort_unstable();
        neighbours.dedup();
        let separations: Vec<(usize, f64)> = neighbours
            .into_par_iter()
            .map(|(a, b)| {
                (
                    a,
                    if a < b {
                        classes[a].outer(&classes[b], same_event)
                    } else {
                        classes[b].outer(&classes[a], same_event)
                    },
                )
            })
            .collect();
        let story_scores: Vec<_> = classes
            .par_iter()
            .map(|classes| classes.inner(same_event))
            .collect();
        let mut stories = Vec::with_capacity(self.stories.len());
        for (groups, (members, (scores, cohesion))) in
            self.stories.iter().zip(members.iter().zip(story_scores))
        {
            for (member, score) in scores {
                assignments[self.order[member as usize]].score = score;
            }
            stories.push(Story {
                articles: positions(members),
                groups: groups.iter().map(|&group| group as usize).collect(),
                cohesion,
                separation: 0.0,
            });
        }
        for (story, mean) in separations {
            stories[story].separation = stories[story].separation.max(mean);
        }
        (stories, groups, assignments)
    }
}

/// Articles with the same text: every two of them reach the thresholds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Index of the story it belongs to.
    pub story: usize,
    /// Positions of its articles in the input, the earliest first. The group's id is the first one's.
    pub articles: Vec<usize>,
    /// Mean containment over its pairs, in [0, 1]; 1 for a single article.
    pub cohesion: f64,
}

/// Articles about the same event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Story {
    /// Positions of its articles in the input, the earliest first. The story's id is the first one's.
    pub articles: Vec<usize>,
    /// Indices of its groups, the one with the earliest article first.
    pub groups: Vec<usize>,
    /// Mean `same_event` over its pairs, in [0, 1]; 1 for a single article.
    pub cohesion: f64,
    /// The highest mean `same_event` over the pairs with another story's articles, in [0, 1].
    ///
    /// Looked at are the stories with which it has a reported pair; 0 if there are none, in which
    /// case every mean is below the threshold.
    pub separation: f64,
}

/// Where one article belongs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// Index of its story.
    pub story: usize,
    /// Index of its group.
    pub group: usize,
    /// Mean `same_event` with the other articles of the story, in [0, 1]; 1 if it is alone.
    pub score: f64,
    /// Mean containment with the other articles of the group, in [0, 1]; 1 if it is alone.
    pub group_score: f64,
}

/// The groups and stories of a collection. Articles are named by their position in the input.
#[derive(Clone, Debug)]
pub struct Clustering {
    stories: Vec<Story>,
    groups: Vec<Group>,
    assignments: Vec<Assignment>,
    pairs: Vec<ScoredPair>,
    pub(crate) config: Config,
    pub(crate) vocabulary: Vocabulary,
}

impl Clustering {
    /// The stories, the one with the earliest article first. Each article is in exactly one.
    #[must_use]
    pub fn stories(&self) -> &[Story] {
        &self.stories
    }

    /// The groups, the one with the earliest article first. Each article is in exactly one.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// For each article, in the order of the input, where it belongs.
    #[must_use]
    pub fn assignments(&self) -> &[Assignment] {
        &self.assignments
    }

    /// The pairs that were found to be the same text or, at the threshold, the same event.
    #[must_use]
    pub fn pairs(&self) -> &[ScoredPair] {
        &self.pairs
    }
}
