//! A card in a reader of the real PC/SC service, with the resident program's rooms before it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use ankong::reader::Monitor;
use ankong::session::caller::Caller;
use ankong::session::cancel::Cancel;
use ankong::session::{Desk, Refusal, Status};
use ankong_card::apdu::Instruction;
use ankong_hostile::{Subject, issuer_keys};
use ankong_stage::{PrivatePcscd, eventually};
use pcsc::{Context, Disposition, Protocols, Scope, ShareMode};
use virtual_card::fault::{Fault, Faulty, Plan, What, When};
use virtual_card::vpcd::{self, Insertion};
use virtual_card::{Card, Contact};

use crate::fault::{Kind, Line, Phase, TABLE};
use crate::person::Person;
use crate::request::{clock, request};

/// The service, and who uses it.
pub(crate) struct InReader {
    pcscd: Arc<Mutex<PrivatePcscd>>,
    person: Person,
    desk: Desk,
    card: Option<Inserted>,
    other: Option<Other>,
    /// The service is to be started again.
    restart: bool,
    /// The reader is to be plugged in again.
    unplugged: bool,
    /// PINs the card was sent.
    pins: Arc<AtomicUsize>,
    /// Commands it was sent.
    commands: Arc<AtomicUsize>,
    /// Done when the next PIN has reached the card; the card's answer is lost then.
    sabotage: Sabotage,
}

struct Inserted {
    insertion: Insertion<Watched>,
    faults: Plan,
    /// Which VERIFY has the PIN, in an authentication after the first.
    verify: u32,
}

type Sabotage = Arc<Mutex<Option<Box<dyn FnOnce() + Send>>>>;

impl InReader {
    pub(crate) fn of(pcscd: PrivatePcscd) -> Self {
        let person = Person::careful();
        let reader = Self {
            pcscd: Arc::new(Mutex::new(pcscd)),
            desk: desk(&person),
            person,
            card: None,
            other: None,
            restart: false,
            unplugged: false,
            pins: Arc::default(),
            commands: Arc::default(),
            sabotage: Arc::default(),
        };
        reader.wait_for(Status::Not(Refusal::NoCard));
        reader
    }

    /// Every kind of fault, one after another, but those that take another reader or too long.
    pub(crate) fn faults(mut self, subject: Subject) {
        self.insert(subject);
        assert_eq!(self.authenticate(), ("ok".to_owned(), 1));
        let here =
            |line: &&Line| !is_silence(line.kind) && !matches!(line.kind, Kind::ReaderPulled);
        for line in TABLE.iter().filter(here) {
            self.cause(line.kind);
            let (code, pins) = self.authenticate();
            let expected = match line.kind {
                // Before the transaction: within it, nobody else has the card.
                Kind::Held => ("busy", 0),
                Kind::Card(What::Reset) => ("ok", 1),
                Kind::Card(_) | Kind::ServiceKilled | Kind::ReaderPulled => {
                    (line.expects(Phase::Verify), 1)
                }
            };
            assert_eq!((code.as_str(), pins), expected, "{}", line.name);
            self.mend(subject);
            assert_eq!(self.authenticate(), ("ok".to_owned(), 1), "after {}", line.name);
        }
    }

    /// The reader is pulled out while it is idle, and when the PIN is on its way; each time it is plugged in
    /// again, and nothing is started anew.
    pub(crate) fn unplugged(mut self, subject: Subject) {
        let line = TABLE.iter().find(|line| matches!(line.kind, Kind::ReaderPulled)).unwrap();
        self.insert(subject);
        self.pcscd.lock().unwrap().unplug().unwrap();
        self.unplugged = true;
        for expected in [None, Some(line.expects(Phase::Verify))] {
            if let Some(expected) = expected {
                self.cause(line.kind);
                assert_eq!(self.authenticate(), (expected.to_owned(), 1));
            }
            self.wait_for(Status::Not(Refusal::NoReader));
            assert_eq!(self.authenticate(), (line.expects(Phase::Reading).to_owned(), 0));
            self.mend(subject);
            assert_eq!(self.authenticate(), ("ok".to_owned(), 1));
        }
    }

    /// The one fault that takes the whole deadline.
    pub(crate) fn silence(mut self) {
        let line = TABLE.iter().find(|line| is_silence(line.kind)).unwrap();
        self.insert(Subject::Piv);
        assert_eq!(self.authenticate(), ("ok".to_owned(), 1));
        self.cause(Kind::Card(What::Mute));
        let begun = Instant::now();
        assert_eq!(self.authenticate(), (line.expects(Phase::Verify).to_owned(), 1));
        assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
        self.card = None; // taken out
        self.mend(Subject::Piv);
        assert_eq!(self.authenticate(), ("ok".to_owned(), 1));
    }

    /// Whoever asks how things stand, and even an authentication, makes nobody read a card again.
    pub(crate) fn read_once(mut self) {
        for _ in 0..2 {
            self.insert(Subject::MoicaGen1);
            let reading = self.commands.swap(0, Ordering::SeqCst);
            for _ in 0..100 {
                assert_eq!(self.desk.state(), Status::CardReady);
            }
            let authentications = [(); 3].map(|()| {
                assert_eq!(self.authenticate(), ("ok".to_owned(), 1));
                self.commands.swap(0, Ordering::SeqCst)
            });
            assert!(reading > 10 && authentications == [9; 3], "{reading}, {authentications:?}");
            self.card = None; // taken out
            self.wait_for(Status::Not(Refusal::NoCard));
        }
    }

    /// Held before the resident program comes to look, in a transaction or exclusively, and so long that
    /// it looks by itself every four seconds at most by then. It knows that the other lets go.
    pub(crate) fn let_go(mut self) {
        self.insert(Subject::Piv);
        for exclusively in [false, true] {
            let other = Other::new();
            let mut card = other.connect(exclusively);
            let held = (!exclusively).then(|| card.transaction().unwrap());
            self.desk = desk(&self.person);
            self.wait_for(Status::Not(Refusal::Busy));
            assert_eq!(self.authenticate(), ("busy".to_owned(), 0));
            // It looks after 1, 3 and 7 seconds, and then after 15.
            thread::sleep(Duration::from_secs(8));
            let let_go = Instant::now();
            drop(held);
            let card = (!exclusively).then_some(card); // who held it exclusively disconnects
            self.wait_for(Status::CardReady);
            let took = let_go.elapsed();
            println!(
                "{took:?} from the end of {} to a card that is ready",
                HOLDS[usize::from(exclusively)]
            );
            assert!(took < Duration::from_secs(2), "{took:?}, exclusively: {exclusively}");
            drop(card);
            assert_eq!(self.authenticate(), ("ok".to_owned(), 1));
        }
    }

    fn insert(&mut self, subject: Subject) {
        let card = Faulty::new(subject.card(), []);
        let faults = card.plan();
        let card = Watched {
            card,
            pins: Arc::clone(&self.pins),
            commands: Arc::clone(&self.commands),
            sabotage: Arc::clone(&self.sabotage),
        };
        let port = self.pcscd.lock().unwrap().vpcd_port();
        let insertion = vpcd::serve(card, port, |_| {}).unwrap();
        self.card = Some(Inserted { insertion, faults, verify: verify_with_pin(subject) });
        self.wait_for(Status::CardReady);
    }

    /// Goes wrong with the next PIN, or until it is mended.
    fn cause(&mut self, kind: Kind) {
        let sabotage = |act: Box<dyn FnOnce() + Send>| {
            self.sabotage.lock().unwrap().replace(act);
        };
        match kind {
            Kind::Card(What::Reset) => Other::new().reset(),
            Kind::Card(what) => {
                let card = self.card.as_ref().unwrap();
                let when = When::NthWith(Instruction::VERIFY, card.verify);
                card.faults.add(Fault { when, what });
            }
            Kind::Held => self.other = Some(Other::new().holding()),
            Kind::ServiceKilled => {
                self.restart = true;
                let pcscd = Arc::clone(&self.pcscd);
                sabotage(Box::new(move || pcscd.lock().unwrap().stop()));
            }
            Kind::ReaderPulled => {
                self.unplugged = true;
                let pcscd = Arc::clone(&self.pcscd);
                sabotage(Box::new(move || pcscd.lock().unwrap().unplug().unwrap()));
            }
        }
    }

    /// The person, the system or the other program puts it right.
    fn mend(&mut self, subject: Subject) {
        self.other = None;
        if std::mem::take(&mut self.restart) {
            self.pcscd.lock().unwrap().restart().unwrap();
        }
        if std::mem::take(&mut self.unplugged) {
            self.pcscd.lock().unwrap().plug_in().unwrap();
        }
        let in_reader = self.card.as_ref().is_some_and(|card| card.insertion.is_in_reader());
        if !in_reader {
            self.card = None;
            self.wait_for(Status::Not(Refusal::NoCard));
            self.insert(subject);
        }
        self.wait_for(Status::CardReady);
    }

    /// The code, and how many PINs it took; each was entered.
    fn authenticate(&self) -> (String, usize) {
        self.person.forget();
        let before = self.pins.load(Ordering::SeqCst);
        let reply = self.desk.serve(&request(), &|| Caller::Browser, &Cancel::default());
        let sent = self.pins.load(Ordering::SeqCst) - before;
        let memory = self.person.forget();
        assert!(sent <= memory.entered, "{sent} PINs sent, {} entered", memory.entered);
        let code = match (reply, memory.told_wrong) {
            (Ok(_), _) => "ok".to_owned(),
            (Err(Refusal::UserDeclined), Some(Some(left))) => format!("{left}-left"),
            (Err(refusal), _) => refusal.code().to_owned(),
        };
        (code, sent)
    }

    fn wait_for(&self, status: Status) {
        eventually(&format!("{status:?}"), Duration::from_secs(15), || {
            Ok((self.desk.state() == status).then_some(()))
        })
        .unwrap_or_else(|error| panic!("{error:#}; it is {:?}", self.desk.state()));
    }
}

const HOLDS: [&str; 2] = ["a transaction", "exclusive use"];

/// The second where the card is asked for its tries first. A PIV card is not, once it took a PIN.
fn verify_with_pin(subject: Subject) -> u32 {
    match subject {
        Subject::MoicaGen1 | Subject::MoicaGen2 | Subject::Piv | Subject::PivOnP256 => 1,
        Subject::Iso7816Part15 | Subject::Iso7816Part15OnP256 => 2,
    }
}

/// What takes the whole deadline here: vpcd waits for an answer of no bytes as for any other.
fn is_silence(kind: Kind) -> bool {
    match kind {
        Kind::Card(What::Slow(delay)) => delay > virtual_card::PATIENCE,
        Kind::Card(what) => what == What::Empty,
        Kind::ReaderPulled | Kind::ServiceKilled | Kind::Held => false,
    }
}

fn desk(person: &Person) -> Desk {
    let monitor = Monitor::start(issuer_keys(), true, || {}).unwrap();
    let random = |bytes: &mut [u8]| openssl::rand::rand_bytes(bytes).unwrap();
    Desk::new(Arc::new(monitor), Arc::new(person.clone()), clock, random, || {})
}

/// Another program that uses the card.
struct Other {
    context: Context,
    _held: Option<pcsc::Card>,
}

impl Other {
    fn new() -> Self {
        Self { context: Context::establish(Scope::User).unwrap(), _held: None }
    }

    fn connect(&self, exclusively: bool) -> pcsc::Card {
        let mode = if exclusively { ShareMode::Exclusive } else { ShareMode::Shared };
        let readers = self.context.list_readers_owned().unwrap();
        let connect = |reader| self.context.connect(reader, mode, Protocols::ANY).ok();
        readers.iter().find_map(|reader| connect(reader.as_c_str())).unwrap()
    }

    fn holding(self) -> Self {
        Self { _held: Some(self.connect(true)), ..self }
    }

    fn reset(self) {
        let card = self.connect(false);
        card.disconnect(Disposition::ResetCard).map_err(|(_, error)| error).unwrap();
    }
}

/// A card that is watched by the saboteur.
struct Watched {
    card: Faulty<Box<dyn Card + Send>>,
    pins: Arc<AtomicUsize>,
    commands: Arc<AtomicUsize>,
    sabotage: Sabotage,
}

impl Card for Watched {
    fn atr(&self) -> &[u8] {
        self.card.atr()
    }

    fn reset(&mut self) {
        self.card.reset();
    }

    fn answer(&mut self, apdu: &[u8]) -> Option<Vec<u8>> {
        self.commands.fetch_add(1, Ordering::SeqCst);
        let answer = self.card.answer(apdu);
        if let [_, 0x20, _, _, _, _, ..] = apdu {
            self.pins.fetch_add(1, Ordering::SeqCst);
            if let Some(act) = self.sabotage.lock().unwrap().take() {
                act();
                return None;
            }
        }
        answer
    }

    fn contact(&self) -> Contact {
        self.card.contact()
    }

    fn delay(&self) -> Duration {
        self.card.delay()
    }
}
