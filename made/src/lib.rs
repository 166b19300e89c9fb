//! Made-up news of any size, for the tests and benches of `samestory`.
//!
//! Every article is a function of a seed and of its number: [`MadeNews::articles`] gives any of them in
//! any order, on any thread, the same bytes on every machine. No file is read and no float is used. The
//! articles of a small collection are the first of a large one.
//!
//! ```
//! use samestory_made::MadeNews;
//!
//! let articles = MadeNews::new(1).articles(0..1000);
//! let copies = articles.iter().filter(|article| article.copy_of.is_some());
//! assert_eq!(copies.count(), 176);
//! ```
//!
//! # What it is like
//!
//! The tests hold these figures.
//!
//! | | |
//! |---|---|
//! | a report | 250 to 1,100 words, mean 420 |
//! | an article, copies included | 2.6 KB of text; 100,000 as JSON Lines are 281 MB |
//! | a title | 5 to 12 words |
//! | a sentence | 8 to 35 words |
//! | words that are not ASCII | 2%, for accents and Cyrillic |
//! | words with a capital, with a digit | 13%, 1.3% |
//! | curly quotes and real dashes | in three papers of five |
//! | articles a day | 2,000, from Monday, 1 January 2024; half of that on the first day |
//! | articles without a date | 2% |
//! | events with one report | 62%; the others up to 50, as many as Zipf's law has: 1 / reports² |
//! | reports of an event | within hours, one in five after more than a day, none after more than three |
//! | windows of three words, two reports of one event | Jaccard 0.015 on average |
//! | the same, reports of two events | 0.0005 |
//! | copies | 20% |
//!
//! **Words.** 60,000 words follow Zipf's law: the first thousand are the real ones of English news, with
//! "the" at 4%, the others are made of syllables. 400 topics have 150 favourite words and 20 favourite
//! names each; the greatest is that of one event in 30. 20,000 names are known to everybody; the hottest
//! stand in one article of 20.
//!
//! **Events.** An event has seven names, 16 words, four numbers, four quotes and eight phrases. Some of the
//! names are its own, others are of its topic or known to everybody. Three events of five belong to a
//! matter that goes on for five days, whose three names and six words they share: such events are hard
//! to tell apart. A reporter has three quarters of all that or a little more, and names and words that no
//! other report has.
//!
//! **Copies.** A copy comes from another paper within ten hours. One in four is equal; the others have
//! a [`Change`]: a Jaccard similarity, by windows of five words, of 0.95, 0.9, 0.85, 0.8, 0.7, 0.5 or 0.3, half or
//! a quarter of the text, or the text inside a longer one. One in three has another title, three in ten
//! begin with the line of an agency, and the quotes are as the paper sets them.
//!
//! **Order.** Articles come in the order of time, but one in 16 stands behind a later one, mostly by an hour
//! or two, never by more than a day. An original always stands before its copies. Undated articles stand where they would.
//!
//! The words make no sense, and nothing recurs week by week: how good clusters are is measured on
//! real news.

mod article;
mod change;
mod common;
mod draw;
mod event;
mod lexicon;
mod name;
mod news;
mod number;
mod plan;
mod report;
mod source;
mod syllable;
mod topic;
mod weighted;
mod writer;

pub use article::MadeArticle;
pub use change::Change;
pub use news::MadeNews;
