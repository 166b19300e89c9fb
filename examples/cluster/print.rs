//! Stories as a person reads them.

use std::io::{self, Write};

use samestory::{Article, Clustering};
use samestory_rows::Row;

/// Prints the stories of several articles, the largest first, then how many articles stand alone.
pub(crate) fn stories(
    out: &mut impl Write,
    rows: &[Row],
    articles: &[Article<'_>],
    clustering: &Clustering,
) -> io::Result<()> {
    let (mut several, alone): (Vec<_>, Vec<_>) = clustering
        .stories()
        .iter()
        .partition(|story| story.articles.len() > 1);
    several.sort_by_key(|story| std::cmp::Reverse(story.articles.len()));
    writeln!(
        out,
        "{} articles, {} groups, {} stories ({} of several articles)",
        rows.len(),
        clustering.groups().len(),
        clustering.stories().len(),
        several.len()
    )?;
    for story in several {
        let first = &rows[story.articles[0]];
        writeln!(out, "\n{}", heading(first))?;
        writeln!(
            out,
            "  story {}: {}, {}, cohesion {:.2}, separation {:.2}",
            first.id,
            count(story.articles.len(), "article", "articles"),
            count(story.groups.len(), "group", "groups"),
            story.cohesion,
            story.separation
        )?;
        for group in story
            .groups
            .iter()
            .map(|&group| &clustering.groups()[group])
        {
            for (place, &at) in group.articles.iter().enumerate() {
                let assignment = clustering.assignments()[at];
                // Members of a group after the first are drawn below it.
                let mark = match (place, group.articles.len()) {
                    (0, _) => "-",
                    (place, size) if place + 1 == size => "  └ same text:",
                    _ => "  ├ same text:",
                };
                write!(
                    out,
                    "  {mark} {}, score {:.2}",
                    line(&rows[at]),
                    assignment.score
                )?;
                if group.articles.len() > 1 {
                    write!(out, ", group score {:.2}", assignment.group_score)?;
                }
                writeln!(out)?;
            }
        }
        let (a, b) = (story.articles[0], story.articles[1]);
        let explanation = clustering
            .explain(articles, a, b)
            .map_err(io::Error::other)?;
        writeln!(
            out,
            "  Why {} and {} belong together:",
            rows[a].id, rows[b].id
        )?;
        for line in explanation.to_string().lines() {
            writeln!(out, "    {line}")?;
        }
    }
    if !alone.is_empty() {
        writeln!(
            out,
            "\n{}",
            count(alone.len(), "article stands alone", "articles stand alone")
        )?;
        for story in alone {
            writeln!(out, "  - {}", line(&rows[story.articles[0]]))?;
        }
    }
    out.flush()
}

fn count(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

fn heading(row: &Row) -> &str {
    if row.title.is_empty() {
        &row.id
    } else {
        &row.title
    }
}

/// Title, source and id of an article in one line.
fn line(row: &Row) -> String {
    let source = row
        .source
        .as_deref()
        .map(|source| format!("{source}, "))
        .unwrap_or_default();
    format!("{} ({source}{})", heading(row), row.id)
}
