//! All that is kept of one article: a pure function of its text.

use crate::article::Article;
use crate::background::Background;
use crate::lanes::Lanes;
use crate::lexicon::LexiconBuilder;
use crate::phrase::phrases;
use crate::shingle::{Shingles, windows};
use crate::signature::{Signature, Signer};
use crate::term::{TITLE, Terms, numbers};
use crate::token::{Reader, Token};

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
    /// The keys of its [phrases](crate::bucket::Buckets), in the order of the text.
    pub phrases: Box<[u32]>,
    /// How often each term occurs in title and body.
    pub terms: Terms,
}

impl Sketch {
    /// Reads an article. About 8 bytes a word for the shingles, 4 a slot, 1 a word for the phrases, 16 a distinct
    /// term.
    #[must_use]
    pub fn new(
        article: &Article<'_>,
        shingle_words: usize,
        signer: &Signer,
        background: &Background,
    ) -> Self {
        let words = ArticleTokens::new(article);
        let mut windows = words.windows(shingle_words);
        let phrases = phrases(&windows).collect();
        let shingles = Shingles::of_windows(&mut windows, &mut Vec::new());
        Self {
            signature: signer.sign(&shingles),
            phrases,
            terms: Terms::of_tokens(article, &words, background),
            shingles,
        }
    }
}

/// The tokens of title and body, read as one text. A span counts in the token's own part.
#[derive(Debug, Default)]
pub(crate) struct ArticleTokens {
    pub(crate) tokens: Vec<Token>,
    /// How many of them are the title's; they come first.
    pub(crate) title: usize,
}

impl ArticleTokens {
    pub(crate) fn new(article: &Article<'_>) -> Self {
        let mut tokens = Self::default();
        tokens.read(article, &mut Reader::new(Lanes::best()));
        tokens
    }

    /// Reads another article.
    pub(crate) fn read(&mut self, article: &Article<'_>, reader: &mut Reader) {
        self.tokens.clear();
        reader.read(article.title, &mut self.tokens);
        self.title = self.tokens.len();
        reader.read(article.body, &mut self.tokens);
    }

    /// The hash of each window of words, in order.
    pub(crate) fn windows(&self, window: usize) -> Vec<u64> {
        let words: Vec<u64> = self.tokens.iter().map(|token| token.hash).collect();
        let mut hashes = Vec::new();
        windows(&words, window, &mut hashes);
        hashes
    }

    /// The tokens of the title and those of the body.
    pub(crate) fn parts(&self) -> (&[Token], &[Token]) {
        self.tokens.split_at(self.title)
    }

    /// The hashes of the terms that are numbers, ascending.
    pub(crate) fn numbers(&self) -> Box<[u64]> {
        let (title, body) = self.parts();
        numbers(title, body)
    }

    /// Counts the terms of the article.
    pub(crate) fn count(&self, article: &Article<'_>, lexicon: &mut LexiconBuilder<'_>) {
        let (title, body) = self.parts();
        lexicon.count(article.title, title, TITLE);
        lexicon.count(article.body, body, 1);
        lexicon.end_article();
    }
}
