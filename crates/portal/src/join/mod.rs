//! How somebody becomes a general member: the choice of a membership, the notice, a code to the
//! account, name and password.
//!
//! Every step asks the data base how far the visitor is, so none can be left out and a portal that
//! was killed goes on where it was. Refuses to tell whether an account exists: the page says the
//! same, and who owns the account is told where it leads.

mod applicant;
mod choose;
mod code;
mod contact;
mod digits;
mod notice;
mod outbox;
mod profile;
mod refusal;
mod welcome;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};

use crate::{Portal, robot};
pub(crate) use applicant::Applicant;
pub use digits::{CodeDigits, NotCodeDigits};

/// The pages of the registration.
pub(crate) fn routes(portal: &Portal) -> Router<Arc<Portal>> {
    let outbox = match portal.config.outbox {
        true => Router::new().route("/outbox", get(outbox::outbox)),
        false => Router::new(),
    };
    // A puzzle of the portal's own, unless Google judges.
    let puzzle = match portal.robots {
        robot::Judge::Puzzle(_) => Router::new().route("/join/robot", get(code::puzzle)),
        robot::Judge::Recaptcha(_) => Router::new(),
    };
    outbox
        .merge(puzzle)
        .route("/join", get(choose::choose))
        .route("/join/notice", get(notice::notice).post(notice::accept))
        .route("/join/contact", get(contact::contact).post(contact::confirm))
        .route("/join/code", post(code::send))
        .route("/join/profile", get(profile::profile).post(profile::complete))
        .route("/welcome", get(welcome::welcome))
}
