//! What stands on a box: the question as lines of text.

use ankong_dialog::{Card, Prompt};

use super::NoBox;
use crate::ui::printable::printable;

/// A text to be signed has to be on the screen whole: characters and lines that fit on any.
const MOST_CHARACTERS: usize = 800;
const MOST_LINES: usize = 16;

/// Who asks for what, and what is given or signed.
pub(super) fn question(prompt: &Prompt) -> Result<String, NoBox> {
    let Prompt { origin, purpose, labels, .. } = prompt;
    let mut paragraphs = vec![format!("{origin}\n{}", labels.asks)];
    if let Some(stranger) = &prompt.stranger {
        let (name, path) = (printable(&stranger.name), printable(&stranger.path));
        paragraphs.push(format!("{}\n{name}\n{path}", stranger.warning));
    }
    paragraphs.push(named(&prompt.language, &labels.purpose, &printable(purpose)));
    if let Some(content) = &prompt.content {
        let lines: Vec<String> = content.text.lines().map(printable).collect();
        let characters: usize = lines.iter().map(|line| line.chars().count()).sum();
        if lines.len() > MOST_LINES || characters > MOST_CHARACTERS {
            return Err(NoBox::TooLong);
        }
        paragraphs.push(format!("{}\n{}", content.label, lines.join("\n")));
    }
    paragraphs.extend(prompt.gives.clone());
    Ok(paragraphs.join("\n\n"))
}

/// Whose card it is, and until when.
pub(super) fn holder(prompt: &Prompt, card: &Card) -> String {
    let labels = &prompt.labels;
    let holder = named(&prompt.language, &labels.holder, &printable(&card.holder));
    format!("{holder}\n{}", named(&prompt.language, &labels.valid_until, &card.valid_until))
}

/// A label and what it names, as the language writes it.
pub(super) fn named(language: &str, label: &str, value: &str) -> String {
    let colon = if language.starts_with("zh") { "：" } else { ": " };
    format!("{label}{colon}{value}")
}
