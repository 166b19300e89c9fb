//! What must hold of the whole library, seen through its public interface.
//!
//! `laws` states it over made-up news and compares with an oracle too simple to be wrong, `cases`
//! holds small collections with the answer a person would give, `hostile` brings what no newsroom
//! would send.

mod cases;
mod corpus;
mod hostile;
mod laws;
mod naive;
