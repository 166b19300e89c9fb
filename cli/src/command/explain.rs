//! `explain`: why two articles are together or not.

use std::io::{self, Write};

use anyhow::{Result, bail};
use clap::Args;
use samestory::{Article, Explanation, Span};
use samestory_rows::Row;

use crate::exit::Exit;
use crate::input::Input;
use crate::marked::Marked;
use crate::progress::Meter;
use crate::settings::{Settings, Thresholds};
use crate::{count, interrupt};

/// Say why two articles are together or not
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  samestory explain wire-17 daily-4 news.jsonl

What both articles share of their text is in colour, or in [brackets] where there is none. Stretches that they \
do not share are shortened. The parts of the log-odds add up to the sum; its logistic function is the probability.")]
pub(crate) struct Explain {
    /// The id of one article
    a: String,
    /// The id of the other
    b: String,
    #[command(flatten)]
    input: Input,
    /// Print the texts as a whole
    #[arg(long)]
    whole: bool,
    /// Print the explanation as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    thresholds: Thresholds,
}

impl Explain {
    pub(super) fn run(self, settings: &Settings) -> Result<Exit> {
        let clusterer = settings.clusterer(&self.thresholds)?;
        let read = self.input.read(settings)?;
        let (a, b) = (find(&read.rows, &self.a)?, find(&read.rows, &self.b)?);
        if a == b {
            bail!("both articles are {}; give two ids", self.a);
        }
        let articles = read.articles();
        let doing = format!("clustering {}", count::articles(articles.len()));
        interrupt::doing(&*doing);
        let meter = Meter::of_work(settings.quiet, doing);
        let explanation = clusterer.cluster(&articles)?.explain(&articles, a, b)?;
        drop(meter);
        let mut out = anstream::stdout().lock();
        if self.json {
            serde_json::to_writer_pretty(&mut out, &explanation)?;
            writeln!(out)?;
            return Ok(read.exit());
        }
        let passages = || explanation.text.passages.iter();
        let spans = [
            passages()
                .flat_map(|passage| passage.a.iter().copied())
                .collect(),
            passages()
                .flat_map(|passage| passage.b.iter().copied())
                .collect(),
        ];
        let marked = Marked::new(self.whole);
        for ((name, at), spans) in [("A", a), ("B", b)].into_iter().zip(spans) {
            article(
                &mut out,
                name,
                &read.rows[at],
                &articles[at],
                spans,
                &marked,
            )?;
        }
        table(&mut out, &explanation)?;
        Ok(read.exit())
    }
}

/// The place of an article.
fn find(rows: &[Row], id: &str) -> Result<usize> {
    let Some(at) = rows.iter().position(|row| &*row.id == id) else {
        let some: Vec<&str> = rows.iter().take(3).map(|row| &*row.id).collect();
        let known = match some.is_empty() {
            true => "there are no articles".to_owned(),
            false => format!("the first ids are {}", some.join(", ")),
        };
        bail!("no article has the id {id}; {known}");
    };
    Ok(at)
}

fn article(
    out: &mut impl Write,
    name: &str,
    row: &Row,
    article: &Article<'_>,
    spans: Vec<Span>,
    marked: &Marked,
) -> io::Result<()> {
    let published = row
        .published
        .and_then(|at| jiff::Timestamp::from_second(at.seconds()).ok());
    let published = published.map_or("undated".to_owned(), |at| at.to_string());
    write!(out, "{name}  {}, {published}", marked.plain(&row.id))?;
    if let Some(source) = &row.source {
        write!(out, ", {}", marked.plain(source))?;
    }
    writeln!(out)?;
    for part in [samestory::Part::Title, samestory::Part::Body] {
        let text = article.part(part);
        if !text.trim().is_empty() {
            let spans = spans.iter().filter(|span| span.part == part);
            let spans = spans.map(|span| span.start..span.end).collect();
            for line in marked.text(text, spans).lines() {
                writeln!(out, "{}", format!("   {line}").trim_end())?;
            }
        }
    }
    writeln!(out)
}

/// The evidence as a table, then the decision.
fn table(out: &mut impl Write, explanation: &Explanation) -> io::Result<()> {
    let Explanation { text, event, .. } = explanation;
    let mut row = |name: &str, value: String, more: String| {
        writeln!(
            out,
            "{}",
            format!("  {name:<30} {value:>9}  {more}").trim_end()
        )
    };
    let overlap = &text.overlap;
    row(
        "shared word sequences",
        overlap.shared.to_string(),
        format!("of {} and {}", overlap.smaller, overlap.larger),
    )?;
    let enough = overlap.shared >= text.limits.min_shared;
    row(
        "Jaccard",
        format!("{:.3}", text.jaccard),
        format!("the same text from {}", text.limits.least_jaccard(enough)),
    )?;
    row(
        "containment",
        format!("{:.3}", text.containment),
        match text.limits.containment {
            Some(limit) => format!("or from {limit} with {} shared", text.limits.min_shared),
            None => "does not count".to_owned(),
        },
    )?;
    let (parts, terms) = (&event.parts, &event.terms);
    writeln!(out)?;
    let mut row = |name: String, log_odds: f64, more: &str| {
        writeln!(
            out,
            "{}",
            format!("  {name:<30} {log_odds:>+9.2}  {more}").trim_end()
        )
    };
    let heaviest: Vec<String> = (terms.iter().take(6))
        .map(|term| format!("{} {:+.2}", term.text, term.log_odds))
        .collect();
    row(
        format!("cosine {:.3}", event.cosine),
        parts.cosine,
        &heaviest.join(", "),
    )?;
    row(
        format!("crowding {:+.3}", event.crowding),
        parts.crowding,
        "",
    )?;
    match event.days_apart {
        Some(days) => row(format!("{days:.1} days apart"), parts.days, "")?,
        None => row("a date is missing".to_owned(), parts.no_date, "")?,
    }
    if text.recurring {
        row(
            "issues of a recurring report".to_owned(),
            parts.recurring,
            "",
        )?;
    }
    row("what every pair begins with".to_owned(), parts.bias, "")?;
    let probability = format!("probability of the same event {:.3}", event.same_event);
    row(
        "log-odds of the same event".to_owned(),
        event.log_odds,
        &probability,
    )?;
    let decision = explanation.to_string();
    writeln!(out, "\n{}", decision.lines().next().unwrap_or_default())
}
