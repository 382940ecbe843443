//! The real window process on a real (virtual) display, with keys pressed by `xdotool`.
#![cfg(target_os = "linux")]
// What fails here is a failed test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accessibility;
mod content;
mod panel;
mod screen;
mod seen;

use std::process::{Command, Stdio};

use accessibility::consent;
use ankong_dialog::{Answer, Card, Ending, Order, PinRule, Prompt, WrongPin};
use screen::Screen;

#[test]
fn keys_that_come_too_early_do_not_count_and_the_pin_typed_then_is_agreed_to() {
    let screen = Screen::open();
    let mut window = screen.ask_and(&chinese(), || {
        screen.type_text("99");
        screen.press(&["Return", "Escape"]);
    });
    screen.wait_until_ready();
    assert!(window.is_open());
    screen.type_text("Ab3456");
    window.settle();
    screen.photograph("pin-typed");
    screen.press(&["BackSpace"]);
    screen.type_text("~");
    assert!(window.has_said_nothing());
    screen.press(&["Return"]);
    assert_eq!(window.agreed(), (b"Ab345~".to_vec(), false));
    screen.type_text("777777");
    screen.press(&["Return", "Escape"]);
    screen.photograph("working");
    assert!(window.has_said_nothing());
    window.order(&Order::End(ending(true)));
    assert!(window.gone(&screen).success());
}

#[test]
fn a_wrong_pin_is_said_and_the_last_try_needs_an_explicit_yes() {
    let screen = Screen::open();
    let mut window = screen.ask(chinese());
    window.painted();
    screen.wait_until_ready();
    screen.photograph("question");
    screen.type_text("111111");
    screen.press(&["Return"]);
    assert_eq!(window.agreed(), (b"111111".to_vec(), false));
    window.order(&Order::WrongPin(WrongPin {
        message: "PIN 碼不正確，請再輸入一次。".into(),
        tries: "還可以輸入 1 次。再錯一次，卡片就會鎖住。".into(),
        tries_left: Some(1),
    }));
    screen.wait_until_read("read", "還可以輸入 1 次");
    screen.type_text("222222");
    screen.press(&["Return"]);
    screen.photograph("wrong-pin");
    assert!(window.has_said_nothing());
    screen.press(&["space", "Return"]);
    assert_eq!(window.agreed(), (b"222222".to_vec(), true));
    window.order(&Order::End(ending(false)));
    window.settle();
    screen.photograph("ending");
    assert!(window.is_open());
    screen.wait_until_ready();
    consent(&screen, &["press", "開啟內政部憑證管理中心網站"]);
    assert!(matches!(window.answer(), Answer::Visit));
    screen.press(&["Escape"]);
    let status = window.gone(&screen);
    assert!(status.success(), "{status:?}");
}

#[test]
fn of_several_cards_one_is_chosen_before_the_pin() {
    let screen = Screen::open();
    let mut prompt = chinese();
    let pin = Some(PinRule { min: 4, max: 4 });
    let holder = "Zoë Ångström-Featherstonehaugh".to_owned();
    prompt.others = vec![Card { holder, pin, tries_left: Some(1), ..prompt.card.clone() }];
    let window = screen.ask(prompt.clone());
    window.painted();
    screen.wait_until_ready();
    screen.photograph("cards");
    screen.type_text("123456");
    screen.press(&["Return"]);
    assert!(window.has_said_nothing());
    // From the first to the second, and on to the PIN.
    screen.press(&["space", "Down", "Return"]);
    screen.type_text("123456");
    screen.press(&["Tab", "space"]);
    window.settle();
    screen.photograph("card-chosen");
    screen.press(&["Return"]);
    match window.answer() {
        Answer::Agreed { card: 1, pin, last_try_accepted: true } => assert_eq!(*pin, b"1234"),
        _ => panic!("another answer"),
    }
    drop(window);

    let window = screen.ask(prompt);
    window.painted();
    screen.wait_until_ready();
    let said = consent(&screen, &["read-cards"]);
    assert_eq!(said.lines().count(), 2, "{said}");
    assert!(said.contains("王小明") && said.contains("2029-05-31"), "{said}");
    consent(&screen, &["press", said.lines().next().unwrap()]);
    window.settle();
    screen.press(&["Return"]);
    screen.type_text("123456");
    screen.press(&["Return"]);
    match window.answer() {
        Answer::Agreed { card: 0, pin, last_try_accepted: false } => assert_eq!(*pin, b"123456"),
        _ => panic!("another answer"),
    }
}

#[test]
fn escape_declines() {
    let screen = Screen::open();
    let window = screen.ask(english());
    window.painted();
    screen.wait_until_ready();
    screen.photograph("english-long");
    screen.press(&["Escape"]);
    assert!(matches!(window.answer(), Answer::Declined));
    assert!(window.gone(&screen).success());
}

#[test]
fn closing_the_frame_declines() {
    let screen = Screen::open();
    let window = screen.ask(chinese());
    window.painted();
    // The window manager takes the keys once it has given the window the keyboard.
    let answer = (0..20).find_map(|_| {
        screen.press(&["alt+F4"]);
        window.settle();
        window.said()
    });
    assert!(matches!(answer, Some(Answer::Declined)));
    let status = window.gone(&screen);
    assert!(status.success(), "{status:?}");
}

#[test]
fn nobody_there_is_a_time_out() {
    let screen = Screen::open();
    let window = screen.ask(Prompt { seconds: 3, ..chinese() });
    window.painted();
    assert!(matches!(window.answer(), Answer::TimedOut));
    assert!(window.gone(&screen).success());
}

#[test]
fn when_the_parent_goes_everything_is_gone_within_a_second() {
    let screen = Screen::open();
    let mut window = screen.ask(chinese());
    window.painted();
    window.abandon();
    window.gone(&screen);
}

#[test]
fn neither_the_window_nor_the_web_view_may_write_a_core_dump() {
    let screen = Screen::open();
    let window = screen.ask(chinese());
    window.painted();
    let limits = window.core_limits(&screen);
    assert!(limits.len() > 1, "the web view has processes of its own");
    for limit in limits {
        let numbers: Vec<_> = limit.split_whitespace().skip(4).collect();
        assert_eq!(numbers, ["0", "0", "bytes"]);
    }
}

#[test]
fn an_argument_is_refused() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_ankong-window"));
    let output = program.arg("--pin=123456").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("takes no arguments") && !said.contains("123456"), "{said}");
}

#[test]
fn without_a_question_or_a_display_it_ends_and_says_why() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_ankong-window"));
    program.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").stdin(Stdio::null());
    let output = program.output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty());

    let mut child = program
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let question = Order::Ask(Box::new(chinese()));
    ankong_dialog::write_order(child.stdin.as_mut().unwrap(), &question).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("there is no display"), "{said}");
}

fn chinese() -> Prompt {
    serde_json::from_str(include_str!("data/prompt-zh-TW.json")).unwrap()
}

fn english() -> Prompt {
    serde_json::from_str(include_str!("data/prompt-en.json")).unwrap()
}

fn ending(silent: bool) -> Ending {
    Ending {
        silent,
        message: "這張卡片的 PIN 碼已經鎖住".into(),
        remedy: "請到內政部憑證管理中心網站，用用戶代碼解鎖後再試一次。".into(),
        place: Some("開啟內政部憑證管理中心網站".into()),
        code: "pin-blocked".into(),
    }
}
