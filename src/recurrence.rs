//! Pairs to recurrence: two issues of one report that comes again and again.

use crate::article::Timestamp;

/// From how many days on the same text with other numbers is another issue and no copy or update.
pub(crate) const DAYS: f64 = 4.0;

/// Whether two articles with the same text are issues of a recurring report: market tables,
/// weather, fixtures, money supply. They are at least four days apart and have fewer than two thirds
/// of their numbers in common (of all that either has). Numbers are meant by hash, ascending.
///
/// So a reprint after weeks is still the same text, and so is an update of the same day with a
/// higher toll. Where a date or every number is missing nothing tells the issue from the reprint,
/// and the answer is no.
///
/// ```
/// use samestory::Timestamp;
/// use samestory::recurrence::recurs;
/// use samestory::term::Terms;
///
/// let day = |days: i64| Some(Timestamp::from_seconds(days * 86_400));
/// let terms = |text| Terms::new(text);
/// let first = terms("Hog slaughter is estimated at 285,000 to 300,000 head");
/// let second = terms("Hog slaughter is estimated at 275,000 to 290,000 head");
/// assert!(recurs((first.numbers(), day(0)), (second.numbers(), day(7))));
/// assert!(!recurs((first.numbers(), day(0)), (second.numbers(), day(1)))); // corrected
/// assert!(!recurs((first.numbers(), day(0)), (first.numbers(), day(7)))); // printed again
/// ```
#[must_use]
pub fn recurs(a: (&[u64], Option<Timestamp>), b: (&[u64], Option<Timestamp>)) -> bool {
    let ((a, Some(a_time)), (b, Some(b_time))) = (a, b) else {
        return false;
    };
    if a_time.days_from(b_time) < DAYS {
        return false;
    }
    let shared = a
        .iter()
        .filter(|number| b.binary_search(number).is_ok())
        .count();
    shared * 3 < 2 * (a.len() + b.len() - shared)
}
