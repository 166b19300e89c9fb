//! `plan`: how signatures are cut for a goal, and what that costs.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use samestory::bucket::Bands;
use samestory::signature::Signer;

use crate::exit::Exit;
use crate::input::{How, Input};
use crate::progress::Meter;
use crate::sample::Sample;
use crate::settings::Settings;
use crate::{count, curve, interrupt};

/// Show how copies are searched for, and what that costs
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  samestory plan --threshold 0.3 --recall 0.95 news.jsonl

Pairs that share a bucket are candidates, which are then compared exactly. With files, the number of candidates \
is measured on a sample of their articles.")]
pub(crate) struct Plan {
    /// The Jaccard similarity from which on pairs are wanted [default: 0.3]
    #[arg(long, value_name = "J")]
    threshold: Option<f64>,
    /// How likely a pair that only just reaches it is found [default: 0.9]
    #[arg(long, value_name = "R")]
    recall: Option<f64>,
    /// How many slots a signature has [default: 256]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=65_536))]
    num_hashes: Option<u32>,
    /// How many articles there will be [default: those of the files, or 100000]
    #[arg(long, value_name = "N")]
    articles: Option<usize>,
    /// How many articles of the files to measure
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(2..))]
    sample: u32,
    /// Articles, in any of the formats of `cluster`
    #[arg(value_name = "FILES")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    how: How,
}

impl Plan {
    pub(super) fn run(self, settings: &Settings) -> Result<Exit> {
        let config = &settings.cluster;
        let threshold = self.threshold.unwrap_or(config.jaccard);
        let recall = self.recall.unwrap_or(config.recall);
        let num_hashes = self
            .num_hashes
            .map_or(config.num_hashes, |number| number as usize);
        // written so that no number fails
        if !(threshold > 0.0 && threshold <= 1.0) {
            bail!("--threshold is {threshold}, allowed is more than 0 and at most 1");
        }
        if !(recall > 0.0 && recall < 1.0) {
            bail!("--recall is {recall}, allowed is more than 0 and less than 1");
        }
        let Some(bands) = Bands::for_goal(threshold, recall, num_hashes) else {
            bail!(
                "{num_hashes} slots do not reach recall {recall} at Jaccard {threshold}; lower --recall, or raise --num-hashes"
            );
        };
        let mut out = anstream::stdout().lock();
        let Bands {
            bands: number,
            rows,
        } = bands;
        writeln!(
            out,
            "{number} bands x {rows} rows of {num_hashes} slots find a pair at Jaccard {threshold} with probability {:.3}\n",
            bands.hit_rate(threshold)
        )?;
        curve::draw(&mut out, threshold, |jaccard| bands.hit_rate(jaccard))?;
        writeln!(out)?;

        if self.files.is_empty() {
            let articles = self.articles.unwrap_or(100_000);
            memory(&mut out, articles, &bands)?;
            writeln!(
                out,
                "candidates by chance for {}, if all pairs were alike so much:",
                count::articles(articles)
            )?;
            for (jaccard, what) in [
                (0.001, "of different events"),
                (0.02, "independent reports of one event"),
            ] {
                writeln!(
                    out,
                    "  Jaccard {jaccard:<6} {:>16}  {what}",
                    rounded(pairs(articles) * bands.hit_rate(jaccard))
                )?;
            }
            writeln!(out, "With files they are measured: samestory plan FILES")?;
            return Ok(Exit::AllRight);
        }
        let input = Input {
            files: self.files,
            how: self.how,
        };
        let read = input.read(settings)?;
        let all = read.articles();
        let articles = self.articles.unwrap_or(all.len());
        memory(&mut out, articles, &bands)?;
        interrupt::doing("measuring a sample");
        let meter = Meter::of_work(settings.quiet, "measuring a sample");
        let signer = Signer::new(bands.num_hashes());
        let sample = Sample::new(
            &all,
            self.sample as usize,
            config.shingle_words,
            &signer,
            bands,
        );
        drop(meter);
        writeln!(
            out,
            "measured on {}: {}, of which {} reach Jaccard {threshold}",
            count::articles(sample.articles),
            count::count(sample.jaccards.len(), "candidate", "candidates"),
            sample.reaching(threshold)
        )?;
        // a pair is in the sample when both of its articles are
        let of_sample = pairs(sample.articles).max(1.0);
        let of_all = sample.jaccards.len() as f64 * pairs(all.len()) / of_sample;
        writeln!(
            out,
            "expected for the {} of the files: {} candidates",
            count::articles(all.len()),
            rounded(of_all)
        )?;
        if articles != all.len() {
            let times = articles as f64 / all.len().max(1) as f64;
            writeln!(
                out,
                "expected for {}: {} if they are of other days, {} if of the same days",
                count::articles(articles),
                rounded(of_all * times),
                rounded(of_all * times * times)
            )?;
        }
        writeln!(out)?;
        curve::histogram(&mut out, "candidates by Jaccard", &sample.jaccards)?;
        Ok(read.exit())
    }
}

/// How many pairs so many articles have.
fn pairs(articles: usize) -> f64 {
    let articles = articles as f64;
    articles * (articles - 1.0).max(0.0) / 2.0
}

/// A number as an estimate deserves it: two digits.
fn rounded(number: f64) -> String {
    match number {
        tiny if tiny < 1.0 => "less than 1".to_owned(),
        _ => {
            let scale = 10_f64.powf((number.log10().floor() - 1.0).max(0.0));
            let digits = (number / scale).round() * scale;
            format!("about {}", count::number(digits as u64))
        }
    }
}

fn memory(out: &mut impl Write, articles: usize, bands: &Bands) -> std::io::Result<()> {
    // a slot and a key have 4 bytes each; signatures go when their keys are made
    let bytes = articles as f64 * 4.0 * bands.bands as f64;
    writeln!(
        out,
        "memory of the keys of {}: {:.1} MB, {} bytes each; of a signature {} bytes",
        count::articles(articles),
        bytes / 1e6,
        4 * bands.bands,
        4 * bands.num_hashes()
    )
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn estimates_have_two_digits() {
        let of = [0.3, 1.0, 12.4, 126.0, 98_765.0, 4.2e11].map(rounded);
        assert_eq!(
            of,
            [
                "less than 1",
                "about 1",
                "about 12",
                "about 130",
                "about 99,000",
                "about 420,000,000,000"
            ]
        );
    }
}
