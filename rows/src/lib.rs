//! Reads news articles from files of any kind, for `samestory`.
//!
//! ```no_run
//! use samestory::{Article, Clusterer};
//! use samestory_rows::{Row, Rows};
//!
//! let mut input = Rows::default();
//! input.read("news.csv.gz".as_ref())?;
//! for complaint in &input.complaints {
//!     eprintln!("{complaint}");
//! }
//! let articles: Vec<Article<'_>> = input.rows.iter().map(Row::article).collect();
//! let clustering = Clusterer::new().cluster(&articles)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Formats
//!
//! A file is recognised by what is in it, not by its name.
//!
//! | format | recognised by | feature | a row is |
//! |---|---|---|---|
//! | JSON Lines | a line that begins with `{` | | a line |
//! | JSON array | `[` | | an element |
//! | CSV | a header with a title or a text; comma, semicolon, tab or bar | `csv` | a record |
//! | Parquet | `PAR1` | `parquet` | a row |
//! | RSS, Atom | `<` | `feed` | an entry |
//! | folder of .txt | it is a folder | | a file; files of the other formats in it are read, too |
//! | .gz, .zst | its first bytes; any of the above in it | `compressed` | |
//!
//! All features are on without choice. [`Rows`] collects all rows, [`Reader`] goes through files block by block
//! and keeps nothing but hashes of the ids. With the feature `spool`, `Spool` collects rows with more text than there is memory.
//! [`Stream`] gives rows as they come. [`Fields`] says which names the fields have; a feed has names of its own.
//!
//! # What is wrong
//!
//! A [`Complaint`] says where, what, what is allowed, and what became of it. A bad row never stops the rest, and
//! where a file breaks off, what came before is kept. A row may have 64 MiB.
//!
//! # Limits
//!
//! | | memory |
//! |---|---|
//! | JSON Lines, CSV | some megabytes a thread; a row has 64 MiB at most |
//! | Parquet | a batch of 1,024 rows and the pages that they stand in; compressed once more, or from standard input: the file, 1 GiB at most |
//! | JSON array | the file, 1 GiB at most |
//! | feed | the file, 256 MiB at most |
//! | an id | 50 to 100 bytes, to know it again |
//! | a row of `Rows` | its texts and 100 bytes |
//! | a row of `Spool` | its id and 100 bytes; the texts of all up to the limit, and those of one block |
//!
//! The files of a `Spool` are as large as the texts beyond its limit. If their disk fails while a text is read, the
//! system ends the program, as it does when swapped memory cannot be read.

mod blocks;
mod complaint;
mod content;
mod fields;
mod folder;
mod input;
mod json;
mod json_array;
mod json_lines;
mod live;
mod mapped;
mod moment;
mod object;
mod open;
mod parsed;
mod progress;
mod reader;
mod row;
mod rows;
mod seen;
mod source;
mod stream;
mod text;

#[cfg(feature = "csv")]
mod csv;
#[cfg(feature = "feed")]
mod feed;
#[cfg(feature = "feed")]
mod html;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "csv")]
mod records;
#[cfg(feature = "spool")]
mod spool;

pub use complaint::{Complaint, Place};
pub use fields::{Fields, FieldsError};
pub use live::Reached;
pub use moment::named_moment;
pub use progress::Progress;
pub use reader::{Block, Blocks, Options, Reader};
pub use row::Row;
pub use rows::Rows;
#[cfg(feature = "spool")]
pub use spool::Spool;
pub use stream::Stream;
pub use text::Text;
