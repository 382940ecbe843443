//! What is put under a signature. The card signs nothing that was not built in this folder.
//!
//! Refuses to know who asked, which card signs and over which door the answer leaves.

mod token;

pub use token::{Token, TokenError, TokenInput};
