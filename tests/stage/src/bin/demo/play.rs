//! With a display the person plays; with AUTO=1 or without a display it plays itself, in headless Chromium and with the
//! window on a screen nobody sees.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ankong_stage::{
    Browser, Casting, Ensemble, TemporaryHome, VirtualDisplay, figures, gold, open_for_a_person,
};
use ankong_verify::{CrlSource, Fingerprint, HttpFetch, Origin, Trust, Verifier};
use anyhow::{Context, Result, ensure};
use serde_json::json;
use time::OffsetDateTime;
use tokio::signal::unix::{SignalKind, signal};

const PORTAL_PORT: u16 = 8443;

/// Plays until the end or a break.
pub(crate) fn demo() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(until_stopped()));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A break ends the play as a whole: every program is a guard of the future that is dropped here. The signals are taken
/// over before the first program starts, so none of them can end this one with the others left behind.
async fn until_stopped() -> Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::select! {
        biased;
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
        _ = hang_up.recv() => Ok(()),
        done = play() => done,
    }
}

async fn play() -> Result<()> {
    let mut clock = Clock::start();
    let in_process = !std::path::Path::new("/usr/sbin/pcscd").exists();
    let screen = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| is_set(name));
    if screen && !is_set("AUTO") {
        by_a_person(&mut clock, in_process).await
    } else {
        by_itself(&mut clock, in_process).await
    }
}

async fn by_a_person(clock: &mut Clock, in_process: bool) -> Result<()> {
    let casting = Casting {
        tray: true,
        helper_port: Some(24443),
        portal_port: Some(PORTAL_PORT),
        in_process,
        ..Casting::default()
    };
    let ensemble = Ensemble::start(&casting, &mut |step| clock.say(step))?;
    let _browser = open_for_a_person(ensemble.home(), &Vec::new(), &ensemble.origin())?;
    clock.say("the portal is open in a browser with a profile of its own");
    print!(
        "\n  sign in as         {}\n  password           {}\n  national ID        {}\n  PIN                {}\n\n\
         A page on localhost may call localhost without the browser's question about apps on this device; elsewhere it asks once.\n\
         Ctrl-C ends the demo and removes everything it made.\n",
        Ensemble::EMAIL,
        Ensemble::PASSWORD,
        Ensemble::NATIONAL_ID,
        Ensemble::PIN,
    );
    std::future::pending().await
}

async fn by_itself(clock: &mut Clock, in_process: bool) -> Result<()> {
    let home = TemporaryHome::create()?;
    let display = VirtualDisplay::start(&home.environment())?;
    clock.say("a screen for the window, with window manager and session bus");
    let casting = Casting { display: display.environment(), in_process, ..Casting::default() };
    let ensemble = Ensemble::start(&casting, &mut |step| clock.say(step))?;
    let idle = figures::pss_kib(ensemble.helper_id())?;
    let browser = Browser::start(ensemble.home(), &[]).await?;
    clock.say("headless Chromium (a page on localhost needs no permission to call localhost)");
    gold::open_gold_page(&browser, &ensemble, &mut |step| clock.say(step)).await?;
    gold::ask(&browser, Ensemble::NATIONAL_ID).await?;
    display.wait_for_window(gold::WINDOW, Duration::from_secs(20))?;
    clock.say("national ID typed; the window asks for consent and PIN");
    keep_pictures(&browser, &display).await?;
    gold::type_pin(&display, Ensemble::PIN).await?;
    clock.say("PIN typed and confirmed in the window");
    let membership = gold::see_crown(&browser).await?;
    clock.say(&format!("the page shows the crown: {membership}"));
    keep_page(&browser, "gold.png").await?;
    let cold = commands(&ensemble)?;
    browser.close().await?;

    let proof = second_proof(&ensemble, &display).await?;
    clock.say("a second proof, of the card that is known now");
    let warm = commands(&ensemble)?.zip(cold).map(|(all, cold)| all - cold);
    print_proof(&ensemble, &proof)?;
    let count = |figure: Option<usize>| figure.map_or("not counted".to_owned(), |n| n.to_string());
    println!("commands to the card, from insertion to the first signature (cold)  {}", count(cold));
    println!("commands to the card, for the next signature (warm)                 {}", count(warm));
    println!(
        "start to the first answer over HTTPS, certificates made on the way  {} ms",
        ensemble.first_answer().as_millis()
    );
    println!(
        "memory of the resident program, idle (PSS)                          {:.1} MiB",
        idle as f64 / 1024.0
    );
    println!(
        "\nwhere to look: docs/architecture.md for the rooms, docs/protocol.md for the calls, tests/gold for this play"
    );
    Ok(())
}

/// A token the demo asked for itself, and the challenge in it.
struct Proof {
    token: serde_json::Value,
    challenge: String,
}

async fn second_proof(ensemble: &Ensemble, display: &VirtualDisplay) -> Result<Proof> {
    let mut bytes = [0; 32];
    openssl::rand::rand_bytes(&mut bytes)?;
    let challenge = openssl::base64::encode_block(&bytes);
    let body = json!({ "challenge": challenge, "purpose": "示範：再次確認身分" });
    let (caller, origin) = (ensemble.caller()?, ensemble.origin());
    let call = tokio::task::spawn_blocking(move || {
        caller.post(&origin, "/v1/authenticate", &body, "zh-TW")
    });
    gold::type_pin(display, Ensemble::PIN).await?;
    let answer = call.await??;
    ensure!(answer.status == 200, "the second proof was refused: {}", answer.json);
    let token = answer.json.get("token").context("an answer without a token")?.clone();
    Ok(Proof { token, challenge })
}

fn print_proof(ensemble: &Ensemble, proof: &Proof) -> Result<()> {
    let der = |name: &str| -> Result<Vec<u8>> {
        let pem = std::fs::read(ensemble.authority(name))?;
        Ok(openssl::x509::X509::from_pem(&pem)?.to_der()?)
    };
    let (root, authority) = (der("root.pem")?, der("ca-g2.pem")?);
    let list = Arc::new(CrlSource::file(&authority, &ensemble.authority("ca-g2.crl"))?);
    list.refresh(&HttpFetch::new())?;
    let trust = Trust::builder().anchor(&root, Fingerprint::of(&root)).intermediate(&authority);
    let trust = Arc::new(trust.crl(list).build()?);
    let verifier = Verifier::new(Origin::parse(&ensemble.origin())?, trust);
    let token = proof.token.to_string();
    let now = OffsetDateTime::now_utc();
    let person = verifier.verify(token.as_bytes(), &proof.challenge, now)?;
    let person = person.subject();
    println!("\nthe token, verified for {} and its challenge:", ensemble.origin());
    for (name, value) in proof.token.as_object().context("a token that is no object")? {
        let value = value.as_str().unwrap_or_default();
        let shown: String = value.chars().take(60).collect();
        let more = if shown.len() < value.len() {
            format!("… ({} characters)", value.len())
        } else {
            String::new()
        };
        println!("  {name:24}{shown}{more}");
    }
    let tail = person.last_four.as_deref().unwrap_or("unknown");
    println!(
        "the certificate says: {}, number {}, national ID ending in {tail}\n",
        person.name, person.serial_number
    );
    Ok(())
}

fn commands(ensemble: &Ensemble) -> Result<Option<usize>> {
    ensemble.trace().map(|trace| Ok(figures::commands(&trace)?.len())).transpose()
}

/// With PICTURES=FOLDER the window and the page are kept there.
async fn keep_pictures(browser: &Browser, display: &VirtualDisplay) -> Result<()> {
    if let Some(folder) = std::env::var_os("PICTURES") {
        tokio::time::sleep(Duration::from_secs(2)).await;
        display.screenshot(&std::path::Path::new(&folder).join("window.png"))?;
        keep_page(browser, "asking.png").await?;
    }
    Ok(())
}

async fn keep_page(browser: &Browser, name: &str) -> Result<()> {
    if let Some(folder) = std::env::var_os("PICTURES") {
        tokio::time::sleep(Duration::from_secs(1)).await; // the crown rises
        let picture = browser.client().screenshot().await?;
        std::fs::write(std::path::Path::new(&folder).join(name), picture)?;
    }
    Ok(())
}

fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// Prints each step with the seconds since the start.
struct Clock(Instant);

impl Clock {
    fn start() -> Self {
        Self(Instant::now())
    }

    fn say(&mut self, step: &str) {
        println!("{:7.2} s  {step}", self.0.elapsed().as_secs_f64());
    }
}
