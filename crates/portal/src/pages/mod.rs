//! The pages: HTML from templates, no logic but what to show.

mod again;
mod confirm;
mod error;
mod farewell;
mod home;
mod leave;
mod new_password;
mod sign_in;

use askama::Template;
use axum::response::Html;
use time::{OffsetDateTime, UtcOffset, macros::format_description};

use crate::{language::Language, texts::Texts};
pub(crate) use again::{PasswordForm, Peer, check_again, network};
pub(crate) use confirm::{confirm, confirm_page};
pub(crate) use error::{PageError, tell};
pub(crate) use farewell::{After, Farewell};
pub(crate) use home::home;
pub(crate) use leave::{leave, leave_page};
pub(crate) use new_password::NewPassword;
pub(crate) use sign_in::{Known, pre_session, sign_in, sign_in_page, sign_out};

/// What every page has: its words, and the way to the other language.
pub(crate) struct Frame {
    pub(crate) t: &'static Texts,
    pub(crate) language: &'static str,
    pub(crate) other_language: &'static str,
}

impl Frame {
    pub(crate) fn new(language: Language) -> Self {
        let other = language.pick([Language::English, Language::Chinese]);
        Self { t: Texts::of(language), language: language.tag(), other_language: other.tag() }
    }
}

pub(crate) fn render(page: &impl Template) -> Result<Html<String>, PageError> {
    Ok(Html(page.render()?))
}

/// Day and time in Taipei.
pub(crate) fn minute(time: OffsetDateTime) -> String {
    let taipei = UtcOffset::from_hms(8, 0, 0).unwrap_or(UtcOffset::UTC);
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]");
    time.to_offset(taipei).format(format).unwrap_or_default()
}

/// The day in Taipei, which has had no summer time since 1979.
pub(crate) fn day(time: OffsetDateTime) -> String {
    let taipei = UtcOffset::from_hms(8, 0, 0).unwrap_or(UtcOffset::UTC);
    let day = time.to_offset(taipei).format(format_description!("[year]-[month]-[day]"));
    day.unwrap_or_default()
}
