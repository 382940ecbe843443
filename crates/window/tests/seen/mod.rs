//! Nothing counts that the person did not see: keys meant for another window, a page that lies under
//! one, a program that is no browser.

use std::process::Stdio;

use ankong_dialog::{Prompt, Stranger};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, CreateWindowAux, WindowClass};

use crate::screen::Screen;
use crate::{chinese, english};

#[test]
fn what_is_typed_before_and_while_the_window_appears_lands_nowhere() {
    let screen = Screen::open();
    // Six digits and Enter, again and again: each round would be a PIN.
    let round = ["9", "9", "9", "9", "9", "9", "Return"];
    let mut typing = screen
        .command("xdotool")
        .args(["key", "--delay", "40"])
        .args(round.iter().cycle().take(70 * round.len()))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let window = screen.ask(chinese());
    window.painted();
    assert!(typing.try_wait().unwrap().is_none(), "it was typed all the time");
    typing.wait().unwrap();
    assert!(window.has_said_nothing());
    screen.wait_until_ready();
    screen.type_text("Ab3456");
    screen.press(&["Return"]);
    assert_eq!(window.agreed(), (b"Ab3456".to_vec(), false));
}

#[test]
fn while_another_window_covers_it_nothing_is_confirmed() {
    let screen = Screen::open();
    let window = screen.ask(chinese());
    window.painted();
    screen.wait_until_ready();
    screen.type_text("Ab3456");
    let (server, number) = x11rb::connect(Some(screen.display())).unwrap();
    let root = server.setup().roots[number].root;
    let cover = server.generate_id().unwrap();
    // One that no window manager has a word in, as menus are.
    let look = CreateWindowAux::new().override_redirect(1).background_pixel(0x4060_80FF);
    server
        .create_window(0, cover, root, 400, 300, 200, 90, 0, WindowClass::INPUT_OUTPUT, 0, &look)
        .unwrap();
    server.map_window(cover).unwrap();
    server.flush().unwrap();
    window.settle();
    screen.press(&["Return"]);
    window.settle();
    screen.photograph("covered");
    assert!(window.has_said_nothing());
    server.destroy_window(cover).unwrap();
    server.flush().unwrap();
    window.settle();
    screen.press(&["Return"]);
    assert_eq!(window.agreed(), (b"Ab3456".to_vec(), false));
}

#[test]
fn a_program_that_is_no_browser_is_named_on_the_page_and_to_screen_readers() {
    for (prompt, warning, picture) in [
        (chinese(), "這個要求不是瀏覽器送來的。", "stranger-zh-TW"),
        (english(), "No browser sent this.", "stranger-en"),
    ] {
        let screen = Screen::open();
        let stranger =
            Stranger { warning: warning.into(), name: "curl".into(), path: "/usr/bin/curl".into() };
        let window = screen.ask(Prompt { stranger: Some(stranger), ..prompt });
        window.painted();
        window.settle();
        screen.photograph(picture);
        let said = crate::accessibility::consent(&screen, &["read"]);
        let dialog = said.lines().find(|line| line.starts_with("dialog | ")).expect("a dialog");
        assert!(dialog.contains(warning) && dialog.contains("curl"), "{dialog}");
    }
}
