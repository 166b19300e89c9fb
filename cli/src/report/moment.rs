//! Moments and spans of time as a person reads them, in UTC.

use jiff::Timestamp;

/// A moment as a person reads it: `2 Dec 2021, 14:02`. Midnight is most often a date without a time, and only the
/// day is told; a moment beyond the calendar is told in seconds.
pub(super) fn moment(at: samestory::Timestamp) -> String {
    match at.seconds().rem_euclid(86_400) {
        0 => day(at),
        _ => written(at, "%-d %b %Y, %H:%M"),
    }
}

/// The day of a moment: `2 Dec 2021`.
pub(super) fn day(at: samestory::Timestamp) -> String {
    written(at, "%-d %b %Y")
}

/// A moment as the attribute `datetime` wants it; nothing for one beyond the calendar.
pub(super) fn machine(at: samestory::Timestamp) -> Option<String> {
    let at = calendar(at)?.strftime("%Y-%m-%dT%H:%MZ").to_string();
    // HTML knows no year before 1
    (!at.starts_with('-')).then_some(at)
}

/// The moment in the calendar, which ends with the year 9999.
pub(super) fn calendar(at: samestory::Timestamp) -> Option<Timestamp> {
    Timestamp::from_second(at.seconds()).ok()
}

fn written(at: samestory::Timestamp, format: &str) -> String {
    match calendar(at) {
        Some(calendar) => calendar.strftime(format).to_string(),
        None => format!("second {}", at.seconds()),
    }
}

/// From one moment to another: `2 Dec 2021, 14:02 to 17:40`.
pub(super) fn span(from: samestory::Timestamp, to: samestory::Timestamp) -> String {
    match () {
        () if from == to => moment(from),
        () if day(from) == day(to) => {
            let [from_time, to_time] = [from, to].map(|at| written(at, "%H:%M"));
            format!("{}, {from_time} to {to_time}", day(from))
        }
        () => format!("{} to {}", moment(from), moment(to)),
    }
}

/// How much later: `3 h 5 min later`.
pub(super) fn later(from: samestory::Timestamp, to: samestory::Timestamp) -> String {
    let minutes = to.seconds().saturating_sub(from.seconds()) / 60;
    let (days, hours, minutes) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
    let parts = match (days, hours, minutes) {
        (0, 0, 0) => return "at the same time".into(),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) => format!("{days} d {hours} h"),
    };
    format!("{parts} later")
}

#[cfg(test)]
mod tests {
    use samestory::Timestamp;

    use super::*;

    #[test]
    fn moments_read_well() {
        let noon = Timestamp::from_seconds(1_638_446_400);
        let after = |seconds| Timestamp::from_seconds(noon.seconds() + seconds);
        assert_eq!(moment(noon), "2 Dec 2021, 12:00");
        assert_eq!(machine(noon).as_deref(), Some("2021-12-02T12:00Z"));
        assert_eq!(span(noon, noon), "2 Dec 2021, 12:00");
        assert_eq!(span(noon, after(5_400)), "2 Dec 2021, 12:00 to 13:30");
        assert_eq!(
            span(noon, after(86_400)),
            "2 Dec 2021, 12:00 to 3 Dec 2021, 12:00"
        );
        let midnight = after(43_200);
        assert_eq!(moment(midnight), "3 Dec 2021");
        let until_one = span(midnight, after(46_800));
        assert_eq!(until_one, "3 Dec 2021, 00:00 to 01:00");
        assert_eq!(later(noon, after(30)), "at the same time");
        assert_eq!(later(noon, after(7_500)), "2 h 5 min later");
        assert_eq!(later(noon, after(90_000)), "1 d 1 h later");
    }

    #[test]
    fn no_moment_is_too_far() {
        for seconds in [i64::MIN, -1 << 50, 1 << 50, i64::MAX] {
            let far = Timestamp::from_seconds(seconds);
            assert_eq!(moment(far), format!("second {seconds}"));
            assert_eq!(machine(far), None);
            later(Timestamp::from_seconds(i64::MIN), far);
        }
    }
}
