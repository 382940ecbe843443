//! `ankong sign`: the token a site would get, made on the command line. The same session, the same
//! question to the person; only the origin is what was typed, attested by no browser.

use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, bail};
use serde_json::json;

use crate::cli::Sign;
use crate::config::Administration;
use crate::endpoint::Authenticated;
use crate::module::{Modules, WithModules};
use crate::paths::{administrators_file, window_program};
use crate::reader::{Monitor, inserted};
use crate::session::cancel::Cancel;
use crate::session::cards::Cards;
use crate::session::consent::{Consent, Dialog, NoWindow, Question};
use crate::session::origin::Origin;
use crate::session::request::AuthenticationRequest;
use crate::session::{Desk, Proof, Refusal};
use crate::ui::texts::{Language, Texts};
use crate::ui::{Terminal, WindowProcess};
use crate::{hardening, random};

/// For a card that is there to be read: a second or two, and 5 s more where another program holds
/// it.
const SETTLE: Duration = Duration::from_secs(8);

/// What to print, and whether there is a token.
pub struct Told {
    /// For standard output.
    pub text: String,
    /// A token, not a refusal.
    pub signed: bool,
}

/// Asks the person and has the card sign.
///
/// # Errors
/// What was asked is no request, or there is no token and JSON was not asked for.
pub fn sign(options: Sign) -> anyhow::Result<Told> {
    hardening::no_dumps();
    let texts = Arc::new(Texts::new(Language::of_environment()));
    let origin = Origin::parse(&options.origin).context("--origin")?;
    let purpose = options.purpose.unwrap_or_else(|| texts.get("sign-purpose"));
    let request = AuthenticationRequest::new(origin, options.challenge, purpose, None)?;
    let named = options.config.is_some();
    let file = options.config.unwrap_or_else(administrators_file);
    let administration = Administration::load(&file, named)?;

    let warning = texts.with_text("sign-warning", "origin", request.origin().as_str());
    writeln!(std::io::stderr(), "{warning}")?;
    let outcome = match obstacle() {
        Some(refusal) => Err(refusal),
        None => ask(&request, administration, &texts)?,
    };
    match outcome {
        Ok(proof) => {
            let answer = Authenticated::from(proof);
            let text = if options.json {
                serde_json::to_string(&answer)?
            } else {
                serde_json::to_string_pretty(&answer)?
            };
            Ok(Told { text: text + "\n", signed: true })
        }
        Err(refusal) if options.json => {
            let (code, detail) = (refusal.code(), texts.explain(refusal.code()));
            let text = format!("{}\n", json!({ "code": code, "detail": detail }));
            Ok(Told { text, signed: false })
        }
        Err(refusal) => bail!("{} ({})", texts.explain(refusal.code()), refusal.code()),
    }
}

/// What can be said at once, without waiting for a card.
fn obstacle() -> Option<Refusal> {
    match inserted() {
        Err(error) => Some(error.into()),
        Ok((_, 0)) => Some(Refusal::NoReader),
        Ok((cards, _)) if cards.is_empty() => Some(Refusal::NoCard),
        Ok(_) => None,
    }
}

fn ask(
    request: &AuthenticationRequest,
    administration: Administration,
    texts: &Arc<Texts>,
) -> anyhow::Result<Result<Proof, Refusal>> {
    let (changed, changes) = channel();
    let Administration { issuer_keys, modules, pin_pads, .. } = administration;
    let monitor = Monitor::start(issuer_keys, pin_pads, move || {
        let _ = changed.send(()); // nobody listens once there is a card
    })?;
    settle(&monitor, &changes);
    let modules = move || Modules::of_computer(&modules);
    let cards = WithModules::new(Arc::new(monitor), modules, || {});
    let window = WindowProcess::new(window_program()?, Arc::clone(texts));
    let terminal = Terminal::new(Arc::clone(texts));
    let here = Arc::new(Here { window, terminal });
    let desk = Desk::new(cards, here, SystemTime::now, random::fill, || {});
    Ok(desk.authenticate(request, &Cancel::default()))
}

/// Waits until a card was looked at, for a while.
fn settle(cards: &dyn Cards, changes: &Receiver<()>) {
    let end = Instant::now() + SETTLE;
    while !matches!(cards.inserted(), Ok(_) | Err(Refusal::UnsupportedCard)) {
        if changes.recv_timeout(end.saturating_duration_since(Instant::now())).is_err() {
            return;
        }
    }
}

/// The window; where none can be shown, the terminal this was typed on.
struct Here {
    window: WindowProcess,
    terminal: Option<Terminal>,
}

impl Consent for Here {
    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Box<dyn Dialog>, NoWindow> {
        match (self.window.ask(question, cancel), &self.terminal) {
            (Err(NoWindow), Some(terminal)) => terminal.ask(question, cancel),
            (asked, _) => asked,
        }
    }

    /// The end of the command says it.
    fn tell(&self, _: &Question, _: Refusal) {}
}
