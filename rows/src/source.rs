//! A file that is read part by part.

use crate::complaint::Place;
use crate::live::Reached;
use crate::parsed::Parsed;

/// A file that is read part by part, whatever its format.
pub(crate) trait Source: Send {
    /// The next parts; `None` behind the last.
    fn next(&mut self) -> Option<Parts>;

    /// How far it was read, if it can be read from there on.
    fn reached(&self) -> Option<&Reached> {
        None
    }

    /// What a place of such a file is.
    fn place(&self) -> fn(usize) -> Place {
        Place::Line
    }
}

/// What was read in one turn.
#[derive(Default)]
pub(crate) struct Parts {
    /// Each with its first place.
    pub(crate) parts: Vec<(usize, Parsed)>,
    /// Where and why the rest cannot be read; then nothing follows.
    pub(crate) broken: Option<(usize, String)>,
}
