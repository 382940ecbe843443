//! How an origin's host reads in its own script, beside the punycode that a browser writes; only
//! where that cannot be taken for another name. UTS #39 has the words.
//!
//! Refuses more than it must: the punycode always stands there, and is never wrong.

use unicode_normalization::UnicodeNormalization;
use unicode_security::{GeneralSecurityProfile, MixedScript, skeleton};

/// The origin with its host in Unicode; `None` where it is plain ASCII, no such name, or could
/// mislead.
pub(crate) fn readable(origin: &str) -> Option<String> {
    let (scheme, authority) = origin.split_once("://")?;
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, format!(":{port}")),
        None => (authority, String::new()),
    };
    if !host.split('.').any(|label| label.starts_with("xn--")) {
        return None;
    }
    let (name, outcome) = idna::domain_to_unicode(host);
    outcome.ok()?;
    // Only what leads back to these very letters is another way to write them.
    let back = idna::domain_to_ascii_strict(&name).ok()?;
    let plain = |label: &str| label.is_ascii() || cannot_mislead(label);
    (back == host && name.split('.').all(plain)).then(|| format!("{scheme}://{name}{port}"))
}

/// One script, letters that are recommended for identifiers, and none that looks like another one.
fn cannot_mislead(label: &str) -> bool {
    let alone = |letter: char| {
        let text = letter.to_string();
        letter.is_ascii() || skeleton(&text).eq(text.nfd())
    };
    label.is_single_script()
        && label.chars().all(|letter| letter.identifier_allowed() && alone(letter))
        && !skeleton(label).all(|letter| letter.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a browser would write it in the header.
    fn written(name: &str) -> String {
        format!("https://{}", idna::domain_to_ascii(name).unwrap())
    }

    #[test]
    fn a_name_in_one_script_is_shown_in_it() {
        for name in ["臺北政府.tw", "portal.台灣", "bücher.example"] {
            assert_eq!(readable(&written(name)), Some(format!("https://{name}")), "{name}");
        }
        let port = format!("{}:8443", written("臺北政府.tw"));
        assert_eq!(readable(&port).unwrap(), "https://臺北政府.tw:8443");
    }

    #[test]
    fn what_looks_like_another_name_is_shown_in_punycode_alone() {
        for name in [
            "аррӏе.com",     // Cyrillic all of it, and reads as Latin
            "gоv.tw",        // one Cyrillic letter among Latin ones
            "id.tаipei",     // the same
            "臺北gov.tw",    // two scripts in one label
            "ɡov.tw",        // a Latin letter that looks like another Latin one
            "臺北市政府.tw", // 市 is nearly 巿
            "第一銀行.tw",   // 一 looks like a stroke
        ] {
            assert_eq!(readable(&written(name)), None, "{name}");
        }
    }

    #[test]
    fn what_is_no_such_name_is_left_alone() {
        for origin in [
            "https://id.taipei",
            "https://localhost:8443",
            "https://[::1]:8443",
            "https://xn--.tw",
            "https://xn--a.tw",
            "https://xn--zzzzzzzzzzzzz.tw",
            "https://xn--gov-.tw",
            "https://*.gov.tw",
            "",
            "xn--",
        ] {
            assert_eq!(readable(origin), None, "{origin}");
        }
    }
}
