//! A bar chart and the table of its figures.

use crate::count::number;

/// A bar chart, drawn by its template, with a table of the same figures.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Chart {
    pub(super) title: &'static str,
    /// What it shows, in words.
    pub(super) words: String,
    /// What the columns of the table are.
    pub(super) columns: [&'static str; 2],
    pub(super) bars: Vec<Bar>,
}

/// A bar with its place in the drawing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bar {
    pub(super) label: String,
    /// Where the label stands, if there is room for it.
    pub(super) label_x: Option<String>,
    /// The figure.
    pub(super) value: String,
    /// Whether the figure stands above the bar.
    pub(super) valued: bool,
    pub(super) x: String,
    pub(super) y: String,
    pub(super) width: String,
    pub(super) height: String,
    pub(super) middle: String,
    pub(super) above: String,
}

impl Chart {
    /// Size of the drawing.
    pub(super) const WIDTH: f64 = 260.0;
    /// Where the bars stand.
    pub(super) const BASE: f64 = 106.0;
    /// The highest bar.
    const HIGHEST: f64 = 88.0;

    /// A chart of figures with their labels. Every `every`th label is written.
    pub(super) fn new(
        title: &'static str,
        words: String,
        columns: [&'static str; 2],
        figures: Vec<(String, usize)>,
        every: usize,
    ) -> Self {
        let highest = figures.iter().map(|&(_, value)| value).max().unwrap_or(0);
        let step = Self::WIDTH / figures.len().max(1) as f64;
        let highest_at = figures.iter().position(|&(_, value)| value == highest);
        // figures stand above all bars if there is room beside each other
        let room = width(&number(highest as u64)) < step;
        let bars = figures
            .into_iter()
            .enumerate()
            .map(|(place, (label, value))| {
                let height = match value {
                    0 => 0.0,
                    // a bar that is there can be seen
                    value => (Self::HIGHEST * value as f64 / highest as f64).max(1.5),
                };
                let left = step * place as f64;
                let gap = step * 0.14;
                Bar {
                    label_x: place
                        .is_multiple_of(every)
                        .then(|| tenths(inside(left + step / 2.0, &label))),
                    label,
                    value: number(value as u64),
                    valued: value > 0 && (room || highest_at == Some(place)),
                    x: tenths(left + gap),
                    y: tenths(Self::BASE - height),
                    width: tenths(step - 2.0 * gap),
                    height: tenths(height),
                    middle: tenths(inside(left + step / 2.0, &number(value as u64))),
                    above: tenths(Self::BASE - height - 4.0),
                }
            });
        Self {
            title,
            words,
            columns,
            bars: bars.collect(),
        }
    }
}

/// How wide a label is in the style of the page.
fn width(label: &str) -> f64 {
    6.0 * label.chars().count() as f64
}

/// Where a label may stand so that it does not reach over either side.
fn inside(middle: f64, label: &str) -> f64 {
    let half = width(label) / 2.0;
    middle.max(half).min((Chart::WIDTH - half).max(half))
}

fn tenths(value: f64) -> String {
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stand_within_the_drawing_and_not_over_each_other() {
        for values in [
            vec![0],
            vec![7; 3],
            vec![24_542; 10],
            vec![5; 48],
            Vec::new(),
        ] {
            let count = values.len();
            let figures = values
                .into_iter()
                .map(|value| ("11 Nov 2021".into(), value));
            let chart = Chart::new("", String::new(), ["", ""], figures.collect(), 20);
            assert_eq!(chart.bars.len(), count);
            let mut end = 0.0;
            for bar in chart.bars.iter().filter(|bar| bar.valued) {
                let (middle, half) = (bar.middle.parse::<f64>().unwrap(), width(&bar.value) / 2.0);
                assert!(middle - half >= end - 0.1 && middle + half <= Chart::WIDTH + 0.1);
                end = middle + half;
            }
        }
    }
}
