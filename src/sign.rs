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
use crate::endpoint::Answered;
use crate::module::{Modules, WithModules};
use crate::paths::{administrators_file, window_program};
use crate::reader::{Monitor, inserted};
use crate::session::caller::Caller;
use crate::session::cancel::Cancel;
use crate::session::cards::Cards;
use crate::session::consent::{Consent, Dialog, NoWindow, Question};
use crate::session::origin::Origin;
use crate::session::request::Request;
use crate::session::{Desk, Refusal, Reply};
use crate::ui::texts::{Language, Texts, Voice};
use crate::ui::{Ladder, Terminal};
use crate::{hardening, random};

/// For a card that is there to be read: a second or two, and 5 s more where another program holds
/// it or modules are asked about it.
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
    hardening::keep_secrets();
    let texts = Arc::new(Texts::new(Language::of_environment()));
    let origin = Origin::parse(&options.origin).context("--origin")?;
    let purpose = options.purpose.unwrap_or_else(|| texts.get("sign-purpose"));
    let request = Request::authenticate(origin, options.challenge, purpose, None)?;
    let named = options.config.is_some();
    let file = options.config.unwrap_or_else(administrators_file);
    let administration = Administration::load(&file, named)?;

    let warning = texts.with_text("sign-warning", "origin", request.origin().as_str());
    writeln!(std::io::stderr(), "{warning}")?;
    let outcome = match look() {
        Err(refusal) => Err(refusal),
        Ok(inserted) => ask(&request, inserted, administration, &texts)?,
    };
    match outcome {
        Ok(reply) => {
            let answer = Answered::from(reply);
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

/// How many cards there are, or what can be said at once, without waiting for one.
fn look() -> Result<usize, Refusal> {
    match inserted()? {
        (_, 0) => Err(Refusal::NoReader),
        (cards, _) if cards.is_empty() => Err(Refusal::NoCard),
        (cards, _) => Ok(cards.len()),
    }
}

fn ask(
    request: &Request,
    inserted: usize,
    administration: Administration,
    texts: &Arc<Texts>,
) -> anyhow::Result<Result<Reply, Refusal>> {
    let Administration { issuer_keys, modules, pin_pads, .. } = administration;
    let (changed, changes) = channel();
    let happened = || {
        let changed = changed.clone();
        move || {
            let _ = changed.send(()); // nobody listens once there is a card
        }
    };
    let readers = Monitor::start(issuer_keys, pin_pads, happened())?;
    let modules = move || Modules::of_computer(&modules);
    let cards = WithModules::new(Arc::new(readers), modules, happened());
    settle(cards.as_ref(), inserted, &changes);
    let voice = Arc::new(Voice::new(texts.language()));
    let terminal = Terminal::new(Arc::clone(texts));
    let here = Arc::new(Here(Ladder::new(window_program()?, &voice).then(terminal)));
    let desk = Desk::new(cards, here, SystemTime::now, random::fill, || {});
    Ok(desk.serve(request, &this_program, &Cancel::default()))
}

/// No browser attests the origin here, and whoever started this command chose it.
fn this_program() -> Caller {
    std::env::current_exe().map_or(Caller::Unknown, Caller::Program)
}

/// Waits for a while until there is a card to use, or none of those that are inserted can be one.
fn settle(cards: &dyn Cards, inserted: usize, changes: &Receiver<()>) {
    let end = Instant::now() + SETTLE;
    loop {
        match cards.inserted() {
            Ok(_) => return,
            Err(Refusal::UnsupportedCard) if inserted == 1 => return,
            Err(_) => {}
        }
        if changes.recv_timeout(end.saturating_duration_since(Instant::now())).is_err() {
            return;
        }
    }
}

/// Asks as the program in the tray does; where nothing can be shown, on the terminal this was typed
/// on.
struct Here(Ladder);

impl Consent for Here {
    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Box<dyn Dialog>, NoWindow> {
        self.0.ask(question, cancel)
    }

    /// The end of the command says it.
    fn tell(&self, _: &Question, _: Refusal) {}
}
