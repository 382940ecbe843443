//! Another site that the portal posts to: a real HTTP server on a port of this computer.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use tokio::net::TcpListener;

/// What it answers to the request with this number, from 0 on; nothing is silence.
pub(crate) type Answers = fn(usize) -> Option<(u16, &'static str)>;

#[derive(Clone)]
pub(crate) struct StandIn {
    pub(crate) port: u16,
    seen: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    answers: Answers,
}

impl StandIn {
    pub(crate) async fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let site = Self { port, seen: Arc::default(), answers };
        let router = Router::new().route("/post", post(answer)).with_state(site.clone());
        tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        site
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/post", self.port)
    }

    /// Headers and body of every request so far.
    pub(crate) fn seen(&self) -> Vec<(HeaderMap, String)> {
        self.seen.lock().unwrap().clone()
    }

    /// The same, once there are so many.
    pub(crate) async fn posts(&self, wanted: usize) -> Vec<(HeaderMap, String)> {
        let begun = std::time::Instant::now();
        while self.seen().len() < wanted {
            assert!(begun.elapsed().as_secs() < 60, "{:?}", self.seen());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.seen()
    }
}

async fn answer(State(site): State<StandIn>, headers: HeaderMap, body: String) -> Response {
    let number = {
        let mut seen = site.seen.lock().unwrap();
        seen.push((headers, body));
        seen.len() - 1
    };
    match (site.answers)(number) {
        Some((status, text)) => (StatusCode::from_u16(status).unwrap(), text).into_response(),
        None => std::future::pending().await,
    }
}
