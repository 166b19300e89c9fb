//! A window of time: what bounds the memory of a stream.

use anyhow::Result;
use samestory::{StoryIndex, Timestamp};

/// Articles that are older than the newest by so much are forgotten.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    seconds: i64,
    /// When articles were forgotten for the last time, by their own dates.
    last: Option<i64>,
}

/// Articles are forgotten once in an hour.
const HOUR: i64 = 3600;

impl Window {
    /// So many days.
    pub(crate) fn new(days: u32) -> Self {
        Self {
            seconds: i64::from(days) * 24 * HOUR,
            last: None,
        }
    }

    /// Time goes on to that of the newest article.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub(crate) fn pass(&mut self, index: &StoryIndex, newest: Option<Timestamp>) -> Result<()> {
        let Some(now) = newest.map(Timestamp::seconds) else {
            return Ok(());
        };
        if self
            .last
            .is_none_or(|last| now >= last.saturating_add(HOUR))
        {
            index.expire_before(Timestamp::from_seconds(now.saturating_sub(self.seconds)))?;
            self.last = Some(now);
        }
        Ok(())
    }
}
