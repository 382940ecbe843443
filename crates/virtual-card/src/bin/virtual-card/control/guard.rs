//! Who may speak to the control page: its own page, and programs that are no browser.
//!
//! `Host` (RFC 9110 clause 7.2) is exactly ours, so no name that somebody points to 127.0.0.1
//! reaches it. An order has a header that no page of another origin can send, for nothing here
//! answers a CORS preflight; and where a browser says whence it comes, it is from here.

use tiny_http::{Header, Method, Request};

/// The guard of the page on one port.
#[derive(Clone, Copy)]
pub(super) struct Guard {
    pub(super) port: u16,
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    /// It is meant for somebody else.
    #[error("the Host is not this page's")]
    Host,
    /// It comes from another page.
    #[error("another web page has sent this")]
    Origin,
    /// It has not the header that says it is meant.
    #[error("an order has the header Virtual-Card: order")]
    Unmarked,
}

impl Refused {
    pub(super) fn status(self) -> u16 {
        match self {
            Self::Host => 421,
            Self::Origin | Self::Unmarked => 403,
        }
    }
}

impl Guard {
    pub(super) fn check(self, request: &Request) -> Result<(), Refused> {
        self.admit(request.method(), request.headers())
    }

    fn admit(self, method: &Method, headers: &[Header]) -> Result<(), Refused> {
        let all = |name: &'static str| {
            headers
                .iter()
                .filter(move |header| header.field.equiv(name))
                .map(|header| header.value.as_str())
        };
        let own = [format!("127.0.0.1:{}", self.port), format!("localhost:{}", self.port)];
        let host = all("Host").next().filter(|host| own.iter().any(|own| own == host));
        let host = host.filter(|_| all("Host").count() == 1).ok_or(Refused::Host)?;
        if *method == Method::Get {
            return Ok(());
        }
        let origin = format!("http://{host}");
        if all("Origin").any(|from| from != origin)
            || all("Sec-Fetch-Site").any(|site| site != "same-origin")
        {
            return Err(Refused::Origin);
        }
        if all("Virtual-Card").eq(["order"]) { Ok(()) } else { Err(Refused::Unmarked) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing test may panic")]
    use super::*;

    fn admit(method: Method, header: &[(&str, &str)]) -> Result<(), Refused> {
        let header: Vec<_> =
            header.iter().map(|(name, value)| Header::from_bytes(*name, *value).unwrap()).collect();
        Guard { port: 4000 }.admit(&method, &header)
    }

    #[test]
    fn only_the_exact_host_is_served() {
        for host in ["127.0.0.1:4000", "localhost:4000"] {
            assert_eq!(admit(Method::Get, &[("Host", host)]), Ok(()));
        }
        for host in
            ["", "127.0.0.1", "127.0.0.1:4001", "evil.test:4000", "localhost:4000.evil.test"]
        {
            assert_eq!(admit(Method::Get, &[("Host", host)]), Err(Refused::Host), "{host}");
        }
        assert_eq!(admit(Method::Get, &[]), Err(Refused::Host));
        let twice = [("Host", "localhost:4000"), ("Host", "evil.test")];
        assert_eq!(admit(Method::Get, &twice), Err(Refused::Host));
    }

    #[test]
    fn an_order_comes_from_the_own_page_or_from_no_browser() {
        let host = ("Host", "localhost:4000");
        let marked = ("Virtual-Card", "order");
        let own = ("Origin", "http://localhost:4000");
        let same = ("Sec-Fetch-Site", "same-origin");
        for good in [&[host, marked][..], &[host, marked, own], &[host, marked, own, same]] {
            assert_eq!(admit(Method::Post, good), Ok(()));
        }
        for foreign in [
            ("Origin", "null"),
            ("Origin", "https://evil.test"),
            ("Origin", "http://127.0.0.1:4000"), // ours, but not the Host that was called
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
        ] {
            let refused = admit(Method::Post, &[host, marked, foreign]);
            assert_eq!(refused, Err(Refused::Origin), "{foreign:?}");
        }
        assert_eq!(admit(Method::Post, &[host, own, same]), Err(Refused::Unmarked));
        assert_eq!(admit(Method::Post, &[host, ("Virtual-Card", "1")]), Err(Refused::Unmarked));
    }
}
