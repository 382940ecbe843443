//! The member's own page: who, which membership, and the way to gold.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Html};
use time::{OffsetDateTime, UtcOffset, macros::format_description};

use super::{Frame, PageError, render};
use crate::{Member, Portal, language::Language, session::SignedIn};

#[derive(Template)]
#[template(path = "home.html")]
struct Page {
    frame: Frame,
    form_token: String,
    member: Member,
    gold_since: Option<String>,
    /// Version and day of each notice the member accepted.
    consents: Vec<(String, String)>,
}

pub(crate) async fn home(
    State(portal): State<Arc<Portal>>,
    language: Language,
    SignedIn { member, session, .. }: SignedIn,
) -> Result<Html<String>, PageError> {
    let form_token = session.form_token()?;
    let gold_since = member.gold_since.map(date);
    let consents = portal.store.consents(member.id).await?;
    let consents = consents.into_iter().map(|(version, at)| (version, date(at))).collect();
    render(&Page { frame: Frame::new(language), form_token, member, gold_since, consents })
}

/// The day in Taipei, which has had no summer time since 1979.
fn date(time: OffsetDateTime) -> String {
    let taipei = UtcOffset::from_hms(8, 0, 0).unwrap_or(UtcOffset::UTC);
    let day = time.to_offset(taipei).format(format_description!("[year]-[month]-[day]"));
    day.unwrap_or_default()
}
