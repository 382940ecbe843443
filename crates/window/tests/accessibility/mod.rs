//! The window as screen readers and scripts find it: the accessibility tree, over AT-SPI.
//!
//! `consent.py` beside this is the recipe of docs/testing.md, run here as it stands there.

use ankong_dialog::Answer;

use crate::screen::Screen;
use crate::{chinese, english};

#[test]
fn a_screen_reader_is_told_who_asks_for_what_and_never_the_pin() {
    let screen = Screen::open();
    let window = screen.ask(chinese());
    window.painted();
    let prompt = chinese();
    let labels = &prompt.labels;
    let said = consent(&screen, &["read"]);
    let dialog = said.lines().find(|line| line.starts_with("dialog | ")).expect("a dialog");
    for part in [&labels.title, &prompt.origin, &labels.asks, &prompt.purpose, &prompt.card.holder]
    {
        assert!(dialog.contains(part.as_str()), "{part} is not in {dialog}");
    }
    let field = said.lines().find(|line| line.starts_with("password text | ")).expect("a field");
    for part in [prompt.card.pin_label.as_str(), prompt.card.tries.as_str(), "focused"] {
        assert!(field.contains(part), "{part} is not in {field}");
    }
    let button = |name: &str, states: &str| format!("push button | {name} |  | {states}");
    for line in [button(&labels.decline, "enabled"), button(&labels.confirm, "")] {
        assert!(said.lines().any(|found| found == line), "{line:?} is not in {said}");
    }

    screen.wait_until_ready();
    screen.type_text("Ab3456");
    window.settle();
    assert_eq!(consent(&screen, &["field"]).trim(), "••••••");
    assert!(!consent(&screen, &["read"]).contains("3456"));
}

#[test]
fn a_script_types_the_pin_and_presses_the_buttons() {
    let screen = Screen::open();
    let window = screen.ask(english());
    window.painted();
    consent(&screen, &["read"]);
    screen.wait_until_ready();
    screen.type_text("Ab3456");
    // One try is left: the box that says so has to be ticked.
    consent(&screen, &["press", &english().labels.last_try]);
    consent(&screen, &["press", &english().labels.confirm]);
    assert_eq!(window.agreed(), (b"Ab3456".to_vec(), true));
    drop(window);

    let window = screen.ask(english());
    window.painted();
    screen.wait_until_ready();
    consent(&screen, &["press", &english().labels.decline]);
    assert!(matches!(window.answer(), Answer::Declined));
}

pub(crate) fn consent(screen: &Screen, arguments: &[&str]) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/accessibility/consent.py");
    // Debian's own Python: another one does not see Debian's packages.
    let output = screen.command("/usr/bin/python3").arg(script).args(arguments).output().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {complaints}");
    String::from_utf8(output.stdout).unwrap()
}
