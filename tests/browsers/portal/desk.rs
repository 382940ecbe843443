//! The clerk's desk with a case on it, and what the member whose case it is sees; and the pages of the gold member who has the card.

use ankong_stage::{Browser, Casting, Ensemble, TemporaryHome, VirtualDisplay, gold};

use super::walk::Walk;

/// A second account of the holder's, refused because the card has made the first one gold.
const REFUSED: &str = "again@example.tw";
const CLERK: &str = "clerk@example.tw";

/// Opens the case as members do: two accounts, one card.
async fn open_case(ensemble: &Ensemble, display: &VirtualDisplay) {
    let browser = Browser::start(ensemble.home(), &[]).await.unwrap();
    gold::prove(&browser, ensemble, display, Ensemble::EMAIL).await.unwrap();
    gold::see_crown(&browser).await.unwrap();
    gold::sign_out(&browser).await.unwrap();
    gold::prove(&browser, ensemble, display, REFUSED).await.unwrap();
    gold::wait_for_words(&browser, "案件編號：1").await.unwrap();
    browser.close().await.unwrap();
}

#[test]
fn the_clerks_desk_with_a_case_on_it_is_sound_in_both_languages_on_desk_and_phone() {
    let home = TemporaryHome::create().unwrap();
    let display = VirtualDisplay::start(&home.environment()).unwrap();
    let casting =
        Casting { in_process: true, display: display.environment(), ..Casting::default() };
    let ensemble = Ensemble::start(&casting, &mut |_| {}).unwrap();
    for account in [REFUSED, CLERK] {
        ensemble.register(account).unwrap();
        ensemble.appoint(account).unwrap();
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(open_case(&ensemble, &display));

    for (language, width) in [("zh-TW", 1280), ("zh-TW", 360), ("en", 1280), ("en", 360)] {
        let mut walk = Walk::begin(&ensemble, language, width);
        walk.sign_in(Ensemble::EMAIL, Ensemble::PASSWORD);
        walk.wait("location.pathname === '/' && document.querySelector('#crown') !== null");
        walk.judge("/, gold");
        walk.open("/gold/renew");
        walk.wait("location.pathname === '/gold/renew'");
        walk.press_on("#sign-out", "/sign-in");

        walk.sign_in(REFUSED, Ensemble::PASSWORD);
        walk.wait("location.pathname === '/' && document.querySelector('#membership') !== null");
        walk.open("/gold");
        walk.wait("document.querySelector('#case strong').textContent.endsWith('1')");
        // It is a clerk's too, and not to be decided by this one.
        walk.open("/clerk");
        walk.wait("document.querySelectorAll('.case').length === 1");
        walk.wait("document.querySelector('.case button') === null");
        walk.browser.click("#sign-out").unwrap();
        walk.wait("document.querySelector('#membership, .case') === null");

        walk.sign_in(CLERK, Ensemble::PASSWORD);
        walk.wait("location.pathname === '/' && document.querySelector('#membership') !== null");
        walk.open("/clerk");
        walk.wait("document.querySelectorAll('.case button').length === 2");
        if (language, width) == ("en", 360) {
            walk.browser.click("button[value=freed]").unwrap();
            walk.wait("document.querySelector('#none') !== null");
            walk.judge("/clerk, decided");
        }
    }
}
