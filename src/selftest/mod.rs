//! `ankong selftest`: whether an installed program can do its work on this computer, without reader,
//! card, window or browser. A virtual card in this process, made now under an authority made now,
//! signs one token that is asked for over the real door, and the library for web sites judges it.
//!
//! Refuses to know anything of the user's: certificates lie in a folder of its own and go away, the
//! port is any free one, and no browser's store is looked at.

mod card;
mod folder;
mod person;

use std::fmt;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use ankong_verify::{Origin, Verifier};
use anyhow::{Context, bail, ensure};
use openssl::base64::encode_block;
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::endpoint::identity::{self, root_path};
use crate::endpoint::{Behind, Endpoint};
use crate::origins::Origins;
use crate::random;
use crate::running::secured;
use crate::session::Desk;
use crate::session::origin::OriginPattern;

use card::TestCard;
use folder::Folder;
use person::Agreeing;

/// A site that is nobody's (RFC 2606 section 2), so its token is worth nothing elsewhere.
const SITE: &str = "https://selftest.invalid";
/// For the whole of the one call; a busy computer signs slowly.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long each part took.
pub struct Passed {
    port: u16,
    identity: Duration,
    card: Duration,
    call: Duration,
    verification: Duration,
}

impl fmt::Display for Passed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "ok: ankong {} signed in over HTTPS", env!("CARGO_PKG_VERSION"))?;
        let place = format!("certificates of https://localhost:{} made", self.port);
        for (what, took) in [
            (place.as_str(), self.identity),
            ("authority and virtual card made", self.card),
            ("request to token", self.call),
            ("token verified", self.verification),
        ] {
            writeln!(f, "  {what:<48}{:>6} ms", took.as_millis())?;
        }
        Ok(())
    }
}

/// Does it once.
///
/// # Errors
/// The first part that fails, by name.
pub fn selftest() -> anyhow::Result<Passed> {
    let folder = Folder::new().context("no temporary folder can be made")?;
    let (identity, making_identity) =
        timed(|| identity::load_or_make(folder.path(), SystemTime::now()))
            .context("the certificates of localhost cannot be made")?;
    let (card, making_card) = timed(|| TestCard::issue(OffsetDateTime::now_utc()))
        .context("the virtual card cannot be made")?;

    let desk = Desk::new(
        Arc::new(card.in_reader()?),
        Arc::new(Agreeing::with(card.pin())),
        SystemTime::now,
        random::fill,
        || {},
    );
    let site = OriginPattern::parse(SITE).context("the test's own site is no origin")?;
    let behind = Behind {
        desk: Arc::new(desk),
        origins: Arc::new(Origins::new(vec![site], None)),
        asked: Arc::new(|| {}),
        wanted: Arc::new(|_| {}),
        sentences: Arc::new(|code, _| code.to_owned()),
    };
    let challenge = challenge()?;

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answered = runtime.block_on(async {
        let door = Endpoint::open(&[0], identity, behind)
            .await
            .context("no port of this computer can be had")?;
        let port = door.port();
        let (root, challenge) = (root_path(folder.path()), challenge.clone());
        let calling = tokio::task::spawn_blocking(move || {
            timed(|| authenticate(port, root, &challenge)).map(|(token, took)| (port, token, took))
        });
        tokio::select! {
            () = door.serve(SystemTime::now) => bail!("the door closed by itself"),
            called = calling => called?,
        }
    });
    runtime.shutdown_background();
    let (port, token, call) = answered?;

    let verifier = Verifier::new(Origin::parse(SITE)?, Arc::new(card.trust()?));
    let (person, verification) =
        timed(|| verifier.verify(&token, &challenge, OffsetDateTime::now_utc()))
            .context("the token is not believed")?;
    let name = &person.subject().name;
    ensure!(name == card::NAME, "the token is of somebody else: {name}");
    Ok(Passed { port, identity: making_identity, card: making_card, call, verification })
}

/// One call of a site's, as a browser would bring it: the token.
fn authenticate(port: u16, root: PathBuf, challenge: &str) -> anyhow::Result<Vec<u8>> {
    let body = json!({ "challenge": challenge, "purpose": "ankong selftest" }).to_string();
    let mut stream = secured(port, &root, PATIENCE).context("no TLS connection to the door")?;
    write!(
        stream,
        "POST /v1/authenticate HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: {SITE}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.take(256 * 1024).read_to_string(&mut answer).context("the door does not answer")?;
    let (head, body) = answer.split_once("\r\n\r\n").context("the door's answer is cut off")?;
    let body: Value = serde_json::from_str(body).context("the door's answer makes no sense")?;
    let member = |name: &str| body.get(name);
    if !head.starts_with("HTTP/1.1 200 ") {
        let code = member("code").and_then(Value::as_str).unwrap_or("no code");
        bail!("the door refuses: {code}; hint: docs/errors.md");
    }
    Ok(member("token").context("the door's answer has no token")?.to_string().into_bytes())
}

fn challenge() -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    openssl::rand::rand_bytes(&mut bytes)?;
    Ok(encode_block(&bytes))
}

fn timed<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<(T, Duration), E> {
    let start = Instant::now();
    work().map(|done| (done, start.elapsed()))
}
