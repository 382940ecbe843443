//! What is to be signed, and what is given away, on the real window.

use std::time::Duration;

use ankong_dialog::{Answer, Card, Content, Labels, Prompt};

use crate::accessibility::consent;
use crate::chinese;
use crate::screen::Screen;

#[test]
fn a_text_to_be_signed_is_shown_whole_and_nothing_in_it_stays_unseen() {
    let screen = Screen::open();
    let lines: String = (1..=60).map(|line| format!("第 {line} 條\t本人同意。\r\n")).collect();
    let window = screen.ask(signing(&format!("{lines}應付\u{202E}001\u{202C}元\u{7}\n完")));
    window.painted();
    let shown = consent(&screen, &["content"]);
    let seen = lines.replace("\r\n", "\n");
    assert_eq!(shown.trim_end(), format!("{seen}應付⟨U+202E⟩001⟨U+202C⟩元⟨U+0007⟩\n完"));
    let said = consent(&screen, &["read"]);
    let dialog = said.lines().find(|line| line.starts_with("dialog | ")).expect("a dialog");
    assert!(dialog.contains("簽署內容（全文）"), "{dialog}");
    screen.wait_until_ready();
    screen.photograph("signature");
    // The keyboard reaches the text, scrolls it, and comes back to the PIN.
    screen.press(&["shift+Tab", "End"]);
    window.settle();
    screen.photograph("signature-end");
    screen.press(&["Tab"]);
    screen.type_text("123456");
    screen.press(&["Return"]);
    assert_eq!(window.agreed(), (b"123456".to_vec(), false));
}

#[test]
fn a_long_text_is_on_the_screen_as_soon_as_a_person_would_wait() {
    let line = "本人同意下列事項，並已詳細閱讀。".repeat(4) + "\n";
    for text in [line.repeat((1 << 20) / line.len()), "x".repeat(1 << 20), "\n".repeat(1 << 20)] {
        let screen = Screen::open();
        let window = screen.ask(signing(&text));
        let time = window.painted();
        eprintln!("start to painted with 1 MiB: {time:?}");
        assert!(time < Duration::from_secs(15), "the resident program does not wait longer");
    }
}

#[test]
fn bytes_that_are_no_text_are_shown_by_length_and_hash() {
    let screen = Screen::open();
    let hash = "SHA-256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let mut prompt = signing(hash);
    let content = prompt.content.as_mut().unwrap();
    (content.label, content.is_text) = ("簽署內容不是文字，無法顯示（3 位元組）".into(), false);
    let window = screen.ask(prompt);
    window.painted();
    assert_eq!(consent(&screen, &["content"]).trim_end(), hash);
    screen.wait_until_ready();
    screen.photograph("signature-bytes");
}

#[test]
fn where_a_yes_is_enough_what_is_given_is_said_and_no_pin_is_asked_for() {
    let screen = Screen::open();
    let given = "這個網站會得到您卡片上的憑證，裡面有您的姓名、憑證序號和有效期限，也可能有身分證字號末四碼。";
    let prompt = chinese();
    let pin_label = "不需要輸入 PIN 碼".into();
    let card = Card {
        pin: None,
        tries_left: None,
        tries: String::new(),
        pin_label,
        ..prompt.card.clone()
    };
    let labels =
        Labels {
            title: "安控：提供憑證".into(), asks: "想取得您的憑證".into(), ..prompt.labels
        };
    let prompt = Prompt { gives: Some(given.into()), card, labels, ..prompt };
    let window = screen.ask_and(&prompt, || screen.press(&["Return"]));
    assert!(window.has_said_nothing(), "keys that come too early do not count");
    screen.wait_until_ready();
    screen.photograph("certificates");
    screen.type_text("123456");
    screen.press(&["Return"]);
    assert_eq!(window.agreed(), (Vec::new(), false));
    drop(window);

    let window = screen.ask(prompt);
    window.painted();
    screen.wait_until_ready();
    screen.press(&["Escape"]);
    assert!(matches!(window.answer(), Answer::Declined));
}

/// A question about this content.
fn signing(text: &str) -> Prompt {
    let prompt = chinese();
    let labels =
        Labels {
            title: "安控：簽署".into(), asks: "請您簽署以下內容".into(), ..prompt.labels
        };
    let content =
        Content { label: "簽署內容（全文）".into(), text: text.into(), is_text: true };
    Prompt { purpose: "簽署同意書".into(), content: Some(content), labels, ..prompt }
}
