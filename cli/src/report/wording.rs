//! Figures in words.

use samestory::Story;

/// A share as a person reads it.
pub(super) fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "0%".into();
    }
    match 100.0 * part as f64 / whole as f64 {
        share if share > 0.0 && share < 1.0 => "under 1%".into(),
        share if share < 100.0 && share > 99.0 => "over 99%".into(),
        share => format!("{share:.0}%"),
    }
}

/// How firmly a story holds together.
pub(super) fn cohesion(story: &Story) -> String {
    let firmly = match story.cohesion {
        score if score >= 0.9 => "very firmly",
        score if score >= 0.7 => "firmly",
        score if score >= 0.4 => "loosely",
        _ => "barely",
    };
    format!(
        "Its articles hold together {firmly}: two of them report the same event with a probability of {:.2} on average (cohesion).",
        story.cohesion
    )
}

/// How far the other stories are. `limit` is the probability from which on two stories would be one.
pub(super) fn separation(story: &Story, limit: f64) -> String {
    let separation = story.separation;
    let (stands, warning) = match separation {
        0.0 => return "No other story comes near (separation 0.00).".into(),
        score if score < limit / 4.0 => ("stands well apart", ""),
        score if score < limit => ("stands apart", ""),
        _ => (
            "has a close neighbour",
            " The two may be parts of one larger event.",
        ),
    };
    format!(
        "It {stands}: with the nearest other story its articles share an event with a probability of {separation:.2} on average (separation).{warning}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_read_well() {
        let shares = [(0, 0), (0, 5), (1, 1_000), (1, 3), (999, 1_000), (5, 5)];
        let shares = shares.map(|(part, whole)| percent(part, whole));
        assert_eq!(shares, ["0%", "0%", "under 1%", "33%", "over 99%", "100%"]);
    }
}
