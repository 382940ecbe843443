//! The member's own page: who, which membership, and the way to gold.

use askama::Template;
use axum::response::Html;
use time::{OffsetDateTime, UtcOffset, macros::format_description};

use super::{Frame, PageError, render};
use crate::{Member, language::Language, session::SignedIn};

#[derive(Template)]
#[template(path = "home.html")]
struct Page {
    frame: Frame,
    form_token: String,
    member: Member,
    gold_since: Option<String>,
}

pub(crate) async fn home(
    language: Language,
    SignedIn { member, session, .. }: SignedIn,
) -> Result<Html<String>, PageError> {
    let form_token = session.form_token()?;
    let gold_since = member.gold_since.map(date);
    render(&Page { frame: Frame::new(language), form_token, member, gold_since })
}

/// The day in Taipei, which has had no summer time since 1979.
fn date(time: OffsetDateTime) -> String {
    let taipei = UtcOffset::from_hms(8, 0, 0).unwrap_or(UtcOffset::UTC);
    let day = time.to_offset(taipei).format(format_description!("[year]-[month]-[day]"));
    day.unwrap_or_default()
}
