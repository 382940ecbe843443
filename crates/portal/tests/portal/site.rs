//! A portal in a temporary folder, with members and a clock that can be moved.

use std::{
    fs,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicI64, Ordering},
    },
};

use ankong_portal::{Clock, Config, NewMember, Portal, hash_password, router};
use axum::Router;
use tempfile::TempDir;
use time::OffsetDateTime;

use crate::support::{CA, NAME, NOW, ORIGIN, OTHER_CA, POLICY, ROOT};

pub(crate) const PASSWORD: &str = "Taipei#101";
pub(crate) const MING: &str = "ming@example.tw";
pub(crate) const MING_AGAIN: &str = "ming.wang@example.tw";
pub(crate) const MEI: &str = "mei@example.tw";

static PASSWORD_HASH: LazyLock<String> = LazyLock::new(|| hash_password(PASSWORD).unwrap());

pub(crate) struct Site {
    pub(crate) router: Router,
    pub(crate) folder: TempDir,
    seconds: Arc<AtomicI64>,
}

impl Site {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = configuration(&folder);
        let seconds = Arc::new(AtomicI64::new(NOW.unix_timestamp()));
        let hand = seconds.clone();
        let clock = Clock::new(move || {
            OffsetDateTime::from_unix_timestamp(hand.load(Ordering::Relaxed)).unwrap()
        });
        let portal = Portal::open(config, clock).await.unwrap();
        let password_hash = PASSWORD_HASH.as_str();
        for (email, name) in [(MING, NAME), (MING_AGAIN, NAME), (MEI, "林美玲")] {
            let member = NewMember { email, name, password_hash };
            portal.store().add_member(member, NOW).await.unwrap();
        }
        Self { router: router(Arc::new(portal)), folder, seconds }
    }

    /// One that was made elsewhere.
    pub(crate) fn of(router: Router) -> Self {
        Self { router, folder: tempfile::tempdir().unwrap(), seconds: Arc::default() }
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
    Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        origin: ORIGIN.into(),
        certificate: folder.path().join("tls.pem"),
        private_key: folder.path().join("tls.key"),
        database: folder.path().join("portal.sqlite"),
        national_id_key: folder.path().join("national-id.key"),
        anchors: vec![file("root.cer", &ROOT.der())],
        intermediates: vec![file("authorities.pem", &both.concat())],
        policy: Some(POLICY.into()),
        helper_ports: vec![24443, 24543],
    }
}
