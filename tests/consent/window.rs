//! The window itself, from the page's request to its answer.

use std::fs;
use std::process::Command;
use std::thread::JoinHandle;
use std::time::Duration;

use ankong_stage::{
    Answer, PrivatePcscd, Process, VirtualDisplay, built, eventually, install_program,
};
use rustix::process::{Pid, Signal, kill_process};

use crate::resident::{
    PATIENCE, Resident, TITLE, WindowProgram, assert_refused, card, display, home_with,
};
use crate::support::cards::{self, PIN};

/// Presses keys in the window that takes them until that had its effect: on a loaded machine the
/// keyboard may come and go, and what is pressed meanwhile does not count.
fn until(display: &VirtualDisplay, done: &dyn Fn() -> bool, press: &dyn Fn()) {
    for _ in 0..5 {
        display.wait_until_ready().unwrap();
        press();
        let waited = eventually("the effect", Duration::from_secs(20), || Ok(done().then_some(())));
        if waited.is_ok() {
            return;
        }
    }
    panic!("the window takes no keys");
}

/// Types a PIN and confirms it.
pub(crate) fn enter(display: &VirtualDisplay, pin: &str, done: &dyn Fn() -> bool) {
    until(display, done, &|| {
        for _ in 0..PIN.len() + 2 {
            display.key("BackSpace").unwrap();
        }
        display.type_text(pin).unwrap();
        display.key("Return").unwrap();
    });
}

/// The right PIN.
pub(crate) fn confirm(display: &VirtualDisplay, answer: JoinHandle<Answer>) -> Answer {
    enter(display, PIN, &|| answer.is_finished());
    answer.join().unwrap()
}

fn kill(process: u32) {
    kill_process(Pid::from_raw(process.try_into().unwrap()).unwrap(), Signal::KILL).unwrap();
}

#[test]
fn a_request_is_confirmed_or_refused_and_the_window_is_gone() {
    let display = display();
    let resident = Resident::on(&display);
    let answer = confirm(&display, resident.ask());
    assert_eq!(answer.status, 200, "{answer:?}");
    resident.wait_until_alone();

    let answer = resident.ask();
    until(&display, &|| answer.is_finished(), &|| display.key("Escape").unwrap());
    assert_refused(&answer.join().unwrap(), "user-declined");
    resident.wait_until_alone();
}

#[test]
fn a_wrong_pin_is_asked_for_again_and_the_last_try_wants_its_box_ticked() {
    let display = display();
    let resident = Resident::on(&display);
    let answer = resident.ask();
    let says = |what: &str| display.read_consent("read").is_ok_and(|said| said.contains(what));
    for (pin, left) in [("111111", "2 次"), ("222222", "1 次")] {
        enter(&display, pin, &|| says(left));
    }
    // The keyboard goes to the box that is not ticked, and nothing is sent.
    enter(&display, PIN, &|| says("卡片就會鎖住 |  | focused"));
    assert!(!answer.is_finished());
    until(&display, &|| answer.is_finished(), &|| {
        display.key("space").unwrap();
        display.key("Return").unwrap();
    });
    let answer = answer.join().unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[test]
fn a_page_that_goes_takes_its_window_along_and_a_second_request_is_told_to_wait() {
    let display = display();
    let resident = Resident::on(&display);
    let page = resident.ask_by_a_page();
    display.wait_for_window(TITLE, PATIENCE).unwrap();
    assert_refused(&resident.ask().join().unwrap(), "busy");
    assert_eq!(display.windows_named(TITLE).unwrap().len(), 1, "the first one's");
    drop(page);
    display.wait_until_gone(TITLE, PATIENCE).unwrap();
    resident.wait_until_alone();

    assert_eq!(confirm(&display, resident.ask()).status, 200);
}

#[test]
fn a_window_that_is_killed_ends_the_request_and_not_the_program() {
    let display = display();
    let resident = Resident::on(&display);
    let answer = resident.ask();
    display.wait_until_ready().unwrap();
    display.type_text("123").unwrap();
    let windows = resident.processes("ankong-window");
    assert_eq!(windows.len(), 1);
    kill(windows[0]);
    assert_refused(&answer.join().unwrap(), "cancelled");
    resident.wait_until_alone();
    display.wait_until_gone(TITLE, PATIENCE).unwrap();

    assert_eq!(confirm(&display, resident.ask()).status, 200);
}

#[test]
fn a_card_that_is_pulled_while_the_person_thinks_gets_no_pin() {
    let pcscd = PrivatePcscd::start().unwrap();
    let display = display();
    let home = home_with(&card());
    let mut inserted = Command::new(built("virtual-card").unwrap());
    inserted.arg("run").arg(home.path().join("card.toml"));
    inserted.args(["--port", &pcscd.vpcd_port().to_string()]);
    let mut inserted = Process::start(inserted, &home.path().join("card.log")).unwrap();
    let mut environment = display.environment();
    environment.extend(pcscd.environment());
    let resident = Resident::reading_cards(home, &[], &WindowProgram::AsBuilt, environment);
    eventually("the card has been read", PATIENCE, || {
        Ok(resident.log().contains("card read").then_some(()))
    })
    .unwrap();
    let answer = resident.ask();
    display.wait_until_ready().unwrap();
    inserted.kill();
    assert_refused(&confirm(&display, answer), "card-removed");
    // The window says so until somebody closes it.
    assert_eq!(display.windows_named(TITLE).unwrap().len(), 1);
    let closed = || display.windows_named(TITLE).is_ok_and(|windows| windows.is_empty());
    until(&display, &closed, &|| display.key("Return").unwrap());
    resident.wait_until_alone();
}

#[test]
fn without_a_session_bus_the_window_works_all_the_same() {
    let display = display();
    let mut environment = display.environment();
    environment.retain(|(name, _)| *name != "DBUS_SESSION_BUS_ADDRESS");
    let resident = Resident::start(&WindowProgram::AsBuilt, environment);
    let answer = resident.ask();
    display.wait_for_window(TITLE, PATIENCE).unwrap();
    // Nothing tells when keys begin to count, so they come until they do.
    eventually("an answer", PATIENCE, || {
        std::thread::sleep(Duration::from_millis(1500));
        if !answer.is_finished() {
            for _ in 0..PIN.len() + 2 {
                display.key("BackSpace")?;
            }
            display.type_text(PIN)?;
            display.key("Return")?;
        }
        Ok(answer.is_finished().then_some(()))
    })
    .unwrap();
    assert_eq!(answer.join().unwrap().status, 200);
}

#[test]
fn where_the_remedy_is_on_a_site_a_button_opens_it_in_the_browser() {
    let display = display();
    // A card that needs an issuer's keys, which are not there.
    let home = home_with(&cards::image());
    let opener = home.path().join("xdg-open");
    let opened = home.path().join("opened");
    let script = home.path().join("script");
    fs::write(&script, format!("#!/bin/sh\necho \"$@\" > {}\n", opened.display())).unwrap();
    install_program(&script, &opener).unwrap();
    let mut environment = display.environment();
    environment.push(("PATH", home.path().into()));
    let resident = Resident::with_virtual_card(home, &WindowProgram::AsBuilt, environment);
    assert_refused(&resident.ask().join().unwrap(), "no-signing-module");
    let said = || fs::read_to_string(&opened).ok().filter(|said| said.ends_with('\n'));
    let press = || display.press_in_consent("開啟內政部憑證管理中心網站").unwrap();
    until(&display, &|| said().is_some(), &press);
    assert_eq!(said().unwrap(), "https://moica.nat.gov.tw/\n");
}
