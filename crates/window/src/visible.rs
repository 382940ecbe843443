//! Makes characters seen that would otherwise change how a text reads without being seen:
//! controls, direction marks, characters without width.
//!
//! Refuses to judge look-alikes: an origin arrives in punycode, and a purpose is only a text.

/// The text with each unseen character spelt out, such as `⟨U+202E⟩`.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_unseen(character) {
            shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(character)));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// A text of lines: like [`visible`], but the ends of lines and tabs stay what they are. A carriage
/// return stays where it ends a line together with a line feed, and is spelt out elsewhere.
pub(crate) fn visible_lines(text: &str) -> String {
    let shown = |line: &str| line.split('\t').map(visible).collect::<Vec<_>>().join("\t");
    text.replace("\r\n", "\n").split('\n').map(shown).collect::<Vec<_>>().join("\n")
}

/// Variation selectors are left alone: names are written with them.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{FEFF}'
            // Hangul and Khmer fillers, braille blank: letters of no ink.
            | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{2800}' | '\u{3164}' | '\u{FFA0}'
            // Widthless spaces and joiners, direction marks.
            | '\u{200B}'..='\u{200F}'
            // Line and paragraph separators, embeddings and overrides.
            | '\u{2028}'..='\u{202E}'
            // Invisible operators, isolates, deprecated format characters.
            | '\u{2060}'..='\u{206F}'
            // Interlinear annotations, tags.
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_override_that_turns_the_text_round_is_spelt_out() {
        assert_eq!(visible("退款\u{202E}moc.live"), "退款⟨U+202E⟩moc.live");
        assert_eq!(visible("a\u{2066}b\u{2069}\u{200F}"), "a⟨U+2066⟩b⟨U+2069⟩⟨U+200F⟩");
    }

    #[test]
    fn controls_line_ends_and_widthless_characters_are_spelt_out() {
        assert_eq!(visible("一\r\n二\0\u{1b}[2J"), "一⟨U+000D⟩⟨U+000A⟩二⟨U+0000⟩⟨U+001B⟩[2J");
        assert_eq!(
            visible("a\u{200B}\u{FEFF}\u{2028}\u{E0041}"),
            "a⟨U+200B⟩⟨U+FEFF⟩⟨U+2028⟩⟨U+E0041⟩"
        );
    }

    #[test]
    fn lines_stay_lines_and_everything_else_in_them_is_spelt_out() {
        assert_eq!(visible_lines("一\r\n\t二\n\n三\n"), "一\n\t二\n\n三\n");
        assert_eq!(
            visible_lines("甲\r乙\u{2028}\u{202E}\u{1B}\r\r\n"),
            "甲⟨U+000D⟩乙⟨U+2028⟩⟨U+202E⟩⟨U+001B⟩⟨U+000D⟩\n"
        );
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        for text in
            ["臺北市民 陳小明（測試）", "葛\u{E0100}城", "Zoë & Co. <b>", "https://id.taipei"]
        {
            assert_eq!(visible(text), text);
        }
    }
}
