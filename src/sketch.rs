//! All that is kept of one article: a pure function of its text.

use crate::article::Article;
use crate::background::Background;
use crate::shingle::Shingles;
use crate::signature::{Signature, Signer};
use crate::term::Terms;
use crate::token::{Token, tokens};

/// What the library needs of an article once its text has been read.
///
/// ```
/// use samestory::{Article, Background};
/// use samestory::signature::Signer;
/// use samestory::sketch::Sketch;
///
/// let article = Article::new("a", "Ferry aground", "The ferry ran aground.");
/// let sketch = Sketch::new(&article, 3, &Signer::new(256), &Background::english());
/// assert_eq!(sketch.shingles.len(), 4);
/// assert_eq!(sketch.terms.counts().len(), 4); // ferry, aground, the, ran
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch {
    /// The windows of words of title and body, read as one text.
    pub shingles: Shingles,
    /// Their signature; `None` without any word.
    pub signature: Option<Signature>,
    /// How often each term occurs in title and body.
    pub terms: Terms,
}

impl Sketch {
    /// Reads an article. About 8 bytes a word for the shingles, 4 a slot, 16 a distinct term.
    #[must_use]
    pub fn new(
        article: &Article<'_>,
        shingle_words: usize,
        signer: &Signer,
        background: &Background,
    ) -> Self {
        let words = ArticleTokens::new(article);
        let shingles = Shingles::new(&words.tokens, shingle_words);
        Self {
            signature: signer.sign(&shingles),
            terms: words.terms(background),
            shingles,
        }
    }
}

/// The tokens of title and body, read as one text. A span counts in the token's own part.
#[derive(Debug)]
pub(crate) struct ArticleTokens {
    pub(crate) tokens: Vec<Token>,
    /// How many of them are the title's; they come first.
    pub(crate) title: usize,
}

impl ArticleTokens {
    pub(crate) fn new(article: &Article<'_>) -> Self {
        let mut all = tokens(article.title);
        let title = all.len();
        all.append(&mut tokens(article.body));
        Self { tokens: all, title }
    }

    /// The tokens of the title and those of the body.
    pub(crate) fn parts(&self) -> (&[Token], &[Token]) {
        self.tokens.split_at(self.title)
    }

    pub(crate) fn terms(&self, background: &Background) -> Terms {
        let (title, body) = self.parts();
        Terms::of_article(title, body, background)
    }
}
