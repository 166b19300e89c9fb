//! Groups and probabilities to stories: average link.

use std::cell::OnceCell;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use ahash::AHashMap;
use rayon::prelude::*;

use crate::article::Timestamp;
use crate::candidate::Pair;
use crate::component::components;
use crate::evidence::{EventModel, Evidence, Reports, log_days};
use crate::group::{Members, set_of};
use crate::progress::{Course, Run, Step};
use crate::similarity::Own;
use crate::term::TermVector;

/// So few groups are not worth waking other threads for.
const FEW: usize = 64;

/// Joins groups into stories, the most probable first, while the mean log-odds over all pairs of
/// their articles is at least `least`. Gives a partition of the groups, each story the ascending
/// indices of its groups; stories are ordered by their first group.
///
/// `likely` are pairs of articles whose own log-odds reach `least`. A mean can only reach it if some
/// pair does; so when `likely` holds all such pairs the result is that of average link over all
/// pairs, and what the candidates missed can only keep two stories apart. The means themselves are
/// always over all pairs of articles, from sums, never estimated.
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
/// use ahash::AHashSet;
/// use samestory::evidence::{EventModel, Reports};
/// use samestory::story::stories;
/// use samestory::term::{Terms, TermVector, Vocabulary};
/// use samestory::Background;
///
/// let texts = ["Ferry aground off Marr", "Marr ferry refloated", "Cup final goes to Stannick"];
/// let terms: Vec<Terms> = texts.iter().map(|text| Terms::new(text)).collect();
/// let vocabulary = Vocabulary::new(&terms, &Background::english(), 2000.0);
/// let vectors: Vec<TermVector> = terms.iter().map(|terms| vocabulary.vector(terms)).collect();
/// let reports = Reports {
///     vectors: &vectors,
///     published: &[None; 3],
///     crowding: &[0; 3],
///     recurring: &AHashSet::new(),
///     model: &EventModel::default(),
///     own: None,
/// };
/// let groups = [vec![0], vec![1], vec![2]];
/// assert_eq!(stories(reports, &groups, &[(0, 1)], -1.4), [vec![0, 1], vec![2]]);
/// ```
#[must_use]
pub fn stories(
    reports: Reports<'_>,
    groups: &[Members],
    likely: &[Pair],
    least: f64,
) -> Vec<Vec<u32>> {
    let run = Run::default();
    let joins = run.step(Step::Stories, 0);
    join(reports, &reports.vectors, groups, likely, least, &joins)
}

/// The term vectors of articles, and their dot products.
pub(crate) trait Products: Sync {
    /// The vector of an article.
    fn vector(&self, article: u32) -> &TermVector;

    /// The dot product of the vectors of two articles.
    fn dot(&self, a: u32, b: u32) -> u64 {
        self.vector(a).dot(self.vector(b))
    }
}

impl Products for &[TermVector] {
    fn vector(&self, article: u32) -> &TermVector {
        &self[article as usize]
    }
}

/// The same as a step of a run, with dot products from elsewhere; the vectors of the reports are not asked for.
pub(crate) fn join(
    reports: Reports<'_>,
    products: &dyn Products,
    groups: &[Members],
    likely: &[Pair],
    least: f64,
    joins: &Course<'_>,
) -> Vec<Vec<u32>> {
    let components = linked(reports, groups, likely);
    let average = |component| average_link(reports, products, groups, component, least, joins);
    let mut stories: Vec<Vec<u32>> = if groups.len() < FEW {
        components.into_iter().flat_map(average).collect()
    } else {
        let components = components.into_par_iter().with_max_len(TASK);
        components.flat_map_iter(average).collect()
    };
    stories.par_sort_unstable_by_key(|story| story[0]);
    stories
}

/// The same on this thread alone.
pub(crate) fn join_here(
    reports: Reports<'_>,
    products: &dyn Products,
    groups: &[Members],
    likely: &[Pair],
    least: f64,
) -> Vec<Vec<u32>> {
    let run = Run::default();
    let joins = run.step(Step::Stories, 0);
    let components = linked(reports, groups, likely).into_iter();
    let average = |component| average_link(reports, products, groups, component, least, &joins);
    let mut stories: Vec<Vec<u32>> = components.flat_map(average).collect();
    stories.sort_unstable_by_key(|story| story[0]);
    stories
}

/// The stories of a component.
fn average_link(
    reports: Reports<'_>,
    products: &dyn Products,
    groups: &[Members],
    component: Component,
    least: f64,
    joins: &Course<'_>,
) -> Vec<Vec<u32>> {
    match component.links[..] {
        [] => {
            joins.add(1);
            vec![component.groups]
        }
        _ => Linkage::new(reports, products, groups, &component, least).run(joins),
    }
}

/// What hangs together by likely pairs.
fn linked(reports: Reports<'_>, groups: &[Members], likely: &[Pair]) -> Vec<Component> {
    // Linked for their evidence too, so that two clusters without a link have no such pair.
    let recurring = reports.recurring.iter().copied();
    let pairs: Vec<Pair> = likely.iter().copied().chain(recurring).collect();
    scopes(
        groups.len(),
        &links(&pairs, groups, reports.published.len()),
    )
}

/// So many components are one thread's at a time: some take far longer than others.
const TASK: usize = 16;

/// So many pairs are looked through by one thread.
const FEW_PAIRS: usize = 1 << 16;

/// The pairs of different sets that some pair of articles links, ascending, each once.
pub(crate) fn links(pairs: &[Pair], sets: &[Members], articles: usize) -> Vec<(u32, u32)> {
    let set_of = set_of(sets, articles);
    let link = |&(a, b): &Pair| {
        let (a, b) = (set_of[a as usize], set_of[b as usize]);
        (a != b).then_some((a.min(b), a.max(b)))
    };
    // those of a few articles are not worth other threads
    let mut links: Vec<(u32, u32)>;
    if pairs.len() < FEW_PAIRS {
        links = pairs.iter().filter_map(link).collect();
        links.sort_unstable();
    } else {
        links = pairs.par_iter().filter_map(link).collect();
        links.par_sort_unstable();
    }
    links.dedup();
    links
}

/// Groups that links connect, and these links, both ascending. Joins never cross components, so
/// they are the scope of the work and nothing else.
#[derive(Default)]
struct Component {
    groups: Vec<u32>,
    links: Vec<(u32, u32)>,
}

fn scopes(groups: usize, links: &[(u32, u32)]) -> Vec<Component> {
    let component = components(groups, links);
    // the first of each comes first
    let mut index = vec![0; groups];
    let mut scopes: Vec<Component> = Vec::new();
    for (group, &first) in (0..).zip(&component) {
        if first == group {
            index[group as usize] = scopes.len();
            scopes.push(Component::default());
        }
        scopes[index[first as usize]].groups.push(group);
    }
    for &(a, b) in links {
        scopes[index[component[a as usize] as usize]]
            .links
            .push((a, b));
    }
    scopes
}

/// A set of articles while stories grow.
#[derive(Default)]
struct Cluster {
    /// Indices of its groups; none once it was joined to another cluster.
    groups: Vec<u32>,
    /// Its articles.
    articles: Vec<u32>,
    /// The sum of their vectors, once it was asked for.
    sum: OnceCell<Sum>,
    /// Times of the dated ones.
    dated: Vec<Timestamp>,
    /// How many have no date.
    undated: u64,
    /// Sum of their crowding.
    crowding: i128,
    /// Counts its joins, so that an older offer to join is known to be void.
    version: u32,
    /// Evidence for each cluster it was ever compared with.
    links: AHashMap<u32, Evidence>,
}

/// Up to so many pairs of articles are compared one by one; of more the sums of their vectors.
const PAIRS: usize = 16;

impl Cluster {
    fn new(reports: Reports<'_>, group: u32, members: &[u32]) -> Self {
        let mut cluster = Self {
            groups: vec![group],
            articles: members.to_vec(),
            ..Self::default()
        };
        for &member in members {
            match reports.published[member as usize] {
                Some(published) => cluster.dated.push(published),
                None => cluster.undated += 1,
            }
            cluster.crowding += i128::from(reports.crowding[member as usize]);
        }
        cluster
    }

    fn len(&self) -> u64 {
        self.articles.len() as u64
    }

    fn sum(&self, products: &dyn Products) -> &Sum {
        self.sum.get_or_init(|| Sum::new(products, &self.articles))
    }

    /// The sum of the dot products of all pairs with one article here and one there.
    fn dots(&self, other: &Self, products: &dyn Products) -> u128 {
        let (a, b) = (&self.articles, &other.articles);
        if a.len() > 1 && b.len() > 1 && a.len() * b.len() > PAIRS {
            return self.sum(products).dot(other.sum(products));
        }
        let of = |&a: &u32| b.iter().map(move |&b| u128::from(products.dot(a, b)));
        a.iter().flat_map(of).sum()
    }

    /// The evidence over all pairs with one article here and one there, none of them recurring.
    fn evidence(&self, other: &Self, products: &dyn Products, own: Option<Own<'_>>) -> Evidence {
        let pairs = self.len() * other.len();
        let days = |&a: &Timestamp| {
            other
                .dated
                .iter()
                .map(move |&b| log_days(a, b))
                .sum::<u128>()
        };
        Evidence {
            pairs,
            dots: self.dots(other, products),
            log_days: self.dated.iter().map(days).sum(),
            undated: pairs - (self.dated.len() * other.dated.len()) as u64,
            crowding: self.crowding * i128::from(other.len())
                + other.crowding * i128::from(self.len()),
            recurring: 0,
            own: own.map_or(0, |own| {
                let across = self
                    .articles
                    .iter()
                    .flat_map(|&a| other.articles.iter().map(move |&b| (a, b)));
                across.map(|(a, b)| i128::from(own.log_odds(a, b))).sum()
            }),
        }
    }

    /// Takes in the articles of another one.
    fn take(&mut self, other: Self) {
        self.sum = match (self.sum.take(), other.sum.into_inner()) {
            (Some(sum), Some(more)) => sum.plus(&more).into(),
            _ => OnceCell::new(),
        };
        self.groups.extend(other.groups);
        self.articles.extend(other.articles);
        self.dated.extend(other.dated);
        self.undated += other.undated;
        self.crowding += other.crowding;
        self.version += 1;
    }
}

/// A sum of term vectors: terms and weights, ascending by term. The dot product of two sums is the
/// sum of the dot products of all pairs.
struct Sum(Vec<(u32, u64)>);

impl Sum {
    /// Adds halves, so that each weight is moved only as often as halves are halved.
    fn new(products: &dyn Products, articles: &[u32]) -> Self {
        match articles {
            [] => Self(Vec::new()),
            &[article] => {
                let weights = products.vector(article).weights();
                Self(weights.map(|w| (w.term, w.weight.into())).collect())
            }
            _ => {
                let (a, b) = articles.split_at(articles.len() / 2);
                Self::new(products, a).plus(&Self::new(products, b))
            }
        }
    }

    fn plus(&self, other: &Self) -> Self {
        let mut sum = Vec::with_capacity(self.0.len() + other.0.len());
        let (mut mine, mut theirs) = (&self.0[..], &other.0[..]);
        while let ([(a, a_weight), a_rest @ ..], [(b, b_weight), b_rest @ ..]) = (mine, theirs) {
            sum.push(match a.cmp(b) {
                Ordering::Less => (*a, *a_weight),
                Ordering::Greater => (*b, *b_weight),
                Ordering::Equal => (*a, a_weight + b_weight),
            });
            mine = if a <= b { a_rest } else { mine };
            theirs = if b <= a { b_rest } else { theirs };
        }
        sum.extend_from_slice(mine);
        sum.extend_from_slice(theirs);
        Self(sum)
    }

    fn dot(&self, other: &Self) -> u128 {
        let (a, b) = (&self.0, &other.0);
        let (mut i, mut j, mut sum) = (0, 0, 0);
        while i < a.len() && j < b.len() {
            let ((x, x_weight), (y, y_weight)) = (a[i], b[j]);
            if x == y {
                sum += u128::from(x_weight) * u128::from(y_weight);
            }
            i += usize::from(x <= y);
            j += usize::from(y <= x);
        }
        sum
    }
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
    fn cmp(&self, other: &Self) -> Ordering {
        self.log_odds
            .total_cmp(&other.log_odds)
            .then(self.clusters.cmp(&other.clusters))
            .then(self.versions.cmp(&other.versions))
    }
}

impl PartialOrd for Offer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// How many pairs across two groups are issues of a recurring report.
fn recurring(reports: Reports<'_>, a: &[u32], b: &[u32]) -> u64 {
    if reports.recurring.is_empty() {
        return 0;
    }
    let across = a
        .iter()
        .flat_map(|&x| b.iter().map(move |&y| (x.min(y), x.max(y))));
    across
        .filter(|pair| reports.recurring.contains(pair))
        .count() as u64
}

/// Average link within one component. Clusters are named by their place in it.
struct Linkage<'a> {
    clusters: Vec<Cluster>,
    products: &'a dyn Products,
    offers: BinaryHeap<Offer>,
    model: &'a EventModel,
    own: Option<Own<'a>>,
    least: f64,
}

impl<'a> Linkage<'a> {
    fn new(
        reports: Reports<'a>,
        products: &'a dyn Products,
        groups: &[Members],
        component: &Component,
        least: f64,
    ) -> Self {
        let cluster = |&group: &u32| Cluster::new(reports, group, &groups[group as usize]);
        let clusters = component.groups.iter().map(cluster).collect();
        let mut linkage = Self {
            clusters,
            products,
            offers: BinaryHeap::new(),
            model: reports.model,
            own: reports.own,
            least,
        };
        let place: AHashMap<u32, u32> = component.groups.iter().copied().zip(0..).collect();
        for &(a, b) in &component.links {
            let evidence = Evidence {
                recurring: recurring(reports, &groups[a as usize], &groups[b as usize]),
                ..linkage.evidence(place[&a], place[&b])
            };
            linkage.link(place[&a], place[&b], evidence);
        }
        linkage
    }

    /// The evidence over all pairs between two clusters that no pair links yet.
    fn evidence(&self, a: u32, b: u32) -> Evidence {
        self.clusters[a as usize].evidence(&self.clusters[b as usize], self.products, self.own)
    }

    /// Notes the evidence between two clusters and offers to join them if it suffices.
    fn link(&mut self, a: u32, b: u32, evidence: Evidence) {
        self.clusters[a as usize].links.insert(b, evidence);
        self.clusters[b as usize].links.insert(a, evidence);
        let log_odds = self.model.log_odds(&evidence);
        if log_odds >= self.least {
            let clusters = (a.min(b), a.max(b));
            let versions = self.versions(clusters);
            self.offers.push(Offer {
                log_odds,
                clusters: Reverse(clusters),
                versions,
            });
        }
    }

    fn versions(&self, (a, b): (u32, u32)) -> (u32, u32) {
        (
            self.clusters[a as usize].version,
            self.clusters[b as usize].version,
        )
    }

    /// Takes offers until none is left; gives the stories.
    fn run(mut self, joins: &Course<'_>) -> Vec<Vec<u32>> {
        while let Some(offer) = self.offers.pop() {
            let clusters = offer.clusters.0;
            if offer.versions == self.versions(clusters) {
                if !joins.add(1) {
                    break;
                }
                self.join(clusters);
            }
        }
        let mut stories: Vec<Vec<u32>> = self
            .clusters
            .into_iter()
            .map(|cluster| cluster.groups)
            .collect();
        stories.retain(|groups| !groups.is_empty());
        // those that are left are groups that were joined to none
        joins.add(stories.len());
        stories.iter_mut().for_each(|groups| groups.sort_unstable());
        stories
    }

    /// Joins b to a. Where only one of them has been compared with a third, the other is now.
    fn join(&mut self, (a, b): (u32, u32)) {
        let links = std::mem::take(&mut self.clusters[a as usize].links);
        let mut from = std::mem::take(&mut self.clusters[b as usize].links);
        from.remove(&a);
        let mut merged = Vec::with_capacity(links.len() + from.len());
        for (other, evidence) in links.into_iter().filter(|&(other, _)| other != b) {
            let rest = from
                .remove(&other)
                .unwrap_or_else(|| self.evidence(b, other));
            merged.push((other, evidence + rest));
        }
        for (other, evidence) in from {
            merged.push((other, evidence + self.evidence(a, other)));
        }
        // No offer has this version, so all that name b are void.
        let gone = Cluster {
            version: u32::MAX,
            ..Cluster::default()
        };
        let from = std::mem::replace(&mut self.clusters[b as usize], gone);
        self.clusters[a as usize].take(from);
        for (other, evidence) in merged {
            self.clusters[other as usize].links.remove(&b);
            self.link(a, other, evidence);
        }
    }
}
