//! Local Network Access (WICG): a page at a public address needs the person's permission to reach
//! the door. What `client/ankong.js` tells such a page of each answer, and of what is no answer.

use std::fs;
use std::path::Path;
use std::time::Duration;

use ankong_stage::{
    AdministratorsFolder, DemoAuthority, DrivenBrowser, Driving, Environment, Kind, Page, Site,
    TemporaryHome, VirtualDisplay, eventually,
};
use openssl::pkey::PKey;
use openssl::x509::X509;
use serde_json::Value;

use crate::helper::{Resident, trust};

/// A site that browsers are told is at a public address.
struct PublicSite {
    home: TemporaryHome,
    site: Site,
    folder: AdministratorsFolder,
}

impl PublicSite {
    fn open() -> Self {
        let home = TemporaryHome::create().unwrap();
        let authority = DemoAuthority::create_for(home.path(), &[NAME]).unwrap();
        let read = |path: &Path| fs::read(path).unwrap();
        let certificate = X509::from_pem(&read(authority.certificate())).unwrap();
        let key = PKey::private_key_from_pem(&read(authority.key())).unwrap();
        let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("client/ankong.js");
        let page = |path, header, body: &str| Page { path, header, body: body.into() };
        let pages = vec![
            page("/", "Content-Type: text/html\r\n", PAGE),
            page("/closed", CLOSED, PAGE),
            page("/ankong.js", "Content-Type: text/javascript\r\n", &{
                fs::read_to_string(client).unwrap()
            }),
        ];
        let site = Site::open([127, 0, 0, 1].into(), &certificate, &key, pages).unwrap();
        home.trust(authority.root(), "site").unwrap();
        home.trust_in_firefox(&Kind::Firefox.profile(home.path()), authority.root(), "site")
            .unwrap();
        Self { home, site, folder: AdministratorsFolder::create().unwrap() }
    }

    fn origin(&self) -> String {
        format!("https://{NAME}:{}", self.site.port())
    }

    /// The program, which lets this site call.
    fn resident(&self) -> Resident {
        let text = format!("allowed-origins = [\"{}\"]\n", self.origin());
        let file = self.folder.write("ankong.toml", &text).unwrap();
        Resident::start(&self.home, &["--port", "0", "--config", file.to_str().unwrap()])
    }

    fn browser(&self, kind: Kind, display: Environment) -> DrivenBrowser {
        let port = self.site.port();
        let mut driving = Driving { display, ..Driving::default() };
        match kind {
            Kind::Chromium => driving.arguments.extend([
                format!("--host-resolver-rules=MAP {NAME} 127.0.0.1"),
                format!("--ip-address-space-overrides=127.0.0.1:{port}=public"),
            ]),
            Kind::Firefox => driving.preferences.extend([
                ("network.dns.localDomains".to_owned(), NAME.into()),
                (
                    "network.lna.address_space.public.override".to_owned(),
                    format!("127.0.0.1:{port}").into(),
                ),
            ]),
        }
        DrivenBrowser::start(kind, &self.home, &driving).unwrap()
    }

    fn visit(&self, browser: &mut DrivenBrowser, path: &str) {
        browser.goto(&format!("{}{path}", self.origin())).unwrap();
    }
}

/// What the page is told where no click began it.
fn state(browser: &mut DrivenBrowser, port: u16) -> Value {
    browser.evaluate(&format!("detect([{port}])")).unwrap()
}

fn answers_are_told_apart(kind: Kind) {
    let site = PublicSite::open();
    let resident = site.resident();
    let port = resident.port;
    let mut browser = site.browser(kind, Environment::new());
    let permit = |browser: &mut DrivenBrowser, state| {
        browser.set_permission(&site.origin(), state).unwrap();
    };
    site.visit(&mut browser, "/");
    permit(&mut browser, "granted");
    assert_eq!(state(&mut browser, port), "not-trusted");
    drop(browser);

    trust(&site.home, "install");
    let mut browser = site.browser(kind, Environment::new());
    site.visit(&mut browser, "/");
    permit(&mut browser, "granted");
    assert_eq!(state(&mut browser, port), "running");
    permit(&mut browser, "denied");
    assert_eq!(state(&mut browser, port), "permission-denied");
    permit(&mut browser, "granted");
    if kind == Kind::Chromium {
        // Not tried in Firefox.
        site.visit(&mut browser, "/closed");
        assert_eq!(state(&mut browser, port), "page-policy");
        site.visit(&mut browser, "/");
    }
    drop(resident);
    assert_eq!(state(&mut browser, port), "not-running");
}

#[test]
fn chromium_tells_a_public_page_apart_what_keeps_it_from_the_door() {
    answers_are_told_apart(Kind::Chromium);
}

#[test]
fn firefox_tells_a_public_page_apart_what_keeps_it_from_the_door() {
    answers_are_told_apart(Kind::Firefox);
}

/// A person at a real window: asked by the browser, they press `keys`.
fn asked(kind: Kind, keys: &[&str]) -> Value {
    let site = PublicSite::open();
    let resident = site.resident();
    trust(&site.home, "install");
    let display = VirtualDisplay::start(&site.home.environment()).unwrap();
    let mut browser = site.browser(kind, display.environment());
    site.visit(&mut browser, "/");
    // A port where nobody listens, as two of the three are as a rule.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    browser.evaluate(&format!("ports = [{}, {closed}]", resident.port)).unwrap();
    browser.click("button").unwrap();
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(browser.evaluate("found ?? 'pending'").unwrap(), "pending", "it was not asked");
    // The question may come late, and a key before it is lost.
    eventually("an answer to the question", Duration::from_secs(60), || {
        for key in keys {
            display.key(key)?;
            std::thread::sleep(Duration::from_millis(500));
        }
        std::thread::sleep(Duration::from_secs(2));
        Ok((browser.evaluate("found ?? 'pending'")? != "pending").then_some(()))
    })
    .unwrap();
    browser.evaluate("finding").unwrap()
}

#[test]
fn a_dismissed_question_is_told_from_silence_in_chromium() {
    assert_eq!(asked(Kind::Chromium, &["Escape"]), "permission-dismissed");
}

/// Firefox takes a question that is put away for a no, for as long as the page is open.
#[test]
fn a_dismissed_question_is_a_no_in_firefox() {
    assert_eq!(asked(Kind::Firefox, &["Escape"]), "permission-denied");
}

const NAME: &str = "portal.test";
const CLOSED: &str = "Content-Type: text/html\r\nPermissions-Policy: loopback-network=()\r\n";
/// A click on the button looks, as a site's does; `detect` looks without one.
const PAGE: &str = "<!doctype html><title>site</title><button>look</button><script>
    let ports, found, finding;
    const detect = async (ports) => (await (await import('/ankong.js')).detect({ ports })).state;
    document.querySelector('button').onclick = () => {
        finding = detect(ports).then((state) => found = state);
    };
</script>";
