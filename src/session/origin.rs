//! A web origin as a browser writes it in the `Origin` header, RFC 6454 section 6.2, and the
//! patterns that allow one.

use std::fmt;

/// `https://host` or `https://host:port`, in the browser's own form: lower case, punycode, no
/// default port, no slash. Whatever is written differently is no origin.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    text: String,
    host_length: usize,
}

/// The text is no https origin in a browser's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an https origin such as https://id.taipei or https://localhost:8443")]
pub struct NotAnOrigin;

const SCHEME: &str = "https://";
/// RFC 1035 section 2.3.4.
const MAX_HOST: usize = 253;

impl Origin {
    /// Reads an origin.
    ///
    /// # Errors
    /// `null`, another scheme, a path, capital letters, a default port, anything not in a
    /// browser's form.
    pub fn parse(text: &str) -> Result<Self, NotAnOrigin> {
        let authority = text.strip_prefix(SCHEME).ok_or(NotAnOrigin)?;
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                let number: u16 = port.parse().map_err(|_| NotAnOrigin)?;
                // The text again: "+80" and "080" parse as numbers too.
                if matches!(number, 0 | 443) || number.to_string() != port {
                    return Err(NotAnOrigin);
                }
                host
            }
            Some(_) | None => authority,
        };
        if is_name(host) || is_bracketed_address(host) {
            Ok(Self { text: text.to_owned(), host_length: host.len() })
        } else {
            Err(NotAnOrigin)
        }
    }

    /// The text the browser sent, the one a token binds.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn host(&self) -> &str {
        self.text.get(SCHEME.len()..SCHEME.len() + self.host_length).unwrap_or_default()
    }

    fn port(&self) -> &str {
        self.text.get(SCHEME.len() + self.host_length..).unwrap_or_default()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Letters, digits and hyphens in labels of 1 to 63 characters (RFC 1035 section 2.3.1).
fn is_name(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    host.len() <= MAX_HOST && host.split('.').all(label)
}

fn is_bracketed_address(host: &str) -> bool {
    host.strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .and_then(|inner| inner.parse::<std::net::Ipv6Addr>().ok())
        .is_some_and(|address| host == format!("[{address}]"))
}

/// What allows origins: one exactly, or every name below a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OriginPattern {
    /// This origin.
    Exactly(Origin),
    /// `https://*.domain`: every name below, with the same port; not the domain itself.
    Below(Origin),
}

impl OriginPattern {
    /// Reads `https://host[:port]` or `https://*.domain[:port]`; a star is a whole leading label
    /// and needs a domain of two labels at least.
    ///
    /// # Errors
    /// The text is neither.
    pub fn parse(text: &str) -> Result<Self, NotAnOrigin> {
        match text.strip_prefix("https://*.") {
            Some(domain) => {
                let domain = Origin::parse(&format!("{SCHEME}{domain}"))?;
                if domain.host().contains('.') { Ok(Self::Below(domain)) } else { Err(NotAnOrigin) }
            }
            None => Origin::parse(text).map(Self::Exactly),
        }
    }

    /// Whether this pattern allows `origin`.
    #[must_use]
    pub fn allows(&self, origin: &Origin) -> bool {
        match self {
            Self::Exactly(exact) => exact == origin,
            Self::Below(domain) => {
                let label = origin.host().strip_suffix(domain.host());
                let below = label.and_then(|label| label.strip_suffix('.'));
                origin.port() == domain.port() && below.is_some_and(|label| !label.is_empty())
            }
        }
    }
}

impl fmt::Display for OriginPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(origin) => write!(f, "{origin}"),
            Self::Below(domain) => write!(f, "{SCHEME}*.{}{}", domain.host(), domain.port()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_browsers_own_form_is_an_origin() {
        for good in ["https://id.taipei", "https://localhost:8443", "https://[::1]:8443"] {
            assert_eq!(Origin::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "null",
            "",
            "http://id.taipei",
            "https://",
            "https://id.taipei/",
            "https://ID.taipei",
            "https://id.taipei:443",
            "https://id.taipei:08",
            "https://id.taipei:+8",
            "https://a..b",
            "https://id.taipei:0x",
            "https://id.taipei, https://evil.example",
            "https://臺北.tw",
            "https://user@id.taipei",
            "https://id.taipei.",
            "https://-a.tw",
            "https://[::0:1]",
            "https://id.taipei:99999",
            "https://id_x.taipei",
            "https://id.taipei:",
        ] {
            assert_eq!(Origin::parse(bad), Err(NotAnOrigin), "{bad}");
        }
    }

    #[test]
    fn a_pattern_is_an_origin_or_a_star_for_what_is_below_a_domain() {
        for text in ["https://localhost:8443", "https://*.gov.tw", "https://*.example.tw:8443"] {
            assert_eq!(OriginPattern::parse(text).unwrap().to_string(), text);
        }
        for bad in ["https://*.tw", "https://*", "https://a.*.tw", "*", "https://*gov.tw"] {
            assert_eq!(OriginPattern::parse(bad), Err(NotAnOrigin), "{bad}");
        }
        let below = OriginPattern::parse("https://*.gov.tw").unwrap();
        let allows = |text| below.allows(&Origin::parse(text).unwrap());
        assert!(allows("https://a.gov.tw") && !allows("https://gov.tw"));
        assert!(!allows("https://a.gov.tw:8443"));
    }
}
