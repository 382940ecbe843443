//! What a member signs in with: an e-mail address, or a mobile number of Taiwan.

use unicode_normalization::UnicodeNormalization;

/// RFC 5321 §4.5.3.1.3 and its errata.
const MAX_EMAIL: usize = 254;
/// RFC 5321 §4.5.3.1.1.
const MAX_LOCAL: usize = 64;

/// An account as it is kept: small letters, or ten digits that begin with 09.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Account {
    Email(String),
    Mobile(String),
}

impl Account {
    /// Reads what a person typed; none where it is neither an address nor a number.
    pub(crate) fn parse(typed: &str) -> Option<Self> {
        // Letters and digits as wide as a Chinese character are typed by whoever has just written Chinese.
        let typed: String = typed.nfkc().collect();
        let typed = typed.trim();
        if typed.contains('@') { email(typed) } else { mobile(typed) }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Email(text) | Self::Mobile(text) => text,
        }
    }
}

/// A member's account in the form in which it is kept; none where what was typed is neither an e-mail address
/// nor a mobile number of Taiwan.
#[must_use]
pub fn plain_account(typed: &str) -> Option<String> {
    Account::parse(typed).map(|account| account.as_str().to_owned())
}

fn email(typed: &str) -> Option<Account> {
    let (local, domain) = typed.rsplit_once('@')?;
    let fits = !local.is_empty() && local.len() <= MAX_LOCAL && typed.len() <= MAX_EMAIL;
    // Nothing that a mail's header would take for its end, and no list of several addresses.
    let is_plain = |c: char| c.is_ascii_graphic() && !"\"(),:;<>@[\\]".contains(c);
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let is_domain = domain.contains('.') && domain.split('.').all(is_label);
    // RFC 5321 §4.1.2, dot-string.
    let is_local = local.split('.').all(|part| !part.is_empty() && part.chars().all(is_plain));
    (fits && is_domain && is_local).then(|| Account::Email(typed.to_ascii_lowercase()))
}

/// Blanks and hyphens are left out, and the number of the country stands for the first 0.
fn mobile(typed: &str) -> Option<Account> {
    let text: String = typed.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let abroad = text.strip_prefix("+886").or_else(|| text.strip_prefix("00886"));
    let abroad = abroad.or_else(|| text.strip_prefix("886").filter(|_| text.len() >= 12));
    let digits = match abroad {
        Some(rest) => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
        None => text,
    };
    let is_mobile = digits.len() == 10
        && digits.starts_with("09")
        && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_mobile.then_some(Account::Mobile(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_kept_in_one_form_however_it_is_typed() {
        for typed in [
            "0912345678",
            " 0912-345-678 ",
            "+886 912 345 678",
            "+8860912345678",
            "886912345678",
            "00886 912345678",
            "０９１２３４５６７８",
            "０９１２－３４５－６７８",
        ] {
            assert_eq!(Account::parse(typed), Some(Account::Mobile("0912345678".into())));
        }
        let email = Account::parse(" Ming.Wang+1@Example.TW ");
        assert_eq!(email, Some(Account::Email("ming.wang+1@example.tw".into())));
    }

    #[test]
    fn what_is_neither_address_nor_mobile_number_is_no_account() {
        let long = format!("{}@example.tw", "a".repeat(65));
        for typed in [
            "",
            "@",
            "ming",
            "ming@",
            "@example.tw",
            "ming@example",
            "a b@example.tw",
            "a@b@example.tw",
            "a,b@example.tw",
            "a@exam ple.tw",
            ".a@example.tw",
            "a..b@example.tw",
            "a@-x.tw",
            "a@x..tw",
            "a@example.tw\nBcc: x@y.tw",
            "02-27208889",
            "091234567",
            "09123456789",
            &long,
        ] {
            assert_eq!(Account::parse(typed), None, "{typed}");
        }
    }
}
