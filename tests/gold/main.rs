//! End to end, nothing replaced: a member in real Chromium becomes gold with a virtual card in real
//! pcscd, through the resident program and its real window, into which the PIN is typed.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod component;
mod nowhere;
mod play;

use std::fs;
use std::time::Duration;

use ankong_stage::{Casting, Ensemble, eventually, gold};

use nowhere::{assert_absent_from, assert_absent_from_process, descendants, files_below};
use play::{Play, block_on};

/// Another person's number, with a right checksum and other last digits.
const OTHER_ID: &str = "B120863158";
/// Another number with a right checksum and the holder's last four.
const SAME_END: &str = "B210026789";
const WRONG_PIN: &str = "135799";

#[test]
fn a_general_member_becomes_gold_and_the_pin_is_nowhere() {
    block_on(async {
        let play = Play::start().await;
        gold::ask(&play.browser, Ensemble::NATIONAL_ID).await.unwrap();
        play.wait_for_window();
        // The PIN is typed and not yet confirmed: now the window has it, and nobody may show it.
        play.display.wait_until_ready().unwrap();
        play.display.type_text(Ensemble::PIN).unwrap();
        eventually("the dots", Duration::from_secs(10), || {
            let shown = play.display.read_consent("field")?.chars().count();
            Ok((shown == Ensemble::PIN.len()).then_some(()))
        })
        .unwrap();
        let processes = descendants(play.ensemble.helper_id());
        assert!(processes.len() > 2, "the window and its web view are processes of their own");
        for process in &processes {
            assert_absent_from_process(*process);
        }
        play.display.key("Return").unwrap();
        play.display.wait_until_gone(gold::WINDOW, Duration::from_secs(20)).unwrap();
        assert_eq!(gold::see_crown(&play.browser).await.unwrap(), "金質會員");
        assert_eq!(play.verifies(), 1);

        eventually("the end of the window's processes", Duration::from_secs(5), || {
            Ok((descendants(play.ensemble.helper_id()).len() == 1).then_some(()))
        })
        .unwrap();
        assert!(play.ensemble.folder().join("ankong.log").exists());
        let mut searched = 0;
        for file in files_below(play.ensemble.home().path()) {
            // The card's own file is the card: it knows its PIN.
            if !file.ends_with("pki/cards/member.toml") {
                match fs::read(&file) {
                    Ok(bytes) => assert_absent_from(&file, &bytes),
                    // The browser still runs, and its files come and go.
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                    Err(error) => panic!("{file:?}: {error}"),
                }
                searched += 1;
            }
        }
        assert!(searched > 20, "only {searched} files were searched");
    });
}

#[test]
fn the_holder_of_card_and_number_becomes_gold_and_signs_in_with_the_card() {
    block_on(async {
        let play = Play::start().await;
        gold::reload_and_come_back(&play.browser, &play.ensemble).await.unwrap();
        gold::open_card_page(&play.browser).await.unwrap();
        // Ends like the holder's: the card says yes, and the register no.
        gold::ask(&play.browser, SAME_END).await.unwrap();
        gold::type_pin(&play.display, Ensemble::PIN).await.unwrap();
        let said = gold::wait_for_words(&play.browser, "查證結果").await.unwrap();
        assert!(said.contains("不屬於這張憑證的持有人"), "{said}");

        gold::ask(&play.browser, Ensemble::NATIONAL_ID).await.unwrap();
        gold::type_pin(&play.display, Ensemble::PIN).await.unwrap();
        assert_eq!(gold::see_crown(&play.browser).await.unwrap(), "金質會員");

        gold::sign_in_with_the_card(&play.browser).await.unwrap();
        gold::type_pin(&play.display, Ensemble::PIN).await.unwrap();
        assert_eq!(gold::see_crown(&play.browser).await.unwrap(), "金質會員");
        assert_eq!(play.verifies(), 3);
    });
}

#[test]
fn a_card_that_does_not_hold_makes_nobody_gold_and_the_page_says_what_to_do() {
    block_on(async {
        for (condition, holder, log, code, words) in [
            (Some("revoked"), None, "portal.log", "certificate-revoked", "已經廢止"),
            (Some("suspended"), None, "portal.log", "certificate-suspended", "停用中"),
            (None, Some("林美玲"), "portal.log", "name-mismatch", "姓名不同"),
            (Some("blocked"), None, "ankong.log", "pin-blocked", "已鎖住"),
            // This one the program sees before it asks anybody for a PIN.
            (Some("expired"), None, "", "certificate-expired", "不在有效期間"),
        ] {
            let casting = Casting { in_process: true, condition, holder, ..Casting::default() };
            let play = Play::cast(casting).await;
            gold::ask(&play.browser, Ensemble::NATIONAL_ID).await.unwrap();
            if !log.is_empty() {
                play.wait_for_window();
                let log = play.ensemble.folder().join(log);
                let logged = || Ok(fs::read_to_string(&log)?.contains(code));
                gold::enter_pin(&play.display, Ensemble::PIN, logged).await.unwrap();
            }
            gold::wait_for_words(&play.browser, words).await.unwrap();
            // Nothing is lost: the number stands there, and the way on is open.
            gold::can_try_again(&play.browser, Ensemble::NATIONAL_ID).await.unwrap();
        }
    });
}

#[test]
fn where_there_is_no_pcscd_the_card_is_in_process_and_the_page_the_same() {
    block_on(async {
        let play = Play::cast(Casting { in_process: true, ..Casting::default() }).await;
        gold::ask(&play.browser, Ensemble::NATIONAL_ID).await.unwrap();
        gold::type_pin(&play.display, Ensemble::PIN).await.unwrap();
        assert_eq!(gold::see_crown(&play.browser).await.unwrap(), "金質會員");
    });
}

#[test]
fn a_wrong_pin_another_persons_id_and_a_refusal_each_get_their_own_sentence() {
    block_on(async {
        let play = Play::start().await;
        gold::ask(&play.browser, OTHER_ID).await.unwrap();
        play.wait_for_window();
        let refused = || Ok(play.logged("ankong.log", "id-mismatch"));
        gold::enter_pin(&play.display, Ensemble::PIN, refused).await.unwrap();
        let said = gold::wait_for_message(&play.browser).await.unwrap();
        assert!(said.contains("身分證字號與這張卡片不符"), "{said}");
        assert_eq!(play.verifies(), 0, "the PIN was not sent");

        // The window says so too, until somebody closes it or the next question comes.
        let window = play.display.read_consent("read-page").unwrap();
        assert!(window.contains("身分證字號與這張卡片不符"), "{window}");
        gold::ask(&play.browser, Ensemble::NATIONAL_ID).await.unwrap();
        gold::enter_pin(&play.display, WRONG_PIN, || Ok(play.verifies() == 1)).await.unwrap();
        for _ in 0..10 {
            play.display.wait_until_ready().unwrap();
            play.display.key("Escape").unwrap();
            if play.display.wait_until_gone(gold::WINDOW, Duration::from_secs(1)).is_ok() {
                break;
            }
        }
        let said = gold::wait_for_message(&play.browser).await.unwrap();
        assert!(said.contains("您拒絕了這個要求"), "{said}");
        assert_eq!(play.verifies(), 1);
    });
}
