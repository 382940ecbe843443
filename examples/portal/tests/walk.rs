//! The walk of docs/integrate.md from end to end: the portal in a folder of its own, the program with the administrator's
//! word for a developer's origin, Chromium, and the real window.
#![cfg(target_os = "linux")]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a failing test may panic")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{fs, iter};

use ankong_stage::{
    AdministratorsFolder, Browser, DemoAuthority, Process, TemporaryHome, VirtualDisplay, built,
    free_port, gold,
};
use fantoccini::Locator;

/// Where people look for the client; the tests' program listens elsewhere.
const PORTS: &str = "[24443, 24543, 24643]";
const START: Duration = Duration::from_secs(30);

struct Walk {
    home: TemporaryHome,
    display: VirtualDisplay,
    folder: PathBuf,
    administrator: AdministratorsFolder,
    port: u16,
    helper_port: u16,
}

impl Walk {
    fn begin() -> Self {
        let home = TemporaryHome::create().unwrap();
        let display = VirtualDisplay::start(&home.environment()).unwrap();
        let folder = home.path().join("site");
        fs::create_dir(&folder).unwrap();
        let administrator = AdministratorsFolder::create().unwrap();
        let [port, helper_port] = [free_port().unwrap(), free_port().unwrap()];
        let walk = Self { home, display, folder, administrator, port, helper_port };
        walk.issue();
        walk.fill();
        walk
    }

    fn issue(&self) {
        let mut issue = Command::new(built("virtual-card").unwrap());
        issue.args(["issue", "--ready", "--profile", "piv", "--out", "pki"]);
        assert!(issue.current_dir(&self.folder).output().unwrap().status.success());
    }

    /// What the portal wants in its folder.
    fn fill(&self) {
        let site = DemoAuthority::create(&self.folder).unwrap();
        self.home.trust(site.root(), "site").unwrap();
        fs::write(self.folder.join("port"), self.port.to_string()).unwrap();
        let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../client");
        fs::copy(client.join("texts.js"), self.folder.join("texts.js")).unwrap();
        let module = fs::read_to_string(client.join("ankong.js")).unwrap();
        assert!(module.contains(PORTS));
        let module = module.replace(PORTS, &format!("[{}]", self.helper_port));
        fs::write(self.folder.join("ankong.js"), module).unwrap();
    }

    fn portal(&self) -> Process {
        let mut portal = Command::new(env!("CARGO_BIN_EXE_ankong-example-portal"));
        portal.current_dir(&self.folder);
        let portal = Process::start(portal, &self.folder.join("portal.log")).unwrap();
        ankong_stage::eventually("the portal", START, || {
            Ok(std::net::TcpStream::connect(("127.0.0.1", self.port)).ok())
        })
        .unwrap();
        portal
    }

    /// The program, with this card, for pages of these origins.
    fn helper(&self, card: &str, origins: &[&str]) -> Process {
        let policy = format!("allowed-origins = {origins:?}\n");
        let policy = self.administrator.write("ankong.toml", &policy).unwrap();
        let mut helper = Command::new(built("ankong").unwrap());
        helper.args(["serve", "--headless", "--port", &self.helper_port.to_string()]);
        helper.arg("--config").arg(policy);
        helper.arg("--virtual-card").arg(self.folder.join("pki/cards").join(card));
        helper.envs(self.home.environment()).envs(self.display.environment());
        let helper = Process::start(helper, &self.folder.join("ankong.log")).unwrap();
        helper.wait_for_line("https://localhost:", START).unwrap();
        helper
    }

    fn trust_helper(&self) {
        let root = self.home.path().join(".local/share/ankong/localhost/root.pem");
        self.home.trust(&root, "Ankong localhost").unwrap();
    }

    fn origin(&self) -> String {
        format!("https://localhost:{}", self.port)
    }
}

#[tokio::test]
async fn a_developers_portal_greets_the_holder_of_a_virtual_card() {
    let walk = Walk::begin();
    let _portal = walk.portal();
    let origin = walk.origin();
    let _helper = walk.helper("good.toml", &[&origin]);
    walk.trust_helper();
    let page = Browser::start(&walk.home, &[]).await.unwrap();
    page.client().goto(&origin).await.unwrap();
    press(&page).await;
    gold::type_pin(&walk.display, "123456").await.unwrap();
    assert_eq!(said(&page).await, "王曉明，您好。");
}

#[tokio::test]
async fn a_card_on_the_list_signs_and_the_site_says_no() {
    let walk = Walk::begin();
    let _portal = walk.portal();
    let origin = walk.origin();
    let _helper = walk.helper("revoked.toml", &[&origin]);
    walk.trust_helper();
    let page = Browser::start(&walk.home, &[]).await.unwrap();
    page.client().goto(&origin).await.unwrap();
    press(&page).await;
    gold::type_pin(&walk.display, "123456").await.unwrap();
    assert_eq!(said(&page).await, "網站不接受這張卡片。");
}

#[tokio::test]
async fn without_the_administrators_word_the_developers_origin_may_not_call() {
    let walk = Walk::begin();
    let _portal = walk.portal();
    let _helper = walk.helper("good.toml", &["https://localhost:9"]);
    walk.trust_helper();
    let page = Browser::start(&walk.home, &[]).await.unwrap();
    page.client().goto(&walk.origin()).await.unwrap();
    press(&page).await;
    assert!(said(&page).await.starts_with("安控還不認識這個網站。"), "{}", said(&page).await);
    assert!(walk.display.windows_named(gold::WINDOW).unwrap().is_empty());
}

async fn press(page: &Browser) {
    page.client().find(Locator::Css("button")).await.unwrap().click().await.unwrap();
}

async fn said(page: &Browser) -> String {
    for () in iter::repeat_n((), 200) {
        let output = page.client().find(Locator::Css("output")).await.unwrap();
        let text = output.text().await.unwrap();
        if !text.is_empty() {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the page says nothing");
}
