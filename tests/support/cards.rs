//! Virtual cards of one throw-away authority, and what was sent to them.

use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};

use ankong::reader::InProcess;
use ankong_card::moica::{Gen1Key, Gen2Key, IssuerKeys};
use ankong_verify::{Fingerprint, Origin, Trust, Verifier};
use time::{Duration, OffsetDateTime};
use virtual_card::fault::{Fault, Faulty};
use virtual_card::issue::{Authority, Ca, CardholderRequest, KeyKind};
use virtual_card::{Card, CardImage, Profile, Traced};

pub const PIN: &str = "123456";
pub const ID_TAIL: &str = "6789";
pub const NAME: &str = "王曉明";

pub type BoxedCard = Box<dyn Card + Send>;

/// Made once per test program: its 4096-bit key takes seconds.
pub static AUTHORITY: LazyLock<Authority> =
    LazyLock::new(|| Authority::in_memory(OffsetDateTime::now_utc()).unwrap());
static CARD: LazyLock<CardImage> = LazyLock::new(|| issue_until(Duration::days(365)));

pub fn image() -> CardImage {
    CARD.clone()
}

pub fn expired_image() -> CardImage {
    issue_until(Duration::days(-1))
}

fn issue_until(until: Duration) -> CardImage {
    issue(Profile::MoicaGen1, KeyKind::Rsa2048, until)
}

/// A card of any kind.
pub fn image_of(profile: Profile, key: KeyKind) -> CardImage {
    issue(profile, key, Duration::days(365))
}

fn issue(profile: Profile, key: KeyKind, until: Duration) -> CardImage {
    let now = OffsetDateTime::now_utc();
    let request = CardholderRequest {
        name: NAME.to_owned(),
        national_id: "A123456789".parse().unwrap(),
        pin: PIN.try_into().ok().unwrap(),
        profile,
        key,
        ca: Ca::G2,
        not_before: now - Duration::days(30),
        not_after: now + until,
    };
    AUTHORITY.issue(&request).unwrap()
}

pub fn keys() -> IssuerKeys {
    let key = hex::decode(image().secure_messaging).unwrap();
    let master = hex::decode(AUTHORITY.master().to_hex()).unwrap();
    IssuerKeys {
        gen1: Some(Gen1Key::new(key.try_into().unwrap())),
        gen2: Some(Gen2Key::new(master.try_into().unwrap())),
    }
}

/// Believes the tests' authority, for the tests' origin.
pub fn verifier() -> Verifier {
    verifier_for(super::PORTAL)
}

pub fn verifier_for(origin: &str) -> Verifier {
    Verifier::new(Origin::parse(origin).unwrap(), trust())
}

/// Believes the tests' authority; nobody is asked about revocation.
pub fn trust() -> Arc<Trust> {
    let root = AUTHORITY.root().to_der().unwrap();
    let trust = Trust::builder()
        .anchor(&root, Fingerprint::of(&root))
        .intermediate(&AUTHORITY.issuing(Ca::G2).to_der().unwrap())
        .intermediate(&AUTHORITY.issuing(Ca::G3).to_der().unwrap());
    Arc::new(trust.without_revocation().build().unwrap())
}

/// Header lines of everything a card was sent.
#[derive(Clone, Default)]
pub struct Trace(Arc<Mutex<Vec<u8>>>);

impl Trace {
    pub fn commands(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().filter_map(|line| line.strip_prefix("> ")).map(str::to_owned).collect()
    }

    /// How often a PIN was sent, in whatever form; an empty VERIFY asks for the tries and has none.
    pub fn verifies(&self) -> usize {
        let verify = |line: &&String| line[3..].starts_with("20 ") && !line.contains("Lc=0");
        self.commands().iter().filter(verify).count()
    }
}

impl Write for Trace {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The card of an image, traced, with faults.
pub fn traced(image: &CardImage, faults: &[&str]) -> (BoxedCard, Trace) {
    let trace = Trace::default();
    let faults: Vec<Fault> = faults.iter().map(|text| text.parse().unwrap()).collect();
    let card = Traced::new(image.insertable().unwrap(), trace.clone());
    (Box::new(Faulty::new(card, faults)), trace)
}

/// A reader in this process with the card of an image in it.
pub fn reader_with(image: &CardImage, faults: &[&str]) -> (Arc<InProcess>, Trace) {
    let (card, trace) = traced(image, faults);
    let reader = InProcess::new(keys());
    reader.insert(card).unwrap();
    (Arc::new(reader), trace)
}

/// A reader in this process, and every byte its card was sent: what it really signed among them.
pub fn tapped(image: &CardImage) -> (Arc<InProcess>, Tap) {
    let tap = Tap::default();
    let reader = InProcess::new(keys());
    reader.insert(Box::new(Tapped(image.insertable().unwrap(), tap.clone()))).unwrap();
    (Arc::new(reader), tap)
}

/// The commands a card was sent, whole.
#[derive(Clone, Default)]
pub struct Tap(Arc<Mutex<Vec<Vec<u8>>>>);

impl Tap {
    /// What a MOICA card raised to its private exponent since the last call: each a DigestInfo, out
    /// of the padding of RFC 8017 section 9.2.
    pub fn signed(&self) -> Vec<Vec<u8>> {
        let commands = std::mem::take(&mut *self.0.lock().unwrap());
        let halves: Vec<&[u8]> =
            commands.iter().filter(|c| c[..2] == [0x80, 0xEA]).map(|c| &c[5..5 + 128]).collect();
        let digest_info = |block: Vec<u8>| {
            let end = 2 + block[2..].iter().position(|byte| *byte != 0xFF).unwrap();
            assert_eq!((&block[..2], block[end]), (&[0, 1][..], 0), "no padding of this kind");
            block[end + 1..].to_vec()
        };
        halves.chunks(2).map(|pair| digest_info(pair.concat())).collect()
    }
}

struct Tapped(BoxedCard, Tap);

impl Card for Tapped {
    fn atr(&self) -> &[u8] {
        self.0.atr()
    }

    fn reset(&mut self) {
        self.0.reset();
    }

    fn answer(&mut self, apdu: &[u8]) -> Option<Vec<u8>> {
        self.1.0.lock().unwrap().push(apdu.to_vec());
        self.0.answer(apdu)
    }
}

/// A card of another kind: it answers, but knows none of these commands.
pub struct ForeignCard;

impl Card for ForeignCard {
    fn atr(&self) -> &[u8] {
        &[0x3B, 0x00]
    }

    fn reset(&mut self) {}

    fn answer(&mut self, _: &[u8]) -> Option<Vec<u8>> {
        Some(vec![0x6D, 0x00])
    }
}
