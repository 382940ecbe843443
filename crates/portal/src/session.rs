//! Who is signed in: a random cookie of 256 bits, new at every sign-in and known to the data base
//! by its hash only.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use axum_extra::extract::{CookieJar, cookie::Cookie};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use openssl::{
    error::ErrorStack, hash::MessageDigest, memcmp, pkey::PKey, rand::rand_bytes, sha::sha256,
    sign::Signer,
};
use time::Duration;
use zeroize::Zeroizing;

use crate::{
    Member, Portal, StoreError, cookies, deed::Network, pages::PageError, store::SessionHash,
};

/// A session ends so long after the sign-in, however much it is used.
const LIFETIME: Duration = Duration::hours(1);
/// For so long after the sign-in the password need not be asked for again.
const FRESH: Duration = Duration::minutes(5);

/// The value of a session's cookie.
pub(crate) struct SessionId(Zeroizing<String>);

impl SessionId {
    pub(crate) fn new() -> Result<Self, ErrorStack> {
        random_token().map(|token| Self(Zeroizing::new(token)))
    }

    fn from_cookies(headers: &HeaderMap) -> Option<Self> {
        Self::in_cookie(&CookieJar::from_headers(headers), cookies::SESSION)
    }

    pub(crate) fn in_cookie(jar: &CookieJar, name: &str) -> Option<Self> {
        Some(Self(Zeroizing::new(jar.get(name)?.value().to_owned())))
    }

    /// The secret itself, as a key for what is meant for this visitor only.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    pub(crate) fn cookie(&self) -> Cookie<'static> {
        cookies::strict(cookies::SESSION, self.0.as_str().to_owned())
    }

    pub(crate) fn hash(&self) -> SessionHash {
        sha256(self.0.as_bytes())
    }

    /// What a page of this session has to send along with whatever changes something.
    pub(crate) fn form_token(&self) -> Result<String, ErrorStack> {
        let key = PKey::hmac(self.0.as_bytes())?;
        let mut signer = Signer::new(MessageDigest::sha256(), &key)?;
        Ok(BASE64_URL_SAFE_NO_PAD.encode(signer.sign_oneshot_to_vec(b"form token")?))
    }

    pub(crate) fn accepts(&self, form_token: &str) -> Result<bool, ErrorStack> {
        Ok(same(&self.form_token()?, form_token))
    }
}

/// A member who is signed in. A page that asks for one sends everybody else to the sign-in.
pub(crate) struct SignedIn {
    pub(crate) member: Member,
    pub(crate) session: SessionId,
    /// Whether the password was given, or the card shown, a moment ago.
    pub(crate) is_fresh: bool,
}

impl SignedIn {
    pub(crate) async fn find(
        portal: &Portal,
        headers: &HeaderMap,
    ) -> Result<Option<Self>, StoreError> {
        let Some(session) = SessionId::from_cookies(headers) else {
            return Ok(None);
        };
        let now = portal.clock.now();
        let Some((id, began)) = portal.store.session_member(&session.hash(), now).await? else {
            return Ok(None);
        };
        let is_fresh = now < began + FRESH;
        Ok(portal.store.member(id).await?.map(|member| Self { member, session, is_fresh }))
    }
}

impl FromRequestParts<Arc<Portal>> for SignedIn {
    type Rejection = PageError;

    async fn from_request_parts(
        parts: &mut Parts,
        portal: &Arc<Portal>,
    ) -> Result<Self, Self::Rejection> {
        let had_one = SessionId::from_cookies(&parts.headers).is_some();
        let nobody = if had_one { PageError::SessionOver } else { PageError::SignInNeeded };
        Self::find(portal, &parts.headers).await?.ok_or(nobody)
    }
}

/// Makes a session for a member and returns its cookie. The session whose cookie it replaces ends.
///
/// Where it begins with a password, `password_hash` is what it was compared with. None comes of it where the
/// password was changed meanwhile: whoever knew the old one is out.
pub(crate) async fn begin(
    portal: &Portal,
    member: i64,
    password_hash: Option<&str>,
    headers: &HeaderMap,
    network: &Network,
) -> Result<Option<Cookie<'static>>, PageError> {
    let (session, now) = (SessionId::new()?, portal.clock.now());
    if let Some(replaced) = SessionId::from_cookies(headers) {
        portal.store.remove_session(&replaced.hash()).await?;
    }
    let (id, times) = (session.hash(), [now, now + LIFETIME]);
    let begun = portal.store.add_session(&id, member, network, times, password_hash).await?;
    Ok(begun.then(|| session.cookie()))
}

/// 256 random bits, as text.
pub(crate) fn random_token() -> Result<String, ErrorStack> {
    let mut bytes = Zeroizing::new([0; 32]);
    rand_bytes(bytes.as_mut())?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes.as_ref()))
}

/// Compares two secrets without telling by the time how far they agree.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && memcmp::eq(one.as_bytes(), other.as_bytes())
}
