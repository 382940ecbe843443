//! What a member sees and does about what is kept of them: look, copy, change the password, end all
//! sessions, stop using the account. Deleting it is `pages::leave`.

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
pub(crate) fn routes() -> Router<Arc<Portal>> {
    Router::new()
        .route("/account", get(overview::overview))
        .route("/account/copy", get(copy::copy))
        .route("/account/password", get(password::page).post(password::change))
        .route("/account/sign-out-everywhere", post(sessions::end_all))
        .route("/account/stop", get(stop::page).post(stop::stop))
}
