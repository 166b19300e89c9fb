//! Which articles there are: events, their reports, copies of the reports, and when each appears.

use std::sync::LazyLock;

use crate::draw::{Draw, For};
use crate::weighted::Weighted;

/// No event has more independent reports.
pub(crate) const MOST_REPORTS: usize = 50;
pub(crate) const DAY: usize = 86_400;
const HOUR: usize = 3_600;

/// Of the 1,000 articles on the events of a day, how many appear on that day, the next, and so on.
/// They are the first, the next, and so on by time, so that every day has the same number of articles
/// and begins about midnight: a great event moves the bounds by minutes, and by hours for the last ones.
const APPEAR: [usize; 5] = [528, 342, 103, 26, 1];

/// An article on an event of some day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Planned {
    pub(crate) day: u64,
    /// Which event of the day.
    pub(crate) event: u32,
    /// Which article on the event.
    pub(crate) member: u32,
    /// The article on the event that this one is a copy of.
    pub(crate) copy_of: Option<u32>,
    /// Seconds since the first day.
    pub(crate) seconds: u64,
}

/// The articles that appear on a day, in the order of time, `per_day` of them but for the first days,
/// which lack news of the days before.
pub(crate) fn day(seed: u64, per_day: usize, day: u64) -> Vec<Planned> {
    let mut all = Vec::with_capacity(per_day);
    for (late, from) in (0..APPEAR.len()).zip((0..=day).rev()) {
        let planned = events(seed, per_day, from);
        all.extend(&planned[up_to(per_day, late)..up_to(per_day, late + 1)]);
    }
    all.sort_unstable_by_key(order);
    all
}

/// The day on which the article of that number appears, and its place in it.
pub(crate) fn place(per_day: usize, number: usize) -> (u64, usize) {
    let mut left = number;
    for day in 0..APPEAR.len() {
        let appear = up_to(per_day, day + 1);
        if left < appear {
            return (day as u64, left);
        }
        left -= appear;
    }
    ((APPEAR.len() + left / per_day) as u64, left % per_day)
}

/// How many articles on the events of a day appear before so many days have passed.
fn up_to(per_day: usize, days: usize) -> usize {
    per_day * APPEAR[..days].iter().sum::<usize>() / 1000
}

fn order(planned: &Planned) -> (u64, u64, u32, u32) {
    (planned.seconds, planned.day, planned.event, planned.member)
}

/// All articles on the events of a day, in the order of time.
fn events(seed: u64, per_day: usize, day: u64) -> Vec<Planned> {
    let draw = &mut Draw::new(For::Plan, &[seed, day]);
    let mut all = Vec::with_capacity(per_day + 64);
    for event in 0.. {
        if all.len() >= per_day {
            break;
        }
        cover(draw, day, event, &mut all);
    }
    // an original stands before its copies, so what is left needs nothing of the rest
    all.truncate(per_day);
    all.sort_unstable_by_key(order);
    all
}

/// All articles on one event.
fn cover(draw: &mut Draw, day: u64, event: u32, all: &mut Vec<Planned>) {
    static REPORTS: LazyLock<Weighted> = LazyLock::new(|| {
        let weight = |reports: u64| 1_000_000 / (reports * reports);
        let weights: Vec<u64> = (1..=MOST_REPORTS as u64).map(weight).collect();
        Weighted::new(&weights)
    });
    let begin = day as usize * DAY + draw.below(DAY);
    let mut member = 0;
    let mut push = |copy_of, seconds: usize| {
        let planned = Planned {
            day,
            event,
            member,
            copy_of,
            seconds: seconds as u64,
        };
        all.push(planned);
        member += 1;
        planned.member
    };
    for _ in 0..=REPORTS.draw(draw) {
        let seconds = begin + delay(draw);
        let original = push(None, seconds);
        for _ in 0..copies(draw) {
            push(Some(original), seconds + 600 + draw.early(10 * HOUR));
        }
    }
}

/// From an event to a report of it: hours, seldom days.
fn delay(draw: &mut Draw) -> usize {
    match draw.below(20) {
        0..10 => draw.below(6 * HOUR),
        10..16 => (6 + draw.below(18)) * HOUR + draw.below(HOUR),
        16..19 => (24 + draw.below(24)) * HOUR + draw.below(HOUR),
        _ => (48 + draw.below(24)) * HOUR + draw.below(HOUR),
    }
}

/// How many copy a report: one in four on average, most of them none.
fn copies(draw: &mut Draw) -> usize {
    if !draw.chance(122) {
        return 0;
    }
    match draw.below(100) {
        0..55 => 1,
        55..75 => 2,
        75..85 => 3,
        85..92 => 4,
        92..96 => 5,
        _ => 8,
    }
}
