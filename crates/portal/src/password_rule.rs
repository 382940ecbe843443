//! Which passwords a new member may choose.
//!
//! static/join.js shows the same rule while one is typed; this one decides.

/// One part of the rule, by the name the page gives it.
type Part = (&'static str, fn(&str) -> bool);

/// One of these has to be in it.
const SYMBOLS: &str = "!@#$%^+=";
/// More would only make work for Argon2.
pub(crate) const LONGEST: usize = 200;

const RULE: [Part; 5] = [
    ("length", |word| (8..=LONGEST).contains(&word.chars().count())),
    ("upper", |word| word.contains(|c: char| c.is_ascii_uppercase())),
    ("lower", |word| word.contains(|c: char| c.is_ascii_lowercase())),
    ("digit", |word| word.contains(|c: char| c.is_ascii_digit())),
    ("symbol", |word| word.contains(|c| SYMBOLS.contains(c))),
];

/// Whether every part of the rule is kept.
pub(crate) fn allows(password: &str) -> bool {
    RULE.iter().all(|(_, keeps)| keeps(password))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_of_the_rule_is_needed() {
        let broken = |password: &str| {
            RULE.iter()
                .filter(|(_, keeps)| !keeps(password))
                .map(|(name, _)| *name)
                .collect::<Vec<_>>()
        };
        for (password, expected) in [
            ("Taipei#101", vec![]),
            ("Ta#1pei", vec!["length"]),
            ("taipei#101", vec!["upper"]),
            ("TAIPEI#101", vec!["lower"]),
            ("Taipei#one", vec!["digit"]),
            ("Taipei&101", vec!["symbol"]),
            ("", vec!["length", "upper", "lower", "digit", "symbol"]),
        ] {
            assert_eq!(broken(password), expected, "{password}");
            assert_eq!(allows(password), expected.is_empty());
        }
        assert!(!allows(&format!("Taipei#101{}", "a".repeat(LONGEST))));
    }
}
