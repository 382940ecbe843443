//! What the person reads in Ankong's window: whose account this is for, masked because others may
//! look on.

use crate::language::Language;

/// Ankong shows at most 80 characters; a longer domain loses its beginning.
const MAX_DOMAIN: usize = 40;

pub(crate) fn sentence(account: &str, language: Language) -> String {
    let account = masked(account);
    match language {
        Language::Chinese => format!("將 {account} 升級為金質會員"),
        Language::English => format!("Make {account} a gold member"),
    }
}

/// An account as others may see it.
pub(crate) fn masked(account: &str) -> String {
    let Some((person, domain)) = account.rsplit_once('@') else {
        return masked_number(account);
    };
    let first: String = person.chars().take(1).collect();
    let excess = domain.chars().count().saturating_sub(MAX_DOMAIN);
    let end: String = domain.chars().skip(excess).collect();
    let cut = if excess > 0 { "…" } else { "" };
    format!("{first}***@{cut}{end}")
}

/// The first four and the last three of a mobile number.
fn masked_number(number: &str) -> String {
    let shown = |from, to| number.get(from..to).unwrap_or_default();
    format!("{}***{}", shown(0, 4), shown(number.len().saturating_sub(3), number.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_masked() {
        let text = sentence("ming@example.tw", Language::Chinese);
        assert_eq!(text, "將 m***@example.tw 升級為金質會員");
        assert_eq!(sentence("0912345678", Language::English), "Make 0912***678 a gold member");
    }

    #[test]
    fn the_longest_address_fits_the_window() {
        let email = format!("ming@{}.example.tw", "long-".repeat(40));
        let text = sentence(&email, Language::English);
        assert!(text.chars().count() <= 80 && text.ends_with(".example.tw a gold member"));
    }
}
