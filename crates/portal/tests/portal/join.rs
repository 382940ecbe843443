//! From nobody to a general member, and everything that stands in the way.

use std::{net::IpAddr, sync::Arc};

use axum::http::StatusCode;
use base64::{Engine, prelude::BASE64_STANDARD};
use openssl::sha::sha256;
use serde_json::{Value, json};
use time::Duration;
use tokio::task::{JoinSet, spawn_blocking};

use crate::{
    browser::{Answer, Browser},
    site::{MING, PASSWORD, Site},
    support::{Card, NAME, ORIGIN},
};

const NEW: &str = "new@example.tw";
const MOBILE: &str = "0912345678";

fn field(name: &'static str, value: &str) -> (&'static str, String) {
    (name, value.replace('%', "%25").replace('#', "%23").replace('+', "%2B"))
}

/// The solution of a puzzle, found as the page finds it.
pub(crate) fn solve(mut puzzle: Value) -> String {
    let [salt, challenge] = ["salt", "challenge"].map(|name| puzzle[name].as_str().unwrap());
    let number = (0..puzzle["maxnumber"].as_u64().unwrap())
        .find(|number| hex::encode(sha256(format!("{salt}{number}").as_bytes())) == challenge);
    puzzle["number"] = json!(number.unwrap());
    BASE64_STANDARD.encode(puzzle.to_string())
}

impl<'a> Browser<'a> {
    /// A browser in which somebody has accepted the notice.
    pub(crate) async fn applicant(site: &'a Site) -> Self {
        let mut browser = Self::new(site);
        let notice = browser.get("/join/notice").await.body;
        let (_, rest) = notice.split_once("name=\"version\" value=\"").unwrap();
        let version = rest.split('"').next().unwrap();
        let fields = [field("version", version), field("accepted", "yes")];
        let answer = browser.submit("/join/notice", &fields).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/join/contact"));
        browser.get("/join/contact").await;
        browser
    }

    pub(crate) async fn ask_for_code(&mut self, account: &str) -> Answer {
        let puzzle = self.get("/join/robot").await.json();
        // Not on the threads that serve: a browser has a computer of its own.
        let robot = spawn_blocking(move || solve(puzzle)).await.unwrap();
        self.post("/join/code", &json!({ "account": account, "robot": robot })).await
    }

    /// What was sent to this account, the newest first.
    pub(crate) async fn messages(&self, account: &str) -> Vec<String> {
        let outbox = Browser::new(self.site).get("/outbox").await.body;
        let mark = format!("<dt>{account}</dt><dd class=\"sent\">");
        let parts = outbox.split(&mark).skip(1);
        parts.map(|part| part.split('<').next().unwrap().to_owned()).collect()
    }

    /// The newest message to this account.
    pub(crate) async fn message(&self, account: &str) -> String {
        self.messages(account).await.remove(0)
    }

    pub(crate) async fn code(&self, account: &str) -> String {
        self.message(account).await.chars().filter(char::is_ascii_digit).take(6).collect()
    }

    pub(crate) async fn confirm(&mut self, account: &str, code: &str) -> Answer {
        self.submit("/join/contact", &[field("account", account), field("code", code)]).await
    }

    /// One who has typed the code that came, and sees the form of the profile.
    pub(crate) async fn confirmed(site: &'a Site, account: &str) -> Self {
        let mut browser = Self::applicant(site).await;
        let sent = browser.ask_for_code(account).await;
        assert_eq!((sent.status, sent.json()), (StatusCode::OK, json!({ "nextIn": 60 })));
        let code = browser.code(account).await;
        assert_eq!(browser.confirm(account, &code).await.location(), "/join/profile");
        browser.get("/join/profile").await;
        browser
    }

    pub(crate) async fn complete(&mut self, names: [&str; 2], passwords: [&str; 2]) -> Answer {
        let fields = [
            field("family_name", names[0]),
            field("given_name", names[1]),
            field("password", passwords[0]),
            field("password_again", passwords[1]),
        ];
        self.submit("/join/profile", &fields).await
    }
}

#[tokio::test]
async fn somebody_becomes_a_member_by_mail_or_by_mobile_and_then_gold() {
    let site = Site::new().await;
    for account in [NEW, MOBILE] {
        let mut browser = Browser::confirmed(&site, account).await;
        let (family, given) = NAME.split_at('王'.len_utf8());
        let done = browser.complete([family, given], [PASSWORD; 2]).await;
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/welcome"));
        assert!(!browser.cookies.contains_key("__Host-join"));
        let welcome = browser.get("/welcome").await.body;
        assert!(welcome.contains("您已成為一般會員") && welcome.contains("id=\"start-gold\""));
        let home = browser.get("/").await.body;
        assert!(home.contains(NAME) && home.contains(account), "{home}");
        assert!(home.contains("已同意的告知聲明") && home.contains("2026-11-25 · "), "{home}");
        browser.submit("/sign-out", &[]).await;
        browser.get("/sign-in").await;
        assert_eq!(browser.sign_in(account, PASSWORD).await.location(), "/");
    }
    let mut browser = Browser::of(&site, MOBILE).await;
    let asked = browser.post("/gold/challenge", &json!({ "nationalId": "A123456789" })).await;
    assert_eq!(asked.json()["purpose"], "將 0912***678 升級為金質會員");
    let challenge = asked.json()["challenge"].as_str().unwrap().to_owned();
    let answer = browser.verify(&challenge, &Card::default().token(ORIGIN, &challenge)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn the_notice_has_to_be_accepted_as_it_is_shown() {
    let site = Site::new().await;
    let mut browser = Browser::new(&site);
    for path in ["/join/contact", "/join/profile"] {
        assert_eq!(browser.get(path).await.location(), "/join");
    }
    assert_eq!(browser.get("/join/robot").await.code(), "begin-again");
    browser.get("/join/notice").await;
    for fields in [
        vec![field("version", "2026-11-25")],
        vec![field("version", "1"), field("accepted", "yes")],
    ] {
        assert_eq!(browser.submit("/join/notice", &fields).await.location(), "/join/notice");
    }
    assert_eq!(browser.get("/join/contact").await.location(), "/join?after=over");
}

#[tokio::test]
async fn no_step_can_be_left_out() {
    let site = Site::new().await;
    let mut browser = Browser::applicant(&site).await;
    assert_eq!(browser.get("/join/profile").await.location(), "/join/contact");
    let early = browser.complete(["林", "小明"], [PASSWORD; 2]).await;
    assert_eq!(early.location(), "/join/contact");
    assert_eq!(browser.get("/welcome").await.location(), "/sign-in");
}

#[tokio::test]
async fn an_account_that_exists_gets_the_same_answer_and_its_owner_is_told() {
    let site = Site::new().await;
    let mut browser = Browser::applicant(&site).await;
    let answer = browser.ask_for_code("Ming@Example.tw").await;
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({ "nextIn": 60 })));
    assert!(browser.message(MING).await.contains("已經註冊過了"));
    for code in ["", "000000"] {
        let told = browser.confirm(MING, code).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(told.body.contains("驗證碼不正確或已失效"));
    }
}

#[tokio::test]
async fn a_code_has_five_tries_and_five_minutes_and_its_own_account() {
    let site = Site::new().await;
    let mut browser = Browser::applicant(&site).await;
    browser.ask_for_code(NEW).await;
    let code = browser.code(NEW).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        assert_eq!(browser.confirm(NEW, wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(browser.confirm(NEW, &code).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    site.wait(Duration::seconds(61));
    browser.ask_for_code(NEW).await;
    let code = browser.code(NEW).await;
    site.wait(Duration::minutes(5));
    assert_eq!(browser.confirm(NEW, &code).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    browser.ask_for_code(NEW).await;
    let code = browser.code(NEW).await;
    // Another visitor's code is not this one's, and another account in the field changes nothing.
    let mut other = Browser::applicant(&site).await;
    assert_eq!(other.confirm(NEW, &code).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser.confirm(MING, &code).await.location(), "/join/profile");
    browser.get("/join/profile").await;
    browser.complete(["林", "小明"], [PASSWORD; 2]).await;
    assert!(browser.get("/").await.body.contains(NEW));
}

#[tokio::test]
async fn a_code_has_four_digits_where_the_operator_wants_it_short() {
    let site = Site::with(|config| config.code_digits = 4.try_into().unwrap()).await;
    let mut browser = Browser::applicant(&site).await;
    let page = browser.get("/join/contact").await.body;
    assert!(page.contains("maxlength=\"4\" pattern=\"[0-9]{4}\""), "{page}");
    assert!(page.contains("請輸入收到的 4 位數字。"), "{page}");
    browser.ask_for_code(NEW).await;
    let message = browser.message(NEW).await;
    let (code, _) = message.split_once("是 ").unwrap().1.split_once('，').unwrap();
    assert_eq!(code.len(), 4, "{message}");
    assert_eq!(browser.confirm(NEW, code).await.location(), "/join/profile");
}

#[tokio::test]
async fn everybody_together_gets_as_many_codes_an_hour_as_the_operator_allows() {
    let site = Site::with(|config| config.codes_per_hour = 3.try_into().unwrap()).await;
    let mut browser = Browser::applicant(&site).await;
    for n in 0..4 {
        browser.address = Some(IpAddr::from([192, 0, 2, n]));
        let answer = browser.ask_for_code(&format!("090000000{n}")).await;
        if n < 3 {
            assert_eq!(answer.status, StatusCode::OK);
        } else {
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "all-codes-gone"));
        }
    }
    site.wait(Duration::hours(1));
    // The registration is over by then.
    let mut browser = Browser::applicant(&site).await;
    assert_eq!(browser.ask_for_code("0900000003").await.status, StatusCode::OK);
}

#[tokio::test]
async fn codes_are_limited_by_account_and_by_network() {
    let site = Site::new().await;
    let mut browser = Browser::applicant(&site).await;
    for n in 0..5 {
        browser.address = Some(IpAddr::from([192, 0, 2, n]));
        assert_eq!(browser.ask_for_code(NEW).await.status, StatusCode::OK, "{n}");
        let early = browser.ask_for_code(NEW).await;
        assert_eq!(
            (early.status, early.code().as_str()),
            (StatusCode::TOO_MANY_REQUESTS, "too-many-codes")
        );
        site.wait(Duration::seconds(61));
    }
    assert_eq!(browser.ask_for_code(NEW).await.code(), "too-many-codes");
    browser.address = Some(IpAddr::from([198, 51, 100, 1]));
    for n in 0..30 {
        let account = format!("09000000{n:02}");
        assert_eq!(browser.ask_for_code(&account).await.status, StatusCode::OK, "{n}");
    }
    assert_eq!(browser.ask_for_code("0900000099").await.code(), "too-many-codes");
    browser.address = Some(IpAddr::from([198, 51, 100, 2]));
    assert_eq!(browser.ask_for_code("0900000099").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_puzzle_is_solved_once_for_each_code() {
    let site = Site::new().await;
    let mut browser = Browser::applicant(&site).await;
    let robot = solve(browser.get("/join/robot").await.json());
    let body = |account: &str| json!({ "account": account, "robot": robot });
    assert_eq!(browser.post("/join/code", &body("nobody")).await.code(), "not-an-account");
    let unsolved = json!({ "account": NEW, "robot": "" });
    assert_eq!(browser.post("/join/code", &unsolved).await.code(), "robot");
    let mut other = Browser::applicant(&site).await;
    assert_eq!(other.post("/join/code", &body(NEW)).await.code(), "robot");
    assert_eq!(browser.post("/join/code", &body(NEW)).await.status, StatusCode::OK);
    assert_eq!(browser.post("/join/code", &body(MOBILE)).await.code(), "robot");
    let token = other.form_token();
    let foreign = browser.post_from(ORIGIN, &token, "/join/code", &body(MOBILE).to_string()).await;
    assert_eq!(foreign.code(), "begin-again");
}

#[tokio::test]
async fn a_profile_that_breaks_a_rule_is_shown_again_without_the_password() {
    let site = Site::new().await;
    let mut browser = Browser::confirmed(&site, NEW).await;
    for (names, passwords, sentence) in [
        (["", "小明"], [PASSWORD; 2], "請填寫姓氏與名字"),
        (["林", "小明"], ["taipei#101"; 2], "密碼不符合規則"),
        (["林", "小明"], [PASSWORD, "Taipei#102"], "兩次輸入的密碼不同"),
    ] {
        let told = browser.complete(names, passwords).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(told.body.contains(sentence) && told.body.contains("value=\"小明\""));
        assert!(!told.body.contains("aipei#"), "{}", told.body);
    }
    let script = browser.complete(["<b>", "小明"], ["x"; 2]).await;
    assert!(!script.body.contains("<b>"), "{}", script.body);
}

#[tokio::test]
async fn two_who_knew_a_code_for_one_account_make_one_member() {
    let site = Site::new().await;
    let mut one = Browser::confirmed(&site, NEW).await;
    site.wait(Duration::seconds(61));
    let mut two = Browser::confirmed(&site, NEW).await;
    let done = one.complete(["林", "小明"], [PASSWORD; 2]).await;
    assert_eq!(done.location(), "/welcome");
    let late = two.complete(["陳", "小華"], [PASSWORD; 2]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("這個帳號已經註冊過了"));
    assert!(one.get("/").await.body.contains("林小明"));
}

#[tokio::test]
async fn without_an_outbox_nobody_can_register_and_no_page_leads_there() {
    let site = Site::closed().await;
    let mut browser = Browser::new(&site);
    for path in
        ["/join", "/join/notice", "/join/contact", "/join/robot", "/join/profile", "/outbox"]
    {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(!browser.get("/sign-in").await.body.contains("/join"));
    assert!(Browser::new(&Site::new().await).get("/sign-in").await.body.contains("href=\"/join\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_at_once_become_members_and_gold() {
    let site = Arc::new(Site::new().await);
    let mut crowd = JoinSet::new();
    for n in 0..100 {
        let site = site.clone();
        crowd.spawn(async move { become_gold(&site, n).await });
    }
    let mut accounts = crowd.join_all().await;
    accounts.sort();
    accounts.dedup();
    assert_eq!(accounts.len(), 100);
    for account in [&accounts[0], &accounts[99]] {
        let mut browser = Browser::new(&site);
        browser.get("/sign-in").await;
        assert_eq!(browser.sign_in(account, PASSWORD).await.location(), "/");
        assert!(browser.get("/").await.body.contains("id=\"crown\""));
    }
}

/// All the way from the notice to the crown, with a card of one's own.
async fn become_gold(site: &Site, n: u8) -> String {
    let account = format!("09111111{n:02}");
    let mut browser = Browser::applicant(site).await;
    browser.address = Some(IpAddr::from([192, 0, 2, n]));
    assert_eq!(browser.ask_for_code(&account).await.status, StatusCode::OK);
    let code = browser.code(&account).await;
    assert_eq!(browser.confirm(&account, &code).await.location(), "/join/profile");
    let (family, given) = NAME.split_at('王'.len_utf8());
    loop {
        browser.get("/join/profile").await;
        let done = browser.complete([family, given], [PASSWORD; 2]).await;
        match done.status {
            StatusCode::SEE_OTHER => break,
            // Where many passwords are worked on, a person is told to try again.
            status => assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{}", done.body),
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    browser.get("/gold").await;
    let challenge = browser.challenge("A123456789").await;
    let asked = challenge.clone();
    let token = spawn_blocking(move || Card::default().token(ORIGIN, &asked)).await.unwrap();
    let answer = browser.verify(&challenge, &token).await;
    assert_eq!(answer.status, StatusCode::OK, "{account}: {}", answer.body);
    account
}
