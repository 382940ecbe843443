//! The same in a real Chromium: what pages try there, and a worker that somebody left behind.

use std::time::Duration;

use ankong_stage::{Browser, DemoAuthority, TemporaryHome};
use serde_json::{Value, json};

use crate::site::Site;
use crate::support::Door;
use crate::support::cards::{image, reader_with};
use crate::support::person::ScriptedPerson;

/// Every way a page has to send something elsewhere; tells what the page learns.
const TRIES: &str = r#"
const [door, done] = arguments;
const status = door + "/v1/status", authenticate = door + "/v1/authenticate";
// One that would open a window, and one that would not: for the way that a site may go.
const body = JSON.stringify({ challenge: "A".repeat(44), purpose: "x" });
const blank = JSON.stringify({ challenge: "A".repeat(44), purpose: "" });
const fetched = (url, options) =>
  fetch(url, options).then(r => r.type === "opaque" ? "opaque" : "read " + r.status, () => "error");
const loaded = (name, attributes) => new Promise(told => {
  const element = Object.assign(document.createElement(name), attributes);
  element.onload = () => told("loaded");
  element.onerror = () => told("error");
  document.body.append(element);
});
const framed = async load => {
  const frame = document.createElement("iframe");
  frame.name = "f" + Math.random();
  document.body.append(frame); // about:blank at first
  const seen = new Promise(told => frame.onload = told);
  load(frame);
  await seen;
  try { return frame.contentDocument ? "read " + frame.contentDocument.URL : "closed" } catch { return "closed" }
};
const socket = new Promise(told => {
  const socket = new WebSocket(status.replace("https", "wss"));
  socket.onopen = () => told("open");
  socket.onerror = () => told("error");
});
const events = new Promise(told => {
  const source = new EventSource(status);
  source.onmessage = source.onopen = () => told("open");
  source.onerror = () => { source.close(); told("error") };
});
const form = frame => {
  const form = document.createElement("form");
  Object.assign(form, { action: authenticate, method: "post", enctype: "text/plain", target: frame.name });
  const field = document.createElement("input");
  Object.assign(field, { name: body.slice(0, -1) + ',"a":"', value: '"}' });
  form.append(field);
  document.body.append(form);
  form.submit();
};
const worker = () => { try { new Worker(status); return "made" } catch { return "error" } };
(async () => done({
  "fetch": await fetched(status),
  "fetch of a post": await fetched(authenticate, { method: "POST", headers: { "content-type": "application/json" }, body: blank }),
  "fetch without CORS": await fetched(status, { mode: "no-cors" }),
  "post without CORS": await fetched(authenticate, { method: "POST", mode: "no-cors", body }),
  "beacon": navigator.sendBeacon(authenticate, body) ? "sent" : "error",
  "picture": await loaded("img", { src: status }),
  "script": await loaded("script", { src: status }),
  "style": await loaded("link", { rel: "stylesheet", href: status }),
  "frame": await framed(frame => { frame.src = status }),
  "form": await framed(form),
  "socket": await socket,
  "events": await events,
  "worker": worker(),
}))();
"#;

/// Chromium looks for a new script a second after the last navigation.
const UPDATE: Duration = Duration::from_secs(3);

fn block_on(play: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(play);
}

fn page(_: &str) -> (&'static str, String) {
    ("text/html", "<!doctype html><title>a site</title><body>".into())
}

#[test]
fn no_page_opens_a_window_or_reads_an_answer_but_by_a_script_that_may() {
    block_on(async {
        let home = TemporaryHome::create().unwrap();
        let authority = DemoAuthority::create(home.path()).unwrap();
        home.trust(authority.root(), "sites").unwrap();
        let (reader, trace) = reader_with(&image(), &[]);
        let sent = trace.commands().len();
        let (foreign, allowed) = (Site::open(0, &authority, page), Site::open(0, &authority, page));
        // Nobody is there to be asked: a question would end the test.
        let door = Door::open_at(0, reader, ScriptedPerson::new(&[]), &allowed.origin());
        home.trust(&door.root(), "door").unwrap();
        let browser = Browser::start(&home, &[]).await.unwrap();
        let closed = [
            ("fetch without CORS", "opaque"),
            ("post without CORS", "opaque"),
            ("beacon", "sent"),
            ("picture", "error"),
            ("script", "error"),
            ("style", "error"),
            ("frame", "closed"),
            ("form", "closed"),
            ("socket", "error"),
            ("events", "error"),
            ("worker", "error"),
        ];
        for (site, status, post) in
            [(&foreign, "error", "error"), (&allowed, "read 200", "read 400")]
        {
            browser.client().goto(&site.origin()).await.unwrap();
            let url = format!("https://localhost:{}", door.caller.port());
            let told = browser.client().execute_async(TRIES, vec![url.into()]).await.unwrap();
            let mut expected: Value = closed.iter().map(|(k, v)| (*k, json!(v))).collect();
            expected["fetch"] = status.into();
            expected["fetch of a post"] = post.into();
            assert_eq!(told, expected, "a page of {}", site.origin());
        }
        assert_eq!(door.person.seen(), [], "a window was opened");
        assert_eq!(trace.commands().len(), sent, "the card was used");
        browser.close().await.unwrap();
    });
}

#[test]
fn a_worker_left_behind_on_the_port_is_not_in_the_way_and_leaves() {
    block_on(async {
        let home = TemporaryHome::create().unwrap();
        let authority = DemoAuthority::create(home.path()).unwrap();
        home.trust(authority.root(), "sites").unwrap();
        let before = Site::open(0, &authority, |path| match path {
            "/worker.js" => (
                "text/javascript",
                "self.addEventListener('fetch', event => event.respondWith(\
                 new Response('the old worker', { headers: { 'content-type': 'text/html' } })));"
                    .into(),
            ),
            path => page(path),
        });
        let (port, old) = (before.port(), before.origin());
        let browser = Browser::start(&home, &[]).await.unwrap();
        let client = browser.client();
        client.goto(&old).await.unwrap();
        let register = "navigator.serviceWorker.register('/worker.js').then(() => \
                        navigator.serviceWorker.ready).then(() => arguments[0](true))";
        client.execute_async(register, vec![]).await.unwrap();
        client.goto(&old).await.unwrap();
        assert!(client.source().await.unwrap().contains("the old worker"), "it does not answer");
        let site = Site::open(0, &authority, page);
        client.goto(&site.origin()).await.unwrap();
        drop(before);

        let (reader, _) = reader_with(&image(), &[]);
        let door = Door::open_at(port, reader, ScriptedPerson::new(&[]), &site.origin());
        home.trust(&door.root(), "door").unwrap();
        let fetch = "const [url, done] = arguments; \
                     fetch(url).then(r => r.json()).then(done, e => done(String(e)))";
        let status = vec![format!("{old}/v1/status").into()];
        let told = client.execute_async(fetch, status).await.unwrap();
        assert_eq!(told["service"], "ankong", "{told}");

        // Whoever opens the port in a tab meets the old worker once more; then it is gone.
        let mut seen = Vec::new();
        for _ in 0..8 {
            client.goto(&old).await.unwrap();
            seen.push(client.source().await.unwrap());
            if seen.last().unwrap().contains("origin-not-allowed") {
                break;
            }
            tokio::time::sleep(UPDATE).await;
        }
        assert!(seen.last().unwrap().contains("origin-not-allowed"), "{seen:#?}");
        println!("the old worker answered {} times more", seen.len() - 1);
        browser.close().await.unwrap();
    });
}
