//! From member to gold member: a challenge for a typed national ID, and the judgement of what the
//! card answered.

mod caller;
mod challenge;
mod name;
mod person;
mod purpose;
mod refusal;
mod told;
mod verify;

pub(crate) use challenge::{Claim, challenge};
pub(crate) use purpose::masked;
pub(crate) use refusal::Refusal;
pub(crate) use verify::verify;
