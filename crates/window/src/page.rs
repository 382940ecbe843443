//! What the window process and its page say to each other: short text up, one JSON call down.
//!
//! Refuses to decide anything; [`crate::consent`] does.

use std::fmt;

use ankong_dialog::{Ending, Prompt, WrongPin};
use serde::Serialize;
use serde_json::Value;

use crate::conversation::Update;
use crate::visible::{visible, visible_lines};

/// From the page: what the person did, or how the page stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum PageMessage {
    /// The script runs and can be told things.
    Loaded,
    /// The picture is on the screen.
    Painted,
    /// The page has got the keyboard, for the first time or again.
    Focused,
    /// The content wants to be so many CSS pixels high.
    Tall(u16),
    /// The card of this number was chosen.
    Card(u8),
    /// A key was pressed that has no meaning of its own.
    Touch,
    /// A character was typed into the PIN field.
    Key(char),
    /// The last character was taken back.
    Erase,
    /// Everything typed was taken back.
    EraseAll,
    /// Enter, or the button that agrees.
    Confirm,
    /// Escape, or the button that refuses or closes.
    Decline,
    /// The button of the site where the remedy is.
    Visit,
    /// The tick box for the last try was set or cleared.
    LastTry(bool),
}

impl PageMessage {
    /// Reads a message; `None` for anything that is not exactly one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(typed) = text.strip_prefix("key ") {
            let mut characters = typed.chars();
            return match (characters.next(), characters.next()) {
                (Some(character), None) => Some(Self::Key(character)),
                _ => None,
            };
        }
        if let Some(number) = text.strip_prefix("card ") {
            return number.parse().ok().map(Self::Card);
        }
        if let Some(height) = text.strip_prefix("tall ") {
            return height.parse().ok().map(Self::Tall);
        }
        Some(match text {
            "loaded" => Self::Loaded,
            "painted" => Self::Painted,
            "focused" => Self::Focused,
            "touch" => Self::Touch,
            "erase" => Self::Erase,
            "erase-all" => Self::EraseAll,
            "confirm" => Self::Confirm,
            "decline" => Self::Decline,
            "visit" => Self::Visit,
            "last-try on" => Self::LastTry(true),
            "last-try off" => Self::LastTry(false),
            _ => return None,
        })
    }
}

/// A character typed may be one of a PIN, and is not printed.
impl fmt::Debug for PageMessage {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Loaded => "Loaded",
            Self::Painted => "Painted",
            Self::Focused => "Focused",
            Self::Tall(_) => "Tall",
            Self::Card(_) => "Card",
            Self::Touch => "Touch",
            Self::Key(_) => "Key",
            Self::Erase => "Erase",
            Self::EraseAll => "EraseAll",
            Self::Confirm => "Confirm",
            Self::Decline => "Decline",
            Self::Visit => "Visit",
            Self::LastTry(_) => "LastTry",
        })
    }
}

/// To the page: what to show from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum PageUpdate {
    /// The question, and whether it is about the last try.
    Ask {
        /// Everything on the page.
        prompt: Box<Prompt>,
        /// The tick box stands there.
        last_try: bool,
        /// How the origin reads in its own script, where that cannot mislead.
        readable: Option<String>,
    },
    /// The question is about the card of this number now.
    Card {
        /// As [`PageMessage::Card`] counts them.
        number: u8,
        /// The tick box stands there.
        last_try: bool,
    },
    /// Keys count from now on.
    Ready,
    /// Nothing was confirmed, because another window covers this one.
    Covered,
    /// The PIN field: so many dots, and what is still missing before one can agree.
    Field {
        /// Characters typed.
        dots: u8,
        /// What is missing.
        missing: Missing,
    },
    /// The card works; nothing can be typed.
    Working,
    /// The card refused the PIN.
    WrongPin {
        /// The sentences.
        wrong: WrongPin,
        /// The tick box stands there.
        last_try: bool,
    },
    /// It is over.
    End {
        /// What happened and what to do.
        ending: Ending,
    },
}

/// What is still missing before the person can agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// Nothing.
    Nothing,
    /// The choice of a card.
    Card,
    /// A complete PIN.
    Pin,
    /// The explicit yes to using the last try.
    LastTry,
}

impl Update for PageUpdate {
    fn script(&self) -> Result<String, serde_json::Error> {
        let mut value = serde_json::to_value(self)?;
        show_every_character(&mut value);
        if let (Self::Ask { prompt, .. }, Value::Object(members)) = (self, &mut value) {
            let text = prompt.content.as_ref().map(|content| visible_lines(&content.text));
            members.insert("text".into(), text.into());
        }
        receive(&value)
    }
}

/// The call that makes a page show this. No character in its texts stays unseen.
pub(crate) fn call(mut value: Value) -> Result<String, serde_json::Error> {
    show_every_character(&mut value);
    receive(&value)
}

/// Nothing in the texts can end the string it stands in.
fn receive(value: &Value) -> Result<String, serde_json::Error> {
    let json = serde_json::to_string(value)?
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029");
    Ok(format!("ankong.receive({json})"))
}

fn show_every_character(value: &mut Value) {
    match value {
        Value::String(text) => *text = visible(text),
        Value::Array(items) => items.iter_mut().for_each(show_every_character),
        Value::Object(members) => members.values_mut().for_each(show_every_character),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ankong_dialog::Content;

    fn end(message: &str) -> PageUpdate {
        let ending = Ending {
            silent: false,
            message: message.into(),
            remedy: String::new(),
            place: None,
            code: "internal".into(),
        };
        PageUpdate::End { ending }
    }

    #[test]
    fn every_message_of_the_page_is_understood_and_nothing_else() {
        for (text, message) in [
            ("loaded", Some(PageMessage::Loaded)),
            ("tall 512", Some(PageMessage::Tall(512))),
            ("card 1", Some(PageMessage::Card(1))),
            ("card", None),
            ("card 256", None),
            ("key 7", Some(PageMessage::Key('7'))),
            ("key  ", Some(PageMessage::Key(' '))),
            ("last-try on", Some(PageMessage::LastTry(true))),
            ("key ", None),
            ("key 12", None),
            ("tall -1", None),
            ("tall 70000", None),
            ("Confirm", None),
            ("confirm ", None),
            ("", None),
        ] {
            assert_eq!(PageMessage::parse(text), message, "{text:?}");
        }
    }

    #[test]
    fn a_typed_character_is_not_printed() {
        assert_eq!(format!("{:?}", PageMessage::Key('7')), "Key");
    }

    #[test]
    fn no_text_can_leave_the_string_it_stands_in() {
        let script = end("\"});evil();//</script>\u{2028}\\").script().unwrap();
        assert_eq!(
            script,
            "ankong.receive({\"ending\":{\"code\":\"internal\",\"message\":\
             \"\\\"});evil();//\\u003c/script>⟨U+2028⟩\\\\\",\"place\":null,\"remedy\":\"\",\"silent\":false},\
             \"kind\":\"end\"})"
        );
    }

    #[test]
    fn a_direction_override_reaches_the_page_spelt_out() {
        assert!(end("\u{202E}").script().unwrap().contains("⟨U+202E⟩"));
    }

    #[test]
    fn the_text_to_be_signed_keeps_its_lines_and_nothing_in_it_stays_unseen() {
        let mut prompt: Prompt =
            serde_json::from_str(include_str!("../tests/data/prompt-zh-TW.json")).unwrap();
        let text = "一、\t同意\r\n二、\u{202E}</script>".to_owned();
        prompt.content = Some(Content { label: "簽署內容\n".into(), text, is_text: true });
        let script =
            PageUpdate::Ask { prompt: Box::new(prompt), last_try: false, readable: None }.script();
        let script = script.unwrap();
        assert!(script.contains(r#""text":"一、\t同意\n二、⟨U+202E⟩\u003c/script>""#), "{script}");
        assert!(script.contains("簽署內容⟨U+000A⟩"), "{script}");
    }

    #[test]
    fn the_field_update_carries_a_number_of_dots_and_no_character() {
        let update = PageUpdate::Field { dots: 6, missing: Missing::LastTry };
        assert_eq!(
            update.script().unwrap(),
            "ankong.receive({\"dots\":6,\"kind\":\"field\",\"missing\":\"last-try\"})"
        );
    }
}
