//! Every page of the portal in Chromium, in both languages, on a desk and on a phone: judged by axe-core,
//! no wider than its window, and without a fault of its scripts or of its policy; English marks are narrow.
//! Somebody registers on the way, with a code from the outbox. `make pictures-portal` keeps a picture of each, to be looked at.

mod desk;
mod walk;

use ankong_stage::{Casting, Ensemble};
use serde_json::json;

use walk::{WIDE, Walk};

/// From the choice of a membership to the new member's welcome.
fn register(walk: &mut Walk<'_>, account: &str) {
    walk.open("/join");
    walk.press_on("#join-general", "/join/notice");
    walk.browser.click("#accepted").unwrap();
    walk.press_on("#next", "/join/contact");
    know_the_code(walk, account, "/join/profile");
    walk.fill("#family-name", "林");
    walk.fill("#given-name", "美玲");
    for password in ["songshan", Ensemble::PASSWORD] {
        walk.fill("#password", password);
        walk.fill("#password-again", password);
        walk.judge("/join/profile, filled");
        if password == Ensemble::PASSWORD {
            break;
        }
        walk.browser.click("#register").unwrap();
        walk.wait("document.querySelector('#message')?.textContent.length > 0");
        walk.wait("document.querySelector('#family-name').value === '林'");
        walk.judge("/join/profile, refused");
    }
    walk.press_on("#register", "/welcome");
}

/// Asks for a code and types it, which leads to this page.
fn know_the_code(walk: &mut Walk<'_>, account: &str, page: &str) {
    walk.fill("#account", account);
    walk.browser.click("#robot").unwrap();
    walk.browser.click("#send").unwrap();
    walk.wait("document.activeElement.id === 'code'");
    walk.judge("/join/contact, with a code on its way");
    // No code is this one.
    walk.browser.evaluate("document.querySelector('#code').removeAttribute('pattern')").unwrap();
    walk.fill("#code", "x");
    walk.browser.click("#next").unwrap();
    walk.wait("document.querySelector('#message')?.getAttribute('role') === 'alert'");
    walk.judge("/join/contact, with a wrong code");
    let newest = "fetch('/outbox').then((page) => page.text())
        .then((text) => text.match(/[^0-9]([0-9]{6})[^0-9]/)[1])";
    let code = walk.browser.evaluate(newest).unwrap();
    walk.fill("#code", code.as_str().unwrap());
    walk.press_on("#next", page);
}

fn walk(language: &str, width: u16) {
    let casting = Casting { in_process: true, ..Casting::default() };
    let ensemble = Ensemble::start(&casting, &mut |_| {}).unwrap();
    let mut walk = Walk::begin(&ensemble, language, width);
    for page in ["/sign-in", "/sign-in/card", "/sign-in/component", "/outbox", "/nowhere"] {
        walk.open(page);
    }
    // The form again, with what is the matter.
    walk.sign_in("nobody@example.tw", "guess");
    walk.wait("document.querySelector('#message')?.textContent.length > 0");
    walk.judge("/sign-in, refused");

    walk.open("/sign-in/forgotten");
    walk.press_on("#next", "/join/contact");
    walk.open("/join/contact?by=email");
    know_the_code(&mut walk, Ensemble::EMAIL, "/sign-in/password");

    register(&mut walk, "mei@example.tw");
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
    ensemble.appoint("mei@example.tw").unwrap();
    let own =
        ["/account", "/account/contact", "/account/password", "/account/stop", "/account/delete"];
    for page in own.into_iter().chain(["/", "/confirm", "/clerk", "/gold"]) {
        walk.open(page);
    }
    walk.open("/account/contact");
    walk.press_on("#begin", "/join/contact");
    know_the_code(&mut walk, "0955666777", "/account/contact/finish");
    walk.press_on("#change", "/account");
    assert!(walk.judged >= 43, "{} pages were judged", walk.judged);

    if language == "en" {
        // Wide marks are found where the style does not ask for narrow ones.
        walk.open("/gold/component");
        let plain = "document.documentElement.style.fontFeatureSettings = 'normal'";
        walk.browser.evaluate(plain).unwrap();
        assert_ne!(walk.browser.evaluate(WIDE).unwrap(), json!([]));
    }
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
