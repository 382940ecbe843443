//! Another password for somebody who forgot theirs: the account is shown to be theirs by a code, on the
//! page where a registration asks for one, and the new password is typed here.
//!
//! Refuses to tell whether there is such an account: the pages say the same, and a message goes out
//! either way.

mod begin;
mod password;

use std::sync::Arc;

use axum::{Router, routing::get};

use crate::Portal;

/// The pages for it. Where no code can be sent there are none.
pub(crate) fn routes(portal: &Portal) -> Router<Arc<Portal>> {
    match portal.sending.is_possible() {
        true => Router::new()
            .route("/sign-in/forgotten", get(begin::page).post(begin::begin))
            .route("/sign-in/password", get(password::page).post(password::change)),
        false => Router::new(),
    }
}
