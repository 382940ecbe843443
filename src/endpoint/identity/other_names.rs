//! Tests: a root made as ours are, whose key was kept here, vouches for other names in vain. What
//! the browsers say to it decides.

use std::net::IpAddr;
use std::time::SystemTime;

use ankong_stage::{DrivenBrowser, Driving, Kind, Page, Site, TemporaryHome};
use openssl::pkey::{PKey, Private};
use openssl::x509::X509;
use openssl::x509::extension::SubjectAlternativeName;

use super::{issue, root, unix};

/// A root with its key.
struct Kept {
    root: X509,
    key: PKey<Private>,
    from: i64,
}

impl Kept {
    fn make() -> Self {
        let (key, from) = (issue::new_key().unwrap(), unix(SystemTime::now()) - 3600);
        Self { root: root::make(&key, from, from + 86_400).unwrap(), key, from }
    }

    /// A site whose certificate has these names, open on this address.
    fn site(&self, address: &str, names: &SubjectAlternativeName) -> Site {
        let leaf = issue::leaf_for(names, &self.root, &self.key, self.from).unwrap();
        let header = "Content-Type: text/plain\r\n";
        let page = Page { path: "/", header, body: "the page".into() };
        let address: IpAddr = address.parse().unwrap();
        Site::open(address, &leaf.certificate, &leaf.key, vec![page]).unwrap()
    }
}

/// What the browser says to every other name; it must take localhost.
fn refusals(kind: Kind) -> Vec<String> {
    let (kept, home) = (Kept::make(), TemporaryHome::create().unwrap());
    let file = home.path().join("root.pem");
    std::fs::write(&file, kept.root.to_pem().unwrap()).unwrap();
    match kind {
        Kind::Chromium => home.trust(&file, "kept").unwrap(),
        Kind::Firefox => home.trust_in_firefox(&kind.profile(home.path()), &file, "kept").unwrap(),
    }
    let mut driving = Driving::default();
    driving.arguments.extend(match kind {
        Kind::Chromium => Some("--host-resolver-rules=MAP other.test 127.0.0.1".to_owned()),
        Kind::Firefox => None,
    });
    driving.preferences.insert("network.dns.localDomains".into(), "other.test".into());
    let mut browser = DrivenBrowser::start(kind, &home, &driving).unwrap();

    let mut names: [SubjectAlternativeName; 4] =
        std::array::from_fn(|_| SubjectAlternativeName::new());
    let [own, other, mixed, address] = &mut names;
    own.dns("localhost").ip("127.0.0.1").ip("::1");
    other.dns("other.test");
    mixed.dns("localhost").dns("other.test");
    address.ip("127.0.0.2");

    for (address, host) in
        [("127.0.0.1", "localhost"), ("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")]
    {
        let site = kept.site(address, own);
        let url = format!("https://{host}:{}/", site.port());
        assert_eq!(browser.goto(&url).unwrap(), "the page", "{url}");
    }
    let cases = [
        ("127.0.0.1", "other.test", &*other),
        ("127.0.0.1", "other.test", mixed),
        ("127.0.0.1", "localhost", mixed),
        ("127.0.0.2", "127.0.0.2", address),
    ];
    let refused = cases.map(|(address, host, names)| {
        let site = kept.site(address, names);
        let url = format!("https://{host}:{}/", site.port());
        let came = browser.goto(&url).unwrap_or_else(|error| error.to_string());
        format!("{url}: {came}")
    });
    refused.into()
}

#[test]
fn chromium_takes_no_other_name_from_a_root_of_ours() {
    for refusal in refusals(Kind::Chromium) {
        assert!(refusal.contains("net::ERR_CERT_INVALID"), "{refusal}");
    }
}

#[test]
fn firefox_takes_no_other_name_from_a_root_of_ours() {
    for refusal in refusals(Kind::Firefox) {
        assert!(refusal.contains("SEC_ERROR_CERT_NOT_IN_NAME_SPACE"), "{refusal}");
    }
}
