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
mod refused;

use std::fs;
use std::time::Duration;

use ankong_stage::{Casting, Ensemble, eventually, gold};

use nowhere::{assert_absent_from, assert_absent_from_process, descendants, files_below};
use play::{Play, block_on};

#[test]
fn a_general_member_becomes_gold_and_the_pin_is_nowhere() {
    block_on(async {
        let play = Play::start().await;
        gold::ask(&play.browser, Ensemble::NATIONAL_ID).await.unwrap();
        play.wait_for_window();
        // The PIN is typed and not yet confirmed: now the window has it, and nobody may show it.
        eventually("the dots", Duration::from_secs(60), || {
            play.display.wait_until_ready()?;
            play.display.type_text(Ensemble::PIN)?;
            let shown = eventually("so many", Duration::from_secs(2), || {
                let shown = play.display.read_consent("field")?.chars().count();
                Ok((shown == Ensemble::PIN.len()).then_some(()))
            });
            if shown.is_err() {
                // It got the keyboard a second time, and some keys did not count.
                (0..16).try_for_each(|_| play.display.key("BackSpace"))?;
            }
            Ok(shown.ok())
        })
        .unwrap();
        let processes = descendants(play.ensemble.helper_id());
        assert!(processes.len() > 2, "the window and its web view are processes of their own");
        for process in &processes {
            assert_absent_from_process(*process);
        }
        eventually("the window is gone", Duration::from_secs(60), || {
            play.display.key("Return")?;
            Ok(play.display.wait_until_gone(gold::WINDOW, Duration::from_secs(10)).ok())
        })
        .unwrap();
        assert_eq!(gold::see_crown(&play.browser).await.unwrap(), "金質會員");
        assert_eq!(play.verifies(), 1);

        eventually("the end of the window's processes", Duration::from_secs(30), || {
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
        gold::ask(&play.browser, Ensemble::NATIONAL_ID).await.unwrap();
        gold::type_pin(&play.display, Ensemble::PIN).await.unwrap();
        assert_eq!(gold::see_crown(&play.browser).await.unwrap(), "金質會員");

        gold::sign_in_with_the_card(&play.browser).await.unwrap();
        gold::type_pin(&play.display, Ensemble::PIN).await.unwrap();
        assert_eq!(gold::see_crown(&play.browser).await.unwrap(), "金質會員");
        assert_eq!(play.verifies(), 2);
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
