//! The virtual display shows windows, takes keys and can be looked at.
#![cfg(target_os = "linux")]

use std::time::Duration;

use ankong_stage::{TemporaryHome, VirtualDisplay, open_for_a_person};

/// Its title says when the field has the focus and what was typed into it.
const PAGE: &str = "<title>opened</title><input id=i><script>\
    setInterval(()=>{i.focus();document.title=document.hasFocus()?'got '+i.value+'.':'no focus'},100)</script>";

#[test]
fn what_is_typed_reaches_the_window_and_the_screenshot_is_a_picture() {
    let home = TemporaryHome::create().unwrap();
    let display = VirtualDisplay::start(&home.environment()).unwrap();
    assert!(display.windows_named("got").unwrap().is_empty());

    let url = format!("data:text/html,{PAGE}");
    let browser = open_for_a_person(&home, &display.environment(), &url).unwrap();
    display.wait_for_window("got [.]", Duration::from_secs(30)).unwrap();
    display.type_text("123").unwrap();
    display.wait_for_window("got 123[.]", Duration::from_secs(10)).unwrap();

    let picture = home.path().join("screen.png");
    display.screenshot(&picture).unwrap();
    let bytes = std::fs::read(&picture).unwrap();
    assert!(bytes.starts_with(b"\x89PNG") && bytes.len() > 2_000, "{} bytes", bytes.len());

    drop(browser);
    display.wait_until_gone("got 123[.]", Duration::from_secs(5)).unwrap();
}
