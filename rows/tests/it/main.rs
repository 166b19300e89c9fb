//! What must hold of reading, seen through the public interface.
//!
//! `laws` writes rows in each format and reads the same back, `complaints` holds every text that a person
//! reads when something is wrong, `hostile` brings files that were cut, spoilt or made to hurt, `pages` reads
//! the examples of the documentation.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot write its files has failed"
)]

mod complaints;
mod files;
mod hostile;
mod laws;
mod pages;
