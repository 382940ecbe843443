//! Characters in a text that nobody sees: they come along with what is pasted.

/// Characters that are not seen: they join, part or turn others round (Unicode category Cf), or choose how
/// one is drawn.
pub(crate) fn is_unseen(c: char) -> bool {
    is_selector(c)
        || matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{FEFF}' | '\u{200B}'..='\u{200F}')
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFB}')
        || matches!(c, '\u{E0000}'..='\u{E007F}')
}

/// Chooses how the character before it is drawn.
pub(crate) fn is_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}
