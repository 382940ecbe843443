//! Which address is answered by what.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    routing::{get, post},
};
use tower_http::timeout::TimeoutLayer;

use crate::{
    Portal, card_sign_in, clerk, forgotten, gold, headers, join, language, own_account, pages,
    proxies, same_origin, static_files, ways,
};

/// A token has at most 16 KiB, a form a few hundred bytes.
const MAX_BODY: usize = 32 * 1024;
/// Nobody is waited for here: the person is asked by Ankong.
const PATIENCE: Duration = Duration::from_secs(10);

/// The portal as a service for any server.
pub fn router(portal: Arc<Portal>) -> Router {
    let join = if portal.sending.is_possible() { join::routes(&portal) } else { Router::new() };
    Router::new()
        .merge(join)
        .merge(ways::routes())
        .merge(own_account::routes(&portal))
        .merge(forgotten::routes(&portal))
        .merge(gold::routes())
        .merge(card_sign_in::routes())
        .merge(clerk::routes())
        .route("/", get(pages::home))
        .route("/sign-in", get(pages::sign_in_page).post(pages::sign_in))
        .route("/confirm", get(pages::confirm_page).post(pages::confirm))
        .route("/account/delete", get(pages::leave_page).post(pages::leave))
        .route("/sign-out", post(pages::sign_out))
        .route("/static/{file}", get(static_files::file))
        .route("/healthz", get(async || "ok"))
        .layer(from_fn(language::remember))
        .layer(from_fn_with_state(portal.clone(), same_origin::require))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PATIENCE))
        .layer(from_fn(pages::tell))
        .layer(from_fn_with_state(Arc::new(headers::Always::of(&portal.config)), headers::add))
        .layer(from_fn_with_state(Arc::from(&*portal.config.proxies), proxies::look_behind))
        .with_state(portal)
}
