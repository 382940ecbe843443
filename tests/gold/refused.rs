//! Every way of not becoming gold by card: the member reads what is the matter and what to do, stays what they were, and
//! no try of the PIN is spent but what was typed. Where the way on is at hand, it is gone.

use std::time::Duration;

use ankong_stage::{Casting, Ensemble, eventually, gold};

use crate::play::{Play, block_on};

/// Another person's number, with a right checksum and other last digits.
const OTHER_ID: &str = "B120863158";
/// Another number with a right checksum and the holder's last four.
const SAME_END: &str = "B210026789";
const WRONG_PIN: &str = "135799";

impl Play {
    async fn ask(&self) {
        gold::ask(&self.browser, Ensemble::NATIONAL_ID).await.unwrap();
    }

    /// Types the right PIN into the window, and waits until a program's log has `code`.
    async fn type_pin_until(&self, log: &str, code: &str) {
        self.wait_for_window();
        let logged = || Ok(self.logged(log, code));
        gold::enter_pin(&self.display, Ensemble::PIN, logged).await.unwrap();
    }

    /// Waits until the page shows this state of the component.
    async fn sees(&self, state: &str) {
        let shown = "document.querySelector('#component-status').dataset.state";
        self.wait_until(&format!("{shown} === '{state}'")).await;
    }

    /// Says no in the window that is there.
    fn decline(&self) {
        eventually("the window is gone", Duration::from_secs(60), || {
            // It may go late, after an Escape that counted.
            if self.display.windows_named(gold::WINDOW)?.is_empty() {
                return Ok(Some(()));
            }
            let pressed = self.display.wait_until_ready().and_then(|()| self.display.key("Escape"));
            let gone = self.display.wait_until_gone(gold::WINDOW, Duration::from_secs(10));
            Ok(pressed.and(gone).is_ok().then_some(()))
        })
        .unwrap();
    }

    /// The page says what is the matter and what to do, and the member is what they were. So many PINs were tried.
    async fn refused(&self, matter: &str, way_on: &str, verifies: usize) {
        let said = gold::wait_for_words(&self.browser, matter).await.unwrap();
        assert!(said.contains(way_on), "{said}");
        assert_eq!(self.verifies(), verifies, "{said}");
        let membership = "fetch('/').then((page) => page.text()).then((text) =>
            new DOMParser().parseFromString(text, 'text/html').querySelector('#membership').textContent)";
        assert_eq!(self.evaluate(membership).await, "一般會員", "{said}");
    }

    /// Nothing is lost: the number stands there, and the member tries again and becomes gold.
    async fn goes_on_to_gold(&self) {
        gold::can_try_again(&self.browser, Ensemble::NATIONAL_ID).await.unwrap();
        self.ask().await;
        gold::type_pin(&self.display, Ensemble::PIN).await.unwrap();
        assert_eq!(gold::see_crown(&self.browser).await.unwrap(), "金質會員");
    }
}

#[test]
fn a_card_that_does_not_hold_makes_nobody_gold() {
    block_on(async {
        for (condition, holder, log, code, matter, way_on, verifies) in [
            (Some("revoked"), None, "portal.log", "certificate-revoked", "已經廢止", "重新申辦", 1),
            (
                Some("suspended"),
                None,
                "portal.log",
                "certificate-suspended",
                "停用中",
                "辦理復用",
                1,
            ),
            (None, Some("林美玲"), "portal.log", "name-mismatch", "姓名不同", "您本人的", 1),
            (Some("blocked"), None, "ankong.log", "pin-blocked", "已鎖住", "解鎖", 1),
            // This one the program sees before it asks anybody for a PIN.
            (Some("expired"), None, "", "certificate-expired", "不在有效期間", "展期或換發", 0),
        ] {
            let play = Play::cast(Casting { condition, holder, ..Casting::default() }).await;
            play.ask().await;
            if !log.is_empty() {
                play.type_pin_until(log, code).await;
            }
            play.refused(matter, way_on, verifies).await;
            gold::can_try_again(&play.browser, Ensemble::NATIONAL_ID).await.unwrap();
        }
    });
}

#[test]
fn a_program_that_ends_meanwhile_is_started_and_asked_again() {
    block_on(async {
        let mut play = Play::start().await;
        play.ask().await;
        play.wait_for_window();
        play.ensemble.end_helper().unwrap();
        play.refused("連不上安控元件", "請確認它正在執行後再試", 0).await;
        play.wait_until("document.querySelector('#next').disabled").await;
        assert!(play.display.windows_named(gold::WINDOW).unwrap().is_empty());
        play.ensemble.start_helper().unwrap();
        // What was the matter is the matter no more.
        play.wait_until("document.querySelector('#message').textContent === ''").await;
        play.goes_on_to_gold().await;
        assert_eq!(play.verifies(), 1);
    });
}

#[test]
fn a_browser_that_was_told_not_to_let_the_site_ask_is_told_otherwise() {
    block_on(async {
        let casting = Casting { public_name: Some("portal.test"), ..Casting::default() };
        let play = Play::before_the_first_page(casting).await;
        gold::open_component_page(&play.browser, &play.ensemble, Ensemble::EMAIL).await.unwrap();
        play.sees("permission-needed").await;
        play.refused("檢查安控元件", "請選擇「允許」", 0).await;
        play.browser.set_permission("denied").await.unwrap();
        play.sees("permission-denied").await;
        play.refused("瀏覽器不允許本網站連線", "網址列旁的網站設定中允許", 0).await;
        assert_eq!(play.evaluate("document.querySelector('#next').disabled").await, true);

        play.browser.set_permission("granted").await.unwrap();
        gold::open_card_page(&play.browser).await.unwrap();
        play.browser.set_permission("denied").await.unwrap();
        play.sees("permission-denied").await;
        play.refused("瀏覽器不允許本網站連線", "網址列旁的網站設定中允許", 0).await;
        gold::type_id(&play.browser, Ensemble::NATIONAL_ID).await.unwrap();
        assert_eq!(play.evaluate("document.querySelector('#next').disabled").await, true);
        play.browser.set_permission("granted").await.unwrap();
        play.goes_on_to_gold().await;
        assert_eq!(play.verifies(), 1);
    });
}

#[test]
fn an_empty_reader_is_given_the_card() {
    block_on(async {
        let mut play = Play::start().await;
        play.ensemble.pull_card().unwrap();
        play.ask().await;
        play.refused("讀卡機裡沒有卡片", "請插入自然人憑證", 0).await;
        assert!(play.display.windows_named(gold::WINDOW).unwrap().is_empty());
        play.ensemble.insert_card().unwrap();
        play.goes_on_to_gold().await;
        assert_eq!(play.verifies(), 1);
    });
}

#[test]
fn a_card_that_made_another_member_gold_is_a_case_for_the_clerk() {
    block_on(async {
        let play = Play::before_the_first_page(Casting::default()).await;
        let prove = |account| gold::prove(&play.browser, &play.ensemble, &play.display, account);
        prove(Ensemble::EMAIL).await.unwrap();
        assert_eq!(gold::see_crown(&play.browser).await.unwrap(), "金質會員");

        play.ensemble.register("again@example.tw").unwrap();
        gold::sign_out(&play.browser).await.unwrap();
        prove("again@example.tw").await.unwrap();
        play.refused("已經用來認證另一個會員帳號", "登入該帳號", 2).await;
        play.refused("洽臨櫃服務人員", "案件編號：1", 2).await;
        play.refused("洽臨櫃服務人員", "（card-taken）", 2).await;
        gold::can_try_again(&play.browser, Ensemble::NATIONAL_ID).await.unwrap();
    });
}

#[test]
fn a_no_in_the_window_is_taken_back_by_asking_again() {
    block_on(async {
        let play = Play::start().await;
        play.ask().await;
        play.wait_for_window();
        play.decline();
        play.refused("您拒絕了這個要求", "請在網頁上再按一次", 0).await;
        play.refused("您拒絕了這個要求", "（user-declined）", 0).await;
        play.goes_on_to_gold().await;
        assert_eq!(play.verifies(), 1);
    });
}

#[test]
fn another_persons_number_is_refused_before_the_pin_is_sent_and_a_wrong_pin_counts_once() {
    block_on(async {
        let play = Play::start().await;
        gold::ask(&play.browser, OTHER_ID).await.unwrap();
        play.type_pin_until("ankong.log", "id-mismatch").await;
        play.refused("身分證字號與這張卡片不符", "請在網頁上檢查身分證字號", 0).await;

        // The window says so too, until somebody closes it or the next question comes.
        let window = play.display.read_consent("read-page").unwrap();
        assert!(window.contains("身分證字號與這張卡片不符"), "{window}");
        play.ask().await;
        gold::enter_pin(&play.display, WRONG_PIN, || Ok(play.verifies() == 1)).await.unwrap();
        play.decline();
        play.refused("您拒絕了這個要求", "請在網頁上再按一次", 1).await;
    });
}

#[test]
fn a_number_that_ends_alike_is_not_the_holders() {
    block_on(async {
        let play = Play::start().await;
        // The card says yes, and the register no.
        gold::ask(&play.browser, SAME_END).await.unwrap();
        gold::type_pin(&play.display, Ensemble::PIN).await.unwrap();
        play.refused("不屬於這張憑證的持有人", "請檢查是否輸入錯誤", 1).await;
        gold::can_try_again(&play.browser, SAME_END).await.unwrap();
    });
}
