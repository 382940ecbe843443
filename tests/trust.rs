//! `ankong trust` on Linux, on homes of its own: what it puts into each browser's store, what it
//! says where it cannot, and that nothing is left of it afterwards.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use ankong_stage::{Process, TemporaryHome};
use openssl::x509::X509;

const PATIENCE: Duration = Duration::from_secs(20);

/// A user, with or without browsers.
struct User {
    home: TemporaryHome,
}

struct Said {
    well: bool,
    text: String,
}

impl User {
    fn new() -> Self {
        let home = TemporaryHome::create().unwrap();
        fs::remove_dir_all(home.path().join(".pki")).unwrap();
        Self { home }
    }

    fn path(&self, below: &str) -> PathBuf {
        self.home.path().join(below)
    }

    fn ankong(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ankong"));
        command.args(arguments).envs(self.home.environment()).env("LC_ALL", "en_US.UTF-8");
        command
    }

    fn trust(&self, arguments: &[&str]) -> Said {
        let mut all = vec!["trust"];
        all.extend(arguments);
        said(&mut self.ankong(&all))
    }

    fn store(&self, below: &str, password: Option<&str>) -> Store {
        let store = Store(self.path(below));
        fs::create_dir_all(&store.0).unwrap();
        match password {
            None => store.certutil(&["-N", "--empty-password"]),
            Some(password) => {
                let file = self.path("password");
                fs::write(&file, password).unwrap();
                store.certutil(&["-N", "-f", file.to_str().unwrap()])
            }
        };
        store
    }

    fn identity(&self) -> PathBuf {
        self.path(".local/share/ankong/localhost")
    }
}

fn said(command: &mut Command) -> Said {
    let output = command.output().unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    Said { well: output.status.success(), text }
}

/// An NSS database, looked at without the code that is tested.
struct Store(PathBuf);

impl Store {
    fn certutil(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("certutil");
        let folder = format!("sql:{}", self.0.display());
        let output = command.args(arguments).args(["-d", &folder]).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let list = self.certutil(&["-L"]);
        let lines = list.lines().map(str::trim_end).filter(|line| line.ends_with(','));
        lines.map(|line| line.rsplit_once(' ').unwrap().0.trim().to_owned()).collect()
    }

    /// Objects in the database: a certificate is one, the trust in it another.
    fn objects(&self) -> String {
        let count = "import sqlite3, sys; \
            print(sqlite3.connect(sys.argv[1]).execute('select count(*) from nssPublic').fetchone()[0])";
        let file = self.0.join("cert9.db");
        let output = Command::new("python3").args(["-c", count]).arg(file).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn holds(&self, root: &Path) -> bool {
        let wanted = X509::from_pem(&fs::read(root).unwrap()).unwrap().to_der().unwrap();
        self.names().iter().any(|name| {
            let pem = self.certutil(&["-L", "-a", "-n", name]);
            X509::from_pem(pem.as_bytes()).unwrap().to_der().unwrap() == wanted
        })
    }
}

/// A certificate that is none of ours and has this name.
fn bystander(user: &User, common_name: &str) -> PathBuf {
    let file = user.path("bystander.pem");
    let subject = format!("/CN={common_name}");
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    openssl.args(["-nodes", "-days", "30", "-keyout", "/dev/null", "-subj", &subject, "-out"]);
    assert!(openssl.arg(&file).output().unwrap().status.success());
    file
}

#[test]
fn what_is_installed_is_trusted_and_what_is_removed_leaves_nothing() {
    let user = User::new();
    let before = user.trust(&["status"]);
    assert!(!before.well && before.text.contains("Run ankong trust install."), "{}", before.text);

    let installed = user.trust(&["install"]);
    let line = "trusted\tChromium, Chrome, Edge, Brave\t~/.pki/nssdb\n";
    assert_eq!((installed.well, installed.text.as_str()), (true, line));
    let store = Store(user.path(".pki/nssdb"));
    assert!(store.holds(&user.identity().join("root.pem")));
    let again = user.trust(&["install"]);
    assert!(again.well && store.names().len() == 1, "{}", again.text);
    let status = user.trust(&["status"]);
    assert_eq!((status.well, status.text.as_str()), (true, line));

    let removed = user.trust(&["remove"]);
    assert!(removed.well && removed.text.starts_with("removed\t"), "{}", removed.text);
    assert_eq!(store.objects(), "0");
    let status = user.trust(&["status"]);
    assert!(!status.well && status.text.starts_with("not trusted\t"), "{}", status.text);
    let removed = user.trust(&["remove"]);
    assert!(removed.well && removed.text.starts_with("nothing there\t"), "{}", removed.text);
}

#[test]
fn every_profile_of_firefox_gets_it_wherever_it_lies_and_whatever_its_name() {
    let user = User::new();
    let elsewhere = user.store("work profile", None);
    let ini = format!(
        "[Profile0]\nName=default\nIsRelative=1\nPath=new.default\n\n\
         [Profile1]\nName=work\nIsRelative=0\nPath={}\n",
        elsewhere.0.display()
    );
    fs::create_dir_all(user.path(".mozilla/firefox/new.default")).unwrap();
    fs::write(user.path(".mozilla/firefox/profiles.ini"), ini).unwrap();
    let stores = [
        elsewhere,
        user.store(".config/mozilla/firefox/abc.selfmade", None),
        user.store("snap/firefox/common/.mozilla/firefox/s.default", None),
        user.store(".var/app/org.mozilla.firefox/.mozilla/firefox/f.default", None),
        user.store("snap/chromium/current/.pki/nssdb", None),
        Store(user.path(".mozilla/firefox/new.default")), // listed, and never used
    ];
    let installed = user.trust(&["install"]);
    assert!(installed.well, "{}", installed.text);
    let root = user.identity().join("root.pem");
    for store in &stores {
        assert!(store.holds(&root), "{:?}: {}", store.0, installed.text);
    }
    assert!(user.trust(&["remove"]).well);
    for store in &stores {
        assert_eq!(store.objects(), "0", "{:?}", store.0);
    }
}

#[test]
fn roots_of_earlier_identities_go_too_and_what_only_bears_the_name_stays() {
    let user = User::new();
    let store = user.store(".pki/nssdb", None);
    let other = bystander(&user, "Ankong localhost 00000000");
    store.certutil(&["-A", "-t", "C,,", "-n", "mine", "-i", other.to_str().unwrap()]);
    assert!(user.trust(&["install"]).well);
    let earlier = user.path("earlier.pem");
    fs::copy(user.identity().join("root.pem"), &earlier).unwrap();
    fs::remove_dir_all(user.identity()).unwrap();
    assert!(user.trust(&["install"]).well);
    assert!(store.holds(&earlier) && store.holds(&user.identity().join("root.pem")));
    // Somebody imported it by hand, under another name and without trusting it.
    let copy = user.store(".mozilla/firefox/a", None);
    copy.certutil(&["-A", "-t", ",,", "-n", "x", "-i", earlier.to_str().unwrap()]);

    assert!(user.trust(&["remove"]).well);
    assert_eq!((store.names(), copy.names()), (vec!["mine".to_owned()], vec![]));
}

#[test]
fn a_missing_certutil_is_said_with_the_packages_that_bring_it() {
    let user = User::new();
    user.store(".pki/nssdb", None);
    let mut install = user.ankong(&["trust", "install"]);
    let said = said(install.env("PATH", "/nonexistent"));
    assert!(!said.well);
    for expected in ["trust-no-certutil", "libnss3-tools (Debian, Ubuntu)", "nss-tools (Fedora)"] {
        assert!(said.text.contains(expected), "{}", said.text);
    }
}

#[test]
fn a_store_with_a_password_or_in_use_is_said_and_holds_up_no_other() {
    let user = User::new();
    let locked = user.store(".mozilla/firefox/locked", Some("secret123"));
    let held = user.store(".mozilla/firefox/held", None);
    let torn = user.path(".mozilla/firefox/torn");
    fs::create_dir_all(&torn).unwrap();
    fs::write(torn.join("cert9.db"), "torn").unwrap();
    let hold = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None); \
        db.execute('begin exclusive'); print('held', flush=True); sys.stdin.read()";
    let mut holder = Command::new("python3");
    holder.args(["-c", hold]).arg(held.0.join("cert9.db"));
    let holder = Process::start(holder, &user.path("holder.log")).unwrap();
    holder.wait_for_line("held", PATIENCE).unwrap();

    for order in ["install", "status"] {
        let said = user.trust(&[order]);
        let after = |name: &str| {
            let lines = said.text.split_once(name).unwrap_or_else(|| panic!("{}", said.text)).1;
            lines.lines().take(3).collect::<Vec<_>>().join("\n")
        };
        assert!(!said.well);
        assert!(said.text.contains("trusted\tChromium"), "{}", said.text);
        assert!(after("firefox/held").contains("trust-store"), "{}", said.text);
        assert!(after("firefox/torn").contains("trust-store"), "{}", said.text);
        let expected = if order == "install" { "trust-password" } else { "→ Run ankong" };
        assert!(after("firefox/locked").contains(expected), "{}", said.text);
    }
    assert_eq!(locked.names(), [""; 0], "nothing half done");
    drop(holder);
    fs::remove_dir_all(torn).unwrap();
    let said = user.trust(&["install"]);
    assert!(held.holds(&user.identity().join("root.pem")), "{}", said.text);
    // Imported by its owner, who has the password.
    let root = user.identity().join("root.pem");
    let password = user.path("password");
    let (root, password) = (root.to_str().unwrap(), password.to_str().unwrap());
    locked.certutil(&["-A", "-t", "C,,", "-n", "Ankong", "-i", root, "-f", password]);
    let said = user.trust(&["status"]);
    assert!(said.well, "{}", said.text);
    assert!(user.trust(&["remove"]).well);
    assert_eq!(locked.objects(), "0");
}

#[test]
fn removing_everything_deletes_the_keys_and_not_those_of_a_program_that_runs() {
    let user = User::new();
    let mut serve = user.ankong(&["serve", "--headless", "--port", "0"]);
    serve.env("PCSCLITE_CSOCK_NAME", "/nonexistent");
    let mut program = Process::start(serve, &user.path("ankong.log")).unwrap();
    program.wait_for_line("https://localhost:", PATIENCE).unwrap();
    assert!(user.trust(&["install"]).well);
    let refused = user.trust(&["remove", "--everything"]);
    assert!(!refused.well && refused.text.contains("hint: end it first"), "{}", refused.text);
    assert!(user.identity().join("leaf-0.pem").is_file());

    program.terminate(PATIENCE).unwrap();
    // What an interrupted making leaves.
    fs::create_dir_all(user.path(".local/share/ankong/localhost.4711")).unwrap();
    assert!(user.trust(&["remove", "--everything"]).well);
    assert!(!user.path(".local/share/ankong").exists());
    assert_eq!(Store(user.path(".pki/nssdb")).objects(), "0");
}
