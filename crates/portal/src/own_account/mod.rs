//! What a member sees and does about what is kept of them: look, copy, change account or password, end all
//! sessions, stop using the account. Deleting it is `pages::leave`.

mod contact;
mod copy;
mod overview;
mod password;
mod sessions;
mod stop;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};

use crate::Portal;

/// The pages of the member's own account.
pub(crate) fn routes(portal: &Portal) -> Router<Arc<Portal>> {
    // Where no code can go anywhere the account stays as it is.
    let contact = match portal.sending.is_possible() {
        true => Router::new()
            .route("/account/contact", get(contact::page).post(contact::begin))
            .route("/account/contact/finish", get(contact::finish_page).post(contact::finish)),
        false => Router::new(),
    };
    contact
        .route("/account", get(overview::overview))
        .route("/account/copy", get(copy::copy))
        .route("/account/password", get(password::page).post(password::change))
        .route("/account/session/end", post(sessions::end_one))
        .route("/account/sign-out-everywhere", post(sessions::end_all))
        .route("/account/stop", get(stop::page).post(stop::stop))
}
