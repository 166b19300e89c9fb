//! Small collections with the answer that a person would give, in `cases.json`.

use samestory::{Article, Clusterer, Clustering, Config, Timestamp};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// Why this is the answer.
    why: String,
    #[serde(default)]
    config: Config,
    articles: Vec<Row>,
    /// Ids, in the library's order: the earliest first, within and among groups.
    groups: Vec<Vec<String>>,
    /// Likewise.
    stories: Vec<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    /// RFC 3339.
    published: Option<String>,
    title: Option<String>,
    text: Option<String>,
}

impl Row {
    fn article(&self) -> Article<'_> {
        Article {
            id: &self.id,
            title: self.title.as_deref().unwrap_or_default(),
            body: self.text.as_deref().unwrap_or_default(),
            published: self.published.as_ref().map(|text| {
                let at: jiff::Timestamp = text.parse().expect("the file has RFC 3339 times");
                Timestamp::from_seconds(at.as_second())
            }),
        }
    }
}

/// Groups and stories as ids.
pub(crate) fn ids<'a>(articles: &[Article<'a>], clustering: &Clustering) -> [Vec<Vec<&'a str>>; 2] {
    let named = |positions: &Vec<usize>| positions.iter().map(|&at| articles[at].id).collect();
    let groups = clustering.groups().iter();
    let stories = clustering.stories().iter();
    [
        groups.map(|group| named(&group.articles)).collect(),
        stories.map(|story| named(&story.articles)).collect(),
    ]
}

#[test]
fn every_case_has_its_answer_in_any_order() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("cases.json")).unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let clusterer = Clusterer::with_config(case.config.clone()).unwrap();
        let mut articles: Vec<Article<'_>> = case.articles.iter().map(Row::article).collect();
        for order in ["as given", "reversed", "turned"] {
            let clustering = clusterer.cluster(&articles).unwrap();
            let [groups, stories] = ids(&articles, &clustering);
            if groups != case.groups || stories != case.stories {
                wrong.push(format!(
                    "{} ({order}): {}\n  groups {groups:?}\n  not    {:?}\n  stories {stories:?}\n  not     {:?}\n{}",
                    case.name,
                    case.why,
                    case.groups,
                    case.stories,
                    explained(&articles, &clustering),
                ));
                break;
            }
            match order {
                "as given" => articles.reverse(),
                _ => articles.rotate_left(1),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// What the library has to say for itself, for every pair.
fn explained(articles: &[Article<'_>], clustering: &Clustering) -> String {
    let mut text = String::new();
    for b in 0..articles.len() {
        for a in 0..b {
            let why = clustering
                .explain(articles, a, b)
                .expect("both are of the collection");
            text += &format!("{} and {}: {why}\n", articles[a].id, articles[b].id);
        }
    }
    text
}
