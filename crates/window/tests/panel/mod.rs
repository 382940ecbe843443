//! The panel: its pages as the resident program writes them (`tests/data/panel`), in the real window,
//! by keyboard and as a screen reader finds them.

use std::fs;
use std::path::Path;

use ankong_dialog::{Answer, Order, Panel, Pressed};

use crate::accessibility::consent;
use crate::screen::{Screen, Window};

fn page(name: &str) -> Panel {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/panel");
    serde_json::from_slice(&fs::read(folder.join(format!("{name}.json"))).unwrap()).unwrap()
}

fn show(screen: &Screen, panel: Panel) -> Window {
    let window = screen.show(Order::Panel(Box::new(panel)));
    window.painted();
    window
}

fn pressed(window: &Window) -> Pressed {
    match window.answer() {
        Answer::Pressed(pressed) => pressed,
        _ => panic!("another answer"),
    }
}

/// Number of the action with this label in a row about this origin.
fn number(panel: &Panel, label: &str, origin: &str) -> u16 {
    let rows = panel.sections.iter().flat_map(|section| &section.rows);
    let mut rows = rows.filter(|row| row.origin.as_deref() == Some(origin));
    let mut actions = rows.next().unwrap().actions.iter();
    actions.find(|action| action.label == label).unwrap().number
}

#[test]
fn a_button_of_the_panel_counts_once_the_window_was_seen() {
    let screen = Screen::open();
    let panel = page("sites-zh-TW");
    let (serial, action) = (panel.serial, number(&panel, "允許", "https://portal.example"));
    let window = show(&screen, panel);
    let allow = "允許 https://portal.example";
    consent(&screen, &["press", allow]);
    screen.wait_until_ready();
    screen.photograph("panel");
    // Whether the first press came early enough not to count depends on how busy the machine is.
    let early = std::iter::from_fn(|| window.said()).count();
    assert!(early <= 1, "one press is at most one answer");
    consent(&screen, &["press", allow]);
    assert_eq!(pressed(&window), Pressed { serial, action });
    screen.wait_until_ready();
    screen.press(&["Escape"]);
    assert!(window.gone(&screen).success());
}

#[test]
fn the_tab_key_comes_through_the_panel_in_the_order_it_is_read() {
    let screen = Screen::open();
    let panel = page("sites-en");
    let serial = panel.serial;
    let window = show(&screen, panel.clone());
    screen.wait_until_ready();
    // The keyboard stands on the tab of this page; the others follow, then the page's buttons.
    let tabs = panel.tabs.iter().skip_while(|tab| !tab.chosen).map(|tab| tab.action);
    let buttons = panel.actions().map(|action| action.number);
    for action in tabs.chain(buttons) {
        screen.press(&["space"]);
        assert_eq!(pressed(&window), Pressed { serial, action });
        screen.press(&["Tab"]);
    }
    screen.press(&["Return"]);
    assert!(window.gone(&screen).success(), "the last one closes the window");
}

#[test]
fn a_screen_reader_is_told_every_part_of_the_panel_by_its_role() {
    let screen = Screen::open();
    for (name, expected) in [
        (
            "status-zh-TW",
            &[
                "heading | 目前狀態 | ",
                "image | 已就緒 | ",
                "heading | 瀏覽器是否信任安控 | ",
                "push button | 狀態 | ",
                "push button | 讓瀏覽器信任 瀏覽器是否信任安控 | ",
            ][..],
        ),
        (
            "settings-en",
            &[
                "heading | Settings and about | ",
                "toggle button | Start at login Start | ",
                "toggle button | English Language | ",
            ],
        ),
        ("first-run-4-zh-TW", &["push button | 完成 | ", "image | 示意圖："]),
    ] {
        let window = show(&screen, page(name));
        let said = consent(&screen, &["read-page"]);
        for part in expected {
            assert!(said.lines().any(|line| line.starts_with(part)), "{part:?} is not in {said}");
        }
        assert!(window.has_said_nothing());
    }
}

#[test]
fn another_language_is_drawn_into_the_open_panel_and_the_keyboard_stays() {
    let screen = Screen::open();
    let mut window = show(&screen, page("settings-zh-TW"));
    screen.wait_until_ready();
    assert!(consent(&screen, &["read-page"]).contains("heading | 設定與關於"));
    // To the last of the tabs and on to the first of the page: the language.
    screen.press(&["Tab", "space"]);
    let before = pressed(&window);
    let english = page("settings-en");
    let serial = before.serial + 1;
    window.order(&Order::Panel(Box::new(Panel { serial, ..english })));
    screen.wait_until_read("read-page", "heading | Settings and about");
    screen.press(&["space"]);
    assert_eq!(pressed(&window), Pressed { serial, action: before.action });
}
