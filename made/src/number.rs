//! Numbers as papers write them.

use crate::draw::Draw;

/// A count, a share, a sum or a year.
pub(crate) fn any(draw: &mut Draw) -> String {
    match draw.below(8) {
        0 | 1 => format!("{},{:03}", 1 + draw.below(900), draw.below(1000)),
        2 => format!("{}.{}%", draw.below(100), draw.below(10)),
        3 => format!("{}%", 1 + draw.below(99)),
        4 => format!("${}.{}", 1 + draw.below(90), draw.below(10)),
        5 => format!("{}", 1990 + draw.early(35)),
        _ => format!("{}", 2 + draw.early(400)),
    }
}
