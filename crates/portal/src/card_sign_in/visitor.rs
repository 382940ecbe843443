//! A script of the sign-in page, in a browser where nobody is signed in.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts,
};
use axum_extra::extract::CookieJar;

use crate::{
    Portal, cookies,
    gold::{Refusal, RefusalIn, form_token},
    language::Language,
    session::{SessionId, same},
};

pub(super) struct Visitor {
    cookie: SessionId,
    pub(super) address: Option<IpAddr>,
    pub(super) language: Language,
}

impl Visitor {
    /// The visitor's place among the challenges.
    pub(super) fn place(&self) -> String {
        format!("sign-in {}", hex::encode(self.cookie.hash()))
    }
}

impl FromRequestParts<Arc<Portal>> for Visitor {
    type Rejection = RefusalIn;

    async fn from_request_parts(
        parts: &mut Parts,
        portal: &Arc<Portal>,
    ) -> Result<Self, Self::Rejection> {
        let Ok(language) = Language::from_request_parts(parts, portal).await;
        let jar = CookieJar::from_headers(&parts.headers);
        // As on the form for the password: the token is in a cookie and in the page, and has to agree.
        let cookie = SessionId::in_cookie(&jar, cookies::SIGN_IN)
            .filter(|cookie| same(cookie.expose(), form_token(&parts.headers)))
            .ok_or_else(|| Refusal::ForeignPage.in_language(language))?;
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self { cookie, address: peer.map(|ConnectInfo(peer)| peer.ip()), language })
    }
}
