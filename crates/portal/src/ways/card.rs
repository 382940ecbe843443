//! `GET /gold/card`, `GET /gold/renew`: the page that takes the national ID and asks for the card.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};

use crate::{
    Portal,
    headers::MAY_OPEN_A_POPUP,
    language::Language,
    pages::{Frame, PageError, render},
    session::SignedIn,
    texts::WaysTexts,
};

#[derive(Template)]
#[template(path = "ways/card.html")]
struct Page {
    frame: Frame,
    ways: &'static WaysTexts,
    form_token: String,
    ports: String,
    title: &'static str,
    lead: &'static str,
    /// Of the calls.
    path: &'static str,
    /// To where the visitor came from.
    back: &'static str,
}

/// For who is not gold yet.
pub(super) async fn card(
    State(portal): State<Arc<Portal>>,
    language: Language,
    signed_in: SignedIn,
) -> Result<Response, PageError> {
    if signed_in.member.gold_since.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    if !signed_in.is_fresh {
        return Ok(Redirect::to("/confirm").into_response());
    }
    let t = Frame::new(language).t;
    let words = [t.gold_title, t.gold_lead];
    page(&portal, language, &signed_in, words, ["/gold", "/gold"])
}

/// For a gold member whose card was issued anew.
pub(super) async fn renew(
    State(portal): State<Arc<Portal>>,
    language: Language,
    signed_in: SignedIn,
) -> Result<Response, PageError> {
    if signed_in.member.gold_since.is_none() {
        return Ok(Redirect::to("/gold").into_response());
    }
    if !signed_in.is_fresh {
        return Ok(Redirect::to("/confirm?to=renew").into_response());
    }
    let ways = WaysTexts::of(language);
    let words = [ways.renew_title, ways.renew_lead];
    page(&portal, language, &signed_in, words, ["/gold/renew", "/"])
}

fn page(
    portal: &Portal,
    language: Language,
    signed_in: &SignedIn,
    [title, lead]: [&'static str; 2],
    [path, back]: [&'static str; 2],
) -> Result<Response, PageError> {
    let (form_token, ports) = (signed_in.session.form_token()?, portal.helper_ports());
    let (frame, ways) = (Frame::new(language), WaysTexts::of(language));
    let page = Page { frame, ways, form_token, ports, title, lead, path, back };
    Ok(([MAY_OPEN_A_POPUP], render(&page)?).into_response())
}
