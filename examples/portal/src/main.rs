//! The portal of docs/integrate.md, which says what has to lie in the folder it is started in.

use std::{fs, net::SocketAddr, sync::Arc};

use ankong_verify::{ChallengeStore, CrlSource, Fingerprint, HttpFetch, Origin, Trust, Verifier};
use axum::extract::{Json, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse};
use axum::routing::{Router, get, post};
use axum_server::tls_openssl::OpenSSLConfig;
use openssl::{base64::encode_block, rand::rand_bytes, x509::X509};
use serde_json::Value;
use time::OffsetDateTime;
use tokio::sync::Mutex;

type Shared = State<Arc<(Verifier, Mutex<ChallengeStore>)>>;

async fn challenge(State(portal): Shared) -> Result<impl IntoResponse, StatusCode> {
    let (mut random, now) = ([0; 32], OffsetDateTime::now_utc());
    rand_bytes(&mut random).map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let session = encode_block(&random);
    let challenge = portal.1.lock().await.issue(&session, (), now);
    let challenge = challenge.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let cookie = format!("__Host-session={session}; Path=/; Secure; HttpOnly; SameSite=Strict");
    Ok(([(header::SET_COOKIE, cookie)], challenge.as_str().to_owned()))
}

async fn sign_in(
    State(portal): Shared,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<String, StatusCode> {
    let cookie = headers.get(header::COOKIE).and_then(|cookie| cookie.to_str().ok());
    let mut cookies = cookie.unwrap_or_default().split("; ");
    let session = cookies.find_map(|cookie| cookie.strip_prefix("__Host-session="));
    let session = session.ok_or(StatusCode::FORBIDDEN)?;
    let challenge = body.get("challenge").and_then(Value::as_str).unwrap_or_default();
    let token = body.get("token").map(Value::to_string).unwrap_or_default();
    let now = OffsetDateTime::now_utc();
    let taken = portal.1.lock().await.take(session, challenge, now); // whatever comes of it, used up
    taken.map_err(|_| StatusCode::FORBIDDEN)?;
    let person = portal.0.verify(token.as_bytes(), challenge, now);
    let person = person.map_err(|_| StatusCode::FORBIDDEN)?;
    Ok(format!("{}，您好。", person.subject().name)) // here begins the session of somebody known
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let der = |file: &str| anyhow::Ok(X509::from_pem(&fs::read(file)?)?.to_der()?);
    let port: u16 = fs::read_to_string("port")?.trim().parse()?;
    let root = der("pki/root.pem")?;
    let mut trust = Trust::builder().anchor(&root, Fingerprint::of(&root)); // real sites pin it
    for name in ["pki/ca-g2", "pki/ca-g3"] {
        let authority = der(&format!("{name}.pem"))?;
        let list = CrlSource::file(&authority, format!("{name}.crl").as_ref())?;
        list.refresh(&HttpFetch::new())?; // and again every few minutes
        trust = trust.intermediate(&authority).crl(Arc::new(list));
    }
    let origin = Origin::parse(&format!("https://localhost:{port}"))?;
    let verifier = Verifier::new(origin, Arc::new(trust.build()?));
    let module = |file| {
        let text = fs::read_to_string(file)?;
        let script = ([(header::CONTENT_TYPE, "text/javascript")], text);
        anyhow::Ok(get(move || async move { script }))
    };
    let app = Router::new()
        .route("/", get(|| async { Html(include_str!("page.html")) }))
        .route("/ankong.js", module("ankong.js")?)
        .route("/texts.js", module("texts.js")?)
        .route("/challenge", post(challenge))
        .route("/sign-in", post(sign_in))
        .with_state(Arc::new((verifier, Mutex::new(ChallengeStore::new()))));
    let tls = OpenSSLConfig::from_pem_file("site.pem", "site.key.pem")?;
    let server = axum_server::bind_openssl(SocketAddr::from(([127, 0, 0, 1], port)), tls);
    Ok(server.serve(app.into_make_service()).await?)
}
