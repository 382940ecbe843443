//! One request from its arrival to its answer.
//!
//! [`machine`] decides and does nothing; [`run`] does what it decides, through three traits:
//! [`cards::Cards`] for the reader, [`consent::Consent`] for the person. Refuses to know PC/SC,
//! HTTP and windows.

pub mod caller;
pub mod cancel;
pub mod cards;
pub mod consent;
pub mod content;
mod desk;
mod history;
pub mod holder;
mod machine;
mod mutes;
pub mod origin;
mod refusal;
mod reply;
pub mod request;
mod run;
mod suited;
mod task;
mod tries;

pub use desk::{Desk, Status};
pub use history::Past;
pub use refusal::Refusal;
pub use reply::Reply;
