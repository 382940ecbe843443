//! A portal in a temporary folder, with members and a clock that can be moved.

use std::{
    fs,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicI64, Ordering},
    },
};

use ankong_portal::{
    Anchor, Clock, CodeDigits, Config, DownloadsConfig, IdCheckConfig, NewMember, Portal,
    Revocation, Store, hash_password, router,
};
use ankong_verify::Fingerprint;
use axum::Router;
use tempfile::TempDir;
use time::OffsetDateTime;

use crate::support::{CA, Crl, NAME, NOW, ORIGIN, OTHER_CA, POLICY, ROOT};

pub(crate) const PASSWORD: &str = "Taipei#101";
pub(crate) const MING: &str = "ming@example.tw";
pub(crate) const MING_AGAIN: &str = "ming.wang@example.tw";
pub(crate) const MEI: &str = "mei@example.tw";

static PASSWORD_HASH: LazyLock<String> = LazyLock::new(|| hash_password(PASSWORD).unwrap());

pub(crate) struct Site {
    pub(crate) router: Router,
    pub(crate) folder: TempDir,
    portal: Option<Arc<Portal>>,
    seconds: Arc<AtomicI64>,
}

impl Site {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// One where nobody can register.
    pub(crate) async fn closed() -> Self {
        Self::with(|config| config.outbox = false).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = configuration(&folder);
        change(&mut config);
        let site = Self { folder, ..Self::opened(config).await };
        site.seed().await;
        site
    }

    /// One with the data base that is there.
    pub(crate) async fn opened(config: Config) -> Self {
        let seconds = Arc::new(AtomicI64::new(NOW.unix_timestamp()));
        let hand = seconds.clone();
        let clock = Clock::new(move || {
            OffsetDateTime::from_unix_timestamp(hand.load(Ordering::Relaxed)).unwrap()
        });
        let portal = Arc::new(Portal::open(config, clock).await.unwrap());
        let folder = tempfile::tempdir().unwrap();
        Self { router: router(portal.clone()), folder, portal: Some(portal), seconds }
    }

    /// Makes three members, two of one name.
    pub(crate) async fn seed(&self) {
        let password_hash = PASSWORD_HASH.as_str();
        for (account, name) in [(MING, NAME), (MING_AGAIN, NAME), (MEI, "林美玲")] {
            let member = NewMember { account, name, password_hash };
            self.store().add_member(member, NOW).await.unwrap();
        }
    }

    /// The authority's list is this from now on.
    pub(crate) fn publish(&self, list: &[u8]) {
        fs::write(self.folder.path().join("ca.crl"), list).unwrap();
        self.portal.as_ref().unwrap().refresh_lists();
    }

    pub(crate) fn store(&self) -> &Store {
        self.portal.as_ref().unwrap().store()
    }

    /// One that was made elsewhere.
    pub(crate) fn of(router: Router) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { router, folder, portal: None, seconds: Arc::default() }
    }

    /// Ends it; its files are left.
    pub(crate) fn close(self) -> TempDir {
        self.folder
    }

    pub(crate) fn wait(&self, time: time::Duration) {
        self.seconds.fetch_add(time.whole_seconds(), Ordering::Relaxed);
    }
}

/// The test authorities are trusted; there are no TLS files yet.
pub(crate) fn configuration(folder: &TempDir) -> Config {
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let both = [CA.certificate.to_pem().unwrap(), OTHER_CA.certificate.to_pem().unwrap()];
    let list = file("ca.crl", &Crl::of(&CA).der());
    Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        proxies: Vec::new(),
        origin: ORIGIN.into(),
        certificate: folder.path().join("tls.pem"),
        private_key: folder.path().join("tls.key"),
        database: folder.path().join("portal.sqlite"),
        national_id_key: folder.path().join("national-id.key"),
        audit_days: 180.try_into().unwrap(),
        data_key: folder.path().join("data.key"),
        anchors: vec![Anchor {
            file: file("root.cer", &ROOT.der()),
            sha256: Fingerprint::of(&ROOT.der()).to_string(),
        }],
        intermediates: vec![file("authorities.pem", &both.concat())],
        policy: Some(POLICY.into()),
        helper_ports: vec![24443, 24543],
        revocation: vec![Revocation {
            authority: file("ca.cer", &CA.der()),
            crl: Some(list.to_string_lossy().into_owned()),
            ocsp: None,
        }],
        lists: folder.path().join("lists"),
        refresh_minutes: 10.try_into().unwrap(),
        mail: None,
        sms: None,
        recaptcha: None,
        code_digits: CodeDigits::default(),
        codes_per_hour: 10_000.try_into().unwrap(),
        outbox: true,
        downloads: DownloadsConfig::default(),
        id_check: IdCheckConfig::default(),
    }
}
