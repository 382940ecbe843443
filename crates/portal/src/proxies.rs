//! Who visits, where reverse proxies stand in front of the portal: each adds the address it was asked from
//! to `X-Forwarded-For`. Anybody may write such a header, so it is read only where a proxy that the operator
//! names has brought it, and from its end, up to the first address that is no such proxy.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName},
    middleware::Next,
    response::Response,
};

/// Not in a standard; its successor `Forwarded` (RFC 7239) says the same, and few proxies write it.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Puts the visitor's address in the place of the proxy's, for everything behind this.
pub(crate) async fn look_behind(
    State(proxies): State<Arc<[IpAddr]>>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    if let Some(peer) = peer
        && let Some(visitor) = visitor(&proxies, peer, request.headers())
    {
        // Which port the visitor has is not told, and nobody asks.
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((visitor, 0))));
    }
    next.run(request).await
}

/// Whom the proxy speaks for. None where this is no proxy, or where it does not say: then it counts itself.
fn visitor(proxies: &[IpAddr], peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
    let is_proxy = |address: IpAddr| {
        proxies.iter().any(|proxy| proxy.to_canonical() == address.to_canonical())
    };
    if !is_proxy(peer) {
        return None;
    }
    for line in headers.get_all(FORWARDED_FOR).iter().rev() {
        for text in line.to_str().ok()?.rsplit(',') {
            let address = text.trim().parse().ok()?;
            if !is_proxy(address) {
                return Some(address);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_visitor_is_the_last_address_that_is_no_proxy_and_only_proxies_are_believed() {
        let proxies = ["10.0.0.1", "10.0.0.2", "2001:db8::1"].map(|text| text.parse().unwrap());
        let table: [(&str, &[&str], Option<&str>); 17] = [
            ("10.0.0.1", &["203.0.113.7"], Some("203.0.113.7")),
            ("10.0.0.1", &["2001:db8::7"], Some("2001:db8::7")),
            ("2001:db8::1", &["203.0.113.7"], Some("203.0.113.7")),
            // As a socket for both versions sees it.
            ("::ffff:10.0.0.1", &["203.0.113.7"], Some("203.0.113.7")),
            // What the visitor wrote stands before what the proxy saw.
            ("10.0.0.1", &["198.51.100.9, 203.0.113.7"], Some("203.0.113.7")),
            ("10.0.0.1", &["198.51.100.9", "203.0.113.7"], Some("203.0.113.7")),
            ("10.0.0.1", &["10.0.0.2, 203.0.113.7"], Some("203.0.113.7")),
            ("10.0.0.1", &["nonsense,203.0.113.7"], Some("203.0.113.7")),
            // One proxy behind the other.
            ("10.0.0.1", &["198.51.100.9, 203.0.113.7, 10.0.0.2"], Some("203.0.113.7")),
            ("10.0.0.1", &["203.0.113.7", "::ffff:10.0.0.2 "], Some("203.0.113.7")),
            // It says nothing that can be understood.
            ("10.0.0.1", &[], None),
            ("10.0.0.1", &[""], None),
            ("10.0.0.1", &["203.0.113.7, unknown"], None),
            ("10.0.0.1", &["203.0.113.7:1234"], None),
            ("10.0.0.1", &["10.0.0.2"], None),
            // Nobody's proxy.
            ("203.0.113.7", &["198.51.100.9"], None),
            ("203.0.113.7", &["198.51.100.9, 10.0.0.1"], None),
        ];
        for (peer, lines, expected) in table {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(FORWARDED_FOR, HeaderValue::from_static(line));
            }
            let seen = visitor(&proxies, peer.parse().unwrap(), &headers);
            assert_eq!(seen, expected.map(|text| text.parse().unwrap()), "{peer} {lines:?}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(FORWARDED_FOR, HeaderValue::from_bytes(b"203.0.113.7\xFF").unwrap());
        assert_eq!(visitor(&proxies, proxies[0], &headers), None);
    }
}
