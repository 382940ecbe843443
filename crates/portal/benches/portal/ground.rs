//! What a portal stands on: its configuration, authorities, a revocation list as long as MOICA's longest, and members.

use std::{fs, net::TcpListener, path::PathBuf};

use ankong_portal::{Config, NewMember, Store, hash_password};
use ankong_verify::Fingerprint;
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};

use crate::support::{Authority, CA, Crl, Entry, NAME, ROOT};

pub(crate) const PASSWORD: &str = "Taipei#101";
/// So many make a list of 20 MB.
const ENTRIES: u32 = 420_000;

pub(crate) struct Ground {
    pub(crate) folder: TempDir,
    pub(crate) port: u16,
    pub(crate) list_mib: f64,
}

impl Ground {
    /// In a new folder below this one, with so many members.
    pub(crate) fn lay(below: &str, members: usize) -> Self {
        let folder = tempfile::tempdir_in(below).unwrap();
        let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
        let own = Authority::new("localhost", None, None);
        write("tls.pem", &own.certificate.to_pem().unwrap());
        write("tls.key", &own.key.private_key_to_pem_pkcs8().unwrap());
        write("root.cer", &ROOT.der());
        write("ca.cer", &CA.der());
        let list = list();
        write("ca.crl", &list);
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        write("portal.toml", settings(port).as_bytes());
        let ground = Self { folder, port, list_mib: list.len() as f64 / f64::from(1 << 20) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(ground.seed(members));
        ground
    }

    /// The same in a new folder below this one; members who are signed in are there too. The portal may run.
    pub(crate) fn copy(&self, below: &str) -> Self {
        let folder = tempfile::tempdir_in(below).unwrap();
        for file in fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path()) {
            let name = file.file_name().unwrap().to_str().unwrap();
            if file.is_file() && !name.starts_with("portal.sqlite") {
                fs::copy(&file, folder.path().join(name)).unwrap();
            }
        }
        let [from, to] = [&self.folder, &folder].map(|folder| folder.path().join("portal.sqlite"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(Store::back_up(&from, &to)).unwrap();
        Self { folder, ..*self }
    }

    pub(crate) fn settings(&self) -> PathBuf {
        self.folder.path().join("portal.toml")
    }

    async fn seed(&self, members: usize) {
        let config = Config::read(&self.settings()).unwrap();
        let store = Store::open(&config.database, &config.data_key).await.unwrap();
        let password_hash = &hash_password(PASSWORD).unwrap();
        for number in 0..members {
            let member = NewMember { account: &account(number), name: NAME, password_hash };
            store.add_member(member, OffsetDateTime::now_utc()).await.unwrap();
        }
        store.close().await;
    }
}

/// Of one member.
pub(crate) fn account(number: usize) -> String {
    format!("m{number}@example.tw")
}

/// How the site is called on this port.
pub(crate) fn origin(port: u16) -> String {
    format!("https://localhost:{port}")
}

fn settings(port: u16) -> String {
    let (origin, sha256) = (origin(port), Fingerprint::of(&ROOT.der()));
    format!(
        r#"listen = "127.0.0.1:{port}"
origin = "{origin}"
certificate = "tls.pem"
private-key = "tls.key"
database = "portal.sqlite"
national-id-key = "national-id.key"
intermediates = ["ca.cer"]
[[anchors]]
file = "root.cer"
sha256 = "{sha256}"
[[revocation]]
authority = "ca.cer"
crl = "ca.crl"
"#
    )
}

fn list() -> Vec<u8> {
    let now = OffsetDateTime::now_utc();
    let entries = (0..ENTRIES).map(|number| {
        // Numbers of sixteen octets without an order.
        let serial = u128::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
        let serial_number = (serial >> 1 | 1 << 126).to_be_bytes().to_vec();
        Entry { serial_number, since: now, reason: Some(1), extra: Vec::new() }
    });
    let (this_update, next_update) = (now - Duration::HOUR, Some(now + Duration::DAY));
    Crl { entries: entries.collect(), this_update, next_update, ..Crl::of(&CA) }.der()
}
