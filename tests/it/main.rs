//! What must hold of the whole library, seen through its public interface.
//!
//! `laws` states it over made-up news and compares with an oracle too simple to be wrong, `cases`
//! holds small collections with the answer a person would give, `hostile` brings what no newsroom
//! would send, `example` runs the program that comes with the library,
//! `stream` and `store` hold an index that grows to what it says, `agreement` compares clusterings.

mod agreement;
mod cases;
mod corpus;
mod example;
mod hostile;
mod laws;
mod naive;
#[cfg(feature = "store")]
mod store;
mod stream;
