//! Groups and probabilities to stories: average link.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use ahash::AHashMap;
use rayon::prelude::*;

use crate::article::Timestamp;
use crate::candidate::Pair;
use crate::evidence::{Evidence, log_days};
use crate::group::Members;
use crate::term::{TermVector, Weight, dot};

/// What the story tier knows of the articles, in the library's order.
#[derive(Clone, Copy, Debug)]
pub struct Reports<'a> {
    /// Term vectors.
    pub vectors: &'a [TermVector],
    /// Moments of publication.
    pub published: &'a [Option<Timestamp>],
}

/// Joins groups into stories, the most probable first, while the mean log-odds over all pairs of
/// their articles is at least `least`. Gives a partition of the groups, each story the ascending
/// indices of its groups; stories are ordered by their first group.
///
/// `likely` are pairs of articles whose own log-odds reach `least`. A mean can only reach it if some
/// pair does; so when `likely` holds all such pairs the result is that of average link over all
/// pairs, and what the candidates missed can only keep two stories apart. The means themselves are
/// always over all pairs of articles, from sums of vectors, never estimated.
///
/// # Complexity
///
/// O(p log p) for p pairs between groups, and for each join a look at the neighbours of both.
///
/// # References
///
/// - R. Sokal, C. Michener, "A statistical method for evaluating systematic relationships" (1958):
///   average link.
///
/// ```
/// use samestory::story::{Reports, stories};
/// use samestory::term::{Terms, TermVector, Vocabulary};
/// use samestory::token::tokens;
/// use samestory::Background;
///
/// let texts = ["Ferry aground off Marr", "Marr ferry refloated", "Cup final goes to Stannick"];
/// let terms: Vec<Terms> = texts.iter().map(|text| Terms::new(&tokens(text))).collect();
/// let vocabulary = Vocabulary::new(&terms, &Background::english(), 2000.0);
/// let vectors: Vec<TermVector> = terms.iter().map(|terms| vocabulary.vector(terms)).collect();
/// let reports = Reports { vectors: &vectors, published: &[None; 3] };
/// assert_eq!(stories(reports, &[vec![0], vec![1], vec![2]], &[(0, 1)], -1.4), [vec![0, 1], vec![2]]);
/// ```
#[must_use]
pub fn stories(
    reports: Reports<'_>,
    groups: &[Members],
    likely: &[Pair],
    least: f64,
) -> Vec<Vec<u32>> {
    let mut group_of = vec![0; reports.vectors.len()];
    for (members, group) in groups.iter().zip(0..) {
        members
            .iter()
            .for_each(|&member| group_of[member as usize] = group);
    }
    let mut links: Vec<(u32, u32)> = likely
        .iter()
        .map(|&(a, b)| (group_of[a as usize], group_of[b as usize]))
        .filter(|(a, b)| a != b)
        .map(|(a, b)| (a.min(b), a.max(b)))
        .collect();
    links.par_sort_unstable();
    links.dedup();
    let mut stories: Vec<Vec<u32>> = components(groups.len(), &links)
        .into_par_iter()
        .flat_map_iter(|(members, links)| {
            Linkage::new(reports, groups, members, &links, least).run()
        })
        .collect();
    stories.par_sort_unstable_by_key(|story| story[0]);
    stories
}

/// The connected components of a graph, each with its nodes and links, both ascending. Joins
/// never cross them, so they are the scope of the work and nothing else.
fn components(nodes: usize, links: &[(u32, u32)]) -> Vec<(Vec<u32>, Vec<(u32, u32)>)> {
    let mut parent: Vec<u32> = (0..nodes as u32).collect();
    for &(a, b) in links {
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        parent[a.max(b) as usize] = a.min(b);
    }
    let mut index = AHashMap::new();
    let mut components: Vec<(Vec<u32>, Vec<(u32, u32)>)> = Vec::new();
    for node in 0..nodes as u32 {
        let root = root(&mut parent, node);
        let at = *index.entry(root).or_insert(components.len());
        if at == components.len() {
            components.push(Default::default());
        }
        components[at].0.push(node);
    }
    for &(a, b) in links {
        components[index[&root(&mut parent, a)]].1.push((a, b));
    }
    components
}

/// The smallest node of a component; halves the path to it on the way.
fn root(parent: &mut [u32], mut node: u32) -> u32 {
    while parent[node as usize] != node {
        parent[node as usize] = parent[parent[node as usize] as usize];
        node = parent[node as usize];
    }
    node
}

/// A set of articles while stories grow.
struct Cluster {
    /// Indices of its groups.
    groups: Vec<u32>,
    /// Sum of the vectors of its articles.
    sum: Vec<Weight>,
    /// Times of the dated ones.
    dated: Vec<Timestamp>,
    /// How many have no date.
    undated: u64,
    /// Counts its joins, so that an older offer to join is known to be void.
    version: u32,
    /// Evidence for each cluster it was ever compared with.
    links: AHashMap<u32, Evidence>,
}

impl Cluster {
    fn new(reports: Reports<'_>, group: u32, members: &[u32]) -> Self {
        let published = members
            .iter()
            .map(|&member| reports.published[member as usize]);
        let dated: Vec<Timestamp> = published.flatten().collect();
        let mut sum = Vec::new();
        for &member in members {
            sum = add(&sum, reports.vectors[member as usize].weights());
        }
        let undated = (members.len() - dated.len()) as u64;
        Self {
            groups: vec![group],
            sum,
            dated,
            undated,
            version: 0,
            links: AHashMap::new(),
        }
    }

    fn len(&self) -> u64 {
        self.dated.len() as u64 + self.undated
    }

    /// The evidence over all pairs with one article here and one there.
    fn evidence(&self, other: &Self) -> Evidence {
        let pairs = self.len() * other.len();
        let days = |&a: &Timestamp| {
            other
                .dated
                .iter()
                .map(move |&b| log_days(a, b))
                .sum::<u64>()
        };
        Evidence {
            pairs,
            dots: dot(&self.sum, &other.sum),
            log_days: self.dated.iter().map(days).sum(),
            undated: pairs - (self.dated.len() * other.dated.len()) as u64,
        }
    }
}

/// The sum of two vectors.
fn add(a: &[Weight], b: &[Weight]) -> Vec<Weight> {
    let mut sum = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        let term = x.term.min(y.term);
        let part = |w: &Weight| if w.term == term { w.weight } else { 0 };
        sum.push(Weight {
            term,
            weight: part(x) + part(y),
        });
        i += usize::from(x.term == term);
        j += usize::from(y.term == term);
    }
    sum.extend_from_slice(&a[i..]);
    sum.extend_from_slice(&b[j..]);
    sum
}

/// An offer to join two clusters: the highest mean log-odds first, ties by the smaller clusters.
#[derive(PartialEq)]
struct Offer {
    log_odds: f64,
    clusters: Reverse<(u32, u32)>,
    versions: (u32, u32),
}

impl Eq for Offer {}

impl Ord for Offer {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.log_odds
            .total_cmp(&other.log_odds)
            .then(self.clusters.cmp(&other.clusters))
            .then(self.versions.cmp(&other.versions))
    }
}

impl PartialOrd for Offer {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Average link within one component.
struct Linkage {
    clusters: Vec<Cluster>,
    offers: BinaryHeap<Offer>,
    least: f64,
}

impl Linkage {
    fn new(
        reports: Reports<'_>,
        groups: &[Members],
        nodes: Vec<u32>,
        links: &[(u32, u32)],
        least: f64,
    ) -> Self {
        let clusters = nodes
            .iter()
            .map(|&group| Cluster::new(reports, group, &groups[group as usize]))
            .collect();
        let mut linkage = Self {
            clusters,
            offers: BinaryHeap::new(),
            least,
        };
        let local: AHashMap<u32, u32> = nodes.into_iter().zip(0..).collect();
        for &(a, b) in links {
            let (a, b) = (local[&a], local[&b]);
            let evidence = linkage.clusters[a as usize].evidence(&linkage.clusters[b as usize]);
            linkage.link(a, b, evidence);
        }
        linkage
    }

    /// Notes the evidence between two clusters and offers to join them if it suffices.
    fn link(&mut self, a: u32, b: u32, evidence: Evidence) {
        self.clusters[a as usize].links.insert(b, evidence);
        self.clusters[b as usize].links.insert(a, evidence);
        let log_odds = evidence.log_odds();
        if log_odds >= self.least {
            let (a, b) = (a.min(b), a.max(b));
            let versions = (
                self.clusters[a as usize].version,
                self.clusters[b as usize].version,
            );
            self.offers.push(Offer {
                log_odds,
                clusters: Reverse((a, b)),
                versions,
            });
        }
    }

    fn run(mut self) -> Vec<Vec<u32>> {
        while let Some(Offer {
            clusters: Reverse((a, b)),
            versions,
            ..
        }) = self.offers.pop()
        {
            if versions
                == (
                    self.clusters[a as usize].version,
                    self.clusters[b as usize].version,
                )
            {
                self.join(a, b);
            }
        }
        let stories = self.clusters.into_iter().map(|cluster| cluster.groups);
        stories
            .filter(|groups| !groups.is_empty())
            .map(|mut groups| {
                groups.sort_unstable();
                groups
            })
            .collect()
    }

    /// Joins b to a. Evidence that only one of them has is completed by comparing the other.
    fn join(&mut self, a: u32, b: u32) {
        let mut links = std::mem::take(&mut self.clusters[a as usize].links);
        let mut from = std::mem::take(&mut self.clusters[b as usize].links);
        links.remove(&b);
        from.remove(&a);
        let mut merged: Vec<(u32, Evidence)> = Vec::with_capacity(links.len() + from.len());
        for (other, evidence) in links {
            let rest = from
                .remove(&other)
                .unwrap_or_else(|| self.evidence(b, other));
            merged.push((other, evidence + rest));
        }
        for (other, evidence) in from {
            merged.push((other, evidence + self.evidence(a, other)));
        }
        let Cluster {
            groups,
            sum,
            dated,
            undated,
            ..
        } = std::mem::replace(
            &mut self.clusters[b as usize],
            Cluster {
                groups: vec![],
                sum: vec![],
                dated: vec![],
                undated: 0,
                version: u32::MAX,
                links: AHashMap::new(),
            },
        );
        let into = &mut self.clusters[a as usize];
        into.groups.extend(groups);
        into.sum = add(&into.sum, &sum);
        into.dated.extend(dated);
        into.undated += undated;
        into.version += 1;
        for (other, evidence) in merged {
            self.clusters[other as usize].links.remove(&b);
            self.link(a, other, evidence);
        }
    }

    fn evidence(&self, a: u32, b: u32) -> Evidence {
        self.clusters[a as usize].evidence(&self.clusters[b as usize])
    }
}
