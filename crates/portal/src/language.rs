//! The language of a page: Taiwan's Chinese, or English where the person has chosen it with
//! `?lang=en`, which a cookie remembers.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, Query, Request},
    http::{HeaderMap, Uri, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use crate::cookies;

/// A language the portal speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Language {
    #[default]
    Chinese,
    English,
}

impl Language {
    /// BCP 47.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-TW",
            Self::English => "en",
        }
    }

    /// One of two, Chinese first.
    pub(crate) fn pick<T>(self, [chinese, english]: [T; 2]) -> T {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    fn from_tag(tag: &str) -> Option<Self> {
        [Self::Chinese, Self::English].into_iter().find(|language| language.tag() == tag)
    }

    fn chosen_now(uri: &Uri) -> Option<Self> {
        let Query(query) = Query::<Chosen>::try_from_uri(uri).ok()?;
        Self::from_tag(&query.lang?)
    }

    fn remembered(headers: &HeaderMap) -> Option<Self> {
        Self::from_tag(CookieJar::from_headers(headers).get(cookies::LANGUAGE)?.value())
    }
}

#[derive(Deserialize)]
struct Chosen {
    lang: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let chosen = Self::chosen_now(&parts.uri);
        Ok(chosen.or_else(|| Self::remembered(&parts.headers)).unwrap_or_default())
    }
}

/// Remembers a choice that was just made.
pub(crate) async fn remember(request: Request, next: Next) -> Response {
    let chosen = Language::chosen_now(request.uri());
    let response = next.run(request).await;
    match chosen {
        Some(language) => {
            let cookie = cookies::strict(cookies::LANGUAGE, language.tag().to_owned());
            (CookieJar::new().add(cookie), response).into_response()
        }
        None => response,
    }
}
