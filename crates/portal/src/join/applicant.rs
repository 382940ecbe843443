//! Somebody who has accepted the notice and is on the way to an account.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;

use crate::{
    Portal, StoreError, cookies,
    pages::PageError,
    session::SessionId,
    store::{Aim, Registration},
};

/// A page that asks for one sends everybody else to the beginning.
pub(crate) struct Applicant {
    pub(crate) visitor: SessionId,
    pub(crate) registration: Registration,
}

impl Applicant {
    pub(crate) async fn find(
        portal: &Portal,
        headers: &HeaderMap,
    ) -> Result<Option<Self>, StoreError> {
        let jar = CookieJar::from_headers(headers);
        let Some(visitor) = SessionId::in_cookie(&jar, cookies::JOIN) else {
            return Ok(None);
        };
        let registration = portal.store.registration(&visitor.hash(), portal.clock.now()).await?;
        Ok(registration.map(|registration| Self { visitor, registration }))
    }

    /// Where somebody whose code was known goes on.
    pub(crate) fn next_page(&self) -> &'static str {
        match self.registration.aim {
            Aim::Join => "/join/profile",
            Aim::Change(_) => "/account/contact/finish",
            Aim::Password => "/sign-in/password",
        }
    }

    /// # Errors
    /// The form comes from another page than this visitor's.
    pub(crate) fn require(&self, form_token: &str) -> Result<(), PageError> {
        if self.visitor.accepts(form_token)? { Ok(()) } else { Err(PageError::ForeignForm) }
    }
}

impl FromRequestParts<Arc<Portal>> for Applicant {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        portal: &Arc<Portal>,
    ) -> Result<Self, Self::Rejection> {
        let found = Self::find(portal, &parts.headers).await;
        let found = found.map_err(|error| PageError::from(error).into_response())?;
        // Somebody who was on the way learns why they are at its beginning.
        let had_begun = CookieJar::from_headers(&parts.headers).get(cookies::JOIN).is_some();
        let beginning = match had_begun {
            true if parts.uri.path().starts_with("/sign-in/") => "/sign-in/forgotten",
            true if parts.uri.path().starts_with("/account/") => "/account/contact",
            true => "/join?after=over",
            false => "/join",
        };
        found.ok_or_else(|| Redirect::to(beginning).into_response())
    }
}
