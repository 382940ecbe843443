//! The portal, killed in the middle of every step on the way from nobody to gold, and started again: what was
//! answered is kept, what was not can be done once more, and nothing is there twice.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderName, HeaderValue, Response, StatusCode, header},
};
use openssl::ssl::{SslConnector, SslMethod, SslVerifyMode};
use serde_json::json;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use time::OffsetDateTime;
use tokio::task::spawn_blocking;

use crate::{
    browser::{Browser, ID},
    card::Plastic,
    site::{PASSWORD, Site, configuration},
    support::{Authority, CA, Crl},
};

/// Between the last byte of a request and the end of the program. Some come before the work has begun, some
/// in the middle, some after the answer.
const MOMENTS: [u64; 6] = [0, 1, 4, 12, 40, 1500];
const PATIENCE: Duration = Duration::from_secs(60);

/// The program, as often as it is started.
pub(crate) struct Program {
    folder: TempDir,
    address: SocketAddr,
    running: Mutex<Child>,
    /// How long after the next request it is killed.
    fuse: Mutex<Option<Duration>>,
    /// Whoever kills it.
    killer: Mutex<Option<JoinHandle<()>>>,
}

/// The program is dead at times, and its port free: so one that the system gives to nobody else meanwhile.
fn address_to_come_back_to() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 15_000 + u16::try_from(std::process::id() % 5_000).unwrap();
    let mut ports = std::iter::repeat_with(|| first + NEXT.fetch_add(1, Ordering::Relaxed));
    let addresses = ports.by_ref().map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
    addresses.take(1000).find(|address| TcpListener::bind(address).is_ok()).unwrap()
}

impl Program {
    fn new() -> Arc<Self> {
        Self::with("")
    }

    /// With more settings.
    pub(crate) fn with(more: &str) -> Arc<Self> {
        let folder = tempfile::tempdir().unwrap();
        let config = configuration(&folder);
        // The program goes by the clock of the machine.
        let now = OffsetDateTime::now_utc();
        let (this_update, next_update) = (now - time::Duration::HOUR, now + time::Duration::DAY);
        let list = Crl { this_update, next_update: Some(next_update), ..Crl::of(&CA) };
        fs::write(folder.path().join("ca.crl"), list.der()).unwrap();
        let own = Authority::new("localhost", None, None);
        fs::write(&config.certificate, own.certificate.to_pem().unwrap()).unwrap();
        fs::write(&config.private_key, own.key.private_key_to_pem_pkcs8().unwrap()).unwrap();
        let address = address_to_come_back_to();
        let text = format!(
            "listen = \"{address}\"\norigin = {:?}\ncertificate = \"tls.pem\"\n\
             private-key = \"tls.key\"\ndatabase = \"portal.sqlite\"\n\
             national-id-key = \"national-id.key\"\nintermediates = [\"authorities.pem\"]\n\
             policy = {:?}\noutbox = true\n{more}\
             [[anchors]]\nfile = \"root.cer\"\nsha256 = \"{}\"\n\
             [[revocation]]\nauthority = \"ca.cer\"\ncrl = \"ca.crl\"\n",
            config.origin,
            config.policy.unwrap(),
            config.anchors[0].sha256,
        );
        fs::write(folder.path().join("portal.toml"), text).unwrap();
        let running = Mutex::new(start(folder.path(), address));
        Arc::new(Self {
            folder,
            address,
            running,
            fuse: Mutex::default(),
            killer: Mutex::default(),
        })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Has it killed so long after the next request.
    fn light(&self, moment: u64) {
        *self.fuse.lock().unwrap() = Some(Duration::from_millis(moment));
    }

    /// Waits for its end, and starts it again.
    fn rise(&self) {
        self.killer.lock().unwrap().take().unwrap().join().unwrap();
        let mut running = self.running.lock().unwrap();
        let end = running.wait().unwrap();
        assert!(!end.success(), "it was killed and did not end: {end}");
        *running = start(self.folder.path(), self.address);
    }

    /// The answer to a request; none where it was killed before the answer was whole.
    fn ask(self: &Arc<Self>, request: &[u8]) -> Option<Vec<u8>> {
        let mut stream = connect(self.address)?;
        stream.write_all(request).ok()?;
        if let Some(moment) = self.fuse.lock().unwrap().take() {
            let program = self.clone();
            let killer = thread::spawn(move || {
                thread::sleep(moment);
                program.running.lock().unwrap().kill().unwrap();
            });
            *self.killer.lock().unwrap() = Some(killer);
        }
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        Some(answer)
    }

    /// As many rows as this statement counts.
    async fn count(&self, statement: &'static str) -> i64 {
        let file = SqliteConnectOptions::new().filename(self.folder.path().join("portal.sqlite"));
        let mut connection = SqliteConnection::connect_with(&file).await.unwrap();
        sqlx::query_scalar(statement).fetch_one(&mut connection).await.unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let running = self.running.get_mut().unwrap();
        _ = running.kill();
        _ = running.wait();
    }
}

fn start(folder: &Path, address: SocketAddr) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ankong-portal"));
    command.arg("--config").arg(folder.join("portal.toml"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let child = command.spawn().unwrap();
    let begun = Instant::now();
    while connect(address).is_none() {
        assert!(begun.elapsed() < PATIENCE, "it does not start");
        thread::sleep(Duration::from_millis(20));
    }
    child
}

fn connect(address: SocketAddr) -> Option<openssl::ssl::SslStream<TcpStream>> {
    let mut builder = SslConnector::builder(SslMethod::tls_client()).unwrap();
    builder.set_verify(SslVerifyMode::NONE);
    let socket = TcpStream::connect(address).ok()?;
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    builder.build().connect("localhost", socket).ok()
}

/// Carries what a browser of the tests sends to the program, and back.
pub(crate) fn site(program: &Arc<Program>) -> Site {
    let program = program.clone();
    Site::of(Router::new().fallback(move |request: Request| {
        let program = program.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = to_bytes(body, usize::MAX).await.unwrap();
            let mut text = format!("{} {} HTTP/1.1\r\n", parts.method, parts.uri).into_bytes();
            for (name, value) in &parts.headers {
                text.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
            }
            let end = format!(
                "host: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            text.extend(end.into_bytes());
            text.extend(body);
            let answer = spawn_blocking(move || program.ask(&text)).await.unwrap();
            answer.and_then(|answer| read(&answer)).unwrap_or_else(|| {
                let gone = Response::builder().status(StatusCode::BAD_GATEWAY);
                gone.body(Body::empty()).unwrap()
            })
        }
    }))
}

/// An answer in HTTP/1.1 with a length; none where it is cut off.
fn read(answer: &[u8]) -> Option<Response<Body>> {
    let end = answer.windows(4).position(|part| part == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).unwrap();
    let body = answer[end + 4..].to_vec();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse::<u16>().ok()?;
    let mut response = Response::builder().status(status).body(Body::empty()).unwrap();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        let name: HeaderName = name.parse().unwrap();
        response.headers_mut().append(name, HeaderValue::from_str(value).unwrap());
    }
    let length = response.headers().get(header::CONTENT_LENGTH);
    let length = length.map_or(0, |length| length.to_str().unwrap().parse().unwrap());
    *response.body_mut() = Body::from(body.clone());
    (body.len() == length).then_some(response)
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_step_it_has_lost_nothing_it_answered_and_has_nothing_twice() {
    let program = spawn_blocking(Program::new).await.unwrap();
    let site = site(&program);
    let rise = async || {
        let program = program.clone();
        spawn_blocking(move || program.rise()).await.unwrap();
    };
    let (mut answered, mut begun_in_vain, mut golds) = (0, 0, 0);
    for (n, moment) in MOMENTS.into_iter().enumerate() {
        let account = format!("09333333{n:02}");
        let mut browser = Browser::new(&site);
        let notice = browser.get("/join/notice").await.body;
        let (_, rest) = notice.split_once("name=\"version\" value=\"").unwrap();
        let version = rest.split('"').next().unwrap().to_owned();
        let fields = [("version", version), ("accepted", "yes".to_owned())];
        program.light(moment);
        let accepted = browser.submit("/join/notice", &fields).await.status;
        rise().await;
        if accepted != StatusCode::SEE_OTHER {
            // Whoever got no answer has no cookie for what may have been begun; that runs out.
            let kept = program.count("SELECT count(*) FROM registration").await;
            assert!(kept - begun_in_vain <= 1, "{kept}");
            begun_in_vain = kept;
            let again = browser.submit("/join/notice", &fields).await;
            assert_eq!(again.location(), "/join/contact");
        }
        assert_eq!(browser.get("/join/contact").await.status, StatusCode::OK);

        let puzzle = browser.get("/join/robot").await.json();
        let proof = spawn_blocking(move || crate::join::solve(puzzle)).await.unwrap();
        let body = json!({ "account": account, "robot": proof });
        program.light(moment);
        let sent = browser.post("/join/code", &body).await.status;
        rise().await;
        let outbox = Browser::new(&site).get("/outbox").await.body;
        let messages = outbox.matches(&account).count();
        assert!(messages == 1 || (messages == 0 && sent != StatusCode::OK), "{sent} {messages}");
        if messages == 0 {
            assert_eq!(browser.ask_for_code(&account).await.status, StatusCode::OK);
        }
        let code = browser.code(&account).await;

        program.light(moment);
        let confirmed = browser.confirm(&account, &code).await.status;
        rise().await;
        let profile = browser.get("/join/profile").await;
        if profile.status != StatusCode::OK {
            assert_ne!(confirmed, StatusCode::SEE_OTHER);
            assert_eq!(browser.confirm(&account, &code).await.location(), "/join/profile");
            browser.get("/join/profile").await;
        }

        program.light(moment);
        let made = browser.complete(["王", "曉明"], [PASSWORD; 2]).await.status;
        rise().await;
        let members = program.count("SELECT count(*) FROM member").await;
        let before = i64::try_from(n).unwrap();
        assert!(members == before + 1 || (members == before && made != StatusCode::SEE_OTHER));
        if members == before {
            let done = browser.complete(["王", "曉明"], [PASSWORD; 2]).await;
            assert_eq!(done.location(), "/welcome");
        }

        let mut browser = Browser::new(&site);
        browser.get("/sign-in").await;
        program.light(moment);
        let signed_in = browser.sign_in(&account, PASSWORD).await.status;
        rise().await;
        if signed_in != StatusCode::SEE_OTHER {
            assert_eq!(browser.sign_in(&account, PASSWORD).await.location(), "/");
        }
        assert_eq!(browser.get("/gold/card").await.status, StatusCode::OK);

        let card = Plastic::of_today();
        program.light(moment);
        let asked = browser.post("/gold/challenge", &json!({ "nationalId": ID })).await;
        rise().await;
        // One that was given is still good: the card's answer to it is asked for below.
        let challenge = match asked.status {
            StatusCode::OK => asked.json()["challenge"].as_str().unwrap().to_owned(),
            _ => browser.challenge(ID).await,
        };
        let token = card.token(&challenge);
        let proof = json!({ "challenge": challenge, "nationalId": ID, "token": token });
        program.light(moment);
        let gold = browser.post("/gold/verify", &proof).await.status;
        rise().await;
        let is_gold = browser.get("/").await.body.contains("id=\"crown\"");
        assert!(is_gold || gold != StatusCode::OK);
        golds += i64::from(gold == StatusCode::OK || !is_gold);
        if !is_gold {
            browser.get("/gold/card").await;
            let again = card.prove(&mut browser, "/gold", ID).await;
            assert_eq!(again.status, StatusCode::OK, "{}", again.body);
        }
        let well = [StatusCode::OK, StatusCode::SEE_OTHER];
        for status in [accepted, sent, confirmed, made, signed_in, asked.status, gold] {
            // A refusal would be something lost: a registration, a session, a challenge.
            assert!(well.contains(&status) || status == StatusCode::BAD_GATEWAY, "{status}");
            answered += usize::from(well.contains(&status));
        }
    }
    let all = i64::try_from(MOMENTS.len()).unwrap();
    for statement in [
        "SELECT count(*) FROM member",
        "SELECT count(*) FROM consent",
        "SELECT count(DISTINCT certificate_fingerprint) FROM gold",
    ] {
        assert_eq!(program.count(statement).await, all, "{statement}");
    }
    // A code each, and of gold a notice, which who was answered has: none twice.
    let notices = program.count("SELECT count(*) FROM outbox").await - all;
    assert!((golds..=all).contains(&notices), "{notices} notices of {golds} answered");
    let left = program.count("SELECT count(*) FROM registration").await;
    assert_eq!(left, begun_in_vain);
    // Some were killed before they had answered, and some after.
    assert!(answered > 0 && answered < 7 * MOMENTS.len(), "{answered}");
}
