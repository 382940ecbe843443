//! The state of the component, on a page that nobody loads again.

use ankong_stage::{Casting, Ensemble, gold};

use crate::play::{Play, block_on};

/// Waits until the page shows this state, and its “next” is open or shut.
async fn see(play: &Play, state: &str, is_open: bool) {
    let state = format!("document.querySelector('#component-state').textContent === '{state}'");
    let next = format!("document.querySelector('#next').disabled !== {is_open}");
    play.wait_until(&format!("{state} && {next}")).await;
}

#[test]
fn the_page_sees_the_component_start_and_end_without_being_loaded_again() {
    block_on(async {
        let mut play = Play::before_the_first_page(Casting::default()).await;
        play.ensemble.end_helper().unwrap();
        gold::open_component_page(&play.browser, &play.ensemble, Ensemble::EMAIL).await.unwrap();
        see(&play, "未運行", false).await;
        play.evaluate("window.isTheSame = true").await;
        for _ in 0..2 {
            play.ensemble.start_helper().unwrap();
            see(&play, "運行中", true).await;
            play.ensemble.end_helper().unwrap();
            see(&play, "未運行", false).await;
        }
        assert_eq!(play.evaluate("window.isTheSame").await, true, "nobody loaded it again");

        play.browser.client().refresh().await.unwrap();
        see(&play, "未運行", false).await;
        play.ensemble.start_helper().unwrap();
        see(&play, "運行中", true).await;
        play.browser.client().refresh().await.unwrap();
        see(&play, "運行中", true).await;

        // The page it leads to sees it too.
        gold::open_card_page(&play.browser).await.unwrap();
        gold::type_id(&play.browser, Ensemble::NATIONAL_ID).await.unwrap();
        see(&play, "運行中", true).await;
        play.ensemble.end_helper().unwrap();
        see(&play, "未運行", false).await;
        play.ensemble.start_helper().unwrap();
        see(&play, "運行中", true).await;
    });
}
