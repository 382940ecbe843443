//! The pages of our own windows in Chromium, under the policy they have there: judged by axe-core,
//! looked at twice as large, and without motion. `window.ipc` is a stand-in; the pages are told what
//! the real window tells them.

use std::fs;
use std::path::{Path, PathBuf};

use ankong_stage::{DemoAuthority, DrivenBrowser, Driving, Kind, Look, Page, Site, TemporaryHome};
use openssl::pkey::PKey;
use openssl::x509::X509;
use serde_json::{Value, json};

const NAME: &str = "pages.example";

/// Keeps what a page says to its window.
const STAND_IN: &str = "window.said = []; window.ipc = { postMessage: (text) => said.push(text) };";

struct Window {
    _home: TemporaryHome,
    _site: Site,
    address: String,
    browser: DrivenBrowser,
}

impl Window {
    fn open() -> Self {
        let home = TemporaryHome::create().unwrap();
        let authority = DemoAuthority::create_for(home.path(), &[NAME]).unwrap();
        let certificate = X509::from_pem(&fs::read(authority.certificate()).unwrap()).unwrap();
        let key = PKey::private_key_from_pem(&fs::read(authority.key()).unwrap()).unwrap();
        let site = Site::open([127, 0, 0, 1].into(), &certificate, &key, files()).unwrap();
        home.trust(authority.root(), "site").unwrap();
        let arguments = vec![format!("--host-resolver-rules=MAP {NAME} 127.0.0.1")];
        let driving = Driving { arguments, ..Driving::default() };
        let browser = DrivenBrowser::start(Kind::Chromium, &home, &driving).unwrap();
        let address = format!("https://{NAME}:{}", site.port());
        Self { _home: home, _site: site, address, browser }
    }

    /// Opens the page anew, looks at it so, and tells it this.
    fn show(&mut self, scene: &Scene, features: &[(&str, &str)], viewport: (u16, u16)) {
        self.browser.look(&Look { features, viewport, script: STAND_IN }).unwrap();
        self.browser.goto(&format!("{}/{}.html", self.address, scene.file)).unwrap();
        for update in &scene.updates {
            self.browser.evaluate(&format!("ankong.receive({update})")).unwrap();
        }
        assert_eq!(self.evaluate("said[0]"), "loaded", "{}", scene.name);
    }

    fn evaluate(&mut self, expression: &str) -> Value {
        self.browser.evaluate(expression).unwrap()
    }
}

/// The files of `assets/ui`, as the window serves them.
fn files() -> Vec<Page> {
    let policy = fs::read_to_string(below("assets/ui/policy.txt")).unwrap();
    let header = |kind: &str| -> &'static str {
        let policy = policy.trim_end();
        format!("Content-Type: {kind}; charset=utf-8\r\nContent-Security-Policy: {policy}\r\n")
            .leak()
    };
    let mut pages = Vec::new();
    for entry in fs::read_dir(below("assets/ui")).unwrap() {
        let file = entry.unwrap().path();
        let kind = match file.extension().and_then(|ending| ending.to_str()) {
            Some("html") => "text/html",
            Some("css") => "text/css",
            Some("js") => "text/javascript",
            _ => continue,
        };
        let path = format!("/{}", file.file_name().unwrap().to_str().unwrap()).leak();
        let body = fs::read_to_string(&file).unwrap();
        pages.push(Page { path, header: header(kind), body });
    }
    pages
}

/// A page, and what it is told.
struct Scene {
    name: String,
    file: &'static str,
    updates: Vec<Value>,
}

/// What is kept in a folder of `tests/data`.
fn kept(folder: &str) -> impl Iterator<Item = (String, Value)> {
    let files = fs::read_dir(below("tests/data").join(folder)).unwrap();
    files.map(|entry| {
        let file = entry.unwrap().path();
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, serde_json::from_slice(&fs::read(&file).unwrap()).unwrap())
    })
}

fn scenes() -> Vec<Scene> {
    let ready = || json!({ "kind": "ready" });
    let mut scenes = Vec::new();
    for (name, panel) in kept("panel") {
        let show = json!({ "kind": "show", "panel": panel, "readable": [] });
        scenes.push(Scene { name, file: "panel", updates: vec![show, ready()] });
    }
    for (name, told) in kept("consent") {
        let last_try = told["ask"]["card"]["tries_left"] == 1;
        let mut updates = vec![
            json!({
                "kind": "ask", "prompt": told["ask"], "last_try": last_try, "readable": null,
                "text": told["text"],
            }),
            ready(),
        ];
        if !told["wrong_pin"].is_null() {
            let wrong = &told["wrong_pin"];
            updates.push(json!({ "kind": "wrong-pin", "wrong": wrong, "last_try": false }));
        }
        if told["end"].is_null() {
            let mut working = updates.clone();
            working.push(json!({ "kind": "working" }));
            scenes.push(Scene {
                name: format!("{name}-working"),
                file: "consent",
                updates: working,
            });
            updates.push(json!({ "kind": "field", "dots": 6, "missing": "nothing" }));
        } else {
            updates.push(json!({ "kind": "end", "ending": told["end"] }));
        }
        scenes.push(Scene { name, file: "consent", updates });
    }
    assert!(scenes.len() >= 2 * (16 + 16), "pages are gone");
    scenes
}

fn below(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn axe_finds_nothing_wrong_with_any_page_in_light_and_dark() {
    let mut window = Window::open();
    for scheme in ["light", "dark"] {
        for scene in scenes() {
            window.show(&scene, &[("prefers-color-scheme", scheme)], (720, 640));
            let found = window.browser.axe().unwrap();
            assert!(found.is_empty(), "{} in {scheme}: {found:#?}", scene.name);
        }
    }
    // A button that says nothing is found, so the judge is awake.
    window.evaluate("document.querySelector('button').textContent = ''");
    assert!(window.browser.axe().unwrap().iter().any(|found| found.starts_with("button-name: ")));
}

/// WCAG 2.2, 1.4.4 and 1.4.10: at 200 % a page of 720 pixels has 360 to stand in.
#[test]
fn twice_as_large_no_page_is_wider_than_its_window_and_every_button_can_be_reached() {
    const OUTSIDE: &str = "[...document.querySelectorAll('button, input, h1, p, li, svg')]
        .filter((it) => it.getBoundingClientRect().width > 0)
        .filter((it) => it.getBoundingClientRect().right > innerWidth + 1
            || it.getBoundingClientRect().left < -1)
        .map((it) => it.outerHTML)";
    const SIDEWAYS: &str = "[document.documentElement, ...document.querySelectorAll('body *')]
        .filter((it) => getComputedStyle(it).overflowX !== 'visible' || it === document.documentElement)
        .filter((it) => it.scrollWidth > it.clientWidth + 1 && it.clientWidth > 0)
        .map((it) => it.outerHTML.slice(0, 200))";
    let mut window = Window::open();
    for scene in scenes() {
        window.show(&scene, &[], (360, 320));
        for question in [OUTSIDE, SIDEWAYS] {
            assert_eq!(window.evaluate(question), json!([]), "{}", scene.name);
        }
    }
}

#[test]
fn whoever_wants_no_motion_sees_none() {
    let mut window = Window::open();
    let moving = "document.getAnimations().length";
    let working: Vec<Scene> =
        scenes().into_iter().filter(|scene| scene.name.contains("-working")).collect();
    for scene in &working {
        window.show(scene, &[("prefers-reduced-motion", "no-preference")], (460, 560));
        assert_eq!(window.evaluate(moving), 1, "{} shows that it works", scene.name);
    }
    for scene in scenes() {
        window.show(&scene, &[("prefers-reduced-motion", "reduce")], (460, 560));
        assert_eq!(window.evaluate(moving), 0, "{}", scene.name);
    }
}
