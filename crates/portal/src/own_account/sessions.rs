//! `POST /account/session/end`: another session of the member ends. `POST /account/sign-out-everywhere`: all
//! of them end, this one too.

use std::sync::Arc;

use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use crate::{
    Portal, cookies,
    deed::{Network, What},
    pages::{Farewell, PageError},
    session::SignedIn,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ending {
    form_token: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EndingOne {
    form_token: String,
    /// See [`crate::store::handle`].
    session: String,
}

pub(super) async fn end_one(
    State(portal): State<Arc<Portal>>,
    network: Network,
    SignedIn { member, session, .. }: SignedIn,
    Form(form): Form<EndingOne>,
) -> Result<Response, PageError> {
    if !session.accepts(&form.form_token)? {
        return Err(PageError::ForeignForm);
    }
    let entry = portal.entry(What::SESSION_ENDED, member.id, "", &network);
    portal.store.remove_own_session(member.id, &form.session, &entry).await?;
    Ok(Redirect::to("/account#sessions").into_response())
}

pub(super) async fn end_all(
    State(portal): State<Arc<Portal>>,
    network: Network,
    SignedIn { member, session, .. }: SignedIn,
    Form(form): Form<Ending>,
) -> Result<Response, PageError> {
    if !session.accepts(&form.form_token)? {
        return Err(PageError::ForeignForm);
    }
    let entry = portal.entry(What::SIGNED_OUT_EVERYWHERE, member.id, "", &network);
    portal.store.remove_sessions(member.id, &entry).await?;
    let jar = CookieJar::new().add(cookies::forgotten(cookies::SESSION));
    Ok((jar, Farewell::Out.redirect()).into_response())
}
