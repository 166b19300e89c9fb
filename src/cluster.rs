//! A whole collection at once: articles in, groups and stories with their scores out.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use ahash::AHashSet;
use rayon::prelude::*;

use crate::article::Article;
use crate::background::Background;
use crate::bucket::{Bands, Buckets};
use crate::candidate::{self, Near, Pair};
use crate::clustering::{Assignment, Clustering, Group, Story};
use crate::cohesion;
use crate::config::Config;
use crate::crowding::{NEIGHBOUR, crowding};
use crate::error::{Error, ErrorKind};
use crate::evidence::Reports;
use crate::group::Members;
use crate::grouping::{Grouped, Grouping, OrderedTexts, Scoring};
use crate::lanes::{Lanes, fetch_text};
use crate::lexicon::{Lexicon, LexiconBuilder};
use crate::logarithm::logit;
use crate::order::order;
use crate::progress::{Course, Run, Step, Watch};
use crate::score::{Overlap, SameText, ScoredPair};
use crate::signature::{SignatureReader, Signer};
use crate::similarity::{Own, Similarity};
use crate::sketch::{ArticleTokens, Sketch};
use crate::story::join;
use crate::term::{Idf, TermVector, Vectors, Vocabulary};
use crate::token::Reader;

/// The English table is read once and shared.
static ENGLISH: LazyLock<Background> = LazyLock::new(Background::english);
/// What is used when the background counts for nothing.
static NONE: LazyLock<Background> = LazyLock::new(Background::none);

/// Clusters whole collections: the batch engine.
///
/// Quick advice: `Clusterer::new()` is right for news of every kind; see [`Config`] for the rest.
/// Building one is cheap, and one serves any number of collections and threads.
///
/// # Resources
///
/// Work goes to rayon's current thread pool; run it inside `ThreadPool::install` to bound the
/// threads. 11,258 real articles of 6 KB on average (73 MB) took about 1.5 s on two cores of x86-64
/// and 0.11 GB beside the text. The result is the same on any number of threads, in any
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
    background: Background,
    signer: Signer,
    similarity: Option<Arc<dyn Similarity>>,
    watch: Option<Arc<dyn Watch>>,
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
            background: ENGLISH.clone(),
            signer,
            similarity: None,
            watch: None,
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
        self.background = background;
        self
    }

    /// The same with a similarity of the caller's own as one more kind of evidence for stories;
    /// [`Similarity`] has an example.
    #[must_use]
    pub fn with_similarity(mut self, similarity: impl Similarity + 'static) -> Self {
        self.similarity = Some(Arc::new(similarity));
        self
    }

    /// The same under somebody's eyes: told how far a run is, asked whether it goes on. [`Watch`] has an
    /// example. It watches [`Clusterer::cluster`] and [`Clusterer::groups`].
    #[must_use]
    pub fn with_watch(mut self, watch: impl Watch + 'static) -> Self {
        self.watch = Some(Arc::new(watch));
        self
    }

    /// The same with other instructions of the processor than the widest: for tests and benchmarks, as
    /// no result depends on it. [`Lanes`] has an example.
    #[must_use]
    pub fn with_lanes(mut self, lanes: Lanes) -> Self {
        self.signer = self.signer.with_lanes(lanes);
        self
    }

    /// The background in use: one that counts for no article is none.
    #[must_use]
    pub fn background(&self) -> &Background {
        if self.config.background_trust > 0.0 {
            &self.background
        } else {
            &NONE
        }
    }

    /// How common terms are in so many articles.
    pub(crate) fn idf(&self, articles: usize) -> Idf<'_> {
        Idf::new(articles, self.background(), self.config.background_trust)
    }

    /// What makes signatures, with as many slots as the bands take.
    #[must_use]
    pub const fn signer(&self) -> &Signer {
        &self.signer
    }

    /// What the library keeps of an article, under this configuration.
    ///
    /// ```
    /// use samestory::{Article, Clusterer};
    ///
    /// let sketch = Clusterer::new().sketch(&Article::new("a", "Ferry aground", "The ferry ran aground."));
    /// assert_eq!(sketch.shingles.len(), 4);
    /// ```
    #[must_use]
    pub fn sketch(&self, article: &Article<'_>) -> Sketch {
        let window = self.config.shingle_words;
        Sketch::new(article, window, &self.signer, self.background())
    }

    /// The dot product below which two articles are neither likely the same event nor neighbours:
    /// what [`candidate::from_terms`] is asked for.
    #[must_use]
    pub fn least_dot(&self) -> u32 {
        // what a story needs, and what counts as a neighbour
        let own = self.similarity.as_ref();
        let most = own.map_or(0.0, |own| own.most().max(0.0));
        self.config
            .event
            .least_dot(self.least() - most)
            .min(NEIGHBOUR)
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
    /// [`ErrorKind::TooManyArticles`] for more than 2^32 - 1, or with as many different terms in
    /// each, added up; [`ErrorKind::Interrupted`] when a [`Watch`] stopped it.
    ///
    /// # Complexity
    ///
    /// O(n log n) in the number of articles, for articles and stories of bounded size. The scores
    /// of a story take time in proportion to the square of its different articles.
    pub fn cluster(&self, articles: &[Article<'_>]) -> Result<Clustering, Error> {
        let order = order(articles)?;
        let run = Run::new(self.watch.as_deref());
        let (buckets, lexicons) =
            self.read(articles, &order, &run.step(Step::Reading, order.len()));
        run.goes_on()?;
        let texts = self.texts(articles, &order);
        let published = texts.published();
        let scoring: Option<Scoring> = Some(cohesion::of_groups);
        let mut grouped = Grouped::new(texts, buckets, scoring, &run)?;
        let vocabulary =
            Vocabulary::of_lexicons(&lexicons, self.background(), self.config.background_trust);
        let (vectors, terms) = vectors(&vocabulary, lexicons);
        let weights = vectors.iter().map(TermVector::len);
        if u32::try_from(weights.sum::<usize>() + vocabulary.len()).is_err() {
            let message = format!(
                "{} articles have too many terms together, allowed are {}; cluster them in parts",
                articles.len(),
                u32::MAX
            );
            return Err(Error::new(ErrorKind::TooManyArticles, message));
        }
        let near = candidate::near(&vectors, &published, self.least_dot(), &run);
        run.goes_on()?;
        let crowding = crowding(&near, &grouped.groups, &terms);
        let ids: Vec<&str> = order.iter().map(|&at| articles[at].id).collect();
        let own = self.similarity.as_deref();
        let reports = Reports {
            own: own.map(|similarity| Own {
                similarity,
                ids: &ids,
            }),
            vectors: &vectors,
            published: &published,
            crowding: &crowding,
            recurring: &AHashSet::new(),
            model: &self.config.event,
        };
        let known = |grouped: &Grouped| {
            let recurring = &grouped.recurring;
            self.likely(
                Reports {
                    recurring,
                    ..reports
                },
                &near,
            )
        };
        let mut likely = known(&grouped);
        // Terms bring up a few more pairs of one text, and issues of one report.
        let others: Vec<Pair> = likely
            .iter()
            .copied()
            .filter(|pair| {
                grouped
                    .same
                    .binary_search_by_key(pair, |&(pair, _)| pair)
                    .is_err()
            })
            .collect();
        let mut others = texts.overlaps(&others, &run);
        run.goes_on()?;
        let same_words = SameText::of_issues(&self.config);
        let more: Vec<(Pair, Overlap)> = others
            .iter()
            .copied()
            .filter(|(pair, overlap)| {
                same_words.holds(overlap) && !grouped.recurring.contains(pair)
            })
            .collect();
        if !more.is_empty() {
            grouped = grouped.with(texts, more, scoring, &run)?;
            likely = known(&grouped);
            others.retain(|(pair, _)| likely.binary_search(pair).is_ok());
        }
        drop(near);
        let recurring = &grouped.recurring;
        let reports = Reports {
            recurring,
            ..reports
        };
        let joins = run.step(Step::Stories, grouped.groups.len());
        let stories = join(
            reports,
            &reports.vectors,
            &grouped.groups,
            &likely,
            self.least(),
            &joins,
        );
        run.goes_on()?;
        let found = Found {
            stories: &stories,
            likely: &likely,
            grouped: &grouped,
            others: &others,
        };
        let clustering = self.arrange(&order, vocabulary, reports, &found, &run);
        run.goes_on()?;
        Ok(clustering)
    }

    fn texts<'a>(&'a self, articles: &'a [Article<'a>], order: &'a [usize]) -> OrderedTexts<'a> {
        OrderedTexts {
            articles,
            order,
            signer: &self.signer,
            config: &self.config,
        }
    }

    /// Says which of the articles are the same text, and nothing of stories: many times faster.
    ///
    /// The groups are those of [`Clusterer::cluster`], but for a pair here and there that just reaches a
    /// threshold and that only its terms bring up.
    ///
    /// # Errors
    ///
    /// As [`Clusterer::cluster`].
    ///
    /// # Complexity
    ///
    /// O(n) in the bytes of text, for texts with a bounded number of copies.
    pub fn groups(&self, articles: &[Article<'_>]) -> Result<Grouping, Error> {
        let order = order(articles)?;
        let run = Run::new(self.watch.as_deref());
        let reading = run.step(Step::Reading, order.len());
        let buckets = order
            .par_chunks(CHUNK)
            .with_max_len(1)
            .map(|chunk| {
                let mut reader = self.signer.reader(self.config.shingle_words);
                let mut buckets = Buckets::new(self.bands);
                for (at, next) in with_next(chunk).take_while(|_| reading.add(1)) {
                    fetch_text(articles[next].body);
                    reader.read(&articles[at]);
                    self.put(&mut buckets, &mut reader);
                }
                buckets
            })
            .collect();
        run.goes_on()?;
        let grouped = Grouped::new(self.texts(articles, &order), buckets, None, &run)?;
        Ok(Grouping::new(&grouped, &order))
    }

    /// Puts an article that has been read into its buckets.
    fn put(&self, buckets: &mut Buckets, reader: &mut SignatureReader<'_>) {
        let (slots, windows) = reader.sign_windows();
        match self.config.containment {
            Some(_) => buckets.push_with_phrases(slots, windows),
            None => buckets.push(slots),
        }
    }

    /// The log-odds from which on two articles or clusters are the same event: those of `same_event` in the
    /// configuration.
    #[must_use]
    pub fn least(&self) -> f64 {
        logit(self.config.same_event)
    }

    /// Reads all articles, in the library's order.
    fn read(
        &self,
        articles: &[Article<'_>],
        order: &[usize],
        reading: &Course<'_>,
    ) -> (Vec<Buckets>, Vec<Lexicon>) {
        // pages that are given back and taken anew for each chunk cost more than their tables
        let spare: Mutex<Vec<ChunkReader<'_>>> = Mutex::default();
        let spare = || spare.lock().unwrap_or_else(PoisonError::into_inner);
        let chunks = order.par_chunks(CHUNK).with_max_len(1);
        let read = chunks.map(|chunk| {
            let of_another = spare().pop();
            let mut own = of_another.unwrap_or_else(|| ChunkReader::new(self));
            let mut buckets = Buckets::new(self.bands);
            for (at, next) in with_next(chunk).take_while(|_| reading.add(1)) {
                fetch_text(articles[next].body);
                own.words.read(&articles[at], &mut own.reader);
                own.signatures.take(&own.words.tokens);
                self.put(&mut buckets, &mut own.signatures);
                own.words.count(&articles[at], &mut own.lexicon);
            }
            let lexicon = own.lexicon.build();
            spare().push(own);
            (buckets, lexicon)
        });
        read.unzip()
    }

    /// The pairs whose own log-odds reach the threshold, ascending.
    fn likely(&self, reports: Reports<'_>, near: &[Near]) -> Vec<Pair> {
        let least = self.least();
        let reaches = |&(pair, dot): &Near| {
            let evidence = reports.evidence_of(pair, dot.into());
            (reports.model.log_odds(&evidence) >= least).then_some(pair)
        };
        near.par_iter().filter_map(reaches).collect()
    }

    /// Adds the scores of groups, stories and members, and names articles as the caller does.
    fn arrange(
        &self,
        order: &[usize],
        vocabulary: Vocabulary,
        reports: Reports<'_>,
        found: &Found<'_>,
        run: &Run<'_>,
    ) -> Clustering {
        let &Found {
            stories,
            likely,
            grouped,
            ..
        } = found;
        let groups = &grouped.groups;
        let members: Vec<Members> = stories
            .par_iter()
            .map(|story| members_of(story, groups))
            .collect();
        let (story_cohesion, separations) = cohesion::scores(&members, reports, likely, run);

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
            pairs: scored(order, reports, found),
            config: self.config.clone(),
            vocabulary,
            background: self.background().clone(),
            crowding: vec![0; order.len()],
            similarity: self.similarity.clone(),
        };
        for (&at, &crowding) in order.iter().zip(reports.crowding) {
            clustering.crowding[at] = crowding;
        }
        for (index, (members, cohesion)) in groups.iter().zip(&grouped.cohesion).enumerate() {
            for &(member, score) in &cohesion.members {
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

/// Each with the one behind it, the last one with itself.
fn with_next(places: &[usize]) -> impl Iterator<Item = (usize, usize)> {
    let next = places.iter().skip(1).chain(places.last());
    places.iter().copied().zip(next.copied())
}

/// What a thread needs to read chunks of articles.
struct ChunkReader<'a> {
    reader: Reader,
    signatures: SignatureReader<'a>,
    words: ArticleTokens,
    lexicon: LexiconBuilder<'a>,
}

impl<'a> ChunkReader<'a> {
    fn new(clusterer: &'a Clusterer) -> Self {
        let signer = &clusterer.signer;
        Self {
            reader: Reader::new(signer.lanes()),
            signatures: signer.reader(clusterer.config.shingle_words),
            words: ArticleTokens::default(),
            lexicon: LexiconBuilder::new(clusterer.background()),
        }
    }
}

/// How many articles are read into one lexicon, and are one thread's at a time: left to itself, rayon cuts all of them
/// into four parts for two threads, and the last part is done by one while the other waits.
const CHUNK: usize = 2048;

/// The term vector of each article, and how many different terms it has.
fn vectors(vocabulary: &Vocabulary, lexicons: Vec<Lexicon>) -> (Vec<TermVector>, Vec<usize>) {
    let of_lexicon = |lexicon: Lexicon| {
        let known = vocabulary.known(&lexicon);
        let mut vectors = Vectors::default();
        let of_article = |at: usize| {
            let mut terms = 0;
            let counts = lexicon.article(at).inspect(|_| terms += 1);
            let vector = vectors.of(counts.map(|(term, count)| (known[term as usize], count)));
            (vector, terms)
        };
        let of_articles: (Vec<TermVector>, Vec<usize>) = (0..lexicon.len()).map(of_article).unzip();
        of_articles
    };
    let lexicons = lexicons.into_par_iter().with_max_len(1);
    let of_lexicons: Vec<_> = lexicons.map(of_lexicon).collect();
    let (vectors, terms): (Vec<_>, Vec<_>) = of_lexicons.into_iter().unzip();
    (
        vectors.into_iter().flatten().collect(),
        terms.into_iter().flatten().collect(),
    )
}

/// What was decided, and on which pairs.
struct Found<'a> {
    stories: &'a [Vec<u32>],
    likely: &'a [Pair],
    grouped: &'a Grouped,
    /// What the likely pairs share that the buckets did not bring up.
    others: &'a [(Pair, Overlap)],
}

/// All scores of the pairs that are the same text or likely the same event, ascending.
fn scored(order: &[usize], reports: Reports<'_>, found: &Found<'_>) -> Vec<ScoredPair> {
    let same = &found.grouped.same;
    let is_same = |pair: &Pair| same.binary_search_by_key(pair, |&(pair, _)| pair).is_ok();
    let mut pairs: Vec<(Pair, Overlap)> = same
        .iter()
        .chain(found.others.iter().filter(|(pair, _)| !is_same(pair)))
        .copied()
        .collect();
    pairs.par_sort_unstable_by_key(|&(pair, _)| pair);
    pairs
        .into_par_iter()
        .map(|((a, b), overlap)| ScoredPair {
            a: order[a as usize],
            b: order[b as usize],
            jaccard: overlap.jaccard(),
            containment: overlap.containment(),
            same_event: reports.model.same_event(&reports.evidence(a, b)),
            same_text: is_same(&(a, b)),
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
