//! Whether the name on a card is the member's, though it is written differently.
//!
//! What makes no difference: the width of letters and other compatibility forms (NFKC, UAX #15),
//! blanks, hyphens, the dot within names of indigenous peoples, which drawing of a character is chosen
//! (variation selectors), capitals, and the characters below, which are
//! two forms of one and which registers and keyboards write either way. Refuses to equate characters
//! that are different family names, as 涂 and 凃 are.

use unicode_normalization::UnicodeNormalization;

use crate::unseen::is_unseen;

/// Each with the form it counts as.
const VARIANTS: [(char, char); 30] = [
    ('台', '臺'),
    ('峯', '峰'),
    ('羣', '群'),
    ('裡', '裏'),
    ('綉', '繡'),
    ('恒', '恆'),
    ('啓', '啟'),
    ('强', '強'),
    ('黄', '黃'),
    ('吴', '吳'),
    ('温', '溫'),
    ('顔', '顏'),
    ('眞', '真'),
    ('愼', '慎'),
    ('靑', '青'),
    ('淸', '清'),
    ('衆', '眾'),
    ('鷄', '雞'),
    ('鄕', '鄉'),
    ('敎', '教'),
    ('鎭', '鎮'),
    ('尙', '尚'),
    ('衞', '衛'),
    ('値', '值'),
    ('吕', '呂'),
    ('産', '產'),
    ('爲', '為'),
    ('郞', '郎'),
    ('兪', '俞'),
    ('録', '錄'),
];

/// What stands between the parts of a name; some keyboards have one, some another.
const BETWEEN: [char; 10] = ['‧', '·', '・', '•', '．', '-', '‐', '‑', '–', '.'];

/// Whether these are two ways to write one name.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    let said = name.nfkc();
    let said = said.filter(|c| !c.is_whitespace() && !BETWEEN.contains(c) && !is_unseen(*c));
    said.map(plain).flat_map(char::to_lowercase)
}

fn plain(letter: char) -> char {
    VARIANTS.iter().find(|(variant, _)| *variant == letter).map_or(letter, |(_, plain)| *plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_however_it_is_written() {
        for (one, other) in [
            ("王　曉明 ", "王曉明"),
            ("林台生", "林臺生"),
            ("黄淑真", "黃淑眞"),
            ("SMITH JOHN", "Ｓｍｉｔｈ　Ｊｏｈｎ"),
            ("瓦歷斯‧諾幹", "瓦歷斯·諾幹"),
            ("WANG WEI-LING", "Wang Wei Ling"),
            ("葛\u{E0100}小明", "葛小明"),
            ("兪大維", "俞大維"),
            // U+F9DC and others of its block are compatibility forms.
            ("\u{f9dc}小明", "隆小明"),
        ] {
            assert!(is_same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn other_names_are_other_names() {
        for (one, other) in
            [("王曉明", "王小明"), ("涂大明", "凃大明"), ("林美玲", "林玲美"), ("王曉明", "")]
        {
            assert!(!is_same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn no_variant_counts_as_another_variant() {
        for (variant, plain) in VARIANTS {
            assert!(VARIANTS.iter().all(|(other, _)| *other != plain), "{variant}");
            // Otherwise NFKC has done it already.
            assert_eq!(variant.to_string().nfkc().collect::<String>(), variant.to_string());
        }
    }
}
