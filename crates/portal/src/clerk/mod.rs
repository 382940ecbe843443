//! The clerk's desk: which of two accounts a card or a number belongs to, a person has to say.
//!
//! Clerks are members the operator has appointed. To everybody else the desk does not exist. It takes
//! the password within the last five minutes, and every deed stands in the log. A clerk decides no case
//! of their own.

mod desk;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};

use crate::Portal;

/// The pages of the desk.
pub(crate) fn routes() -> Router<Arc<Portal>> {
    Router::new().route("/clerk", get(desk::desk)).route("/clerk/decide", post(desk::decide))
}
