//! The origin of a web site as the HTML standard serialises it (§7.1.1, "ASCII serialization"),
//! because that string, byte for byte, is what goes under the signature.
//!
//! Refuses to know any other scheme than https, and names that are not yet in ASCII.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
};

/// `https://host` or `https://host:port`, as a browser writes it: small letters, no slash at the
/// end, no `:443`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin(String);

/// Why a string is not the origin of an https site.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// It does not begin with `https://`.
    #[error("the origin {0:?} does not begin with https://")]
    NotHttps(String),
    /// Host and nothing else is allowed: no path, user, capital letter or character beyond ASCII.
    #[error("the origin {0:?} has a host that no browser writes so; no slash, path or capitals")]
    Host(String),
    /// A port is 1 to 65535 without leading zeros, and 443 is left out.
    #[error("the origin {0:?} has a port that no browser writes so; 443 is left out")]
    Port(String),
}

impl Origin {
    /// Reads an origin.
    ///
    /// # Errors
    /// A browser would not have written it so.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let authority =
            text.strip_prefix("https://").ok_or_else(|| OriginError::NotHttps(text.to_owned()))?;
        let (host, port) = split_port(authority);
        if !is_host(host) {
            return Err(OriginError::Host(text.to_owned()));
        }
        if !port.is_none_or(is_port) {
            return Err(OriginError::Port(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }

    /// The characters, as they are hashed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name or address between scheme and port; an IPv6 address in its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        split_port(self.0.strip_prefix("https://").unwrap_or_default()).0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The colon of a port is the one after the last bracket, if the host is an IPv6 address.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        Some(_) | None => (authority, None),
    }
}

/// The host as the URL standard serialises it (§3.5), and of names those a certificate can have.
fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().is_ok_and(|parsed| written(parsed) == address);
    }
    // URL standard §3.5, "ends in a number": then it is an IPv4 address or nothing.
    let last = host.rsplit('.').next().unwrap_or_default();
    let hexadecimal = last.strip_prefix("0x");
    if last.bytes().all(|b| b.is_ascii_digit())
        || hexadecimal.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
    {
        return host.parse::<Ipv4Addr>().is_ok();
    }
    host.len() <= 253 && host.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
    (1..=63).contains(&label.len())
        && label.bytes().all(known)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Like RFC 5952, but an address that holds an IPv4 one is written in hexadecimal as well.
fn written(address: Ipv6Addr) -> String {
    match address.segments() {
        [0, 0, 0, 0, 0, 0xFFFF, high, low] => format!("::ffff:{high:x}:{low:x}"),
        _ => address.to_string(),
    }
}

fn is_port(port: &str) -> bool {
    port.parse::<u16>().is_ok_and(|n| n != 0 && n != 443 && n.to_string() == port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_writes_is_an_origin() {
        let names = ["https://id.taipei", "https://localhost:8443", "https://a_b.xn--kprw13d"];
        let addresses = ["https://[::1]:8443", "https://127.0.0.1", "https://[::ffff:102:304]"];
        for text in names.into_iter().chain(addresses).chain(["https://[2001:db8::1:0:0:1]"]) {
            assert_eq!(Origin::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn the_host_is_what_stands_before_the_port() {
        let host = |text: &str| Origin::parse(text).unwrap().host().to_owned();
        assert_eq!(host("https://id.taipei"), "id.taipei");
        assert_eq!(host("https://localhost:8443"), "localhost");
        assert_eq!(host("https://[::1]"), "[::1]");
        assert_eq!(host("https://[::1]:8443"), "[::1]");
    }

    #[test]
    fn what_no_browser_writes_is_refused() {
        let host =
            ["https://", "https://id.taipei/", "https://ID.taipei", "https://a@b", "https://台北"];
        for text in host {
            assert!(matches!(Origin::parse(text), Err(OriginError::Host(_))), "{text}");
        }
        let addresses = ["[0:0::1]", "[::FF]", "[::ffff:1.2.3.4]", "256.1.1.1", "1.2.3", "0x7f.1"];
        let names = ["-", "a-.b", "-a.b", "a..b", "localhost.", "1.2.3.4.5", "a.0x", "[::1", "::1"];
        for host in addresses.into_iter().chain(names) {
            let text = format!("https://{host}");
            assert!(matches!(Origin::parse(&text), Err(OriginError::Host(_))), "{text}");
        }
        for text in
            ["https://a:443", "https://a:0", "https://a:080", "https://a:", "https://a:70000"]
        {
            assert!(matches!(Origin::parse(text), Err(OriginError::Port(_))), "{text}");
        }
        assert!(matches!(Origin::parse("http://a"), Err(OriginError::NotHttps(_))));
    }
}
