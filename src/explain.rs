//! Why two articles are together, or why they are not.

use std::fmt;
use std::ops::Add;

use ahash::AHashMap;
use serde::Serialize;

use crate::article::Article;
use crate::background::Background;
use crate::clustering::{Assignment, Clustering};
use crate::config::Config;
use crate::crowding::as_cosine;
use crate::error::Error;
use crate::evidence::Evidence;
use crate::logarithm::logit;
use crate::passage::{Passage, passages};
use crate::recurrence::recurs;
use crate::score::{Overlap, SameText};
use crate::shingle::Shingles;
use crate::similarity::{Similarity, fixed};
use crate::sketch::ArticleTokens;
use crate::term::{TermVector, Terms, for_each_term, name};

/// Why two articles are in one group, in one story, or apart: the decision and all the evidence.
///
/// As text it reads like this; as data every part is a field.
///
/// ```
/// use samestory::{Article, Clusterer};
///
/// let articles = [
///     Article::new("a", "Ferry aground off Marr", "The Marr ferry Corrigan ran aground with 212 people on board."),
///     Article::new("b", "Corrigan refloated", "Tugs pulled the ferry Corrigan and its 212 people off the Marr rocks."),
/// ];
/// let clustering = Clusterer::new().cluster(&articles).unwrap();
/// let explanation = clustering.explain(&articles, 0, 1).unwrap();
/// assert!(explanation.event.same_event > 0.5);
/// // the parts add up to the score
/// let sum = explanation.event.parts.sum();
/// assert!((sum - explanation.event.log_odds).abs() < 1e-9);
/// assert!(explanation.to_string().starts_with("same story"));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// What was decided, on which figure against which limit.
    pub decision: Decision,
    /// What they share of their text.
    pub text: TextEvidence,
    /// What speaks for and against the same event.
    pub event: EventEvidence,
}

/// What was decided about two articles.
///
/// ```
/// use samestory::{Article, Clusterer, Decision};
///
/// let articles = [Article::new("a", "Ferry aground", ""), Article::new("b", "Late goal wins cup", "")];
/// let clustering = Clusterer::new().cluster(&articles).unwrap();
/// let Decision::Apart { log_odds, limit } = clustering.explain(&articles, 0, 1).unwrap().decision else {
///     panic!("they have nothing in common")
/// };
/// assert!(log_odds < limit);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "relation", rename_all = "snake_case")]
pub enum Decision {
    /// One group: every two of its articles reach a limit of the text, these two among them.
    SameGroup {
        /// How many articles the group has.
        articles: usize,
    },
    /// One story: it grew by joins whose mean log-odds reached the limit.
    SameStory {
        /// Mean log-odds of the first article with the others of the story.
        a_log_odds: f64,
        /// Mean log-odds of the second article with the others of the story.
        b_log_odds: f64,
        /// What a join needs.
        limit: f64,
    },
    /// Two stories: the mean log-odds over all pairs across them misses the limit, or no pair
    /// across them came up as a candidate.
    Apart {
        /// Mean log-odds over all pairs with an article of either story.
        log_odds: f64,
        /// What a join needs.
        limit: f64,
    },
}

/// What two articles share of their text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TextEvidence {
    /// How many shingles they have and share.
    pub overlap: Overlap,
    /// Exact Jaccard similarity, in [0, 1].
    pub jaccard: f64,
    /// Exact containment, in [0, 1].
    pub containment: f64,
    /// The limits, one of which makes them the same text.
    pub limits: SameText,
    /// Whether one is reached and the two are not issues of a recurring report.
    pub same_text: bool,
    /// Whether the two have the same words ([`SameText::of_issues`]) and are issues of a recurring report: days
    /// apart, with other numbers.
    pub recurring: bool,
    /// The shared shingles as passages, in the order of the first article.
    pub passages: Vec<Passage>,
}

/// What speaks for and against the same event.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventEvidence {
    /// Cosine of the term vectors, in [0, 1].
    pub cosine: f64,
    /// How much closer the two are to their nearest other texts than articles are on average: the
    /// mean of both, as a cosine, in [-1, 1].
    pub crowding: f64,
    /// Days between them; `None` when a date is missing.
    pub days_apart: Option<f64>,
    /// What the log-odds is the sum of.
    pub parts: Parts,
    /// The sum.
    pub log_odds: f64,
    /// Its probability, in [0, 1].
    pub same_event: f64,
    /// All shared terms, the heaviest first. Their parts add up to the part of the cosine.
    pub terms: Vec<SharedTerm>,
}

/// The parts of the log-odds of two articles.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Parts {
    /// From the shared terms.
    pub cosine: f64,
    /// From how close the two are to everything around them.
    pub crowding: f64,
    /// From the time between them.
    pub days: f64,
    /// From a missing date.
    pub no_date: f64,
    /// From being issues of a recurring report.
    pub recurring: f64,
    /// What every pair begins with.
    pub bias: f64,
    /// From the caller's own [`Similarity`]; 0 without one.
    pub own: f64,
}

impl Parts {
    /// The log-odds.
    #[must_use]
    pub fn sum(&self) -> f64 {
        let Self {
            cosine,
            crowding,
            days,
            no_date,
            recurring,
            bias,
            own,
        } = self;
        cosine + crowding + days + no_date + recurring + bias + own
    }
}

/// A term that two articles share.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SharedTerm {
    /// As it first stands in the first article.
    pub text: String,
    /// Its weight in the first article, in [0, 1]; squares add up to at most 1.
    pub a_weight: f64,
    /// Its weight in the second article.
    pub b_weight: f64,
    /// What it adds to the log-odds.
    pub log_odds: f64,
}

impl Clustering {
    /// Explains the relation of two articles, by their positions in the input.
    ///
    /// `articles` must be the collection that was clustered, in the same order: the library keeps
    /// no text.
    ///
    /// # Errors
    ///
    /// [`UnknownArticle`](crate::ErrorKind::UnknownArticle) when a position is beyond the input, or `articles` is not as
    /// long as the input was.
    ///
    /// # Complexity
    ///
    /// Reads the articles of both stories again.
    pub fn explain(
        &self,
        articles: &[Article<'_>],
        a: usize,
        b: usize,
    ) -> Result<Explanation, Error> {
        self.check(articles, &[a, b])?;
        let (first, second) = (
            Reading::new(articles, a, self),
            Reading::new(articles, b, self),
        );
        Ok(Explanation {
            decision: self.decision(articles, a, b),
            text: self.explainer().text_evidence(&first, &second),
            event: self.event_evidence(&first, &second),
        })
    }

    pub(crate) fn explainer(&self) -> Explainer<'_> {
        Explainer {
            config: &self.config,
            similarity: self.similarity.as_deref(),
        }
    }

    /// What speaks for and against the same event.
    pub(crate) fn event_evidence(&self, a: &Reading<'_>, b: &Reading<'_>) -> EventEvidence {
        let number = |term| self.vocabulary.number(term);
        let spelled = a.spelled(&self.background, number);
        self.explainer().event_evidence(a, b, &spelled)
    }

    fn decision(&self, articles: &[Article<'_>], a: usize, b: usize) -> Decision {
        let (of_a, of_b) = (self.assignments()[a], self.assignments()[b]);
        if of_a.group == of_b.group {
            return Decision::SameGroup {
                articles: self.groups()[of_a.group].articles.len(),
            };
        }
        // the mean over all pairs of the articles at these positions
        let log_odds = |from: &[usize], to: &[usize]| {
            let read = |&at: &usize| Reading::new(articles, at, self);
            let (from, to): (Vec<_>, Vec<_>) = (
                from.iter().map(read).collect(),
                to.iter().map(read).collect(),
            );
            let explainer = self.explainer();
            let pairs = from
                .iter()
                .flat_map(|a| to.iter().map(move |b| explainer.evidence(a, b)));
            let sum = pairs.fold(Evidence::default(), Evidence::add);
            self.config.event.log_odds(&sum)
        };
        let limit = logit(self.config.same_event);
        let story = |assignment: Assignment| &self.stories()[assignment.story].articles;
        if of_a.story != of_b.story {
            return Decision::Apart {
                log_odds: log_odds(story(of_a), story(of_b)),
                limit,
            };
        }
        let with_others = |one: usize| {
            let mut others = story(of_a).clone();
            others.retain(|&other| other != one);
            log_odds(&[one], &others)
        };
        Decision::SameStory {
            a_log_odds: with_others(a),
            b_log_odds: with_others(b),
            limit,
        }
    }
}

/// How two articles are compared.
#[derive(Clone, Copy)]
pub(crate) struct Explainer<'a> {
    pub(crate) config: &'a Config,
    pub(crate) similarity: Option<&'a dyn Similarity>,
}

impl Explainer<'_> {
    fn evidence(self, a: &Reading<'_>, b: &Reading<'_>) -> Evidence {
        let same_words = || SameText::of_issues(self.config).holds(&a.overlap(b));
        Evidence::new(
            a.vector.dot(&b.vector),
            a.crowding + b.crowding,
            a.article.published,
            b.article.published,
            a.recurs(b) && same_words(),
        )
        .with_own(self.own(&a.article, &b.article))
    }

    /// The probability of the same event.
    pub(crate) fn same_event(self, a: &Reading<'_>, b: &Reading<'_>) -> f64 {
        self.config.event.same_event(&self.evidence(a, b))
    }

    /// What the caller's own similarity says, the earlier article first.
    fn own(self, a: &Article<'_>, b: &Article<'_>) -> i64 {
        let (first, second) = if a.rank() <= b.rank() { (a, b) } else { (b, a) };
        self.similarity
            .map_or(0, |own| fixed(own, first.id, second.id))
    }

    /// What two articles share of their text.
    pub(crate) fn text_evidence(self, a: &Reading<'_>, b: &Reading<'_>) -> TextEvidence {
        let overlap = a.overlap(b);
        let limits = SameText::new(self.config);
        TextEvidence {
            overlap,
            jaccard: overlap.jaccard(),
            containment: overlap.containment(),
            limits,
            same_text: limits.holds(&overlap) && !a.recurs(b),
            recurring: SameText::of_issues(self.config).holds(&overlap) && a.recurs(b),
            passages: passages(&a.words, &b.words, self.config.shingle_words),
        }
    }

    /// What speaks for and against the same event. `spelled` are the terms of the first article as they stand there.
    pub(crate) fn event_evidence(
        self,
        a: &Reading<'_>,
        b: &Reading<'_>,
        spelled: &AHashMap<u32, &str>,
    ) -> EventEvidence {
        let evidence = self.evidence(a, b);
        let model = &self.config.event;
        let [cosine, crowding, days, no_date, recurring, bias, own] = model.parts(&evidence);
        let weights: AHashMap<u32, u32> = b.vector.weights().map(|w| (w.term, w.weight)).collect();
        let unit = |weight: u32| f64::from(weight) / f64::from(TermVector::ONE);
        let mut terms: Vec<SharedTerm> = a
            .vector
            .weights()
            .filter_map(|w| Some((w, *weights.get(&w.term)?, spelled.get(&w.term)?)))
            .map(|(w, b_weight, text)| SharedTerm {
                text: (*text).to_owned(),
                a_weight: unit(w.weight),
                b_weight: unit(b_weight),
                log_odds: model.cosine * unit(w.weight) * unit(b_weight),
            })
            .collect();
        terms.sort_by(|x, y| {
            y.log_odds
                .total_cmp(&x.log_odds)
                .then_with(|| x.text.cmp(&y.text))
        });
        EventEvidence {
            cosine: evidence.cosine(),
            crowding: (as_cosine(a.crowding) + as_cosine(b.crowding)) / 2.0,
            days_apart: a
                .article
                .published
                .zip(b.article.published)
                .map(|(a, b)| a.days_from(b)),
            parts: Parts {
                cosine,
                crowding,
                days,
                no_date,
                recurring,
                bias,
                own,
            },
            log_odds: model.log_odds(&evidence),
            same_event: model.same_event(&evidence),
            terms,
        }
    }
}

/// An article, read again.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    pub(crate) article: Article<'a>,
    pub(crate) words: ArticleTokens,
    pub(crate) shingles: Shingles,
    pub(crate) numbers: Box<[u64]>,
    pub(crate) vector: TermVector,
    pub(crate) crowding: i64,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(articles: &[Article<'a>], at: usize, clustering: &Clustering) -> Self {
        let words = ArticleTokens::new(&articles[at]);
        let terms = Terms::of_tokens(&articles[at], &words, &clustering.background);
        Self {
            article: articles[at],
            shingles: Shingles::new(&words.tokens, clustering.config.shingle_words),
            vector: clustering.vocabulary.vector(&terms),
            numbers: terms.numbers().into(),
            crowding: clustering.crowding[at],
            words,
        }
    }

    fn overlap(&self, other: &Self) -> Overlap {
        Overlap::new(&self.shingles, &other.shingles)
    }

    /// Whether the two are issues of a recurring report, if they have the same words.
    fn recurs(&self, other: &Self) -> bool {
        let of = |reading: &Self| reading.article.published;
        recurs((&self.numbers, of(self)), (&other.numbers, of(other)))
    }

    /// The terms as they first stand in the text; `number` gives the number of a term by its hash.
    pub(crate) fn spelled(
        &self,
        background: &Background,
        number: impl Fn(u64) -> Option<u32>,
    ) -> AHashMap<u32, &'a str> {
        let mut spelled = AHashMap::new();
        let (title, body) = self.words.parts();
        for (text, tokens) in [(self.article.title, title), (self.article.body, body)] {
            for_each_term(tokens, |term| {
                let number = number(name(text, term, background));
                if let (Some(number), [first, ..], [.., last]) = (number, term, term) {
                    spelled
                        .entry(number)
                        .or_insert(&text[first.start..last.end]);
                }
            });
        }
        spelled
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            decision,
            text,
            event,
        } = self;
        match decision {
            Decision::SameGroup { articles: 2 } => {
                writeln!(f, "same group: the two are the same text")?
            }
            Decision::SameGroup { articles } => {
                writeln!(
                    f,
                    "same group: every two of its {articles} articles are the same text"
                )?;
            }
            Decision::SameStory {
                a_log_odds,
                b_log_odds,
                limit,
            } => writeln!(
                f,
                "same story, not the same text: mean log-odds with the story's other articles {a_log_odds:+.2} and {b_log_odds:+.2} (a join needs {limit:+.2})"
            )?,
            Decision::Apart { log_odds, limit } if log_odds < limit => {
                writeln!(
                    f,
                    "different stories: mean log-odds between the two {log_odds:+.2} (a join needs {limit:+.2})"
                )?;
            }
            Decision::Apart { log_odds, limit } => writeln!(
                f,
                "different stories: mean log-odds between the two {log_odds:+.2} would allow a join (from {limit:+.2}), but no pair of their articles came up as a candidate"
            )?,
        }
        let SameText {
            containment,
            min_shared,
            ..
        } = text.limits;
        writeln!(
            f,
            "  text: of {} and {} shingles {} are shared: jaccard {:.3} (limit {}), containment {:.3} ({})",
            text.overlap.smaller,
            text.overlap.larger,
            text.overlap.shared,
            text.jaccard,
            text.limits.least_jaccard(text.overlap.shared >= min_shared),
            text.containment,
            match containment {
                Some(limit) => format!("limit {limit} with {min_shared} shared"),
                None => "does not count".into(),
            }
        )?;
        let time = match event.days_apart {
            Some(days) => format!("{days:.1} days apart {:+.2}", event.parts.days),
            None => format!("a date is missing {:+.2}", event.parts.no_date),
        };
        writeln!(
            f,
            "  event: same_event {:.3} from log-odds {:+.2} = cosine {:.3} {:+.2}, crowding {:+.3} {:+.2}, {time}, bias {:+.2}{}",
            event.same_event,
            event.log_odds,
            event.cosine,
            event.parts.cosine,
            event.crowding,
            event.parts.crowding,
            event.parts.bias,
            [
                (
                    text.recurring,
                    "another issue of a recurring report",
                    event.parts.recurring
                ),
                (event.parts.own != 0.0, "own similarity", event.parts.own),
            ]
            .iter()
            .filter(|(shown, ..)| *shown)
            .map(|(_, name, log_odds)| format!(", {name} {log_odds:+.2}"))
            .collect::<String>()
        )?;
        let terms: Vec<String> = event
            .terms
            .iter()
            .take(8)
            .map(|term| format!("{} {:+.2}", term.text, term.log_odds))
            .collect();
        write!(
            f,
            "  terms: {}",
            if terms.is_empty() {
                "none shared".into()
            } else {
                terms.join(", ")
            }
        )
    }
}
