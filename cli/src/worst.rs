//! The worst errors of stories against gold labels, with their evidence.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write;

use anyhow::Result;
use samestory::{Article, Clustering};

use crate::count;

/// An article with both labels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judged<'a> {
    /// Its place in the input.
    pub(crate) at: usize,
    pub(crate) gold: &'a str,
    pub(crate) found: &'a str,
}

/// Articles by one label, then by the other.
type Sets<'a> = BTreeMap<&'a str, BTreeMap<&'a str, Vec<usize>>>;

/// Where stories and gold differ.
#[derive(Debug)]
pub(crate) struct Worst<'a> {
    articles: &'a [Article<'a>],
    clustering: &'a Clustering,
    /// By gold story, then by the story it was found in.
    gold: Sets<'a>,
    /// By found story, then by gold story.
    found: Sets<'a>,
    /// The probability of each pair that reached the threshold.
    likely: HashMap<(usize, usize), f64>,
}

impl<'a> Worst<'a> {
    /// Of articles with both labels; the clustering gives the evidence.
    pub(crate) fn new(
        judged: &[Judged<'a>],
        articles: &'a [Article<'a>],
        clustering: &'a Clustering,
    ) -> Self {
        let (mut gold, mut found) = (Sets::new(), Sets::new());
        for one in judged {
            let in_gold = gold.entry(one.gold).or_default();
            in_gold.entry(one.found).or_default().push(one.at);
            let in_found = found.entry(one.found).or_default();
            in_found.entry(one.gold).or_default().push(one.at);
        }
        let likely = clustering.pairs().iter();
        let likely = likely.map(|pair| ((pair.a.min(pair.b), pair.a.max(pair.b)), pair.same_event));
        Self {
            articles,
            clustering,
            gold,
            found,
            likely: likely.collect(),
        }
    }

    fn score(&self, a: usize, b: usize) -> f64 {
        *self.likely.get(&(a.min(b), a.max(b))).unwrap_or(&0.0)
    }

    /// The likeliest pair across two of the inner sets of a set; of equal ones the first.
    fn likeliest(&self, parts: &BTreeMap<&str, Vec<usize>>) -> Option<(f64, usize, usize)> {
        let parts: Vec<&Vec<usize>> = parts.values().collect();
        let mut best: Option<(f64, usize, usize)> = None;
        for (i, ours) in parts.iter().enumerate() {
            for theirs in &parts[i + 1..] {
                for &a in *ours {
                    for &b in *theirs {
                        let score = self.score(a, b);
                        if best.is_none_or(|(most, ..)| score > most) {
                            best = Some((score, a, b));
                        }
                    }
                }
            }
        }
        best
    }

    /// Shows so many errors of each kind.
    ///
    /// # Errors
    ///
    /// When they cannot be written.
    pub(crate) fn show(&self, out: &mut impl Write, count: usize) -> Result<()> {
        // of each story the worst pair, so that one bad story does not fill the list
        let mut joined: Vec<_> = (self.found.values())
            .filter_map(|parts| self.likeliest(parts))
            .collect();
        joined.sort_by(|x, y| y.0.total_cmp(&x.0));
        writeln!(
            out,
            "\nWRONGLY JOINED, the surest first ({} several events)",
            count::count(joined.len(), "story holds", "stories hold")
        )?;
        self.explain(out, &joined, count)?;

        // of each event its two largest parts, by their first articles; most such pairs are below the
        // threshold and not reported, so their score is asked for
        let mut split = Vec::new();
        for parts in self.gold.values().filter(|parts| parts.len() > 1) {
            let mut parts: Vec<&Vec<usize>> = parts.values().collect();
            parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
            let (a, b) = (parts[0][0], parts[1][0]);
            let why = self.clustering.explain(self.articles, a, b)?;
            split.push((why.event.same_event, a, b));
        }
        split.sort_by(|x, y| x.0.total_cmp(&y.0));
        writeln!(
            out,
            "\nWRONGLY SPLIT, the least likely first ({} in several stories)",
            count::count(split.len(), "event lies", "events lie")
        )?;
        self.explain(out, &split, count)?;
        self.show_bridges(out, count)
    }

    /// Shows articles that are close to another event of their story.
    fn show_bridges(&self, out: &mut impl Write, count: usize) -> Result<()> {
        let mut bridges: Vec<(f64, usize, &str)> = Vec::new();
        for (&story, parts) in &self.found {
            for (own, ours) in parts {
                for &article in ours {
                    let others = parts.iter().filter(|(event, _)| *event != own);
                    let means = others.map(|(_, theirs)| {
                        let scores = theirs.iter().map(|&other| self.score(article, other));
                        scores.sum::<f64>() / theirs.len() as f64
                    });
                    bridges.push((means.fold(0.0, f64::max), article, story));
                }
            }
        }
        bridges.retain(|&(mean, ..)| mean > 0.0);
        bridges.sort_by(|x, y| y.0.total_cmp(&x.0));
        let mut seen = HashSet::new();
        bridges.retain(|&(.., story)| seen.insert(story));
        writeln!(
            out,
            "\nBRIDGES, articles close to another event of their story ({})",
            bridges.len()
        )?;
        for &(mean, article, _) in bridges.iter().take(count) {
            writeln!(out, "\n  mean same_event {mean:.2} with another event")?;
            writeln!(out, "  {}", self.heading(article))?;
        }
        Ok(())
    }

    fn explain(
        &self,
        out: &mut impl Write,
        pairs: &[(f64, usize, usize)],
        count: usize,
    ) -> Result<()> {
        for &(_, a, b) in pairs.iter().take(count) {
            writeln!(out, "\n  {}\n  {}", self.heading(a), self.heading(b))?;
            let why = self.clustering.explain(self.articles, a, b)?;
            for line in why.to_string().lines() {
                writeln!(out, "    {line}")?;
            }
        }
        Ok(())
    }

    fn heading(&self, at: usize) -> String {
        let article = &self.articles[at];
        let begin = if article.title.is_empty() {
            article.body
        } else {
            article.title
        };
        let shown = |c: char| if c.is_control() { ' ' } else { c };
        let begin: String = begin.chars().take(100).map(shown).collect();
        format!("{}: {begin}", article.id)
    }
}
