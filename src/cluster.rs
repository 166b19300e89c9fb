//! A whole collection at once: articles in, groups and stories with their scores out.

use std::sync::{Arc, LazyLock};

use ahash::{AHashMap, AHashSet};
use rayon::prelude::*;

use crate::article::{Article, Timestamp};
use crate::background::Background;
use crate::bucket::Bands;
use crate::candidate::{self, Near, Pair};
use crate::clustering::{Assignment, Clustering, Group, Story};
use crate::cohesion;
use crate::config::Config;
use crate::crowding::{NEIGHBOUR, crowding};
use crate::error::{Error, ErrorKind};
use crate::evidence::Reports;
use crate::group::{Members, Texts, groups};
use crate::lanes::Lanes;
use crate::lexicon::{Lexicon, LexiconBuilder};
use crate::logarithm::logit;
use crate::score::{Overlap, SameText, ScoredPair};
use crate::shingle::Shingles;
use crate::signature::{Signature, Signer};
use crate::similarity::{Own, Similarity};
use crate::sketch::ArticleTokens;
use crate::story::stories;
use crate::term::{TermVector, Vocabulary};
use crate::token::Reader;

/// From this dot product on the texts of two articles are compared, a cosine of 0.15: of two
/// articles that share half the shorter one's text, the words are closer than that.
const NEAR_TEXT: u32 = (TermVector::DOT_ONE * 3 / 20) as u32;

/// The English table is read once and shared.
static ENGLISH: LazyLock<Arc<Background>> = LazyLock::new(|| Arc::new(Background::english()));
/// What is used when the background counts for nothing.
static NONE: LazyLock<Arc<Background>> = LazyLock::new(|| Arc::new(Background::none()));

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
    similarity: Option<Arc<dyn Similarity>>,
    lanes: Lanes,
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
            similarity: None,
            lanes: Lanes::best(),
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

    /// The same with a similarity of the caller's own as one more kind of evidence for stories;
    /// [`Similarity`] has an example.
    #[must_use]
    pub fn with_similarity(mut self, similarity: impl Similarity + 'static) -> Self {
        self.similarity = Some(Arc::new(similarity));
        self
    }

    /// The same with other instructions of the processor than the widest: for tests and benchmarks, as
    /// no result depends on it. [`Lanes`] has an example.
    #[must_use]
    pub fn with_lanes(mut self, lanes: Lanes) -> Self {
        self.lanes = lanes;
        self
    }

    /// The background in use: one that counts for no article is none.
    fn background(&self) -> &Arc<Background> {
        if self.config.background_trust > 0.0 {
            &self.background
        } else {
            &NONE
        }
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
        let (collection, vocabulary) = self.read(articles, &order);
        // what a story needs, and what counts as a neighbour
        let most = self
            .similarity
            .as_ref()
            .map_or(0.0, |own| own.most().max(0.0));
        let least_dot = self.config.event.least_dot(self.least() - most);
        let least_dot = least_dot.min(NEIGHBOUR);
        let near = candidate::from_terms(&collection.vectors, least_dot);
        let same_text = SameText::new(&self.config);
        let compared = self.compare(&collection, &near);
        let groups = groups(collection.texts(), &compared.same, &same_text);
        let crowding = crowding(&near, &groups, &collection.terms);
        let ids: Vec<&str> = order.iter().map(|&at| articles[at].id).collect();
        let own = self.similarity.as_deref();
        let reports = Reports {
            own: own.map(|similarity| Own {
                similarity,
                ids: &ids,
            }),
            vectors: &collection.vectors,
            published: &collection.published,
            crowding: &crowding,
            recurring: &compared.recurring,
            model: &self.config.event,
        };
        let likely = self.likely(reports, &near);
        let stories = stories(reports, &groups, &likely, self.least());
        let found = Found {
            groups: &groups,
            stories: &stories,
            likely: &likely,
            compared: &compared,
        };
        Ok(self.arrange(&order, &collection, vocabulary, reports, &found))
    }

    /// The log-odds from which on two articles or clusters are the same event.
    fn least(&self) -> f64 {
        logit(self.config.same_event)
    }

    /// Reads all articles, in the library's order.
    fn read(&self, articles: &[Article<'_>], order: &[usize]) -> (Collection, Vocabulary) {
        let read = order.par_chunks(CHUNK).map(|chunk| {
            let mut read = Read::new(self.lanes, self.background());
            for &at in chunk {
                read.push(&articles[at], self.config.shingle_words, &self.signer);
            }
            (read.texts, read.lexicon.build())
        });
        let read: Vec<(Vec<Text>, Lexicon)> = read.collect();
        let (texts, lexicons): (Vec<_>, Vec<Lexicon>) = read.into_iter().unzip();
        let vocabulary =
            Vocabulary::of_lexicons(&lexicons, self.background(), self.config.background_trust);
        let vectors = lexicons.par_iter().flat_map_iter(|lexicon| {
            let known = vocabulary.known(lexicon);
            let mut weighted = Vec::new();
            let vocabulary = &vocabulary;
            (0..lexicon.len()).map(move |at| {
                vocabulary.vector_of(lexicon.article(at), &known, &mut weighted)
            })
        });
        let vectors = vectors.collect();
        let mut collection = Collection {
            shingles: Vec::with_capacity(order.len()),
            signatures: Vec::with_capacity(order.len()),
            numbers: Vec::with_capacity(order.len()),
            terms: Vec::with_capacity(order.len()),
            vectors,
            published: order.iter().map(|&at| articles[at].published).collect(),
        };
        for text in texts.into_iter().flatten() {
            collection.shingles.push(text.shingles);
            collection.signatures.push(text.signature);
        }
        for lexicon in &lexicons {
            for article in 0..lexicon.len() {
                collection.numbers.push(lexicon.numbers(article));
                collection.terms.push(lexicon.article(article).len());
            }
        }
        (collection, vocabulary)
    }

    /// Compares the texts of all candidates for the same text, exactly.
    fn compare(&self, collection: &Collection, near: &[Near]) -> Compared {
        let near = near.iter().filter(|&&(_, dot)| dot >= NEAR_TEXT);
        let candidates = candidate::union(
            near.map(|&(pair, _)| pair).collect(),
            &candidate::from_buckets(&collection.signatures, self.bands),
        );
        let (texts, same_text) = (collection.texts(), SameText::new(&self.config));
        let alike: Vec<(Pair, Overlap)> = candidates
            .into_par_iter()
            .map(|(a, b)| ((a, b), texts.overlap(a, b)))
            .filter(|(_, overlap)| same_text.holds(overlap))
            .collect();
        let (recurring, same): (Vec<_>, Vec<_>) = alike
            .into_iter()
            .partition(|&((a, b), _)| texts.recurs(a, b));
        Compared {
            same,
            recurring: recurring.into_iter().map(|(pair, _)| pair).collect(),
        }
    }

    /// The pairs whose own log-odds reach the threshold, ascending.
    fn likely(&self, reports: Reports<'_>, near: &[Near]) -> Vec<Pair> {
        let least = self.least();
        let reaches = |&(pair, dot): &Near| {
            let evidence = reports.evidence_of(pair, dot);
            (reports.model.log_odds(&evidence) >= least).then_some(pair)
        };
        near.par_iter().filter_map(reaches).collect()
    }

    /// Adds the scores of groups, stories and members, and names articles as the caller does.
    fn arrange(
        &self,
        order: &[usize],
        collection: &Collection,
        vocabulary: Vocabulary,
        reports: Reports<'_>,
        &Found {
            groups,
            stories,
            likely,
            compared,
        }: &Found<'_>,
    ) -> Clustering {
        let members: Vec<Members> = stories
            .iter()
            .map(|story| members_of(story, groups))
            .collect();
        let group_cohesion = cohesion::of_groups(groups, &collection.shingles);
        let (story_cohesion, separations) = cohesion::of_stories(&members, reports, likely);

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
            pairs: scored(collection.texts(), reports, compared, likely, order),
            config: self.config.clone(),
            vocabulary,
            background: Arc::clone(self.background()),
            crowding: vec![0; order.len()],
            similarity: self.similarity.clone(),
        };
        for (&at, &crowding) in order.iter().zip(reports.crowding) {
            clustering.crowding[at] = crowding;
        }
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

/// How many articles are read into one lexicon.
const CHUNK: usize = 2048;

/// Reads some articles, one after the other.
struct Read<'b> {
    reader: Reader,
    words: ArticleTokens,
    texts: Vec<Text>,
    lexicon: LexiconBuilder<'b>,
}

/// What is kept of the text of one article, beside its terms.
struct Text {
    shingles: Shingles,
    signature: Option<Signature>,
}

impl<'b> Read<'b> {
    fn new(lanes: Lanes, background: &'b Background) -> Self {
        Self {
            reader: Reader::new(lanes),
            words: ArticleTokens::default(),
            texts: Vec::new(),
            lexicon: LexiconBuilder::new(background),
        }
    }

    fn push(&mut self, article: &Article<'_>, window: usize, signer: &Signer) {
        self.words.read(article, &mut self.reader);
        let shingles = Shingles::new(&self.words.tokens, window);
        self.texts.push(Text {
            signature: signer.sign(&shingles),
            shingles,
        });
        self.words.count(article, &mut self.lexicon);
    }
}

/// What is known of all articles, in the library's order.
struct Collection {
    shingles: Vec<Shingles>,
    signatures: Vec<Option<Signature>>,
    /// Their numbers, by hash.
    numbers: Vec<Box<[u64]>>,
    /// How many different terms each has.
    terms: Vec<usize>,
    vectors: Vec<TermVector>,
    published: Vec<Option<Timestamp>>,
}

impl Collection {
    fn texts(&self) -> Texts<'_> {
        Texts {
            shingles: &self.shingles,
            numbers: &self.numbers,
            published: &self.published,
        }
    }
}

/// The candidates that have the same words.
struct Compared {
    /// Those that are the same text, ascending.
    same: Vec<(Pair, Overlap)>,
    /// Those that are issues of a recurring report.
    recurring: AHashSet<Pair>,
}

/// What was decided, and on which pairs.
struct Found<'a> {
    groups: &'a [Members],
    stories: &'a [Vec<u32>],
    likely: &'a [Pair],
    compared: &'a Compared,
}

/// All scores of the pairs that are the same text or likely the same event, ascending.
fn scored(
    texts: Texts<'_>,
    reports: Reports<'_>,
    compared: &Compared,
    likely: &[Pair],
    order: &[usize],
) -> Vec<ScoredPair> {
    let same: Vec<Pair> = compared.same.iter().map(|&(pair, _)| pair).collect();
    candidate::union(likely.to_vec(), &same)
        .into_par_iter()
        .map(|(a, b)| {
            let known = compared
                .same
                .binary_search_by_key(&(a, b), |&(pair, _)| pair);
            let overlap = known.map_or_else(|_| texts.overlap(a, b), |at| compared.same[at].1);
            ScoredPair {
                a: order[a as usize],
                b: order[b as usize],
                jaccard: overlap.jaccard(),
                containment: overlap.containment(),
                same_event: reports.model.same_event(&reports.evidence(a, b)),
                same_text: known.is_ok(),
            }
        })
        .collect()
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
