//! Tokens to terms: what an article is about, as weighted words.

use ahash::AHashMap;
use rayon::prelude::*;

use crate::article::Article;
use crate::background::Background;
use crate::hash;
use crate::intersection::{self, BLOCK, block};
use crate::lanes::fetch;
use crate::lexicon::{Lexicon, LexiconBuilder};
use crate::logarithm::ln;
use crate::sketch::ArticleTokens;
use crate::token::{Token, stem, tokens};

/// How often a word of the title counts: the title says what the article is about.
pub(crate) const TITLE: u32 = 3;
/// By how much a number weighs more than a word as rare: numbers tell events of one kind apart.
const NUMBER: f64 = 1.8;

/// Into how many parts the terms of a collection are cut to be counted.
const PARTS: u64 = 16;

/// How often each term occurs in one article, and which terms are numbers.
///
/// A term is a word, or a compound of words held together by hyphens. A number that begins a
/// compound is a term too: `13` in `13-year-old`.
///
/// ```
/// use samestory::term::Terms;
///
/// let terms = Terms::new("Left-wing left, a left-wing bloc of 13");
/// let mut counts: Vec<u32> = terms.counts().iter().map(|&(_, count)| count).collect();
/// counts.sort();
/// assert_eq!(counts, [1, 1, 1, 1, 1, 2]); // a, bloc, left, of, 13, left-wing
/// assert_eq!(terms.numbers().len(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Ascending by hash, each hash once.
    counts: Box<[(u64, u32)]>,
    /// Those that are numbers, ascending.
    numbers: Box<[u64]>,
}

impl Terms {
    /// Terms as [`Terms::counts`] and [`Terms::numbers`] gave them to be stored or sent, both ascending by hash.
    #[must_use]
    pub fn of_counts(counts: Vec<(u64, u32)>, numbers: Vec<u64>) -> Self {
        Self {
            counts: counts.into(),
            numbers: numbers.into(),
        }
    }

    /// Counts the terms of a text as they stand.
    ///
    /// # Complexity
    ///
    /// O(n log n) for n tokens, 16 bytes a distinct term.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let none = Background::none();
        let mut lexicon = LexiconBuilder::new(&none);
        lexicon.count(text, &tokens(text), 1);
        lexicon.end_article();
        Self::of_lexicon(&lexicon.build())
    }

    /// Counts the terms of an article. A term of the title counts three times, and a word that the
    /// background lacks is taken by its first five letters: inflected forms of other languages meet,
    /// and so do `Zelensky` and `Zelenskyy`. An empty background knows no language and cuts no word.
    ///
    /// ```
    /// use samestory::{Article, Background};
    /// use samestory::term::Terms;
    ///
    /// let english = Background::english();
    /// let terms = |title| Terms::of_article(&Article::new("", title, ""), &english);
    /// assert_eq!(terms("Олимпиада"), terms("Олимпиаду"));
    /// assert_ne!(terms("minister"), terms("ministry"));
    /// assert_eq!(terms("minister").counts()[0].1, 3);
    /// ```
    ///
    /// # Complexity
    ///
    /// O(n log n) for n tokens, 16 bytes a distinct term.
    #[must_use]
    pub fn of_article(article: &Article<'_>, background: &Background) -> Self {
        Self::of_tokens(article, &ArticleTokens::new(article), background)
    }

    /// The same when the article has been read.
    pub(crate) fn of_tokens(
        article: &Article<'_>,
        tokens: &ArticleTokens,
        background: &Background,
    ) -> Self {
        let mut lexicon = LexiconBuilder::new(background);
        tokens.count(article, &mut lexicon);
        Self::of_lexicon(&lexicon.build())
    }

    /// The terms of the only article of a lexicon.
    fn of_lexicon(lexicon: &Lexicon) -> Self {
        let terms = lexicon.terms();
        let mut counts: Vec<(u64, u32)> = lexicon
            .article(0)
            .map(|(term, count)| (terms[term as usize].hash, count))
            .collect();
        counts.sort_unstable();
        let numbers = terms.iter().filter(|term| term.number);
        let mut numbers: Vec<u64> = numbers.map(|term| term.hash).collect();
        numbers.sort_unstable();
        Self {
            counts: counts.into(),
            numbers: numbers.into(),
        }
    }

    /// Hash and number of occurrences of each term, ascending by hash.
    #[must_use]
    pub fn counts(&self) -> &[(u64, u32)] {
        &self.counts
    }

    /// The terms that begin with a digit, ascending by hash.
    #[must_use]
    pub fn numbers(&self) -> &[u64] {
        &self.numbers
    }
}

/// A word of a text, as far as terms depend on how it stands there.
pub(crate) trait Joint {
    /// The hash of the word.
    fn hash(&self) -> u64;
    /// Whether one hyphen stands between it and the word before.
    fn joined(&self) -> bool;
    /// Whether it begins with a digit.
    fn number(&self) -> bool;
}

impl Joint for Token {
    fn hash(&self) -> u64 {
        self.hash
    }

    fn joined(&self) -> bool {
        self.joined
    }

    fn number(&self) -> bool {
        self.number
    }
}

/// Calls with the words of each term of a text, in order: of a word, of a compound of words held together by
/// hyphens, and of the number that begins a compound.
#[inline(always)]
pub(crate) fn for_each_term<'t, W: Joint>(words: &'t [W], mut found: impl FnMut(&'t [W])) {
    for compound in words.chunk_by(|_, next| next.joined()) {
        found(compound);
        // a score, 87-82, is one number; an age, 13-year-old, holds one
        if let [first, .., last] = compound
            && first.number()
            && !last.number()
        {
            found(&compound[..1]);
        }
    }
}

/// The hash of a term by its tokens. A word that the background lacks is taken by its first letters.
pub(crate) fn name(text: &str, term: &[Token], background: &Background) -> u64 {
    match term {
        [word] if background.lacks(word.hash) => stem(&text[word.span()]).unwrap_or(word.hash),
        _ => compound(term),
    }
}

/// The hash of a word or compound as it stands.
pub(crate) fn compound<W: Joint>(term: &[W]) -> u64 {
    match term {
        [word] => word.hash(),
        _ => {
            let hashes: Vec<u64> = term.iter().map(Joint::hash).collect();
            hash::sequence(&hashes)
        }
    }
}

/// The hashes of the terms of title and body that are numbers, ascending, each once.
pub(crate) fn numbers<W: Joint>(title: &[W], body: &[W]) -> Box<[u64]> {
    let mut numbers = Vec::new();
    for part in [title, body] {
        for_each_term(part, |term| {
            if term[0].number() {
                numbers.push(compound(term));
            }
        });
    }
    numbers.sort_unstable();
    numbers.dedup();
    numbers.into()
}

/// How common each term is: in the collection at hand, blended with a background.
///
/// `idf = ln((1 + B + N) / (1 + B b / A + n))` for a term in n of N articles at hand and b of A
/// articles of the background, which counts as much as `B` articles; never below 0. It is computed
/// once for each term from these integers.
///
/// # References
///
/// - K. Spärck Jones, "A statistical interpretation of term specificity" (1972): idf.
///
/// ```
/// use samestory::Background;
/// use samestory::term::{Terms, Vocabulary};
///
/// let texts = ["The ferry ran aground", "The ferry sank", "The match was lost"];
/// let terms: Vec<Terms> = texts.iter().map(|text| Terms::new(text)).collect();
/// let vocabulary = Vocabulary::new(&terms, &Background::english(), 2000.0);
/// let idf = |word| vocabulary.idf(Terms::new(word).counts()[0].0).unwrap();
/// assert!(idf("aground") > idf("ferry") && idf("ferry") > idf("the"));
/// ```
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// Number and idf of each term of the collection, by hash.
    terms: AHashMap<u64, (u32, f64)>,
    /// In how many articles of the collection each term occurs, by number: ascending.
    frequencies: Vec<u32>,
    /// What weighs terms that are not listed, if there are such terms in the collection.
    unlisted: Option<Unlisted>,
}

/// What weighs a term of a single article.
#[derive(Clone, Debug)]
struct Unlisted {
    articles: usize,
    background: Background,
    trust: f64,
}

impl Vocabulary {
    /// Counts all terms of a collection. `trust` is how many articles the background counts for.
    ///
    /// Terms get numbers from 0, the rarest first, ties by hash: the lower the number, the more it
    /// says.
    ///
    /// # Complexity
    ///
    /// O(distinct terms of all articles), about 50 bytes a term of the collection.
    #[must_use]
    pub fn new(articles: &[Terms], background: &Background, trust: f64) -> Self {
        let mut frequencies = AHashMap::<u64, u32>::new();
        for (term, _) in articles.iter().flat_map(Terms::counts) {
            *frequencies.entry(*term).or_default() += 1;
        }
        let counted = frequencies.into_iter().map(|(term, n)| (n, term)).collect();
        Self::of_counted(counted, articles.len(), background, trust)
    }

    /// The same from the terms by their hashes, each once, and in how many of so many articles each occurs. Terms of
    /// a single article may be left out: what is not listed counts as one.
    ///
    /// ```
    /// use samestory::Background;
    /// use samestory::term::{Terms, Vocabulary};
    ///
    /// let terms = ["ferry aground", "ferry lost"].map(Terms::new);
    /// let whole = Vocabulary::new(&terms, &Background::none(), 0.0);
    /// let ferry = Terms::new("ferry").counts()[0].0;
    /// let counted = Vocabulary::of_frequencies([(ferry, 2)], 2, &Background::none(), 0.0);
    /// assert_eq!(whole.vector(&terms[0]).len(), counted.vector(&terms[0]).len());
    /// ```
    #[must_use]
    pub fn of_frequencies(
        frequencies: impl IntoIterator<Item = (u64, u32)>,
        articles: usize,
        background: &Background,
        trust: f64,
    ) -> Self {
        let counted = frequencies.into_iter().map(|(term, n)| (n, term)).collect();
        let unlisted = Unlisted {
            articles,
            background: background.clone(),
            trust,
        };
        Self {
            unlisted: Some(unlisted),
            ..Self::of_counted(counted, articles, background, trust)
        }
    }

    /// The same for the terms of lexicons, on all threads.
    pub(crate) fn of_lexicons(lexicons: &[Lexicon], background: &Background, trust: f64) -> Self {
        // each part of the hashes for itself
        let counted: Vec<(u32, u64)> = (0..PARTS)
            .into_par_iter()
            .flat_map_iter(|part| {
                let mut frequencies = AHashMap::<u64, u32>::new();
                for term in lexicons.iter().flat_map(Lexicon::terms) {
                    if term.hash % PARTS == part {
                        *frequencies.entry(term.hash).or_default() += term.articles;
                    }
                }
                frequencies.into_iter().map(|(term, n)| (n, term))
            })
            .collect();
        let articles = lexicons.iter().map(Lexicon::len).sum();
        Self::of_counted(counted, articles, background, trust)
    }

    /// Numbers terms, of each of which the frequency is known.
    fn of_counted(
        mut ordered: Vec<(u32, u64)>,
        articles: usize,
        background: &Background,
        trust: f64,
    ) -> Self {
        ordered.par_sort_unstable();
        let idf = Idf::new(articles, background, trust);
        let terms = ordered
            .iter()
            .zip(0..)
            .map(|(&(frequency, term), number)| (term, (number, idf.of(term, frequency))))
            .collect();
        Self {
            terms,
            frequencies: ordered
                .into_iter()
                .map(|(frequency, _)| frequency)
                .collect(),
            unlisted: None,
        }
    }

    /// How many distinct terms the collection has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.frequencies.len()
    }

    /// Whether the collection has no term.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.frequencies.is_empty()
    }

    /// The inverse document frequency of a term by its hash, 0 or more; `None` when no article of
    /// the collection has it.
    #[must_use]
    pub fn idf(&self, term: u64) -> Option<f64> {
        self.terms.get(&term).map(|&(_, idf)| idf)
    }

    /// The number of a term by its hash, if the collection has it.
    pub(crate) fn number(&self, term: u64) -> Option<u32> {
        self.terms.get(&term).map(|&(number, _)| number)
    }

    /// The term vector of an article: weights `√count · idf`, times 1.8 for numbers, scaled
    /// to length 1 and rounded down, so that no cosine is above 1.
    ///
    /// Terms of a single article are left out after scaling, since no other article has them.
    #[must_use]
    pub fn vector(&self, terms: &Terms) -> TermVector {
        let known = terms.counts().iter().filter_map(|&(term, count)| {
            let number = terms.numbers.binary_search(&term).is_ok();
            Some((self.known_term(term, number)?, count))
        });
        Vectors::default().of(known)
    }

    /// What is known of each term of a lexicon of this collection.
    pub(crate) fn known(&self, lexicon: &Lexicon) -> Vec<KnownTerm> {
        let terms = lexicon.terms().iter();
        terms
            .filter_map(|term| self.known_term(term.hash, term.number))
            .collect()
    }

    fn known_term(&self, term: u64, number: bool) -> Option<KnownTerm> {
        if let Some(&(term, idf)) = self.terms.get(&term) {
            return Some(KnownTerm {
                term,
                shared: self.frequencies[term as usize] > 1,
                idf: weighted(idf, number),
            });
        }
        let unlisted = self.unlisted.as_ref()?;
        let idf = Idf::new(unlisted.articles, &unlisted.background, unlisted.trust);
        Some(KnownTerm {
            term: 0,
            shared: false,
            idf: idf.weight(term, number, 1),
        })
    }
}

/// The formula of [`Vocabulary`] with what is the same for all terms.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Idf<'b> {
    background: &'b Background,
    trust: f64,
    /// `1 + B + N`.
    all: f64,
    /// `A`.
    listed: f64,
}

impl<'b> Idf<'b> {
    /// For so many articles at hand.
    pub(crate) fn new(articles: usize, background: &'b Background, trust: f64) -> Self {
        let known = 1.0 + if background.is_empty() { 0.0 } else { trust };
        Self {
            background,
            trust,
            all: known + articles as f64,
            listed: f64::from(background.articles().max(1)),
        }
    }

    /// For a term in so many of them.
    pub(crate) fn of(self, term: u64, frequency: u32) -> f64 {
        let frequent = self.trust * f64::from(self.background.frequency(term)) / self.listed;
        let expected = 1.0 + frequent + f64::from(frequency);
        ln(self.all / expected).max(0.0)
    }

    /// The same, with what a number weighs more.
    pub(crate) fn weight(self, term: u64, number: bool, frequency: u32) -> f64 {
        weighted(self.of(term, frequency), number)
    }
}

fn weighted(idf: f64, number: bool) -> f64 {
    idf * if number { NUMBER } else { 1.0 }
}

/// What a vector needs to know of a term.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownTerm {
    term: u32,
    /// Whether it is in more than one article.
    shared: bool,
    /// With what a number weighs more.
    idf: f64,
}

impl KnownTerm {
    /// A term that others may have, with what [`Idf::weight`] says of it.
    pub(crate) const fn new(term: u32, idf: f64) -> Self {
        Self {
            term,
            shared: true,
            idf,
        }
    }

    /// Number, weight in an article in which it occurs `count` times, and whether others have it.
    fn weight(self, count: u32) -> (u32, bool, f64) {
        (self.term, self.shared, f64::from(count).sqrt() * self.idf)
    }
}

/// Makes vectors, one after the other, in buffers that are used again.
#[derive(Debug, Default)]
pub(crate) struct Vectors {
    weighted: Vec<(u32, bool, f64)>,
    weights: Vec<Weight>,
}

impl Vectors {
    /// The vector of known terms, each with how often it occurs.
    pub(crate) fn of(&mut self, counts: impl Iterator<Item = (KnownTerm, u32)>) -> TermVector {
        self.weighted.clear();
        self.weighted
            .extend(counts.map(|(known, count)| known.weight(count)));
        self.scaled()
    }

    /// Scales the weights to length 1.
    fn scaled(&mut self) -> TermVector {
        // In units of the heaviest weight over 2^24 the squares add up as integers, so that no
        // order of summation can show, and the lightest collection of terms keeps its digits.
        let all = self.weighted.iter();
        let heaviest = all.map(|&(_, _, weight)| weight).fold(0.0, f64::max);
        let scaled = |weight: f64| rounded(weight / heaviest * 16_777_216.0);
        let squares = self
            .weighted
            .iter()
            .map(|&(_, _, weight)| u128::from(scaled(weight).pow(2)));
        let length = (squares.sum::<u128>() as f64).sqrt();
        let unit = f64::from(TermVector::ONE);
        let shared = self.weighted.iter().filter(|(_, shared, _)| *shared);
        self.weights.clear();
        self.weights.extend(
            shared
                // without any weight at all this is 0 / 0, which counts as 0
                .map(|&(term, _, weight)| (term, (scaled(weight) as f64 / length * unit) as u32))
                .filter(|&(_, weight)| weight > 0)
                .map(|(term, weight)| Weight { term, weight }),
        );
        self.weights.sort_unstable_by_key(|weight| weight.term);
        let weights = self.weights.iter();
        TermVector {
            terms: weights.clone().map(|weight| weight.term).collect(),
            // at most `TermVector::ONE`
            weights: weights.map(|weight| weight.weight as u16).collect(),
        }
    }
}

/// The whole number next to one that is not negative; `f64::round` is a call where the processor may lack the instruction.
fn rounded(number: f64) -> u64 {
    let whole = number as u64;
    whole + u64::from(number - whole as f64 >= 0.5)
}

/// One term of a [`TermVector`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Weight {
    /// The number of the term in its [`Vocabulary`]: the lower, the rarer.
    pub term: u32,
    /// Its weight in units of 1 / [`TermVector::ONE`].
    pub weight: u32,
}

/// The terms of an article with their weights, a vector of length 1 in fixed point.
///
/// It is a little shorter than 1 when the article has terms that no other article has, and empty
/// when it shares none.
///
/// ```
/// use samestory::Background;
/// use samestory::term::{Terms, TermVector, Vocabulary};
///
/// let terms = ["ferry aground", "ferry aground", "aground ferry lost"].map(|text| Terms::new(text));
/// let vocabulary = Vocabulary::new(&terms, &Background::english(), 2000.0);
/// let [a, b, c] = terms.each_ref().map(|terms| vocabulary.vector(terms));
/// let cosine = |a: &TermVector, b: &TermVector| a.dot(b) as f64 / TermVector::DOT_ONE as f64;
/// assert!((cosine(&a, &b) - 1.0).abs() < 1e-4);
/// assert!(cosine(&a, &c) < cosine(&a, &b));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TermVector {
    /// The numbers of the terms, ascending, each once.
    terms: Box<[u32]>,
    /// Their weights, none of them 0.
    weights: Box<[u16]>,
}

impl TermVector {
    /// A weight of 1: the largest for which a dot product fits into 32 bits.
    pub const ONE: u32 = 65_535;
    /// A dot product of 1: the dot product of two vectors divided by this is their cosine.
    pub const DOT_ONE: u64 = (Self::ONE as u64) * (Self::ONE as u64);

    /// The vector with these weights, as [`TermVector::weights`] gave them to be stored or sent: ascending by
    /// term, none of them 0.
    ///
    /// ```
    /// use samestory::term::TermVector;
    ///
    /// let vector = TermVector::of_weights([(3, 40_000), (17, 50_000)].into_iter());
    /// assert_eq!(vector.dot(&vector), 40_000 * 40_000 + 50_000 * 50_000);
    /// ```
    #[must_use]
    pub fn of_weights(weights: impl Iterator<Item = (u32, u16)>) -> Self {
        let (terms, weights): (Vec<u32>, Vec<u16>) = weights.unzip();
        Self::of_parts(terms, weights)
    }

    /// The same of terms and the weights beside them.
    pub(crate) fn of_parts(terms: Vec<u32>, weights: Vec<u16>) -> Self {
        Self {
            terms: terms.into(),
            weights: weights.into(),
        }
    }

    /// How many terms it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether it has no term: then it is like nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The weights, ascending by term.
    #[must_use]
    pub fn weights(&self) -> impl DoubleEndedIterator<Item = Weight> + ExactSizeIterator + Clone {
        let weights = self.terms.iter().zip(&self.weights);
        weights.map(|(&term, &weight)| Weight {
            term,
            weight: weight.into(),
        })
    }

    /// The numbers of the terms, ascending.
    pub(crate) fn terms(&self) -> &[u32] {
        &self.terms
    }

    /// The terms and the weights beside them.
    pub(crate) fn parts(&self) -> (&[u32], &[u16]) {
        (&self.terms, &self.weights)
    }

    /// The sum of the weights from a term on, each times what `factor` says of its term.
    #[inline(always)]
    pub(crate) fn sum_from(&self, first: u32, factor: impl Fn(u32) -> u32) -> u32 {
        let start = self.terms.partition_point(|&term| term < first);
        let weights = self.terms[start..].iter().zip(&self.weights[start..]);
        weights
            .map(|(&term, &weight)| u32::from(weight) * factor(term))
            .sum()
    }

    /// Asks for its weights ahead of their use.
    pub(crate) fn fetch(&self) {
        self.terms.chunks(16).for_each(|line| fetch(line.last()));
        self.weights.chunks(32).for_each(|line| fetch(line.last()));
    }

    /// The cosine of two articles times [`TermVector::DOT_ONE`]: an integer, so exact.
    ///
    /// # Complexity
    ///
    /// O(n + m), about 1 ns a term.
    #[must_use]
    pub fn dot(&self, other: &Self) -> u64 {
        let (mut in_blocks, mut singly) = (0, 0);
        intersection::compare(
            &self.terms,
            &other.terms,
            |(i, a), (j, b)| {
                let (Some(u), Some(v)) = (block(&self.weights, i), block(&other.weights, j)) else {
                    return;
                };
                // for each of a the weight of the same term in b, if it is there
                let mut theirs = [0; BLOCK];
                for (y, &weight) in b.iter().zip(v) {
                    for (x, theirs) in a.iter().zip(&mut theirs) {
                        *theirs |= if x == y { u32::from(weight) } else { 0 };
                    }
                }
                for (&weight, theirs) in u.iter().zip(theirs) {
                    in_blocks += u64::from(u32::from(weight) * theirs);
                }
            },
            |i, j| {
                let equal = u64::from(self.terms[i] == other.terms[j]);
                singly += equal * u64::from(self.weights[i]) * u64::from(other.weights[j]);
            },
        );
        in_blocks + singly
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn terms(text: &str) -> Terms {
        Terms::new(text)
    }

    #[test]
    fn a_vector_has_length_one_up_to_rounding() {
        let all = vec![terms("ferry aground island coast guard ferry"); 2];
        let vector = Vocabulary::new(&all, &Background::none(), 0.0).vector(&all[0]);
        // every term is in every article: nothing tells them apart
        assert!(vector.is_empty());
        let all = [
            terms("ferry aground island"),
            terms("ferry aground"),
            terms("island ferry aground"),
            terms("other"),
        ];
        let vocabulary = Vocabulary::new(&all, &Background::none(), 0.0);
        let (a, c) = (vocabulary.vector(&all[0]), vocabulary.vector(&all[2]));
        assert_eq!(a, c);
        let length = a.dot(&c) as f64 / TermVector::DOT_ONE as f64;
        assert!((length - 1.0).abs() < 1e-4, "{length}");
    }

    proptest! {
        #[test]
        fn a_dot_product_is_the_sum_over_common_terms(
            a in prop::collection::btree_map(0u32..60, 1u16.., 0..40),
            b in prop::collection::btree_map(0u32..60, 1u16.., 0..40),
        ) {
            let [x, y] = [&a, &b].map(|weights| TermVector::of_weights(weights.iter().map(|(&term, &weight)| (term, weight))));
            let product = |(term, &weight): (&u32, &u16)| u64::from(weight) * u64::from(b.get(term).copied().unwrap_or(0));
            prop_assert_eq!(x.dot(&y), a.iter().map(product).sum::<u64>());
        }
    }

    #[test]
    fn numbers_run_from_rare_to_common() {
        let all = [terms("one two three"), terms("two three"), terms("three")];
        let vocabulary = Vocabulary::new(&all, &Background::none(), 0.0);
        let number = |word| vocabulary.number(terms(word).counts()[0].0).unwrap();
        assert_eq!([number("one"), number("two"), number("three")], [0, 1, 2]);
    }

    #[test]
    fn idf_is_the_documented_formula() {
        let all = [terms("strike at the port"), terms("the port")];
        let background = Background::count(["the port", "the", "the", "the cup"], 1);
        let vocabulary = Vocabulary::new(&all, &background, 100.0);
        let idf = |word| vocabulary.idf(terms(word).counts()[0].0).unwrap();
        assert!((idf("port") - (103.0f64 / (1.0 + 100.0 / 4.0 + 2.0)).ln()).abs() < 1e-12);
        assert!((idf("strike") - (103.0f64 / 2.0).ln()).abs() < 1e-12);
        assert_eq!(idf("the"), 0.0);
    }
}
