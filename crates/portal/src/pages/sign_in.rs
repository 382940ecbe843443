//! Signing in with account and password, and out.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use askama::Template;
use axum::{
    Extension, Form,
    extract::{ConnectInfo, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use openssl::error::ErrorStack;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{Farewell, Frame, PageError, farewell::After, render};
use crate::{
    Portal, StoreError,
    account::Account,
    cookies,
    deed::{Network, What},
    language::Language,
    password::PasswordError,
    session::{self, SignedIn, random_token, same},
    texts::{ForgottenTexts, JoinTexts, OwnAccountTexts},
    throttle::TooEarly,
};

/// A waiting room of passwords is empty after so long.
const CROWD_SECONDS: u64 = 5;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page {
    frame: Frame,
    form_token: String,
    email: String,
    refusal: &'static str,
    /// What came before.
    after: Option<Farewell>,
    /// Where the account is not in use: the words of the box that takes it up again.
    resume: Option<&'static str>,
    /// The way to an account, where there is one, and then also to another password.
    apply: Option<&'static str>,
    forgotten: &'static str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignInForm {
    form_token: String,
    email: String,
    password: String,
    /// There only where the box is ticked.
    resume: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignOutForm {
    form_token: String,
}

pub(crate) async fn sign_in_page(
    State(portal): State<Arc<Portal>>,
    language: Language,
    headers: HeaderMap,
    jar: CookieJar,
    Query(after): Query<After>,
) -> Result<Response, PageError> {
    if SignedIn::find(&portal, &headers).await?.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    let told = Told { after: after.farewell(), ..Told::default() };
    form(&portal, language, jar, "", told)
}

pub(crate) async fn sign_in(
    State(portal): State<Arc<Portal>>,
    language: Language,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    jar: CookieJar,
    Form(form_fields): Form<SignInForm>,
) -> Result<Response, PageError> {
    // There is no session yet, so the token is in a cookie and in the form, and has to agree.
    let cookie = jar.get(cookies::SIGN_IN).ok_or(PageError::ForeignForm)?;
    if !same(cookie.value(), &form_fields.form_token) {
        return Err(PageError::ForeignForm);
    }
    let (email, password) = (form_fields.email.trim(), Zeroizing::new(form_fields.password));
    let address = peer.map(|Extension(ConnectInfo(peer))| peer.ip());
    let Known { member, password_hash } = match check(&portal, email, password, address).await {
        Ok(known) => known,
        Err(refusal) => return refusal.page(&portal, language, jar, email),
    };
    let network = Network::of(address);
    if portal.store.is_stopped(member).await? {
        if form_fields.resume.is_none() {
            portal.note(What::SIGN_IN_REFUSED, member, "stopped", &network).await?;
            let own = OwnAccountTexts::of(language);
            let told = Told { refusal: own.is_stopped, resume: Some(own.resume), after: None };
            let page = form(&portal, language, jar, email, told)?;
            return Ok((StatusCode::FORBIDDEN, page).into_response());
        }
        let entry = portal.entry(What::RESUMED, member, "", &network);
        portal.store.resume_member(member, &entry).await?;
    }
    portal.note(What::SIGNED_IN, member, "password", &network).await?;
    match session::begin(&portal, member, Some(&password_hash), &headers, &network).await? {
        Some(session) => {
            tracing::info!(member, "signed in");
            let jar = jar.add(cookies::forgotten(cookies::SIGN_IN)).add(session);
            Ok((jar, Redirect::to("/")).into_response())
        }
        None => Refusal::WrongCredentials.page(&portal, language, jar, email),
    }
}

/// A member whose password was given.
pub(crate) struct Known {
    pub(crate) member: i64,
    /// What it was compared with: it may be another one by now.
    pub(crate) password_hash: String,
}

/// Why somebody is not signed in.
pub(crate) enum Refusal {
    WrongCredentials,
    TooEarly(TooEarly),
    /// Too many passwords are being checked.
    Crowded,
    Failed(PageError),
}

/// The member with this account and this password.
pub(super) async fn check(
    portal: &Portal,
    email: &str,
    password: Zeroizing<String>,
    address: Option<IpAddr>,
) -> Result<Known, Refusal> {
    let seat = portal.passwords.seat()?;
    let account = Account::parse(email);
    let account = account.as_ref().map_or(email, Account::as_str);
    let visitor = portal.throttle.visitor(account, address)?;
    let network = Network::of(address);
    if let Err(early) = portal.store.admit(&visitor, portal.clock.now()).await? {
        portal.note_wait(&network).await?;
        return Err(Refusal::TooEarly(early));
    }
    let kept = portal.store.credentials(account).await?;
    let member = kept.as_ref().map(|(member, _)| *member);
    let fits = seat.fits(password, kept.as_ref().map(|(_, hash)| hash.clone())).await?;
    let Some((member, password_hash)) = kept.filter(|_| fits) else {
        portal.note(What::SIGN_IN_REFUSED, member, "wrong-password", &network).await?;
        return Err(Refusal::WrongCredentials);
    };
    portal.store.welcome(&visitor, portal.clock.now()).await?;
    Ok(Known { member, password_hash })
}

impl Refusal {
    /// The form again, with what is the matter.
    fn page(
        self,
        portal: &Portal,
        language: Language,
        jar: CookieJar,
        email: &str,
    ) -> Result<Response, PageError> {
        self.with(language, |refusal| {
            form(portal, language, jar, email, Told { refusal, ..Told::default() })
        })
    }

    /// A form that is shown again with what is the matter.
    pub(crate) fn with(
        self,
        language: Language,
        form: impl FnOnce(&'static str) -> Result<Response, PageError>,
    ) -> Result<Response, PageError> {
        let t = Frame::new(language).t;
        let (status, wait, sentence) = match self {
            Self::WrongCredentials => (StatusCode::UNAUTHORIZED, None, t.wrong_credentials),
            Self::TooEarly(early) => {
                (StatusCode::TOO_MANY_REQUESTS, Some(early.seconds()), t.too_many_sign_ins)
            }
            Self::Crowded => (StatusCode::SERVICE_UNAVAILABLE, Some(CROWD_SECONDS), t.crowded),
            Self::Failed(error) => return Err(error),
        };
        tracing::info!(%status, "a sign-in was refused");
        let mut response = (status, form(sentence)?).into_response();
        if let Some(seconds) = wait {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        Ok(response)
    }
}

impl From<PasswordError> for Refusal {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Crowded => Self::Crowded,
            PasswordError::Unusable | PasswordError::Ending => Self::Failed(error.into()),
        }
    }
}

impl From<ErrorStack> for Refusal {
    fn from(error: ErrorStack) -> Self {
        Self::Failed(error.into())
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

pub(crate) async fn sign_out(
    State(portal): State<Arc<Portal>>,
    SignedIn { session, .. }: SignedIn,
    Form(form): Form<SignOutForm>,
) -> Result<Response, PageError> {
    if !session.accepts(&form.form_token)? {
        return Err(PageError::ForeignForm);
    }
    portal.store.remove_session(&session.hash()).await?;
    let jar = CookieJar::new().add(cookies::forgotten(cookies::SESSION));
    Ok((jar, Farewell::Out.redirect()).into_response())
}

/// What the page says beside its form; see [`Page`].
#[derive(Default)]
struct Told {
    refusal: &'static str,
    after: Option<Farewell>,
    resume: Option<&'static str>,
}

fn form(
    portal: &Portal,
    language: Language,
    jar: CookieJar,
    email: &str,
    Told { refusal, after, resume }: Told,
) -> Result<Response, PageError> {
    let (jar, form_token) = pre_session(jar)?;
    let email = email.to_owned();
    let apply = portal.sending.is_possible().then(|| JoinTexts::of(language).apply);
    let (frame, forgotten) = (Frame::new(language), ForgottenTexts::of(language).title);
    let page = Page { frame, form_token, email, refusal, after, resume, apply, forgotten };
    let page = render(&page)?;
    Ok((jar, page).into_response())
}

/// The cookie of somebody who is not signed in yet, and what stands in their pages for it.
pub(crate) fn pre_session(jar: CookieJar) -> Result<(CookieJar, String), PageError> {
    let form_token = match jar.get(cookies::SIGN_IN) {
        Some(cookie) => cookie.value().to_owned(),
        None => random_token()?,
    };
    Ok((jar.add(cookies::strict(cookies::SIGN_IN, form_token.clone())), form_token))
}
