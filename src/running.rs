//! Asks the program that runs, from a second process of the same user: over its own door, as any
//! caller would. `ankong status`, `sites` and `quit`, and a start that finds it running.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use openssl::ssl::{SslConnector, SslMethod, SslStream, SslVerifyMode};

use crate::endpoint::Own;
use crate::endpoint::identity::root_path;
use crate::instance::Instance;
use crate::paths::Paths;

/// For each step of the exchange; the other side is on this computer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between looks at a program that is starting or ending.
const LOOK: Duration = Duration::from_millis(50);

/// What `ankong status` prints.
///
/// # Errors
/// The program does not run, or does not answer.
pub fn status() -> anyhow::Result<String> {
    let (port, answer) = call("GET /v1/status")?;
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let status: serde_json::Value =
        serde_json::from_str(body).context("the program's answer makes no sense")?;
    let field = |name: &str| status.get(name).and_then(|value| value.as_str()).unwrap_or("?");
    Ok(format!("ankong {} on https://localhost:{port}: {}", field("version"), field("state")))
}

/// Has the running program show a window, or look at what was changed.
///
/// # Errors
/// The program does not run, or does not do it.
pub fn show(own: Own) -> anyhow::Result<()> {
    let runtime = Paths::of_user()?.runtime;
    let until = Instant::now() + PATIENCE;
    // It may only just have been started.
    while Instance::runs(&runtime) && Instance::port(&runtime).is_none() && Instant::now() < until {
        thread::sleep(LOOK);
    }
    let (_, answer) = call(&format!("POST {}", own.path()))?;
    ensure!(answer.starts_with("HTTP/1.1 204 "), "the running program does not do that");
    Ok(())
}

/// Has the running program end, and waits until it has.
///
/// # Errors
/// It does not do it. That none runs is no error.
pub fn quit() -> anyhow::Result<()> {
    let paths = Paths::of_user()?;
    if Instance::port(&paths.runtime).is_none() {
        return Ok(());
    }
    let (_, answer) = call(&format!("POST {}", Own::Quit.path()))?;
    ensure!(answer.starts_with("HTTP/1.1 204 "), "the running program does not take the order");
    let begin = Instant::now();
    while Instance::port(&paths.runtime).is_some() {
        ensure!(begin.elapsed() < PATIENCE, "the running program does not end");
        thread::sleep(LOOK);
    }
    Ok(())
}

/// The port of the running program, and its whole answer to a call without a body.
fn call(call: &str) -> anyhow::Result<(u16, String)> {
    let paths = Paths::of_user()?;
    let Some(port) = Instance::port(&paths.runtime) else {
        bail!("the program does not run; hint: start it with `ankong`");
    };
    let mut stream = secured(port, &root_path(&paths.data), PATIENCE)?;
    write!(
        stream,
        "{call} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: https://localhost:{port}\r\n\
         Content-Length: 0\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.take(64 * 1024).read_to_string(&mut answer)?;
    Ok((port, answer))
}

/// A connection to whoever can prove to be localhost by this root: whoever else sits on the port does
/// not get past this. Each step may take `patience`.
pub(crate) fn secured(
    port: u16,
    root: &Path,
    patience: Duration,
) -> anyhow::Result<SslStream<TcpStream>> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    let mut trust = SslConnector::builder(SslMethod::tls_client())?;
    trust.set_cert_store(openssl::x509::store::X509StoreBuilder::new()?.build());
    trust.set_ca_file(root).context("this computer's certificate is missing")?;
    trust.set_verify(SslVerifyMode::PEER);
    Ok(trust.build().connect("localhost", stream)?)
}
