//! What the made-up news promises.

use std::sync::LazyLock;

use samestory_made::{MadeArticle, MadeNews};

mod copies;
mod events;
mod figures;
mod pure;
mod words;

/// The first six days.
static NEWS: LazyLock<Vec<MadeArticle>> = LazyLock::new(|| MadeNews::new(1).articles(0..11_000));
