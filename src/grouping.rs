//! Articles to a grouping: which of them are the same text.

use ahash::AHashSet;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Timestamp};
use crate::bucket::Buckets;
use crate::candidate::{self, Pair};
use crate::cohesion::Cohesion;
use crate::component::components;
use crate::config::Config;
use crate::error::Error;
use crate::group::{Members, Texts, groups, span};
use crate::lanes::fetch_text;
use crate::progress::{Course, Run, Step};
use crate::recurrence::DAYS;
use crate::score::{Overlap, SameText};
use crate::shingle::Shingles;
use crate::signature::{SignatureReader, Signer};
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
            groups: grouped.groups.par_iter().map(positions).collect(),
            group_of,
            pairs: grouped.same.par_iter().map(pair).collect(),
        }
    }
}

/// What the group tier finds, in the library's order.
#[derive(Debug, Default)]
pub(crate) struct Grouped {
    /// Pairs that are the same text, ascending.
    pub(crate) same: Vec<(Pair, Overlap)>,
    /// Pairs that are issues of a recurring report.
    pub(crate) recurring: AHashSet<Pair>,
    /// By their first members.
    pub(crate) groups: Vec<Members>,
    /// How close the members of each are; empty if nobody scores them.
    pub(crate) cohesion: Vec<Cohesion>,
}

/// Says how close the members of groups are, by the shingles of all.
pub(crate) type Scoring = fn(&[Members], &[Shingles]) -> Vec<Cohesion>;

impl Grouped {
    /// Compares the texts of all articles that share a bucket, exactly, and groups them.
    pub(crate) fn new(
        texts: OrderedTexts<'_>,
        buckets: Vec<Buckets>,
        scoring: Option<Scoring>,
        run: &Run<'_>,
    ) -> Result<Self, Error> {
        let candidates = candidate::sharing_buckets(&buckets, run);
        drop(buckets);
        run.goes_on()?;
        let same_words = SameText::of_issues(texts.config);
        let candidates = candidates.into_iter().map(|pair| (pair, ()));
        let found = texts.by_parts(candidates, run, |comparing, part| {
            let shingles = comparing.shingles(&part.members);
            let mut alike = overlaps(&part.pairs, &shingles);
            alike.retain(|(_, overlap)| same_words.holds(overlap));
            comparing.group(&part.members, alike, &shingles, scoring)
        });
        run.goes_on()?;
        Ok(Self::of_parts(found, texts.order.len(), scoring))
    }

    /// The same with more pairs of articles that have the same words, which something else than the
    /// buckets brought up.
    pub(crate) fn with(
        self,
        texts: OrderedTexts<'_>,
        more: Vec<(Pair, Overlap)>,
        scoring: Option<Scoring>,
        run: &Run<'_>,
    ) -> Result<Self, Error> {
        let mut alike = self.same;
        alike.extend(more);
        alike.par_sort_unstable_by_key(|&(pair, _)| pair);
        let found = texts.by_parts(alike.into_iter(), run, |comparing, part| {
            let shingles = comparing.shingles(&part.members);
            comparing.group(&part.members, part.pairs, &shingles, scoring)
        });
        run.goes_on()?;
        let mut all = Self::of_parts(found, texts.order.len(), scoring);
        all.recurring.extend(self.recurring);
        Ok(all)
    }

    /// Puts together what was found in parts. An article that is in none of them is alone.
    fn of_parts(parts: Vec<Self>, articles: usize, scoring: Option<Scoring>) -> Self {
        let mut all = Self::default();
        let mut found = Vec::new();
        for part in parts {
            all.same.extend(part.same);
            all.recurring.extend(part.recurring);
            let mut cohesion = part.cohesion.into_iter();
            found.extend(
                part.groups
                    .into_iter()
                    .map(|group| (group, cohesion.next())),
            );
        }
        all.same.par_sort_unstable_by_key(|&(pair, _)| pair);
        found.par_sort_unstable_by_key(|(group, _)| group[0]);
        let mut is_found = vec![false; articles];
        for (group, _) in &found {
            group
                .iter()
                .for_each(|&member| is_found[member as usize] = true);
        }
        let alone = |article| {
            let cohesion = scoring.map(|_| Cohesion::of_one(article));
            (vec![article], cohesion)
        };
        let mut found = found.into_iter().peekable();
        for article in 0..articles as u32 {
            let group = match is_found[article as usize] {
                false => Some(alone(article)),
                true => found.next_if(|(group, _)| group[0] == article),
            };
            if let Some((group, cohesion)) = group {
                all.groups.push(group);
                all.cohesion.extend(cohesion);
            }
        }
        all
    }
}

/// Articles that hang together by pairs, and these pairs. Nothing that is decided about them depends on others, so they
/// are read, compared and forgotten by themselves: few texts at a time, in fast memory.
struct Part<T> {
    /// By their places in the library's order, ascending.
    members: Members,
    /// Pairs by their places among the members, ascending, with what is known of them.
    pairs: Vec<(Pair, T)>,
}

/// Cuts ascending pairs into parts, by their first members.
fn parts<T>(articles: usize, pairs: impl Iterator<Item = (Pair, T)>) -> Vec<Part<T>> {
    const NONE: u32 = u32::MAX;
    let (links, known): (Vec<Pair>, Vec<T>) = pairs.unzip();
    let component = components(articles, &links);
    let mut part_of = vec![NONE; articles];
    let mut parts: Vec<Part<T>> = Vec::new();
    // the first pair of a part is of its first member
    for (pair, known) in links.into_iter().zip(known) {
        let part = &mut part_of[component[pair.0 as usize] as usize];
        if *part == NONE {
            *part = parts.len() as u32;
            let (members, pairs) = (Vec::new(), Vec::new());
            parts.push(Part { members, pairs });
        }
        parts[*part as usize].pairs.push((pair, known));
    }
    let mut place = vec![0; articles];
    for (article, component) in (0..).zip(component) {
        let part = part_of[component as usize];
        if part != NONE {
            let members = &mut parts[part as usize].members;
            place[article as usize] = members.len() as u32;
            members.push(article);
        }
    }
    for ((a, b), _) in parts.iter_mut().flat_map(|part| &mut part.pairs) {
        (*a, *b) = (place[*a as usize], place[*b as usize]);
    }
    parts
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

impl<'a> OrderedTexts<'a> {
    pub(crate) fn published(self) -> Vec<Option<Timestamp>> {
        let published = |&at: &usize| self.articles[at].published;
        self.order.iter().map(published).collect()
    }

    /// What the articles of ascending pairs share.
    pub(crate) fn overlaps(self, pairs: &[Pair], run: &Run<'_>) -> Vec<(Pair, Overlap)> {
        let pairs = pairs.iter().map(|&pair| (pair, ()));
        let found = self.by_parts(pairs, run, |comparing, part| {
            let shingles = comparing.shingles(&part.members);
            let mut overlaps = overlaps(&part.pairs, &shingles);
            overlaps
                .iter_mut()
                .for_each(|(pair, _)| *pair = named(*pair, &part.members));
            overlaps
        });
        let mut overlaps: Vec<_> = found.into_iter().flatten().collect();
        overlaps.par_sort_unstable_by_key(|&(pair, _)| pair);
        overlaps
    }

    /// Works on all parts of ascending pairs, by all threads.
    fn by_parts<T: Send, F: Send>(
        self,
        pairs: impl Iterator<Item = (Pair, T)>,
        run: &Run<'_>,
        find: impl Fn(&mut Comparing<'_>, Part<T>) -> F + Sync,
    ) -> Vec<F> {
        let parts = parts(self.order.len(), pairs);
        let members = parts.iter().map(|part| part.members.len());
        let copies = run.step(Step::Copies, members.sum());
        let parts = parts.into_par_iter().with_max_len(TASK);
        let found = parts.map_init(
            || Comparing::new(self, &copies),
            |comparing, part| find(comparing, part),
        );
        found.collect()
    }
}

/// A pair of members, named by their places in the library's order.
fn named((a, b): Pair, members: &[u32]) -> Pair {
    (members[a as usize], members[b as usize])
}

/// A part of so many members or pairs is worked on by all threads.
const MANY: usize = 256;

/// So many parts are one thread's at a time.
const TASK: usize = 64;

/// So many texts are asked for ahead.
const FETCHED: usize = 8;

/// What members of a part share.
fn overlaps(pairs: &[(Pair, ())], shingles: &[Shingles]) -> Vec<(Pair, Overlap)> {
    let overlap = |&((a, b), ()): &(Pair, ())| {
        (
            (a, b),
            Overlap::new(&shingles[a as usize], &shingles[b as usize]),
        )
    };
    match pairs.len() {
        ..MANY => pairs.iter().map(overlap).collect(),
        _ => pairs.par_iter().map(overlap).collect(),
    }
}

/// What a thread needs to compare the texts of parts.
struct Comparing<'a> {
    texts: OrderedTexts<'a>,
    copies: &'a Course<'a>,
    signatures: SignatureReader<'a>,
    reader: Reader,
    tokens: ArticleTokens,
}

impl<'a> Comparing<'a> {
    fn new(texts: OrderedTexts<'a>, copies: &'a Course<'a>) -> Self {
        Self {
            texts,
            copies,
            signatures: texts.signer.reader(texts.config.shingle_words),
            reader: Reader::new(texts.signer.lanes()),
            tokens: ArticleTokens::default(),
        }
    }

    fn article(&self, member: u32) -> &'a Article<'a> {
        &self.texts.articles[self.texts.order[member as usize]]
    }

    /// Does something with each member of a part.
    fn each<T: Send>(
        &mut self,
        members: &[u32],
        work: impl Fn(&mut Self, u32) -> T + Sync,
    ) -> Vec<T> {
        let (texts, copies) = (self.texts, self.copies);
        match members.len() {
            ..MANY => members.iter().map(|&member| work(self, member)).collect(),
            _ => {
                let members = members.par_iter();
                members
                    .map_init(
                        || Self::new(texts, copies),
                        |own, &member| work(own, member),
                    )
                    .collect()
            }
        }
    }

    /// The shingles of the members of a part; of none when the run was stopped.
    fn shingles(&mut self, members: &[u32]) -> Vec<Shingles> {
        // of many the first would be gone before they are read
        for &member in members.iter().take(FETCHED) {
            fetch_text(self.article(member).body);
        }
        self.each(members, |own, member| {
            if !own.copies.add(1) {
                return Shingles::default();
            }
            own.signatures.read(own.article(member));
            own.signatures.shingles()
        })
    }

    /// Groups the members of a part, of which these pairs have the same words.
    fn group(
        &mut self,
        members: &[u32],
        alike: Vec<(Pair, Overlap)>,
        shingles: &[Shingles],
        scoring: Option<Scoring>,
    ) -> Grouped {
        let published: Vec<Option<Timestamp>> = members
            .iter()
            .map(|&member| self.article(member).published)
            .collect();
        let numbers = self.numbers(members, &alike, &published);
        let known = Texts {
            shingles,
            numbers: &numbers,
            published: &published,
        };
        let same_text = SameText::new(self.texts.config);
        let (recurring, mut same): (Vec<_>, Vec<_>) = alike
            .into_iter()
            .partition(|&((a, b), _)| known.recurs(a, b));
        same.retain(|(_, overlap)| same_text.holds(overlap));
        let mut groups = groups(known, &same, &same_text);
        let mut cohesion = scoring.map_or_else(Vec::new, |scoring| scoring(&groups, shingles));
        for member in groups.iter_mut().flatten() {
            *member = members[*member as usize];
        }
        for (member, _) in cohesion
            .iter_mut()
            .flat_map(|cohesion| &mut cohesion.members)
        {
            *member = members[*member as usize];
        }
        same.iter_mut()
            .for_each(|(pair, _)| *pair = named(*pair, members));
        let recurring = recurring.into_iter().map(|(pair, _)| named(pair, members));
        Grouped {
            same,
            recurring: recurring.collect(),
            groups,
            cohesion,
        }
    }

    /// The numbers of the members that might be issues of a recurring report: those that pairs connect
    /// over some days.
    fn numbers(
        &mut self,
        members: &[u32],
        alike: &[(Pair, Overlap)],
        published: &[Option<Timestamp>],
    ) -> Vec<Box<[u64]>> {
        let pairs: Vec<Pair> = alike.iter().map(|&(pair, _)| pair).collect();
        // over what time the articles of each component were published
        let component = components(members.len(), &pairs);
        let mut spans: Vec<Option<(Timestamp, Timestamp)>> = vec![None; members.len()];
        for (&component, published) in component.iter().zip(published) {
            let own = published.map(|time| (time, time));
            let all = &mut spans[component as usize];
            *all = span(*all, own);
        }
        let is_long = |component: u32| {
            spans[component as usize].is_some_and(|(first, last)| last.days_from(first) >= DAYS)
        };
        let places: Vec<u32> = (0..members.len() as u32).collect();
        self.each(&places, |own, place| {
            if !is_long(component[place as usize]) {
                return [].into();
            }
            let article = own.article(members[place as usize]);
            own.tokens.read(article, &mut own.reader);
            own.tokens.numbers()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::cluster::Clusterer;

    proptest! {
        #[test]
        fn parts_are_what_hangs_together(pairs in prop::collection::btree_set((0u32..30, 0u32..30), 0..25)) {
            let pairs: BTreeSet<Pair> = pairs.into_iter().filter(|(a, b)| a < b).collect();
            let parts = parts(30, pairs.iter().map(|&pair| (pair, pair)));
            let component = components(30, &pairs.iter().copied().collect::<Vec<_>>());
            let firsts: Vec<u32> = parts.iter().map(|part| part.members[0]).collect();
            prop_assert!(firsts.is_sorted());
            let mut found = BTreeSet::new();
            for part in parts {
                let all = (0..30).filter(|&article| component[article as usize] == part.members[0]);
                prop_assert_eq!(&part.members, &all.collect::<Vec<_>>());
                prop_assert!(part.pairs.is_sorted());
                for (pair, original) in part.pairs {
                    prop_assert_eq!(named(pair, &part.members), original);
                    found.insert(original);
                }
            }
            prop_assert_eq!(found, pairs);
        }
    }

    #[test]
    fn a_large_part_is_grouped_as_a_small_one() {
        let words: Vec<String> = (0..60).map(|word| format!("word{word}")).collect();
        // every third is of another text, which shares a passage with the first
        let text = |at: usize| match at % 3 {
            2 => format!("{} {}", words[..20].join(" "), words[40..].join(" ")),
            _ => words[..40].join(" "),
        };
        for count in [9, 3 * MANY] {
            let texts: Vec<(String, String)> =
                (0..count).map(|at| (at.to_string(), text(at))).collect();
            let articles: Vec<Article<'_>> = texts
                .iter()
                .map(|(id, text)| Article::new(id, "", text))
                .collect();
            let config = Config {
                jaccard: 0.8,
                containment: None,
                ..Config::default()
            };
            let grouping = Clusterer::with_config(config)
                .unwrap()
                .groups(&articles)
                .unwrap();
            let sizes: Vec<usize> = grouping.groups().iter().map(Vec::len).collect();
            assert_eq!(sizes, [count / 3 * 2, count / 3]);
        }
    }
}
