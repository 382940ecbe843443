//! The front page, the member's own, and the ways to gold up to the page of the card.

use std::fs;

use ankong_portal::DownloadsConfig;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use crate::{
    browser::Browser,
    site::{MING, Site},
    support::{Card, ORIGIN},
};

#[tokio::test]
async fn a_visitor_sees_memberships_services_and_the_way_to_an_account() {
    let site = Site::new().await;
    let mut browser = Browser::new(&site);
    let page = browser.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "<a id=\"join\" class=\"button\" href=\"/join\">申請台北卡</a>",
        "href=\"/sign-in\"",
        "臺北智慧城市",
        "各場館優惠",
        "臺北e大",
        "圖書借閱服務",
        "組織會員",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let english = browser.get("/?lang=en").await.body;
    assert!(english.contains("Apply for Taipei Card") && english.contains("Library card"));

    let closed = Site::closed().await;
    let page = Browser::new(&closed).get("/").await.body;
    assert!(!page.contains("id=\"join\"") && page.contains("臺北e大"), "{page}");
}

#[tokio::test]
async fn a_member_sees_a_tick_on_what_is_open_and_how_to_apply_for_the_rest() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    let count = |page: &str, part: &str| page.matches(part).count();
    let general = browser.get("/").await.body;
    assert_eq!(count(&general, "class=\"opened\""), 11, "{general}");
    assert_eq!(count(&general, "<details>"), 13);
    assert_eq!(count(&general, "如何申請："), 13);

    browser.get("/gold/card").await;
    let challenge = browser.challenge("A123456789").await;
    let answer = browser.verify(&challenge, &Card::default().token(ORIGIN, &challenge)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let gold = browser.get("/").await.body;
    assert_eq!((count(&gold, "class=\"opened\""), count(&gold, "<details>")), (24, 0), "{gold}");
    // Crown and rank stand under the name.
    let under_the_name = gold.split_once("id=\"name\"").unwrap().1;
    let rank = under_the_name.split_once("id=\"profile\"").unwrap().0;
    assert!(rank.contains("id=\"crown\"") && rank.contains("金質會員"), "{rank}");
}

#[tokio::test]
async fn the_four_ways_stand_there_with_what_they_need_and_one_of_them_is_open() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    let page = browser.get("/gold").await.body;
    for way in ["自然人憑證", "臨櫃作業", "電信驗證", "市民服務大平臺"] {
        let (_, after) = page.split_once(&format!(">{way}")).unwrap_or_else(|| panic!("{way}"));
        assert!(after.split("</section>").next().unwrap().contains("需要準備"), "{way}");
    }
    assert_eq!(page.matches("尚未開放</span>").count(), 3);
    assert_eq!(page.matches("class=\"button\"").count(), 1, "{page}");
    assert!(page.contains("href=\"/gold/component\""));
    assert_eq!(Browser::new(&site).get("/gold").await.location(), "/sign-in");
}

#[tokio::test]
async fn each_system_has_its_own_steps_and_the_way_on_is_shut_until_the_component_runs() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    for (on, own, pictures_of_it) in
        [("windows", "通知區", 5), ("macos", "選單列", 3), ("linux", "系統匣", 3)]
    {
        let page = browser.get(&format!("/gold/component?on={on}")).await.body;
        assert!(page.contains(own), "{on}: {page}");
        assert!(page.contains(&format!("href=\"?on={on}\" aria-current=\"page\"")), "{page}");
        assert!(page.contains("<button id=\"next\" disabled"), "{page}");
        assert!(page.contains("data-state=\"checking\"") && page.contains("id=\"no-download\""));
        let pictures = page.split("src=\"/static/").skip(1).map(|rest| rest.split('"').next());
        let mut shown = 0;
        for file in pictures.flatten().filter(|file| file.ends_with(".png")) {
            let picture = browser.file(&format!("/static/{file}")).await.1;
            assert!(picture.starts_with(b"\x89PNG\r\n"), "{file}");
            shown += 1;
        }
        assert_eq!(shown, pictures_of_it, "{on}");
    }
    // Without a choice the browser's own system comes first.
    let request = Request::get("/gold/component")
        .header(header::USER_AGENT, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)");
    let page = browser.send(request.body(Body::empty()).unwrap()).await.body;
    assert!(page.contains("href=\"?on=macos\" aria-current=\"page\""), "{page}");
    let none = browser.get("/gold/component?on=beos").await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_installer_of_the_operators_is_offered_and_handed_out_whole() {
    let bytes = [0x4d; 250_000];
    let site = Site::with(|config| {
        let file = config.database.with_file_name("ankong-setup-0.1.0-x64.exe");
        fs::write(&file, bytes).unwrap();
        config.downloads = DownloadsConfig { windows: Some(file), ..DownloadsConfig::default() };
    })
    .await;
    let mut browser = Browser::of(&site, MING).await;
    let page = browser.get("/gold/component?on=windows").await.body;
    assert!(page.contains("href=\"/download/windows\""), "{page}");
    assert!(page.contains("ankong-setup-0.1.0-x64.exe · 0.3 MB"), "{page}");
    let (headers, file) = browser.file("/download/windows").await;
    assert_eq!(file, bytes);
    assert_eq!(headers[header::CONTENT_LENGTH], "250000");
    let disposition = "attachment; filename=\"ankong-setup-0.1.0-x64.exe\"";
    assert_eq!(headers[header::CONTENT_DISPOSITION], disposition);
    assert_eq!(browser.get("/download/macos").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/download/beos").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn only_pages_that_ask_for_a_card_may_keep_a_popup() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    for (page, policy) in [
        ("/", "same-origin"),
        ("/gold", "same-origin"),
        ("/gold/component", "same-origin"),
        ("/gold/card", "same-origin-allow-popups"),
        ("/sign-in", "same-origin"),
        ("/sign-in/component", "same-origin"),
        ("/nowhere", "same-origin"),
    ] {
        let headers = browser.get(page).await.headers;
        assert_eq!(headers["cross-origin-opener-policy"], policy, "{page}");
    }
    let headers = Browser::new(&site).get("/sign-in/card").await.headers;
    assert_eq!(headers["cross-origin-opener-policy"], "same-origin-allow-popups");
}
