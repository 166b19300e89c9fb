//! What people said: which articles report one event, and how a clustering compares with it.

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;

use serde_json::Value;

/// The label under `key` of each row of a file of JSON Lines, by id as JSON; rows without one are
/// left out.
///
/// # Errors
///
/// With file and line, when the file cannot be read or a row is no JSON object.
pub(crate) fn labels(path: &Path, key: &str) -> Result<HashMap<String, String>, Box<dyn Error>> {
    let place = |line: usize| format!("{}, line {line}", path.display());
    let content =
        std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut labels = HashMap::new();
    for (line, row) in content.lines().enumerate() {
        if row.trim().is_empty() {
            continue;
        }
        let row: Value =
            serde_json::from_str(row).map_err(|error| format!("{}: {error}", place(line + 1)))?;
        let id = match &row["id"] {
            Value::Null => Value::from(format!("{}:{}", path.display(), line + 1)).to_string(),
            id => id.to_string(),
        };
        match &row[key] {
            Value::Null => {}
            Value::String(label) => drop(labels.insert(id, label.clone())),
            label => drop(labels.insert(id, label.to_string())),
        }
    }
    Ok(labels)
}

/// How a clustering compares with gold labels, each figure in [0, 1] (the adjusted Rand index may
/// fall below 0).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Agreement {
    pub(crate) bcubed: Quotients,
    pub(crate) pairs: Quotients,
    /// Adjusted Rand index (Hubert and Arabie 1985).
    pub(crate) rand: f64,
    /// Homogeneity and completeness by entropy (Rosenberg and Hirschberg 2007).
    pub(crate) v_measure: Quotients,
    pub(crate) stories: usize,
    pub(crate) gold_stories: usize,
}

/// Precision, recall and their harmonic mean.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quotients {
    pub(crate) precision: f64,
    pub(crate) recall: f64,
}

impl Quotients {
    pub(crate) fn f1(self) -> f64 {
        let sum = self.precision + self.recall;
        if sum > 0.0 {
            2.0 * self.precision * self.recall / sum
        } else {
            0.0
        }
    }
}

impl Agreement {
    /// Compares two labels of each article.
    pub(crate) fn new<'a>(labels: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut both: HashMap<(&str, &str), f64> = HashMap::new();
        let (mut gold, mut found) = (HashMap::new(), HashMap::new());
        let mut articles = 0.0;
        for (of_gold, of_found) in labels {
            *both.entry((of_gold, of_found)).or_default() += 1.0;
            *gold.entry(of_gold).or_default() += 1.0;
            *found.entry(of_found).or_default() += 1.0;
            articles += 1.0;
        }
        let (gold, found): (HashMap<&str, f64>, HashMap<&str, f64>) = (gold, found);
        let sum = |of: &dyn Fn(&str, &str, f64) -> f64| -> f64 {
            both.iter().map(|(&(g, f), &n)| of(g, f, n)).sum()
        };
        let pairs_of = |n: f64| n * (n - 1.0) / 2.0;
        let all = |sizes: &HashMap<&str, f64>| sizes.values().map(|&n| pairs_of(n)).sum::<f64>();
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 1.0 };
        let hits = sum(&|_, _, n| pairs_of(n));
        let expected = share(all(&gold) * all(&found), pairs_of(articles));
        let spread = f64::midpoint(all(&gold), all(&found)) - expected;
        let entropy = |sizes: &HashMap<&str, f64>| -> f64 {
            sizes
                .values()
                .map(|&n| -n / articles * (n / articles).ln())
                .sum()
        };
        let given = |sizes: &HashMap<&str, f64>, by_gold: bool| {
            sum(&|g, f, n| -n / articles * (n / sizes[if by_gold { g } else { f }]).ln())
        };
        Self {
            bcubed: Quotients {
                precision: share(sum(&|_, f, n| n * n / found[f]), articles),
                recall: share(sum(&|g, _, n| n * n / gold[g]), articles),
            },
            pairs: Quotients {
                precision: share(hits, all(&found)),
                recall: share(hits, all(&gold)),
            },
            rand: share(hits - expected, spread),
            v_measure: Quotients {
                precision: 1.0 - share_or(given(&found, false), entropy(&gold)),
                recall: 1.0 - share_or(given(&gold, true), entropy(&found)),
            },
            stories: found.len(),
            gold_stories: gold.len(),
        }
    }
}

/// A part of nothing is nothing.
fn share_or(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
