//! Bad input at every form and every call, from one table: what a scanner or a slip would send. Whatever it
//! is, nothing fails inside, nothing comes back as markup, and the answer is a page or a problem in the
//! visitor's language, with every header of a good one.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use serde_json::{Value, json};

use crate::{
    browser::{Answer, Browser},
    site::{MING, PASSWORD, Site},
    support::{NOW, ORIGIN},
};

/// Forms: where they go, and fields that would do.
const FORMS: [(&str, &[(&str, &str)]); 17] = [
    ("/sign-in", &[("email", "a@example.tw"), ("password", "x")]),
    ("/confirm", &[("password", "x")]),
    ("/confirm?to=clerk", &[("password", "x")]),
    ("/account/delete", &[("password", "x")]),
    ("/account/stop", &[("password", "x")]),
    ("/account/password", &[("password", "x"), ("new_password", "x"), ("new_password_again", "x")]),
    ("/clerk/decide", &[("case", "1"), ("decision", "kept")]),
    ("/join/notice", &[("version", "x"), ("accepted", "yes")]),
    ("/join/contact", &[("account", "a@example.tw"), ("code", "123456")]),
    (
        "/join/profile",
        &[("family_name", "a"), ("given_name", "b"), ("password", "x"), ("password_again", "x")],
    ),
    ("/account/contact", &[]),
    ("/account/contact/finish", &[]),
    ("/sign-in/forgotten", &[]),
    ("/sign-in/password", &[("new_password", "x"), ("new_password_again", "x")]),
    ("/account/session/end", &[("session", "0123456789ABCDEF")]),
    // Last: nobody is signed in any more.
    ("/account/sign-out-everywhere", &[]),
    ("/sign-out", &[]),
];

/// Calls of scripts: where they go, and a body that would do.
fn calls() -> [(&'static str, Value); 7] {
    let id = "A123456789";
    let token = json!({ "format": "web-eid:1.0" });
    let proof = json!({ "challenge": "x", "nationalId": id, "token": token });
    [
        ("/gold/challenge", json!({ "nationalId": id })),
        ("/gold/renew/challenge", json!({ "nationalId": id })),
        ("/gold/verify", proof.clone()),
        ("/gold/renew/verify", proof),
        ("/sign-in/card/challenge", json!({})),
        ("/sign-in/card/verify", json!({ "challenge": "x", "token": token })),
        ("/join/code", json!({ "account": "a@example.tw", "robot": "x" })),
    ]
}

const PAGES: [&str; 29] = [
    "/",
    "/sign-in",
    "/sign-in/card",
    "/sign-in/component",
    "/sign-in/forgotten",
    "/sign-in/password",
    "/sign-out",
    "/confirm",
    "/account",
    "/account/contact",
    "/account/contact/finish",
    "/account/copy",
    "/account/delete",
    "/account/password",
    "/account/stop",
    "/gold",
    "/gold/component",
    "/gold/card",
    "/gold/renew",
    "/clerk",
    "/download/windows",
    "/join",
    "/join/notice",
    "/join/contact",
    "/join/robot",
    "/join/profile",
    "/welcome",
    "/outbox",
    "/static/portal.css",
];

/// Markup that must never come back as markup.
const MARKUP: &str = "\"><script>alert(1)</script>";

/// What is sent in place of a field's value, percent-encoded.
fn values() -> Vec<String> {
    let mut values: Vec<String> = [
        "",
        "%00",
        "a%00b",
        "%0d%0aSet-Cookie:%20x=y",
        "%1b%5b31m",
        "%e2%80%ae%e2%81%a6", // U+202E, U+2066
        "%ff%fe",             // no UTF-8
        "%zz%",               // no percent-encoding
        "%c0%af",             // an overlong slash
        "%22%3e%3cscript%3ealert(1)%3c/script%3e",
        "%7b%7b7*7%7d%7d",
        "%27%20OR%20%271%27=%271%27%20--",
        "1%3b%20DROP%20TABLE%20member",
        "../../../../etc/passwd",
        "-1",
        "9223372036854775808",
        "1e999",
        "%f0%9f%92%a5",
    ]
    .map(String::from)
    .into();
    values.push("a".repeat(5_000));
    values.push("a".repeat(40_000));
    values
}

/// What every answer has to keep to, however bad the question was.
fn judge(answer: &Answer, question: &str) {
    let Answer { status, headers, body } = answer;
    assert!(!status.is_server_error(), "{status}: {question}: {body}");
    assert!(!body.contains(MARKUP) && !body.contains("<script>alert"), "{question}: {body}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(headers[name], value, "{question}");
    }
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'"), "{question}: {policy}");
    assert!(headers.contains_key("cross-origin-opener-policy"), "{question}");
    let told = headers.get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap());
    for cookie in told {
        assert!(
            cookie.starts_with("__Host-") && cookie.contains("HttpOnly"),
            "{question}: {cookie}"
        );
        let made_a_session = cookie.starts_with("__Host-session=") && !cookie.contains("Max-Age=0");
        assert!(!made_a_session, "{question}: {cookie}");
    }
    if status.is_client_error() {
        match headers[header::CONTENT_TYPE].to_str().unwrap() {
            "application/problem+json" => {
                let problem = answer.json();
                assert!(problem["code"].is_string(), "{question}: {body}");
                let detail = problem["detail"].as_str().unwrap();
                assert!(detail.is_ascii() || detail.contains('“'), "English: {question}: {detail}");
            }
            kind => {
                assert_eq!(kind, "text/html; charset=utf-8", "{question}");
                assert!(body.contains("<html lang=\"en\">"), "{question}: {body}");
            }
        }
    }
}

/// Those who ask: nobody, two on the way to an account, and a member who is a clerk.
async fn askers(site: &Site) -> [Browser<'_>; 4] {
    let mut nobody = Browser::new(site);
    nobody.get("/sign-in?lang=en").await;
    let mut applicant = Browser::applicant(site).await;
    applicant.get("/join/contact?lang=en").await;
    let mut confirmed = Browser::confirmed(site, "new@example.tw").await;
    assert_eq!(confirmed.get("/join/profile?lang=en").await.status, StatusCode::OK);
    assert!(site.store().appoint_clerk(MING, NOW).await.unwrap());
    let mut member = Browser::of(site, MING).await;
    member.get("/?lang=en").await;
    member.get("/gold/card").await;
    [nobody, applicant, confirmed, member]
}

async fn send(
    browser: &mut Browser<'_>,
    method: &str,
    path: &str,
    kind: &str,
    body: String,
) -> Answer {
    let question = format!("{method} {path} {}", body.chars().take(80).collect::<String>());
    let token = browser.form_token();
    let request =
        Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(path);
    let request = request.header(header::ORIGIN, ORIGIN).header("x-form-token", token);
    let request = request.header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap();
    let cookies = browser.cookies.clone();
    let answer = browser.send(request).await;
    // The next question comes from the same visitor.
    browser.cookies = cookies;
    judge(&answer, &question);
    answer
}

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

#[tokio::test]
async fn no_field_of_a_form_breaks_anything() {
    let site = Site::new().await;
    for mut browser in askers(&site).await {
        for (path, fields) in FORMS {
            let token = ("form_token", browser.form_token());
            let own = fields.iter().map(|(name, value)| (*name, (*value).to_owned()));
            let good: Vec<(&str, String)> = std::iter::once(token).chain(own).collect();
            let write = |fields: &[(&str, String)]| {
                let pairs = fields.iter().map(|(name, value)| format!("{name}={value}"));
                pairs.collect::<Vec<_>>().join("&")
            };
            for at in 0..good.len() {
                for value in values() {
                    let mut bad = good.clone();
                    bad[at].1 = value;
                    send(&mut browser, "POST", path, FORM, write(&bad)).await;
                }
                let mut without = good.clone();
                without.remove(at);
                send(&mut browser, "POST", path, FORM, write(&without)).await;
                let mut twice = good.clone();
                twice.push(good[at].clone());
                send(&mut browser, "POST", path, FORM, write(&twice)).await;
            }
            let extra = format!("{}&admin=1", write(&good));
            for body in [extra.as_str(), "", "&&&===", "a[]=1&a[b]=2"] {
                send(&mut browser, "POST", path, FORM, body.to_owned()).await;
            }
            for kind in
                [JSON, "text/plain", "multipart/form-data; boundary=x", "", "x/y; charset=utf-7"]
            {
                send(&mut browser, "POST", path, kind, write(&good)).await;
            }
        }
    }
}

#[tokio::test]
async fn no_member_of_a_call_breaks_anything() {
    let site = Site::new().await;
    let deep = format!("{}{}", "[".repeat(3_000), "]".repeat(3_000));
    let odd = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e308),
        json!([]),
        json!({}),
        json!(""),
        json!("\u{0}"),
        json!("\u{202e}"),
        json!(MARKUP),
        json!("' OR 1=1 --"),
        json!("a".repeat(5_000)),
        json!("a".repeat(40_000)),
    ];
    for mut browser in askers(&site).await {
        for (path, good) in calls() {
            let names: Vec<String> = good.as_object().unwrap().keys().cloned().collect();
            for name in &names {
                for value in &odd {
                    let mut bad = good.clone();
                    bad[name] = value.clone();
                    send(&mut browser, "POST", path, JSON, bad.to_string()).await;
                }
                let mut without = good.clone();
                without.as_object_mut().unwrap().remove(name);
                send(&mut browser, "POST", path, JSON, without.to_string()).await;
                let twice = good.to_string().replacen('{', &format!("{{\"{name}\":\"x\","), 1);
                send(&mut browser, "POST", path, JSON, twice).await;
            }
            let mut extra = good.clone();
            extra["admin"] = json!(true);
            let bodies = [
                extra.to_string(),
                String::new(),
                "{".into(),
                "null".into(),
                "[]".into(),
                "\u{feff}{}".into(),
                "{\"a\":\"\\ud800\"}".into(),
                deep.clone(),
            ];
            for body in bodies {
                send(&mut browser, "POST", path, JSON, body).await;
            }
            for kind in [FORM, "text/plain", "", "application/json; charset=utf-16"] {
                send(&mut browser, "POST", path, kind, good.to_string()).await;
            }
        }
    }
}

#[tokio::test]
async fn no_method_query_or_cookie_breaks_anything() {
    let site = Site::new().await;
    for mut browser in askers(&site).await {
        let calls = calls();
        let all = PAGES.into_iter().chain(FORMS.iter().map(|(path, _)| *path));
        for path in all.chain(calls.iter().map(|(path, _)| *path)) {
            for method in ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] {
                send(&mut browser, method, path, FORM, String::new()).await;
            }
            let sign = if path.contains('?') { '&' } else { '?' };
            for query in [
                "lang=xx",
                "lang=",
                "lang=en&lang=en",
                "on=%ff",
                "by=%00",
                "to=x",
                "%zz",
                "a=%22%3e%3cscript%3ealert(1)%3c/script%3e",
            ] {
                let path = format!("{path}{sign}{query}");
                send(&mut browser, "GET", &path, FORM, String::new()).await;
            }
        }
        for path in [
            "//",
            "/../etc/passwd",
            "/static/..%2f..%2fportal.toml",
            "/static/%00",
            "/download/%2e%2e",
            "/%ff",
            "/gold/",
        ] {
            send(&mut browser, "GET", path, FORM, String::new()).await;
        }
        for name in ["__Host-session", "__Host-sign-in", "__Host-join", "__Host-language"] {
            for value in ["", "x", &"A".repeat(43), &"A".repeat(4_000), "%00", "en"] {
                let mut other = Browser::new(&site);
                other.cookies = browser.cookies.clone();
                other.cookies.insert("__Host-language".into(), "en".into());
                other.cookies.insert(name.into(), value.into());
                if name == "__Host-language" && value != "en" {
                    continue; // then it is Chinese that is right
                }
                for path in ["/", "/gold/card", "/join/contact"] {
                    send(&mut other, "GET", path, FORM, String::new()).await;
                }
                for (path, good) in &calls {
                    send(&mut other, "POST", path, JSON, good.to_string()).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn after_all_of_it_the_member_is_who_they_were() {
    let site = Site::new().await;
    let [.., mut member] = askers(&site).await;
    for (path, fields) in FORMS {
        for token in ["", "AAAA", MARKUP] {
            let own = fields.iter().map(|(name, value)| format!("&{name}={value}"));
            let body = format!("form_token={token}{}", own.collect::<String>());
            let answer = send(&mut member, "POST", path, FORM, body).await;
            assert!(answer.status.is_client_error() || answer.status.is_redirection(), "{path}");
        }
    }
    for origin in ["null", "https://localhost", "https://localhost:8443.evil.example", ""] {
        for path in FORMS.iter().map(|(path, _)| *path).chain(calls().iter().map(|(path, _)| *path))
        {
            let token = member.form_token();
            let answer = member.post_from(origin, &token, path, "{}").await;
            assert_eq!(answer.code(), "foreign-page", "{origin} {path}");
        }
    }
    let home = member.get("/").await.body;
    assert!(home.contains("General member") && home.contains(MING), "{home}");
    let mut again = Browser::new(&site);
    again.get("/sign-in").await;
    // What is shown again is shown as text, so the judge above has something to judge.
    let echoed = again.sign_in("%22%3e%3cscript%3ealert(1)", "x").await.body;
    assert!(echoed.contains("&#62;&#60;script&#62;alert(1)"), "{echoed}");
    assert_eq!(again.sign_in(MING, PASSWORD).await.status, StatusCode::SEE_OTHER);
}
