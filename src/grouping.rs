//! Articles to a grouping: which of them are the same text.

use ahash::AHashSet;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Timestamp};
use crate::bucket::Buckets;
use crate::candidate::{self, Pair};
use crate::component::components;
use crate::config::Config;
use crate::group::{Members, Texts, groups, span};
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
        articles: &[Article<'_>],
        order: &[usize],
        buckets: Vec<Buckets>,
        signer: &Signer,
        config: &Config,
    ) -> Self {
        let candidates = candidate::from_buckets(&buckets);
        drop(buckets);
        let same_text = SameText::new(config);
        let mut shingles = read_shingles(articles, order, &candidates, signer, config);
        let overlap = |(a, b): Pair| Overlap::new(&shingles[a as usize], &shingles[b as usize]);
        let alike: Vec<(Pair, Overlap)> = candidates
            .into_par_iter()
            .map(|pair| (pair, overlap(pair)))
            .filter(|(_, overlap)| same_text.holds(overlap))
            .collect();
        let pairs: Vec<Pair> = alike.iter().map(|&(pair, _)| pair).collect();
        let is_alike = mentioned(&pairs, order.len());
        shingles
            .par_iter_mut()
            .zip(is_alike)
            .filter(|(_, alike)| !alike)
            .for_each(|(shingles, _)| *shingles = Shingles::default());

        let published: Vec<_> = order.iter().map(|&at| articles[at].published).collect();
        let numbers = read_numbers(articles, order, &pairs, &published, signer);
        let texts = Texts {
            shingles: &shingles,
            numbers: &numbers,
            published: &published,
        };
        let (recurring, same): (Vec<_>, Vec<_>) = alike
            .into_iter()
            .partition(|&((a, b), _)| texts.recurs(a, b));
        Self {
            groups: groups(texts, &same, &same_text),
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

/// The shingles of the articles that the pairs are of. Texts are read a second time rather than
/// kept: most articles have no pair, and shingles take more room than the text.
pub(crate) fn read_shingles(
    articles: &[Article<'_>],
    order: &[usize],
    pairs: &[Pair],
    signer: &Signer,
    config: &Config,
) -> Vec<Shingles> {
    let wanted = mentioned(pairs, order.len());
    order
        .par_iter()
        .zip(wanted)
        .map_init(
            || signer.reader(config.shingle_words),
            |reader, (&at, wanted)| match wanted {
                true => {
                    reader.read(&articles[at]);
                    reader.shingles()
                }
                false => Shingles::default(),
            },
        )
        .collect()
}

/// The numbers of the articles that might be issues of a recurring report: those that pairs connect
/// over some days.
fn read_numbers(
    articles: &[Article<'_>],
    order: &[usize],
    pairs: &[Pair],
    published: &[Option<Timestamp>],
    signer: &Signer,
) -> Vec<Box<[u64]>> {
    // over what time the articles of each component were published
    let component = components(order.len(), pairs);
    let mut spans: Vec<Option<(Timestamp, Timestamp)>> = vec![None; order.len()];
    for (&component, published) in component.iter().zip(published) {
        let own = published.map(|time| (time, time));
        let all = &mut spans[component as usize];
        *all = span(*all, own);
    }
    let is_long = |component: &u32| {
        spans[*component as usize].is_some_and(|(first, last)| last.days_from(first) >= DAYS)
    };
    order
        .par_iter()
        .zip(component.par_iter().map(is_long))
        .map_init(
            || (Reader::new(signer.lanes()), ArticleTokens::default()),
            |(reader, tokens), (&at, wanted)| match wanted {
                true => {
                    tokens.read(&articles[at], reader);
                    tokens.numbers()
                }
                false => [].into(),
            },
        )
        .collect()
}
