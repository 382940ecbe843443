//! Texts that somebody else chose, where there is no page to spell out what cannot be seen in them.

/// A card's or a site's text must not move the cursor or turn the writing around.
pub(super) fn printable(text: &str) -> String {
    let unsafe_ones = |c: char| {
        c.is_control()
            || matches!(c, '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}')
    };
    text.chars().map(|c| if unsafe_ones(c) { '\u{FFFD}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_write_elsewhere_on_the_screen() {
        assert_eq!(printable("王\u{1B}[2J明\u{202E}"), "王\u{FFFD}[2J明\u{FFFD}");
    }
}
