//! What a member sees and does about the own account.

use std::net::IpAddr;

use axum::http::{StatusCode, header};
use time::Duration;

use crate::{
    browser::{Answer, Browser},
    card::Plastic,
    site::{MEI, MING, PASSWORD, Site},
    support::{Card, NAME, ORIGIN},
};

const NEW_PASSWORD: &str = "Songshan=2026";

fn escaped(text: &str) -> String {
    text.replace('#', "%23").replace('=', "%3D")
}

impl Browser<'_> {
    async fn password(&mut self, path: &str, password: &str) -> Answer {
        self.get(path).await;
        self.submit(path, &[("password", escaped(password))]).await
    }

    pub(crate) async fn change_password(&mut self, old: &str, new: [&str; 2]) -> Answer {
        self.get("/account/password").await;
        let fields = [
            ("password", escaped(old)),
            ("new_password", escaped(new[0])),
            ("new_password_again", escaped(new[1])),
        ];
        self.submit("/account/password", &fields).await
    }

    async fn try_to_sign_in(site: &Site, password: &str, resume: bool) -> Answer {
        let mut browser = Browser::new(site);
        browser.get("/sign-in").await;
        let mut fields = vec![("email", MING.replace('@', "%40")), ("password", escaped(password))];
        fields.extend(resume.then(|| ("resume", "yes".to_owned())));
        browser.submit("/sign-in", &fields).await
    }
}

#[tokio::test]
async fn a_member_sees_what_is_kept_and_who_signed_in_from_where() {
    let site = Site::new().await;
    let mut stranger = Browser::new(&site);
    stranger.address = Some(IpAddr::from([198, 51, 100, 9]));
    stranger.get("/sign-in").await;
    stranger.sign_in(MING, "guess").await;
    let mut browser = Browser::of(&site, MING).await;
    Browser::of(&site, MEI).await;
    for (lang, expected) in [
        ("zh-TW", ["帳號管理", "密碼錯誤，未登入", "以密碼登入", "不能自行更改"]),
        ("en", ["Your account", "wrong password, not signed in", "with the password", "cannot be"]),
    ] {
        let page = browser.get(&format!("/account?lang={lang}")).await.body;
        for text in expected.iter().chain(&[NAME, MING, "198.51.100.0/24", "2026-11-21 16:00"]) {
            assert!(page.contains(text), "{text}: {page}");
        }
        assert!(!page.contains("198.51.100.9") && page.matches("<tr><td>").count() == 2, "{page}");
    }
    assert_eq!(Browser::new(&site).get("/account").await.location(), "/sign-in");
}

#[tokio::test]
async fn the_twenty_newest_sign_ins_are_shown() {
    let site = Site::new().await;
    for _ in 0..21 {
        Browser::of(&site, MING).await;
        site.wait(Duration::minutes(1));
    }
    let page = Browser::of(&site, MING).await.get("/account").await.body;
    let (sign_ins, _sessions) = page.split_once("id=\"sessions\"").unwrap();
    assert_eq!(sign_ins.matches("<tr><td>").count(), 20);
    let has = |time| sign_ins.contains(time);
    assert!(has("2026-11-21 16:21") && !has("2026-11-21 16:01"), "{sign_ins}");
}

#[tokio::test]
async fn a_copy_has_all_that_is_kept_of_this_member_and_nobody_else() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    let challenge = browser.challenge("A123456789").await;
    browser.verify(&challenge, &Card::default().token(ORIGIN, &challenge)).await;
    let copy = browser.get("/account/copy").await;
    assert_eq!(copy.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"account.json\"");
    let told = copy.json();
    assert_eq!((&told["account"], &told["name"]), (&MING.into(), &NAME.into()));
    assert_eq!(told["memberSince"], "2026-11-21T08:00:00Z");
    assert_eq!(told["gold"]["nationalIdLastFour"], "6789");
    assert_eq!(told["gold"]["certificateSha256"].as_str().unwrap().len(), 64);
    assert_eq!(told["gold"]["nationalIdVerified"], false);
    let events: Vec<_> = told["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["what"].as_str().unwrap())
        .collect();
    assert_eq!(events, ["signed-in", "gold", "copied"]);
    assert_eq!(told["sessions"][0]["since"], "2026-11-21T08:00:00Z");
    assert_eq!(told["cases"].as_array().unwrap().len(), 0);
    for foreign in [MEI, "A123456789", "argon2"] {
        assert!(!copy.body.contains(foreign), "{}", copy.body);
    }
    assert_eq!(site.deeds().await.last().unwrap().what, "copied");
    assert_eq!(Browser::new(&site).get("/account/copy").await.location(), "/sign-in");
}

#[tokio::test]
async fn whoever_asks_for_copies_all_day_fills_no_disk() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    for _ in 0..40 {
        assert_eq!(browser.get("/account/copy").await.status, StatusCode::OK);
    }
    assert_eq!(site.deeds().await.iter().filter(|deed| deed.what == "copied").count(), 30);
    site.wait(Duration::minutes(61));
    Browser::of(&site, MING).await.get("/account/copy").await;
    assert_eq!(site.deeds().await.iter().filter(|deed| deed.what == "copied").count(), 31);
}

#[tokio::test]
async fn another_password_ends_every_other_session_and_the_old_one_is_no_use() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    let mut other = Browser::of(&site, MING).await;
    let before = browser.cookies["__Host-session"].clone();
    for (old, new, status, sentence) in [
        ("guess", [NEW_PASSWORD; 2], 401, "帳號或密碼不正確"),
        (PASSWORD, ["songshan"; 2], 422, "密碼不符合規則"),
        (PASSWORD, [NEW_PASSWORD, PASSWORD], 422, "兩次輸入的密碼不同"),
    ] {
        let told = browser.change_password(old, new).await;
        assert_eq!(told.status.as_u16(), status);
        assert!(told.body.contains(sentence) && !told.body.contains("Songshan"), "{}", told.body);
    }
    assert_eq!(other.get("/account").await.status, StatusCode::OK);
    let done = browser.change_password(PASSWORD, [NEW_PASSWORD; 2]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/account"));
    assert_ne!(browser.cookies["__Host-session"], before);
    let page = browser.get("/account").await;
    assert!(page.status == StatusCode::OK && handles(&page.body).is_empty(), "no other session");
    assert_eq!(other.get("/account").await.location(), "/sign-in?after=over");
    let old = Browser::try_to_sign_in(&site, PASSWORD, false).await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
    assert_eq!(Browser::try_to_sign_in(&site, NEW_PASSWORD, false).await.location(), "/");
    assert!(site.deeds().await.iter().any(|deed| deed.what == "password-changed"));
    let told = browser.messages(MING).await;
    assert!(told.len() == 1 && told[0].contains("密碼已變更"), "{told:?}");
}

/// What stands in the page for each other session.
fn handles(page: &str) -> Vec<&str> {
    let parts = page.split("name=\"session\" value=\"").skip(1);
    parts.map(|part| part.split('"').next().unwrap()).collect()
}

#[tokio::test]
async fn a_member_sees_each_session_and_ends_one_of_the_others() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    let mut other = Browser::new(&site);
    other.address = Some([203, 0, 113, 77].into());
    other.get("/sign-in").await;
    other.sign_in(MING, PASSWORD).await;
    let mut mei = Browser::of(&site, MEI).await;
    let page = browser.get("/account").await.body;
    assert!(page.contains("203.0.113.0/24") && page.contains("這個瀏覽器"), "{page}");
    let handle = handles(&page)[0].to_owned();

    mei.get("/account").await;
    let session = [("session", handle)];
    mei.submit("/account/session/end", &session).await;
    assert_eq!(other.get("/account").await.status, StatusCode::OK, "not hers to end");
    let done = browser.submit("/account/session/end", &session).await;
    assert_eq!(done.location(), "/account#sessions");
    assert_eq!(other.get("/account").await.location(), "/sign-in?after=over");
    assert!(handles(&browser.get("/account").await.body).is_empty());
    let ended = site.deeds().await.iter().filter(|deed| deed.what == "session-ended").count();
    assert_eq!(ended, 1, "nothing is kept of what ended nothing");
}

#[tokio::test]
async fn signing_out_everywhere_ends_this_session_too_and_nobody_elses() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    let mut other = Browser::of(&site, MING).await;
    let mut mei = Browser::of(&site, MEI).await;
    assert_eq!(handles(&browser.get("/account").await.body).len(), 1);
    let foreign = mei.submit("/account/sign-out-everywhere", &[]).await;
    assert_eq!(foreign.status, StatusCode::SEE_OTHER, "her own");
    let done = browser.submit("/account/sign-out-everywhere", &[]).await;
    assert_eq!(done.location(), "/sign-in?after=out");
    assert_eq!(browser.get("/account").await.location(), "/sign-in");
    assert_eq!(other.get("/account").await.location(), "/sign-in?after=over");
    assert_eq!(Browser::try_to_sign_in(&site, PASSWORD, false).await.location(), "/");
}

#[tokio::test]
async fn an_account_that_is_stopped_lets_nobody_in_until_its_member_takes_it_up_again() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    let card = Plastic::new();
    let gold = card.prove(&mut browser, "/gold", "A123456789").await;
    assert_eq!(gold.status, StatusCode::OK, "{}", gold.body);
    let mut other = Browser::of(&site, MING).await;
    let wrong = browser.password("/account/stop", "guess").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!(other.get("/account").await.status, StatusCode::OK);

    assert_eq!(
        browser.password("/account/stop", PASSWORD).await.location(),
        "/sign-in?after=stopped"
    );
    assert_eq!(other.get("/account").await.location(), "/sign-in?after=over");
    let stopped = Browser::try_to_sign_in(&site, PASSWORD, false).await;
    assert_eq!(stopped.status, StatusCode::FORBIDDEN);
    assert!(stopped.body.contains("已停止使用") && stopped.body.contains("name=\"resume\""));
    // Whoever does not know the password learns nothing of it, and takes nothing up.
    let guess = Browser::try_to_sign_in(&site, "guess", true).await;
    assert!(guess.status == StatusCode::UNAUTHORIZED && !guess.body.contains("已停止使用"));
    let mut nobody = Browser::new(&site);
    assert_eq!(card.sign_in(&mut nobody).await.code(), "account-stopped");
    assert!(!nobody.cookies.contains_key("__Host-session"));

    assert_eq!(Browser::try_to_sign_in(&site, PASSWORD, true).await.location(), "/");
    let mut again = Browser::of(&site, MING).await;
    assert!(again.get("/").await.body.contains("id=\"crown\""), "everything is as it was");
    let deeds = site.deeds().await;
    let told: Vec<&str> = deeds.iter().map(|deed| deed.what.as_str()).collect();
    assert!(told.contains(&"stopped") && told.contains(&"resumed"), "{told:?}");
}

#[tokio::test]
async fn a_form_of_another_session_changes_nothing() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    let mut mei = Browser::of(&site, MEI).await;
    mei.get("/account").await;
    browser.cookies.clone_into(&mut mei.cookies);
    for path in ["/account/sign-out-everywhere", "/account/stop", "/account/password"] {
        let mut fields = vec![("password", escaped(PASSWORD))];
        match path {
            "/account/sign-out-everywhere" => fields.clear(),
            "/account/password" => fields.extend(
                ["new_password", "new_password_again"].map(|name| (name, escaped(NEW_PASSWORD))),
            ),
            _ => {}
        }
        assert_eq!(mei.submit(path, &fields).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_member_signs_in_with_another_number_once_the_code_sent_there_is_known() {
    const MOBILE: &str = "0955666777";
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    assert!(browser.get("/account").await.body.contains("href=\"/account/contact\""));
    browser.get("/account/contact").await;
    assert_eq!(browser.submit("/account/contact", &[]).await.location(), "/join/contact");
    browser.get("/join/contact").await;
    assert_eq!(browser.get("/account/contact/finish").await.location(), "/account");
    assert!(browser.get("/account").await.body.contains(MING), "no code, no change");

    browser.get("/account/contact").await;
    browser.submit("/account/contact", &[]).await;
    browser.get("/join/contact").await;
    assert_eq!(browser.ask_for_code(MOBILE).await.status, StatusCode::OK);
    let code = browser.code(MOBILE).await;
    assert_eq!(browser.confirm(MOBILE, &code).await.location(), "/account/contact/finish");
    // The way leads to another account for this member alone: to no new one, and to nobody else.
    assert_eq!(browser.get("/join/profile").await.location(), "/join/contact");
    let mut mei = Browser::of(&site, MEI).await;
    mei.cookies.insert("__Host-join".into(), browser.cookies["__Host-join"].clone());
    assert_eq!(mei.get("/account/contact/finish").await.location(), "/account");
    mei.submit("/account/contact/finish", &[]).await;
    assert!(mei.get("/account").await.body.contains(MEI));
    let finish = browser.get("/account/contact/finish").await;
    assert!(finish.body.contains(MOBILE) && !finish.body.contains(MING), "{}", finish.body);
    assert!(browser.get("/account").await.body.contains(MING), "a look changes nothing");
    assert_eq!(browser.submit("/account/contact/finish", &[]).await.location(), "/account");
    assert_eq!(browser.submit("/account/contact/finish", &[]).await.location(), "/account");
    let told = browser.messages(MING).await;
    assert!(told.len() == 1 && told[0].contains("已改為 0955***777"), "{told:?}");
    let page = browser.get("/account").await.body;
    assert!(page.contains(MOBILE) && page.contains(NAME) && !page.contains(MING), "{page}");

    let mut old = Browser::new(&site);
    old.get("/sign-in").await;
    assert_eq!(old.sign_in(MING, PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    Browser::of(&site, MOBILE).await;
    assert!(site.deeds().await.iter().any(|deed| deed.what == "account-changed"));
}

#[tokio::test]
async fn another_account_needs_a_fresh_password_and_one_that_nobody_has() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    browser.get("/account/contact").await;
    browser.submit("/account/contact", &[]).await;
    browser.get("/join/contact").await;
    assert_eq!(browser.ask_for_code(MEI).await.status, StatusCode::OK, "the same answer");
    for code in ["000000", ""] {
        let told = browser.confirm(MEI, code).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    site.wait(Duration::minutes(5));
    assert_eq!(browser.get("/account/contact").await.location(), "/confirm?to=contact");
    browser.get("/account").await;
    let late = browser.submit("/account/contact", &[]).await;
    assert_eq!(late.location(), "/confirm?to=contact");
    let password = [("password", escaped(PASSWORD))];
    browser.get("/confirm?to=contact").await;
    let confirmed = browser.submit("/confirm?to=contact", &password).await;
    assert_eq!(confirmed.location(), "/account/contact");
    assert_eq!(Browser::new(&site).get("/account/contact").await.location(), "/sign-in");
}
