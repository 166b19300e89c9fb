//! Fits the event model on labelled news, each set judged with what was fitted without it, and
//! measures how well `same_event` is calibrated.
//!
//! `cargo run --release --example fit -- SET.jsonl SET.jsonl… [--stride N] [--svg OUT.svg]`
//!
//! Sets are articles with a label under `story`. Models are taken from a grid around the default, every
//! N-th of 243. Calibration is measured on all pairs with a `same_event` of 0.01 and more; with fewer,
//! nearly all pairs of a collection would be right for free. Each set weighs the same.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::Parser;
use samestory::agreement::Agreement;
use samestory::{Article, Clusterer, Clustering, Config, EventModel};
use samestory_rows::{Options, Row, Rows};

/// Fits and calibrates the event model on labelled sets, leaving one out each time.
#[derive(Parser)]
struct Args {
    /// Articles with their labels under "story", one set a file; two at least.
    #[arg(required = true, num_args = 2..)]
    sets: Vec<PathBuf>,
    /// Take every N-th model of the grid.
    #[arg(long, default_value_t = 4)]
    stride: usize,
    /// Where to write the reliability plot.
    #[arg(long)]
    svg: Option<PathBuf>,
}

struct Labelled {
    name: String,
    /// With the label in the place of the source.
    rows: Vec<Row>,
}

impl Labelled {
    fn read(path: &Path) -> Result<Self, Box<dyn Error>> {
        let mut input = Rows::new(Options {
            fields: "source=story".parse()?,
            strict: true,
            ..Options::default()
        });
        input
            .read(path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        if let Some(complaint) = input.complaints.first() {
            return Err(complaint.to_string().into());
        }
        let name = path.file_stem().unwrap_or_default();
        Ok(Self {
            name: name.to_string_lossy().into_owned(),
            rows: input.rows,
        })
    }

    /// The label of an article.
    fn gold(&self, at: usize) -> Option<&str> {
        self.rows[at].source.as_deref()
    }

    fn cluster(&self, config: &Config) -> Result<Clustering, samestory::Error> {
        let articles: Vec<Article<'_>> = self.rows.iter().map(Row::article).collect();
        Clusterer::with_config(config.clone())?.cluster(&articles)
    }

    fn agreement(&self, model: EventModel) -> Result<Agreement, samestory::Error> {
        let clustering = self.cluster(&Config {
            event: model,
            ..Config::default()
        })?;
        let stories = clustering.assignments().iter().enumerate();
        Ok(Agreement::new(
            stories.filter_map(|(at, to)| Some((self.gold(at)?, to.story))),
        ))
    }

    /// The log-odds of pairs, and whether they are one event.
    fn pairs(&self) -> Result<Vec<(f64, bool)>, samestory::Error> {
        let clustering = self.cluster(&Config {
            same_event: 0.01,
            ..Config::default()
        })?;
        let pairs = clustering.pairs().iter().filter_map(|pair| {
            let (a, b) = (self.gold(pair.a)?, self.gold(pair.b)?);
            let p = pair.same_event.clamp(1e-9, 1.0 - 1e-9);
            (pair.same_event >= 0.01).then(|| ((p / (1.0 - p)).ln(), a == b))
        });
        Ok(pairs.collect())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    let sets: Vec<Labelled> = args
        .sets
        .iter()
        .map(|path| Labelled::read(path))
        .collect::<Result<_, _>>()?;
    leave_one_out(&sets, args.stride)?;
    let pairs: Vec<Vec<(f64, bool)>> =
        sets.iter().map(Labelled::pairs).collect::<Result<_, _>>()?;
    let bins = calibration(&sets, &pairs);
    if let Some(path) = &args.svg {
        std::fs::write(path, plot(&bins))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// The default model, then every `stride`-th of the grid around it.
fn models(stride: usize) -> Vec<EventModel> {
    let default = EventModel::default();
    let mut models = vec![default];
    for number in (0..243).step_by(stride.max(1)) {
        // the digits of the number to the base of 3: less, the same, more
        let step = |digit: u32| f64::from((number / 3_i32.pow(digit)) % 3 - 1);
        models.push(EventModel {
            cosine: default.cosine * (1.0 + 0.08 * step(0)),
            crowding: default.crowding * (1.0 + 0.2 * step(1)),
            log_days: default.log_days * (1.0 + 0.2 * step(2)),
            no_date: default.no_date * (1.0 + 0.25 * step(3)),
            bias: default.bias * (1.0 + 0.1 * step(4)),
            ..default
        });
    }
    models
}

/// For each set the model that is best on the others, and how it does on this one.
fn leave_one_out(sets: &[Labelled], stride: usize) -> Result<(), Box<dyn Error>> {
    let models = models(stride);
    let mut table: Vec<Vec<Agreement>> = Vec::new();
    for &model in &models {
        table.push(
            sets.iter()
                .map(|set| set.agreement(model))
                .collect::<Result<_, _>>()?,
        );
    }
    let quality = |agreement: &Agreement| agreement.bcubed.f1() + agreement.pairs.f1() / 2.0;
    let best_without = |left_out: Option<usize>| {
        let total = |row: &Vec<Agreement>| -> f64 {
            let counted = row
                .iter()
                .enumerate()
                .filter(|&(set, _)| Some(set) != left_out);
            counted.map(|(_, agreement)| quality(agreement)).sum()
        };
        let best = (0..models.len()).max_by(|&x, &y| total(&table[x]).total_cmp(&total(&table[y])));
        best.unwrap_or(0)
    };
    println!(
        "{:24} {:>15} {:>15}  fitted without it",
        "", "default", "left out"
    );
    println!("{} models; BCubed F1 / pair F1", models.len());
    let (mut default, mut left_out) = ([0.0; 2], [0.0; 2]);
    for (at, set) in sets.iter().enumerate() {
        let model = best_without(Some(at));
        let of = |row: usize| [table[row][at].bcubed.f1(), table[row][at].pairs.f1()];
        let (with, without) = (of(0), of(model));
        for i in 0..2 {
            default[i] += with[i] / sets.len() as f64;
            left_out[i] += without[i] / sets.len() as f64;
        }
        let m = models[model];
        println!(
            "{:24} {:.4} / {:.4} {:.4} / {:.4}  cosine {:.2} crowding {:.2} log_days {:.2} no_date {:.2} bias {:.2}",
            set.name,
            with[0],
            with[1],
            without[0],
            without[1],
            m.cosine,
            m.crowding,
            m.log_days,
            m.no_date,
            m.bias
        );
    }
    println!(
        "{:24} {:.4} / {:.4} {:.4} / {:.4}",
        "mean", default[0], default[1], left_out[0], left_out[1]
    );
    let best = models[best_without(None)];
    println!("best of all sets: {best:?}\n");
    Ok(())
}

/// One of ten ranges of probability.
#[derive(Clone, Copy, Default)]
struct Bin {
    weight: f64,
    said: f64,
    was: f64,
}

fn bins<'a>(sets: impl Iterator<Item = (&'a [(f64, bool)], f64, f64)>) -> [Bin; 10] {
    let mut bins = [Bin::default(); 10];
    for (pairs, scale, shift) in sets {
        for &(log_odds, same) in pairs {
            let p = logistic(scale * log_odds + shift);
            let bin = &mut bins[((p * 10.0) as usize).min(9)];
            let weight = 1.0 / pairs.len() as f64;
            bin.weight += weight;
            bin.said += weight * p;
            bin.was += weight * f64::from(u8::from(same));
        }
    }
    bins
}

/// The expected calibration error: how far what was said lies from what was, on average.
fn error(bins: &[Bin; 10]) -> f64 {
    let all: f64 = bins.iter().map(|bin| bin.weight).sum();
    bins.iter()
        .map(|bin| (bin.said - bin.was).abs())
        .sum::<f64>()
        / all
}

fn calibration(sets: &[Labelled], pairs: &[Vec<(f64, bool)>]) -> [Bin; 10] {
    println!("calibration: pairs, error as it is, error with a line fitted on the other sets");
    let mut fits = Vec::new();
    for (at, set) in sets.iter().enumerate() {
        let others = pairs.iter().enumerate().filter(|&(other, _)| other != at);
        let (scale, shift) = line(others.map(|(_, pairs)| &pairs[..]));
        fits.push((scale, shift));
        let own = &pairs[at][..];
        println!(
            "{:24} {:8} {:.4} {:.4}  scale {scale:.3} shift {shift:+.3}",
            set.name,
            own.len(),
            error(&bins([(own, 1.0, 0.0)].into_iter())),
            error(&bins([(own, scale, shift)].into_iter()))
        );
    }
    let as_it_is = bins(pairs.iter().map(|pairs| (&pairs[..], 1.0, 0.0)));
    let left_out = pairs.iter().zip(&fits);
    let left_out = bins(left_out.map(|(pairs, &(scale, shift))| (&pairs[..], scale, shift)));
    let (scale, shift) = line(pairs.iter().map(|pairs| &pairs[..]));
    println!(
        "{:24} {:8} {:.4} {:.4}  all sets: scale {scale:.3} shift {shift:+.3}",
        "all",
        pairs.iter().map(Vec::len).sum::<usize>(),
        error(&as_it_is),
        error(&left_out)
    );
    left_out
}

fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// Scale and shift of the log-odds that fit best, by Newton's method; each set weighs the same.
fn line<'a>(sets: impl Iterator<Item = &'a [(f64, bool)]>) -> (f64, f64) {
    let sets: Vec<&[(f64, bool)]> = sets.collect();
    let (mut scale, mut shift) = (1.0, 0.0);
    for _ in 0..50 {
        let (mut g, mut h) = ([0.0; 2], [1e-9, 0.0, 1e-9]);
        for pairs in &sets {
            let weight = 1.0 / pairs.len() as f64;
            for &(x, same) in *pairs {
                let p = logistic(scale * x + shift);
                let (slope, bend) = (
                    weight * (f64::from(u8::from(same)) - p),
                    weight * p * (1.0 - p),
                );
                g = [g[0] + slope * x, g[1] + slope];
                h = [h[0] + bend * x * x, h[1] + bend * x, h[2] + bend];
            }
        }
        let determinant = h[0] * h[2] - h[1] * h[1];
        scale += (h[2] * g[0] - h[1] * g[1]) / determinant;
        shift += (h[0] * g[1] - h[1] * g[0]) / determinant;
    }
    (scale, shift)
}

/// Of the pairs that were given a probability, how many were one event.
fn plot(bins: &[Bin; 10]) -> String {
    let all: f64 = bins.iter().map(|bin| bin.weight).sum();
    let (x, y) = (|p: f64| 50.0 + 300.0 * p, |p: f64| 330.0 - 300.0 * p);
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 370 380\" font-family=\"sans-serif\" font-size=\"11\" role=\"img\">\n\
         <title>Reliability of same_event</title>\n<rect width=\"370\" height=\"380\" fill=\"white\"/>\n",
    );
    for tick in 0..=5 {
        let p = f64::from(tick) / 5.0;
        let _ = writeln!(
            svg,
            "<path d=\"M{0} 30V330M50 {1}H350\" stroke=\"#ddd\"/><text x=\"{0}\" y=\"346\" text-anchor=\"middle\">{p:.1}</text><text x=\"44\" y=\"{2}\" text-anchor=\"end\">{p:.1}</text>",
            x(p),
            y(p),
            y(p) + 4.0
        );
    }
    let _ = writeln!(
        svg,
        "<path d=\"M50 330L350 30\" stroke=\"#999\" stroke-dasharray=\"4\"/>"
    );
    let points = bins.iter().filter(|bin| bin.weight > 0.0);
    let points: Vec<(f64, f64, f64)> = points
        .map(|bin| {
            (
                x(bin.said / bin.weight),
                y(bin.was / bin.weight),
                bin.weight / all,
            )
        })
        .collect();
    let path: Vec<String> = points
        .iter()
        .map(|(x, y, _)| format!("{x:.1},{y:.1}"))
        .collect();
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#1f5fa8\" stroke-width=\"1.5\"/>",
        path.join(" ")
    );
    for (x, y, share) in points {
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{:.1}\" fill=\"#1f5fa8\"><title>{:.0}% of the pairs</title></circle>",
            2.5 + 12.0 * share.sqrt(),
            100.0 * share
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"200\" y=\"368\" text-anchor=\"middle\">same_event</text><text x=\"14\" y=\"180\" text-anchor=\"middle\" transform=\"rotate(-90 14 180)\">share that was one event</text>\n</svg>"
    );
    svg
}
