//! The password again, before a card may be bound to the account or a clerk decides: whoever finds a browser that was
//! left open does not make its account gold with a card of their own.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    http::HeaderMap,
    response::{Html, IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::{
    Frame, PageError,
    again::{PasswordForm, Peer, check_again, network},
    render,
    sign_in::Known,
};
use crate::{
    Portal,
    deed::What,
    language::Language,
    session::{self, SignedIn},
};

#[derive(Template)]
#[template(path = "confirm.html")]
struct Page {
    frame: Frame,
    form_token: String,
    account: String,
    refusal: &'static str,
    /// What comes after it.
    to: &'static str,
}

/// What the password is asked for.
#[derive(Clone, Copy, Default, Deserialize)]
pub(crate) struct Aim {
    #[serde(default)]
    to: To,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum To {
    #[default]
    Gold,
    Renew,
    Clerk,
    Contact,
}

impl To {
    fn page(self) -> &'static str {
        match self {
            Self::Gold => "/gold/card",
            Self::Renew => "/gold/renew",
            Self::Clerk => "/clerk",
            Self::Contact => "/account/contact",
        }
    }

    /// As it stands in the address.
    fn name(self) -> &'static str {
        match self {
            Self::Gold => "gold",
            Self::Renew => "renew",
            Self::Clerk => "clerk",
            Self::Contact => "contact",
        }
    }
}

pub(crate) async fn confirm_page(
    language: Language,
    signed_in: SignedIn,
    Query(Aim { to }): Query<Aim>,
) -> Result<Html<String>, PageError> {
    page(language, &signed_in, to, "")
}

pub(crate) async fn confirm(
    State(portal): State<Arc<Portal>>,
    language: Language,
    peer: Peer,
    headers: HeaderMap,
    signed_in: SignedIn,
    Query(Aim { to }): Query<Aim>,
    Form(form): Form<PasswordForm>,
) -> Result<Response, PageError> {
    let network = network(&peer);
    match check_again(&portal, peer, &signed_in, form).await {
        Ok(Known { member, password_hash }) => {
            portal.note(What::CONFIRMED, member, "", &network).await?;
            tracing::info!(member, "confirmed the password");
            let hash = Some(password_hash.as_str());
            match session::begin(&portal, member, hash, &headers, &network).await? {
                Some(session) => {
                    Ok((CookieJar::new().add(session), Redirect::to(to.page())).into_response())
                }
                None => Err(PageError::SessionOver),
            }
        }
        Err(refusal) => refusal.with(language, |sentence| {
            Ok(page(language, &signed_in, to, sentence)?.into_response())
        }),
    }
}

fn page(
    language: Language,
    SignedIn { member, session, .. }: &SignedIn,
    to: To,
    refusal: &'static str,
) -> Result<Html<String>, PageError> {
    let (form_token, account) = (session.form_token()?, member.account.clone());
    render(&Page { frame: Frame::new(language), form_token, account, refusal, to: to.name() })
}
