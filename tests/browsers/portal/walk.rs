//! A walk through pages of the portal in one language and one width, each of which is judged, and
//! photographed where somebody wants to look at them.

use std::path::PathBuf;
use std::time::Duration;

use ankong_stage::{DrivenBrowser, Driving, Ensemble, Kind, Look, eventually};
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

/// English marks that are drawn as wide as a Chinese character, with what stands around them.
pub(super) const WIDE: &str = "(() => {
    const found = [];
    if (document.documentElement.lang !== 'en') return found;
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode;
        const letter = parseFloat(getComputedStyle(text.parentElement).fontSize);
        for (const { index } of text.data.matchAll(/[“”‘’·]/g)) {
            const mark = document.createRange();
            mark.setStart(text, index);
            mark.setEnd(text, index + 1);
            const { width } = mark.getBoundingClientRect();
            if (width > 0.7 * letter) found.push(text.data.slice(index, index + 20));
        }
    }
    return found;
})()";

pub(super) struct Walk<'a> {
    ensemble: &'a Ensemble,
    pub(super) browser: DrivenBrowser,
    looks: String,
    pub(super) judged: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn begin(ensemble: &'a Ensemble, language: &str, width: u16) -> Self {
        let mut browser =
            DrivenBrowser::start(Kind::Chromium, ensemble.home(), &Driving::default()).unwrap();
        browser.look(&Look { features: &[], viewport: (width, 800), script: LISTEN }).unwrap();
        let looks = format!("{language}, {width} px");
        let mut walk = Self { ensemble, browser, looks, judged: 0 };
        walk.open(&format!("/?lang={language}"));
        walk
    }

    /// Opens a page and judges it.
    pub(super) fn open(&mut self, path: &str) {
        self.browser.goto(&format!("{}{path}", self.ensemble.origin())).unwrap();
        self.judge(path);
    }

    pub(super) fn judge(&mut self, path: &str) {
        let found = self.browser.axe().unwrap();
        assert!(found.is_empty(), "{path} in {}: {found:#?}", self.looks);
        for (what, question) in [("sideways", SIDEWAYS), ("wide", WIDE), ("faults", "faults")] {
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
    pub(super) fn press_on(&mut self, button: &str, path: &str) {
        self.browser.click(button).unwrap();
        self.wait(&format!("location.pathname === {path:?} && document.readyState === 'complete'"));
        self.judge(path);
    }

    pub(super) fn fill(&mut self, field: &str, text: &str) {
        let fill = format!(
            "(() => {{ const it = document.querySelector({field:?}); it.value = {text:?};
                it.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
        );
        self.browser.evaluate(&fill).unwrap();
    }

    pub(super) fn wait(&mut self, condition: &str) {
        let what = format!("{condition} in {}", self.looks);
        eventually(&what, PATIENCE, || {
            // Between two pages there is nobody to answer.
            let holds = self.browser.evaluate(condition).unwrap_or(Value::Null);
            Ok((holds == json!(true)).then_some(()))
        })
        .unwrap();
    }

    /// Fills the form of the sign-in and sends it off.
    pub(super) fn sign_in(&mut self, account: &str, password: &str) {
        self.open("/sign-in");
        self.fill("#email", account);
        self.fill("#password", password);
        self.browser.click("button#sign-in").unwrap();
    }
}
