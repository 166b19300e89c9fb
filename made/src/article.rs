//! One made-up article.

/// An article, and what it was made as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeArticle {
    /// 17 characters that say nothing; unique among all articles of one seed.
    pub id: String,
    /// 5 to 12 words, no full stop.
    pub title: String,
    /// Paragraphs with an empty line between them.
    pub text: String,
    /// Seconds since 1970; one article in 50 has none.
    pub published: Option<i64>,
    /// The name of a paper.
    pub source: String,
    /// Articles with equal stories report the same event.
    pub story: String,
    /// The id of the article that this one was copied from, which is no copy itself.
    pub copy_of: Option<String>,
}
