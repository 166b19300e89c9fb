//! Says which news articles tell the same story.
//!
//! Articles go in; out come **groups**, articles with the same text (copies, wire pick-ups, trimmed,
//! extended and lightly rewritten versions), and **stories**, independent reports of the same event.
//! A story is made of groups. Every answer carries a score and can be explained.
//!
//! Independent reports of one event share almost no phrases: their word 3-grams have a Jaccard
//! similarity of about 0.02, against 0.001 for reports of different events. Copies share a third and
//! more. So there are two tiers, and no threshold on one similarity can replace them.
//!
//! # Example
//!
//! ```
//! use samestory::{Article, Clusterer, Timestamp};
//!
//! let noon = Timestamp::from_seconds(1_638_446_400);
//! let articles = [
//!     Article::new("wire", "Ferry aground off Marr",
//!         "The ferry Corrigan ran aground off Marr on Thursday with 212 people on board. \
//!          Lifeboats took everyone to the harbour within two hours, the coast guard said.").published_at(noon),
//!     Article::new("copy", "212 rescued from ferry",
//!         "The ferry Corrigan ran aground off Marr on Thursday with 212 people on board. \
//!          Lifeboats took everyone to the harbour within two hours.").published_at(noon),
//!     Article::new("own", "Night on the rocks",
//!         "Passengers of the Corrigan spoke of their fear after lifeboats brought them to Marr harbour. \
//!          All 212 are safe. The ferry had hit a reef.").published_at(noon),
//!     Article::new("cup", "Late goal wins the cup", "Stannick beat Ashby with a goal in extra time."),
//! ];
//! let clustering = Clusterer::new().cluster(&articles).unwrap();
//!
//! // Articles are named by their position in the input, the earliest of a set first.
//! let stories: Vec<&[usize]> = clustering.stories().iter().map(|story| &story.articles[..]).collect();
//! assert_eq!(stories, [&[1, 2, 0][..], &[3]]);
//! let groups: Vec<&[usize]> = clustering.groups().iter().map(|group| &group.articles[..]).collect();
//! assert_eq!(groups, [&[1, 0][..], &[2], &[3]]);
//! assert!(clustering.assignments()[2].score > 0.5);
//! ```
//!
//! # The path of an article
//!
//! Each step is a file named after the value it gives, and can be called by itself. n is the number
//! of articles, m of words in one.
//!
//! | step | takes | gives | cost |
//! |---|---|---|---|
//! | [`Article`] | the caller's rows | a borrowed view: id, title, body, time | – |
//! | [`token`] | text | words with byte spans | m |
//! | [`shingle`] | tokens | set of hashed word windows | m log m |
//! | [`signature`] | shingles | slots that agree with probability Jaccard | m + slots |
//! | [`bucket`] | signature, windows | keys of bands and of phrases | slots + m |
//! | [`term`](mod@term) | tokens | idf-weighted term vector | m log m |
//! | [`sketch`] | an article | shingles, signature and term counts together | |
//! | [`candidate`] | bucket keys, term vectors | pairs worth a look | n log n |
//! | [`score`] | a pair | exact Jaccard and containment | m |
//! | [`recurrence`] | numbers and dates of a pair | whether it is a report that comes again | numbers |
//! | [`group`](mod@group) | same-text pairs | groups without chaining | pairs |
//! | [`crowding`](mod@crowding) | near pairs, groups | how close an article is to everything | pairs |
//! | [`similarity`] | two ids | what the caller knows beyond the words | |
//! | [`evidence`] | a pair | probability of the same event | m |
//! | [`story`] | groups, likely pairs | stories, by average link | pairs |
//! | [`cohesion`] | groups, stories | how close their members are | pairs within |
//!
//! [`Clusterer`] runs them all on a whole collection and gives a [`Clustering`]; [`Clusterer::groups`]
//! runs the first tier by itself and gives a [`Grouping`]. [`StoryIndex`] takes articles one at a time, as they come,
//! and gives a [`Placement`] for each.
//!
//! `docs/how-samestory-decides.md` in the repository tells on one page what the evidence is and how
//! much each kind of it counts.
//!
//! # What a score means
//!
//! | score | of | meaning |
//! |---|---|---|
//! | [`ScoredPair::jaccard`], [`ScoredPair::containment`] | a pair | exact, on word shingles |
//! | [`ScoredPair::same_event`] | a pair | probability in \[0, 1\] that both report one event |
//! | [`Assignment::score`] | an article in its story | mean `same_event` with the other members |
//! | [`Assignment::group_score`] | an article in its group | mean of the larger of `jaccard` and `containment` with the others; the larger is always `containment` |
//! | [`Story::cohesion`], [`Group::cohesion`] | a story, a group | mean of the same over its pairs |
//! | [`Story::separation`] | a story | the highest mean `same_event` with another story |
//!
//! # What holds always
//!
//! - The same input gives the same output, bit for bit, on any number of threads, in any order of
//!   the input, on any platform.
//! - Scores are exact for what they name. Hashing only proposes pairs.
//! - No chaining: every two members of a group are the same text, and stories are joined on the mean
//!   over all their pairs.
//! - Every article is in exactly one group, every group in exactly one story; alone counts. Nothing
//!   is dropped: no short article, no undated one, no bucket that is too full.
//!
//! # Choosing thresholds
//!
//! The default needs no choice: it was fitted on labelled news of six kinds, and every published
//! figure uses it. [`Config`] says what can be set, and in which direction to move it.
//!
//! # Limits
//!
//! - The words of two languages seldom meet: a story is found within each language.
//! - Recurring reports with the same words (market tables, weather) are told apart by their dates and
//!   numbers; without a date or without any number they are one text.
//! - The background table is English. Other languages work, better with a table of their own
//!   ([`Background::count`]) or a few thousand articles at once.
//! - Texts are not kept: [`Clustering::explain`] wants the articles again.

// In the order of the path.

// The caller's article.
mod article;

// Articles in the library's order.
mod order;

// Its words.
pub mod token;

// Its windows of words.
pub mod shingle;

// Its signature.
pub mod signature;

// Its phrases, and its buckets.
pub mod bucket;
mod phrase;

// Its terms, and how common they are.
pub mod term;

mod background;

// The terms of many articles by small numbers.
mod lexicon;

// All of these together.
pub mod sketch;

// Pairs worth a look.
pub mod candidate;

// What two articles share of their text.
pub mod score;

// Which of them are issues of a recurring report.
pub mod recurrence;

// Sets of one text.
pub mod group;

// The first tier by itself.
mod grouping;

// How close each article is to everything.
pub mod crowding;

// What the caller knows beyond the words.
pub mod similarity;

// What speaks for the same event.
pub mod evidence;

// What hangs together.
pub mod component;

// Sets of one event.
pub mod story;

// How close the members of a set are.
pub mod cohesion;

// A whole collection at once.
mod cluster;

// A stream of articles.
mod stream;

// The outcome.
mod clustering;

// Why: the words that two articles share, and all other evidence.
mod passage;

mod explain;

// The same for many pairs.
mod readings;

// How well stories agree with what people said.
pub mod agreement;

// How far a run is.
mod progress;

// What may be chosen, what can go wrong, and the arithmetic under it all.
mod config;

mod error;

pub mod hash;

// What two ascending lists share.
mod intersection;

mod logarithm;

// The instructions of the processor: all unsafe code.
mod lanes;

pub use article::{Article, Part, Timestamp};
pub use background::Background;
pub use cluster::Clusterer;
pub use clustering::{Assignment, Clustering, Group, Story};
pub use config::Config;
pub use error::{Error, ErrorKind};
pub use evidence::EventModel;
pub use explain::{Decision, EventEvidence, Explanation, Parts, SharedTerm, TextEvidence};
pub use grouping::{Grouping, SameTextPair};
pub use lanes::Lanes;
pub use passage::{Passage, Span};
pub use progress::{Progress, Step, Watch};
pub use readings::Readings;
pub use score::ScoredPair;
pub use similarity::Similarity;
pub use stream::{Copied, IndexStory, Outcome, Placement, Repair, StoryIndex, StoryOrder};
#[cfg(feature = "store")]
pub use stream::{Durability, Salvage};

/// The examples of the README are tests too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
