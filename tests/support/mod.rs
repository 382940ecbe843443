//! What the black-box tests of the resident program share: cards, a scripted person, an HTTPS
//! caller, and the door itself, opened on a free port in this process.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test tooling; not every test file uses every tool"
)]

#[cfg(target_os = "linux")]
pub mod bench;
pub mod cards;
#[cfg(target_os = "linux")]
pub mod menu;
pub mod person;
pub mod readers;
#[cfg(target_os = "linux")]
pub mod terminal;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use ankong::endpoint::{Behind, Endpoint, identity};
use ankong::origins::Origins;
use ankong::reader::InProcess;
use ankong::session::Desk;
use ankong::session::cards::Cards;
use ankong::session::origin::OriginPattern;
use ankong::ui::texts::{Language, Texts};

use ankong_stage::{Answer, Caller};
use person::ScriptedPerson;
use serde_json::{Value, json};

/// The origin the tests call from, allowed as the administrator's file would.
pub const PORTAL: &str = "https://localhost:8443";

/// The native door with everything behind it, served by a thread of its own.
pub struct Door {
    pub person: ScriptedPerson,
    pub caller: Caller,
    /// The reader in process, where the test moves cards.
    pub reader: Option<Arc<InProcess>>,
    /// What serves behind the door.
    pub desk: Arc<Desk>,
    /// Seconds that its clock is ahead.
    ahead: Arc<AtomicU64>,
    /// The lists behind the door.
    pub origins: Arc<Origins>,
    server: Option<Server>,
    data: tempfile::TempDir,
}

/// The thread that serves, and what ends it.
struct Server {
    thread: std::thread::JoinHandle<()>,
    stop: tokio::sync::oneshot::Sender<()>,
}

/// Ends the server, so that its readers are nobody's when the next test begins.
impl Drop for Door {
    fn drop(&mut self) {
        if let Some(Server { thread, stop }) = self.server.take() {
            drop(stop);
            let _ = thread.join();
        }
    }
}

impl Door {
    pub fn open(cards: Arc<dyn Cards>, person: ScriptedPerson) -> Self {
        Self::open_at(0, cards, person, PORTAL)
    }

    /// On this port, 0 standing for any, for the pages of `site`.
    pub fn open_at(port: u16, cards: Arc<dyn Cards>, person: ScriptedPerson, site: &str) -> Self {
        Self::open_by(SystemTime::now, port, cards, person, site)
    }

    /// With certificates by this clock.
    pub fn open_by(
        now: impl Fn() -> SystemTime + Send + Sync + 'static,
        port: u16,
        cards: Arc<dyn Cards>,
        person: ScriptedPerson,
        site: &str,
    ) -> Self {
        let data = tempfile::tempdir().unwrap();
        let identity = identity::load_or_make(data.path(), now()).unwrap();
        let root = std::fs::read(identity::root_path(data.path())).unwrap();
        let consent = Arc::new(person.clone());
        let random = |bytes: &mut [u8]| openssl::rand::rand_bytes(bytes).unwrap();
        let ahead = Arc::<AtomicU64>::default();
        let clock = {
            let ahead = Arc::clone(&ahead);
            move || SystemTime::now() + Duration::from_secs(ahead.load(Ordering::Relaxed))
        };
        let desk = Arc::new(Desk::new(cards, consent, clock, random, || {}));
        let allowed = vec![OriginPattern::parse(site).unwrap()];
        let origins = Arc::new(Origins::new(allowed, Some(data.path().join("origins.toml"))));
        let (chinese, english) = (Texts::new(Language::Chinese), Texts::new(Language::English));
        let behind = Behind {
            desk: Arc::clone(&desk),
            origins: Arc::clone(&origins),
            asked: Arc::new(|| {}),
            wanted: Arc::new(|_| {}),
            sentences: Arc::new(move |code, accept| match Language::of_accept_language(accept) {
                Language::Chinese => chinese.explain(code),
                Language::English => english.explain(code),
            }),
        };
        let (send, receive) = std::sync::mpsc::channel();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let endpoint = Endpoint::open(&[port], identity, behind).await.unwrap();
                send.send(endpoint.port()).unwrap();
                tokio::select! {
                    () = endpoint.serve(now) => {}
                    _ = stopped => {}
                }
            });
            runtime.shutdown_background(); // a request may still wait for its person
        });
        let server = Some(Server { thread, stop });
        let caller = Caller::new(receive.recv().unwrap(), &root).unwrap();
        Self { person, caller, reader: None, desk, ahead, origins, server, data }
    }

    /// The root's certificate (PEM).
    pub fn root(&self) -> std::path::PathBuf {
        identity::root_path(self.data.path())
    }

    /// Lets time pass for whoever reads the door's clock.
    pub fn later(&self, time: Duration) {
        self.ahead.fetch_add(time.as_secs(), Ordering::Relaxed);
    }

    pub fn get(&self, path: &str, origin: &str) -> Answer {
        self.caller.get(path, origin).unwrap()
    }

    pub fn post(&self, origin: &str, body: &Value, language: &str) -> Answer {
        self.caller.post(origin, AUTHENTICATE, body, language).unwrap()
    }

    /// A call of the portal's.
    pub fn call(&self, path: &str, body: &Value) -> Answer {
        self.caller.post(PORTAL, path, body, "zh-TW").unwrap()
    }

    pub fn authenticate(&self, challenge: &str, id_tail: Option<&str>) -> Answer {
        self.post(PORTAL, &authentication(challenge, id_tail), "zh-TW")
    }
}

/// The call that asks for a proof.
pub const AUTHENTICATE: &str = "/v1/authenticate";
/// The call that asks for a signature.
pub const SIGN: &str = "/v1/sign";
/// The call that asks for the certificates.
pub const CERTIFICATES: &str = "/v1/certificates";

pub fn authentication(challenge: &str, id_tail: Option<&str>) -> Value {
    let mut body = json!({ "challenge": challenge, "purpose": "升級為金質會員" });
    if let Some(tail) = id_tail {
        body["idTail"] = tail.into();
    }
    body
}

pub fn signature(content: &[u8], hash: &str) -> Value {
    let content = openssl::base64::encode_block(content);
    json!({ "content": content, "hash": hash, "purpose": "簽署同意書" })
}

/// The bytes of a base64 member of an answer.
pub fn bytes_of(value: &Value) -> Vec<u8> {
    openssl::base64::decode_block(value.as_str().unwrap()).unwrap()
}

/// Where `installer/dev/setup.sh` keeps the programs from PyPI.
pub fn pypi() -> std::path::PathBuf {
    let home = || std::path::Path::new(&std::env::var_os("HOME").unwrap()).join(".cache");
    let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(home, Into::into);
    cache.join("ankong/pypi/bin")
}

pub fn challenge() -> String {
    let mut bytes = [0; 32];
    openssl::rand::rand_bytes(&mut bytes).unwrap();
    openssl::base64::encode_block(&bytes)
}
