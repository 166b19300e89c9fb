//! What must hold of reading, seen through the public interface.
//!
//! `laws` writes rows in each format and reads the same back, `complaints` holds every text that a person
//! reads when something is wrong, `hostile` brings files that were cut, spoilt or made to hurt, `pages` reads
//! the examples of the documentation.

mod complaints;
mod files;
mod hostile;
mod laws;
mod pages;
