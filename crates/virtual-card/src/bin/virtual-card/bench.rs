//! The tester's bench: one reader, one card, and what is wrong with it.
//!
//! Keeps no card in the hand: a card is its image and its state file, made anew at each insertion.
//! Refuses to know who gives the orders.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde::Serialize;
use virtual_card::fault::{Faulty, Flaw, Plan};
use virtual_card::vpcd::{self, Event, Insertion};
use virtual_card::{Card, CardImage, Kept, MAX_TRIES, Paced, Profile, Speed, StateFile, Traced};

use crate::log::Log;
use crate::order::Order;

/// The bench.
pub(crate) struct Bench {
    port: u16,
    speed: Pace,
    log: Log,
    plan: Plan,
    held: Held,
    inserted: Option<Insertion<TheCard>>,
    /// When the card was last pulled.
    emptied: Option<Instant>,
}

/// What is the same for every card on this bench.
pub(crate) struct Fittings {
    /// The port on which the vpcd reader listens.
    pub(crate) port: u16,
    /// How fast cards are.
    pub(crate) speed: Pace,
    /// Where the commands are written down.
    pub(crate) log: Log,
}

/// How fast a card is, which may depend on its ATR.
pub(crate) type Pace = Box<dyn Fn(&[u8]) -> Speed + Send>;

/// How things stand.
#[derive(Serialize)]
pub(crate) struct Status {
    card: String,
    profile: Profile,
    in_reader: bool,
    tries: u8,
    truncated_certificate: bool,
    faults: Vec<String>,
    cards: Vec<String>,
    log: Vec<String>,
}

/// The card of one image, in the reader or not.
struct Held {
    path: PathBuf,
    image: CardImage,
    state: StateFile,
}

type TheCard = Paced<Traced<Faulty<Kept<Box<dyn Card + Send>>>>>;

impl Bench {
    /// A bench with the card of this image, not in the reader yet.
    pub(crate) fn new(
        fittings: Fittings,
        image: &Path,
        state: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let Fittings { port, speed, log } = fittings;
        let held = Held::load(image, state)?;
        Ok(Self { port, speed, log, plan: Plan::default(), held, inserted: None, emptied: None })
    }

    /// Does it.
    pub(crate) fn obey(&mut self, order: Order) -> anyhow::Result<()> {
        match order {
            Order::Pull => {
                ensure!(self.is_in_reader(), "no card is in the reader");
                self.pull();
            }
            Order::Insert => {
                ensure!(!self.is_in_reader(), "the card is in the reader already");
                self.insert()?;
            }
            Order::Swap(name) => {
                let held = Held::load(&self.held.sibling(&name)?, None)?;
                self.held = held;
                self.insert()?;
            }
            Order::Fault(fault) => self.plan.add(fault),
            Order::Clear => self.plan.clear(),
            Order::Flaw(flaw) => {
                flaw.spoil(&mut self.held.image);
                if flaw == Flaw::BlockedPin {
                    self.held.state.write(0)?;
                }
                self.renew()?;
            }
            Order::Unblock => {
                self.held.image.tries = MAX_TRIES;
                self.held.state.write(MAX_TRIES)?;
                self.renew()?;
            }
        }
        Ok(())
    }

    /// How things stand.
    pub(crate) fn status(&self) -> anyhow::Result<Status> {
        Ok(Status {
            card: self.held.name(),
            profile: self.held.image.profile,
            in_reader: self.is_in_reader(),
            tries: self.held.tries()?,
            truncated_certificate: self.held.image.truncated_certificate,
            faults: self.plan.faults().iter().map(ToString::to_string).collect(),
            cards: self.held.siblings()?,
            log: self.log.last(),
        })
    }

    /// Waits until the card has left the reader, if it is there.
    pub(crate) fn wait(&mut self) {
        if let Some(insertion) = self.inserted.take() {
            insertion.wait();
        }
    }

    fn is_in_reader(&self) -> bool {
        self.inserted.as_ref().is_some_and(Insertion::is_in_reader)
    }

    fn pull(&mut self) {
        if let Some(insertion) = self.inserted.take() {
            insertion.pull();
            self.emptied = Some(Instant::now());
        }
    }

    fn insert(&mut self) -> anyhow::Result<()> {
        self.pull();
        let card = self.held.card(&self.plan, &self.log, &self.speed)?;
        // The reader has to be seen empty, or it takes this for the card before.
        let since = self.emptied.map_or(SEEN_EMPTY, |emptied| emptied.elapsed());
        thread::sleep(SEEN_EMPTY.saturating_sub(since));
        self.inserted = Some(into_reader(card, self.port)?);
        Ok(())
    }

    /// A card that is in the reader has to be made anew for a change in it.
    fn renew(&mut self) -> anyhow::Result<()> {
        if self.is_in_reader() { self.insert() } else { Ok(()) }
    }
}

impl Held {
    fn load(path: &Path, state: Option<&Path>) -> anyhow::Result<Self> {
        let image = CardImage::load(path)?;
        image.insertable()?;
        let state = state.map_or_else(|| StateFile::beside(path), Path::to_owned);
        let state = StateFile::new(&state, &image);
        let held = Self { path: path.to_owned(), image, state };
        held.tries()?;
        Ok(held)
    }

    fn card(&self, plan: &Plan, log: &Log, speed: &Pace) -> anyhow::Result<TheCard> {
        let mut image = self.image.clone();
        image.tries = self.tries()?;
        let card = image.insertable()?;
        let speed = speed(card.atr());
        let card = Faulty::with_plan(Kept::new(card, self.state.clone())?, plan.clone());
        Ok(Paced::new(Traced::new(card, log.clone()), speed))
    }

    fn tries(&self) -> anyhow::Result<u8> {
        Ok(self.state.tries()?.unwrap_or(self.image.tries))
    }

    fn name(&self) -> String {
        stem(&self.path)
    }

    /// The card of this name in the same folder, and nowhere else.
    fn sibling(&self, name: &str) -> anyhow::Result<PathBuf> {
        let known = self.siblings()?.iter().any(|sibling| sibling == name);
        ensure!(known, "no card {name:?} lies in the folder of this one");
        Ok(self.path.with_file_name(format!("{name}.toml")))
    }

    fn siblings(&self) -> anyhow::Result<Vec<String>> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let entries = folder
            .read_dir()
            .with_context(|| format!("the folder {} cannot be read", folder.display()))?;
        let files = entries.flatten().map(|entry| entry.path());
        let mut names: Vec<_> = files
            .filter(|path| path.extension().is_some_and(|e| e == "toml"))
            .map(|p| stem(&p))
            .collect();
        names.sort();
        Ok(names)
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn into_reader(card: TheCard, port: u16) -> anyhow::Result<Insertion<TheCard>> {
    let mut taken = false;
    let observer = move |event| match event {
        Event::PoweredOn if !taken => {
            taken = true;
            say(&format!("the reader on port {port} has taken the card"));
        }
        Event::Gone => say("the card is out of the reader"),
        Event::PoweredOn | Event::PoweredOff | Event::Reset => {}
    };
    vpcd::serve(card, port, observer)
        .with_context(|| format!("no reader listens on port {port}; start pcscd with vpcd first"))
}

/// A line at once, even into a pipe. Nobody may be reading any more, and the card stays in.
pub(crate) fn say(line: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// vpcd looks for a card every 400 ms; two looks and something to spare.
const SEEN_EMPTY: Duration = Duration::from_millis(1000);
