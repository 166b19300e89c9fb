//! Articles to a grouping: which of them are the same text.

use ahash::AHashSet;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Timestamp};
use crate::bucket::Buckets;
use crate::candidate::{self, Pair};
use crate::cohesion::{self, Cohesion};
use crate::component::components;
use crate::config::Config;
use crate::error::Error;
use crate::group::{Members, Texts, groups, span};
use crate::progress::{Course, Run, Step};
use crate::recurrence::DAYS;
use crate::score::{Overlap, SameText};
use crate::shingle::Shingles;
use crate::signature::Signer;
use crate::sketch::ArticleTokens;
use crate::token::Reader;

/// The outcome of [`Clusterer::groups`](crate::Clusterer::groups): copies and rewrites of one text, and
/// nothing of stories. All articles are named by their positions in the input.
///
/// ```
/// use samestory::{Article, Clusterer};
///
/// let text = "A ferry with 212 people on board ran aground off Marr on Thursday.";
/// let articles = [Article::new("a", "", text), Article::new("b", "Cup final", ""), Article::new("c", "", text)];
/// let grouping = Clusterer::new().groups(&articles).unwrap();
/// assert_eq!(grouping.groups(), [vec![0, 2], vec![1]]);
/// assert_eq!(grouping.group_of(2), 0);
/// assert_eq!(grouping.pairs()[0].jaccard, 1.0);
/// ```
#[derive(Clone, Debug)]
pub struct Grouping {
    groups: Vec<Vec<usize>>,
    group_of: Vec<usize>,
    pairs: Vec<SameTextPair>,
}

/// Two articles that are the same text.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SameTextPair {
    /// Position of one article in the input; the earlier one in the library's order.
    pub a: usize,
    /// Position of the other.
    pub b: usize,
    /// Exact Jaccard similarity of their shingles, in [0, 1].
    pub jaccard: f64,
    /// Exact containment of the smaller one's shingles in the other's, in [0, 1].
    pub containment: f64,
}

impl Grouping {
    /// The groups, the one with the earliest article first, and so the articles of each. Each article is
    /// in exactly one.
    #[must_use]
    pub fn groups(&self) -> &[Vec<usize>] {
        &self.groups
    }

    /// The index of an article's group.
    ///
    /// # Panics
    ///
    /// When there is no article at this position.
    #[must_use]
    pub fn group_of(&self, article: usize) -> usize {
        self.group_of[article]
    }

    /// The pairs that were found to be the same text, in the library's order. Each reaches a threshold
    /// exactly. Of more than 32 articles that are much alike only those pairs are listed that hold them
    /// together.
    #[must_use]
    pub fn pairs(&self) -> &[SameTextPair] {
        &self.pairs
    }

    /// Names articles as the caller does: `order` has their positions.
    pub(crate) fn new(grouped: &Grouped, order: &[usize]) -> Self {
        let position = |article: u32| order[article as usize];
        let mut group_of = vec![0; order.len()];
        for (index, members) in grouped.groups.iter().enumerate() {
            for &member in members {
                group_of[position(member)] = index;
            }
        }
        let positions =
            |members: &Members| members.iter().map(|&member| position(member)).collect();
        let pair = |&((a, b), overlap): &(Pair, Overlap)| SameTextPair {
            a: position(a),
            b: position(b),
            jaccard: overlap.jaccard(),
            containment: overlap.containment(),
        };
        Self {
            groups: grouped.groups.iter().map(positions).collect(),
            group_of,
            pairs: grouped.same.iter().map(pair).collect(),
        }
    }
}

/// What the group tier finds, in the library's order.
#[derive(Debug)]
pub(crate) struct Grouped {
    /// The shingles of articles that have the words of another one; of others none.
    pub(crate) shingles: Vec<Shingles>,
    /// Pairs that are the same text, ascending.
    pub(crate) same: Vec<(Pair, Overlap)>,
    /// Pairs that are issues of a recurring report.
    pub(crate) recurring: AHashSet<Pair>,
    pub(crate) groups: Vec<Members>,
}

impl Grouped {
    /// Compares the texts of all articles that share a bucket, exactly, and groups them.
    pub(crate) fn new(
        texts: OrderedTexts<'_>,
        buckets: Vec<Buckets>,
        run: &Run<'_>,
    ) -> Result<Self, Error> {
        let candidates = candidate::sharing_buckets(&buckets, run);
        drop(buckets);
        run.goes_on()?;
        let same_words = SameText::of_issues(texts.config);
        let shingles = texts.shingles(&candidates, &run.step(Step::Copies, texts.order.len()));
        run.goes_on()?;
        let overlap = |(a, b): Pair| Overlap::new(&shingles[a as usize], &shingles[b as usize]);
        let alike: Vec<(Pair, Overlap)> = candidates
            .into_par_iter()
            .map(|pair| (pair, overlap(pair)))
            .filter(|(_, overlap)| same_words.holds(overlap))
            .collect();
        Ok(Self::of_alike(texts, alike, shingles))
    }

    /// The same with more pairs of articles that have the same words, which something else than the
    /// buckets brought up.
    pub(crate) fn with(
        self,
        texts: OrderedTexts<'_>,
        more: Vec<(Pair, Overlap)>,
        run: &Run<'_>,
    ) -> Result<Self, Error> {
        let mut alike = self.same;
        alike.extend(more);
        alike.par_sort_unstable_by_key(|&(pair, _)| pair);
        let pairs: Vec<Pair> = alike.iter().map(|&(pair, _)| pair).collect();
        let shingles = texts.shingles(&pairs, &run.step(Step::Copies, texts.order.len()));
        run.goes_on()?;
        let mut all = Self::of_alike(texts, alike, shingles);
        all.recurring.extend(self.recurring);
        Ok(all)
    }

    /// How close the members of each group are. The shingles are not needed any more, and go.
    pub(crate) fn take_cohesion(&mut self) -> Vec<Cohesion> {
        cohesion::of_groups(&self.groups, &std::mem::take(&mut self.shingles))
    }

    /// Groups pairs that have the same words.
    fn of_alike(
        texts: OrderedTexts<'_>,
        alike: Vec<(Pair, Overlap)>,
        mut shingles: Vec<Shingles>,
    ) -> Self {
        let pairs: Vec<Pair> = alike.iter().map(|&(pair, _)| pair).collect();
        let is_alike = mentioned(&pairs, shingles.len());
        shingles
            .par_iter_mut()
            .zip(is_alike)
            .filter(|(_, alike)| !alike)
            .for_each(|(shingles, _)| *shingles = Shingles::default());
        let published = texts.published();
        let numbers = texts.numbers(&pairs, &published);
        let known = Texts {
            shingles: &shingles,
            numbers: &numbers,
            published: &published,
        };
        let same_text = SameText::new(texts.config);
        let (recurring, mut same): (Vec<_>, Vec<_>) = alike
            .into_iter()
            .partition(|&((a, b), _)| known.recurs(a, b));
        same.retain(|(_, overlap)| same_text.holds(overlap));
        Self {
            groups: groups(known, &same, &same_text),
            same,
            recurring: recurring.into_iter().map(|(pair, _)| pair).collect(),
            shingles,
        }
    }
}

/// Whether an article stands in one of the pairs.
fn mentioned(pairs: &[Pair], articles: usize) -> Vec<bool> {
    let mut mentioned = vec![false; articles];
    for &(a, b) in pairs {
        mentioned[a as usize] = true;
        mentioned[b as usize] = true;
    }
    mentioned
}

/// The caller's articles in the library's order, to be read again. Texts are read a second time
/// rather than kept as shingles: most articles have no pair, and shingles take more room than the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OrderedTexts<'a> {
    pub(crate) articles: &'a [Article<'a>],
    /// The positions of the articles.
    pub(crate) order: &'a [usize],
    pub(crate) signer: &'a Signer,
    pub(crate) config: &'a Config,
}

/// Of so many pairs the texts are read at once.
const PAIRS: usize = 1 << 19;

impl OrderedTexts<'_> {
    pub(crate) fn published(self) -> Vec<Option<Timestamp>> {
        let published = |&at: &usize| self.articles[at].published;
        self.order.iter().map(published).collect()
    }

    /// The shingles of the articles that the pairs are of; of others none.
    fn shingles(self, pairs: &[Pair], copies: &Course<'_>) -> Vec<Shingles> {
        let wanted = mentioned(pairs, self.order.len());
        let reader = || self.signer.reader(self.config.shingle_words);
        let places = self.order.par_iter().zip(wanted);
        places
            .map_init(reader, |reader, (&at, wanted)| {
                match copies.add(1) && wanted {
                    true => {
                        reader.read(&self.articles[at]);
                        reader.shingles()
                    }
                    false => Shingles::default(),
                }
            })
            .collect()
    }

    /// What the articles of ascending pairs share, in a bounded memory.
    pub(crate) fn overlaps(self, pairs: &[Pair], run: &Run<'_>) -> Vec<(Pair, Overlap)> {
        let mut overlaps = Vec::with_capacity(pairs.len());
        // pairs of one time stand together, so few texts are read more than once
        for part in pairs.chunks(PAIRS) {
            let shingles = self.shingles(part, &run.step(Step::Copies, self.order.len()));
            let overlap = |&(a, b): &Pair| {
                let overlap = Overlap::new(&shingles[a as usize], &shingles[b as usize]);
                ((a, b), overlap)
            };
            overlaps.par_extend(part.par_iter().map(overlap));
        }
        overlaps
    }

    /// The numbers of the articles that might be issues of a recurring report: those that pairs connect
    /// over some days.
    fn numbers(self, pairs: &[Pair], published: &[Option<Timestamp>]) -> Vec<Box<[u64]>> {
        // over what time the articles of each component were published
        let component = components(self.order.len(), pairs);
        let mut spans: Vec<Option<(Timestamp, Timestamp)>> = vec![None; self.order.len()];
        for (&component, published) in component.iter().zip(published) {
            let own = published.map(|time| (time, time));
            let all = &mut spans[component as usize];
            *all = span(*all, own);
        }
        let is_long = |component: &u32| {
            spans[*component as usize].is_some_and(|(first, last)| last.days_from(first) >= DAYS)
        };
        let reader = || (Reader::new(self.signer.lanes()), ArticleTokens::default());
        let places = self.order.par_iter().zip(component.par_iter().map(is_long));
        places
            .map_init(reader, |(reader, tokens), (&at, wanted)| match wanted {
                true => {
                    tokens.read(&self.articles[at], reader);
                    tokens.numbers()
                }
                false => [].into(),
            })
            .collect()
    }
}
