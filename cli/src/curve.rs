//! Curves and histograms as text, 80 columns wide at most.

use std::io::{self, Write};

/// Points of a curve from left to right, and from top to bottom.
const WIDTH: usize = 64;
const HEIGHT: usize = 11;

/// Draws a probability over the Jaccard similarity, with a line at the threshold.
pub(crate) fn draw(
    out: &mut impl Write,
    threshold: f64,
    probability: impl Fn(f64) -> f64,
) -> io::Result<()> {
    let column = |jaccard: f64| (jaccard * (WIDTH - 1) as f64).round() as usize;
    let row = |probability: f64| ((1.0 - probability) * (HEIGHT - 1) as f64).round() as usize;
    // of each column the rows from the point before to its own: where it is steep, those between belong to it
    let points: Vec<usize> = (0..WIDTH)
        .map(|at| row(probability(at as f64 / (WIDTH - 1) as f64)).min(HEIGHT - 1))
        .collect();
    let before = points[..1].iter().chain(&points);
    let steps: Vec<(usize, usize)> = (points.iter().zip(before))
        .map(|(&here, &before)| (here, before.saturating_sub(1).max(here)))
        .collect();
    let dotted = column(threshold);
    let drawn = |line: usize, at: usize| match steps[at] {
        (top, bottom) if (top..=bottom).contains(&line) => '*',
        _ if at == dotted => ':',
        _ => ' ',
    };
    writeln!(out, "  probability that a pair is found")?;
    for line in 0..HEIGHT {
        let points: String = (0..WIDTH).map(|at| drawn(line, at)).collect();
        let tick = 1.0 - line as f64 / (HEIGHT - 1) as f64;
        writeln!(out, "{tick:5.1} |{}", points.trim_end())?;
    }
    writeln!(out, "      +{}", "-".repeat(WIDTH))?;
    let mut ticks = String::new();
    for tick in 0..=5 {
        let at = column(f64::from(tick) / 5.0);
        ticks = format!("{ticks:<at$}{:.1}", f64::from(tick) / 5.0);
    }
    writeln!(out, "       {ticks}")?;
    writeln!(
        out,
        "       Jaccard similarity; the dotted line is the threshold {threshold}"
    )
}

/// Draws how many values there are in each tenth from 0 to 1.
pub(crate) fn histogram(out: &mut impl Write, title: &str, values: &[f64]) -> io::Result<()> {
    let mut tenths = [0_usize; 10];
    for value in values {
        tenths[((value * 10.0) as usize).min(9)] += 1;
    }
    let most = tenths.iter().max().copied().unwrap_or_default().max(1);
    let digits = most.to_string().len();
    writeln!(out, "{title}")?;
    for (at, count) in tenths.iter().enumerate() {
        let from = at as f64 / 10.0;
        // what is there is seen
        let bar = "#".repeat((count * 50).div_ceil(most));
        let line = format!("  {from:.1} - {:.1}  {count:>digits$}  {bar}", from + 0.1);
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
