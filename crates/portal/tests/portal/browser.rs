//! As much of a browser as the portal needs to see: cookies, the headers of a page of its own,
//! and the form token that stands in the page.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
};

use axum::{
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode, header},
};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    site::{PASSWORD, Site},
    support::ORIGIN,
};

/// Ends in 6789, as the cards do.
pub(crate) const ID: &str = "A123456789";

pub(crate) struct Browser<'a> {
    pub(crate) site: &'a Site,
    pub(crate) cookies: BTreeMap<String, String>,
    /// Where its requests come from; unknown to the portal where there is none.
    pub(crate) address: Option<IpAddr>,
    /// What it, or a proxy before the portal, writes in `X-Forwarded-For`; nothing where it is empty.
    pub(crate) forwarded: String,
    form_token: String,
    /// The one the last challenge was for; a browser that asked for none sends the usual one.
    national_id: String,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The code of a refusal.
    pub(crate) fn code(&self) -> String {
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json", "{}", self.body);
        self.json()["code"].as_str().unwrap().to_owned()
    }

    pub(crate) fn location(&self) -> &str {
        self.headers[header::LOCATION].to_str().unwrap()
    }
}

impl<'a> Browser<'a> {
    pub(crate) fn new(site: &'a Site) -> Self {
        Self {
            site,
            cookies: BTreeMap::new(),
            address: None,
            forwarded: String::new(),
            form_token: String::new(),
            national_id: ID.to_owned(),
        }
    }

    /// A browser in which this member is signed in and looks at the page of the card.
    pub(crate) async fn of(site: &'a Site, email: &str) -> Self {
        let mut browser = Self::new(site);
        browser.get("/sign-in").await;
        let answer = browser.sign_in(email, PASSWORD).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"));
        browser.get("/gold/card").await;
        browser
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let answer = self.send(Request::get(path).body(Body::empty()).unwrap()).await;
        let marks = ["name=\"form_token\" value=\"", "data-form-token=\""];
        for (_, rest) in marks.iter().filter_map(|mark| answer.body.split_once(mark)) {
            self.form_token = rest.split('"').next().unwrap().to_owned();
        }
        answer
    }

    pub(crate) async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        let encode = |text: &str| text.replace('#', "%23").replace('@', "%40");
        let fields = [("email", encode(email)), ("password", encode(password))];
        self.submit("/sign-in", &fields).await
    }

    pub(crate) async fn submit(&mut self, path: &str, fields: &[(&str, String)]) -> Answer {
        let mut body = format!("form_token={}", self.form_token);
        fields.iter().for_each(|(name, value)| body.push_str(&format!("&{name}={value}")));
        let request = Request::post(path)
            .header(header::ORIGIN, ORIGIN)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Answer {
        if let Some(national_id) = body["nationalId"].as_str() {
            self.national_id = national_id.to_owned();
        }
        let token = self.form_token.clone();
        self.post_from(ORIGIN, &token, path, &body.to_string()).await
    }

    /// A post as another origin or with another form token would send it.
    pub(crate) async fn post_from(
        &mut self,
        origin: &str,
        form_token: &str,
        path: &str,
        body: &str,
    ) -> Answer {
        let request = Request::post(path)
            .header(header::ORIGIN, origin)
            .header("x-form-token", form_token)
            .header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    pub(crate) fn form_token(&self) -> String {
        self.form_token.clone()
    }

    /// Asks for a challenge for this ID.
    pub(crate) async fn challenge(&mut self, national_id: &str) -> String {
        let answer = self.post("/gold/challenge", &json!({ "nationalId": national_id })).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.json()["challenge"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn verify(&mut self, challenge: &str, token: &Value) -> Answer {
        let id = self.national_id.clone();
        let body = json!({ "challenge": challenge, "nationalId": id, "token": token });
        self.post("/gold/verify", &body).await
    }

    pub(crate) async fn send(&mut self, request: Request<Body>) -> Answer {
        let (status, headers, body) = self.exchange(request).await;
        Answer { status, headers, body: String::from_utf8(body).unwrap() }
    }

    /// A file, as it is.
    pub(crate) async fn file(&mut self, path: &str) -> (HeaderMap, Vec<u8>) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let (status, headers, body) = self.exchange(request).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        (headers, body)
    }

    async fn exchange(&mut self, mut request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        if !self.forwarded.is_empty() {
            request.headers_mut().insert("x-forwarded-for", self.forwarded.parse().unwrap());
        }
        if let Some(address) = self.address {
            request.extensions_mut().insert(ConnectInfo(SocketAddr::from((address, 50_000))));
        }
        let response = self.site.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        for cookie in headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            match value {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, headers, body.to_vec())
    }
}
