//! Made news as articles of the library.

use samestory::{Article, Timestamp};
use samestory_made::MadeArticle;

pub(crate) fn article(made: &MadeArticle) -> Article<'_> {
    let article = Article::new(&made.id, &made.title, &made.text);
    match made.published {
        Some(seconds) => article.published_at(Timestamp::from_seconds(seconds)),
        None => article,
    }
}
