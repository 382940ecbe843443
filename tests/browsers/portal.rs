//! Every page of the portal in Chromium, in both languages, on a desk and on a phone: judged by axe-core,
//! no wider than its window, and without a fault of its scripts or of its policy. Somebody registers on the
//! way, with a code from the outbox. `make pictures-portal` keeps a picture of each, to be looked at.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use ankong_stage::{Casting, DrivenBrowser, Driving, Ensemble, Kind, Look, built, eventually};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(60);

/// The folder for the pictures, where they are wanted.
const PICTURES: &str = "ANKONG_PICTURES";

/// Keeps what goes wrong on a page.
const LISTEN: &str = "window.faults = [];
    addEventListener('error', ({ message }) => faults.push(message));
    addEventListener('unhandledrejection', ({ reason }) => faults.push(String(reason)));
    addEventListener('securitypolicyviolation', (it) => faults.push(it.violatedDirective));";

/// What is wider than the window.
const SIDEWAYS: &str = "[document.documentElement, ...document.querySelectorAll('body *')]
    .filter((it) => it.getBoundingClientRect().right > innerWidth + 1 && !it.matches('.skip'))
    .map((it) => it.outerHTML.slice(0, 200))";

struct Walk {
    ensemble: Ensemble,
    browser: DrivenBrowser,
    looks: String,
    judged: usize,
}

impl Walk {
    fn begin(language: &str, width: u16) -> Self {
        let casting = Casting { in_process: true, ..Casting::default() };
        let ensemble = Ensemble::start(&casting, &mut |_| {}).unwrap();
        let mut browser =
            DrivenBrowser::start(Kind::Chromium, ensemble.home(), &Driving::default()).unwrap();
        browser.look(&Look { features: &[], viewport: (width, 800), script: LISTEN }).unwrap();
        let looks = format!("{language}, {width} px");
        let mut walk = Self { ensemble, browser, looks, judged: 0 };
        walk.open(&format!("/?lang={language}"));
        walk
    }

    /// Opens a page and judges it.
    fn open(&mut self, path: &str) {
        self.browser.goto(&format!("{}{path}", self.ensemble.origin())).unwrap();
        self.judge(path);
    }

    fn judge(&mut self, path: &str) {
        let found = self.browser.axe().unwrap();
        assert!(found.is_empty(), "{path} in {}: {found:#?}", self.looks);
        for (what, question) in [("sideways", SIDEWAYS), ("faults", "faults")] {
            let found = self.browser.evaluate(question).unwrap();
            assert_eq!(found, json!([]), "{what}: {path} in {}", self.looks);
        }
        self.judged += 1;
        if let Some(folder) = std::env::var_os(PICTURES) {
            let name = format!("{} {:02} {path}", self.looks, self.judged);
            let name = name.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "_");
            self.browser.photograph(&PathBuf::from(folder).join(name + ".png")).unwrap();
        }
    }

    /// Presses what leads to this page, and judges it.
    fn press_on(&mut self, button: &str, path: &str) {
        self.browser.click(button).unwrap();
        self.wait(&format!("location.pathname === {path:?} && document.readyState === 'complete'"));
        self.judge(path);
    }

    fn fill(&mut self, field: &str, text: &str) {
        let fill = format!(
            "(() => {{ const it = document.querySelector({field:?}); it.value = {text:?};
                it.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
        );
        self.browser.evaluate(&fill).unwrap();
    }

    fn wait(&mut self, condition: &str) {
        let what = format!("{condition} in {}", self.looks);
        eventually(&what, PATIENCE, || {
            // Between two pages there is nobody to answer.
            let holds = self.browser.evaluate(condition).unwrap_or(Value::Null);
            Ok((holds == json!(true)).then_some(()))
        })
        .unwrap();
    }

    /// From the choice of a membership to the new member's welcome.
    fn register(&mut self, account: &str) {
        self.open("/join");
        self.press_on("#join-general", "/join/notice");
        self.browser.click("#accepted").unwrap();
        self.press_on("#next", "/join/contact");
        self.fill("#account", account);
        self.browser.click("#robot").unwrap();
        self.browser.click("#send").unwrap();
        self.wait("document.activeElement.id === 'code'");
        self.judge("/join/contact, with a code on its way");
        let newest = "fetch('/outbox').then((page) => page.text())
            .then((text) => text.match(/[^0-9]([0-9]{6})[^0-9]/)[1])";
        let code = self.browser.evaluate(newest).unwrap();
        self.fill("#code", code.as_str().unwrap());
        self.press_on("#next", "/join/profile");
        for (field, text) in [
            ("#family-name", "林"),
            ("#given-name", "美玲"),
            ("#password", Ensemble::PASSWORD),
            ("#password-again", Ensemble::PASSWORD),
        ] {
            self.fill(field, text);
        }
        self.judge("/join/profile, filled");
        self.press_on("#register", "/welcome");
    }

    fn appoint(&self, account: &str) {
        let mut command = Command::new(built("ankong-portal").unwrap());
        command.arg("--config").arg(self.ensemble.folder().join("portal.toml"));
        let output = command.args(["clerk", "add", account]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
}

fn walk(language: &str, width: u16) {
    let mut walk = Walk::begin(language, width);
    for page in ["/sign-in", "/sign-in/card", "/sign-in/component", "/outbox", "/nowhere"] {
        walk.open(page);
    }
    // The form again, with what is the matter.
    walk.open("/sign-in");
    walk.fill("#email", "nobody@example.tw");
    walk.fill("#password", "guess");
    walk.browser.click("button#sign-in").unwrap();
    walk.wait("document.querySelector('#message')?.textContent.length > 0");
    walk.judge("/sign-in, refused");

    walk.register("mei@example.tw");
    walk.press_on("#start-gold", "/gold");
    walk.press_on("#way-card", "/gold/component");
    // The program runs before the page was opened, and the page finds it by itself.
    walk.wait("!document.querySelector('#next').disabled");
    walk.judge("/gold/component, running");
    for system in ["windows", "macos", "linux"] {
        walk.open(&format!("/gold/component?on={system}"));
    }
    walk.wait("!document.querySelector('#next').disabled");
    walk.press_on("#next", "/gold/card");
    walk.appoint("mei@example.tw");
    let own =
        ["/account", "/account/contact", "/account/password", "/account/stop", "/account/delete"];
    for page in own.into_iter().chain(["/", "/confirm", "/clerk", "/gold/renew"]) {
        walk.open(page);
    }
    assert!(walk.judged >= 28, "{} pages were judged", walk.judged);

    // A button that says nothing is found, so the judge is awake.
    walk.open("/confirm");
    walk.browser.evaluate("document.querySelector('#confirm').textContent = ''").unwrap();
    let found = walk.browser.axe().unwrap();
    assert!(found.iter().any(|found| found.starts_with("button-name: ")), "{found:#?}");
}

#[test]
fn every_page_of_the_portal_is_sound_in_chinese_on_a_desk() {
    walk("zh-TW", 1280);
}

#[test]
fn every_page_of_the_portal_is_sound_in_chinese_on_a_phone() {
    walk("zh-TW", 360);
}

#[test]
fn every_page_of_the_portal_is_sound_in_english_on_a_desk() {
    walk("en", 1280);
}

#[test]
fn every_page_of_the_portal_is_sound_in_english_on_a_phone() {
    walk("en", 360);
}
