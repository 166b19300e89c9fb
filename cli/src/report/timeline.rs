//! The articles of a story on a line of time.

use samestory::Timestamp;

/// A dot on the line of time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dot {
    /// From the left, in percent of the width.
    pub(super) x: String,
    /// Whether it is the first with its text.
    pub(super) report: bool,
}

/// Dots for articles, in their order; undated ones have none. Nothing if all are of one moment.
pub(super) fn timeline(
    articles: impl Iterator<Item = (Option<Timestamp>, bool)> + Clone,
) -> Vec<Dot> {
    let moments = articles.clone().filter_map(|(published, _)| published);
    let (Some(first), Some(last)) = (moments.clone().min(), moments.max()) else {
        return Vec::new();
    };
    if first == last {
        return Vec::new();
    }
    // room for half a dot at both ends
    let place = |at: Timestamp| 2.0 + 96.0 * first.days_from(at) / first.days_from(last);
    let mut dots: Vec<Dot> = articles
        .filter_map(|(published, report)| {
            Some(Dot {
                x: format!("{:.1}", place(published?)),
                report,
            })
        })
        .collect();
    // reports are drawn over copies, and dots in one place once
    dots.sort_by(|a, b| (a.report, &a.x).cmp(&(b.report, &b.x)));
    dots.dedup();
    dots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_lie_in_the_order_of_time() {
        let at = |seconds| Some(Timestamp::from_seconds(seconds));
        let articles = [
            (at(0), true),
            (at(100), false),
            (None, true),
            (at(50), true),
        ];
        let dots = timeline(articles.into_iter());
        let places: Vec<(&str, bool)> = dots.iter().map(|dot| (&*dot.x, dot.report)).collect();
        assert_eq!(places, [("98.0", false), ("2.0", true), ("50.0", true)]);
        assert_eq!(timeline([(at(5), true), (at(5), true)].into_iter()), []);
        assert_eq!(timeline([(None, true)].into_iter()), []);
        let far = [(at(i64::MIN), true), (at(i64::MAX), true)];
        assert_eq!(timeline(far.into_iter()).len(), 2);
    }
}
