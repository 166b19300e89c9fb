//! A bar chart and the table of its figures.

use super::wording::number;

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
        let few = figures.len() <= 12;
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
                    value: number(value),
                    valued: value > 0 && (few || value == highest),
                    x: tenths(left + gap),
                    y: tenths(Self::BASE - height),
                    width: tenths(step - 2.0 * gap),
                    height: tenths(height),
                    middle: tenths(left + step / 2.0),
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

/// Where a label may stand so that it does not reach over either side.
fn inside(middle: f64, label: &str) -> f64 {
    // half the width of a digit in the style of the page
    let half = 3.0 * label.chars().count() as f64;
    middle.max(half).min((Chart::WIDTH - half).max(half))
}

fn tenths(value: f64) -> String {
    format!("{value:.1}")
}
