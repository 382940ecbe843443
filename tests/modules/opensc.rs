//! OpenSC's module, as people have it for cards without a vendor's, on virtual PIV cards over the
//! real PC/SC service: through the shut-in child, with the PINs that reach the card counted.

use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration as Patience;

use ankong::module::{Found, ModuleError, Modules};
use ankong_card::algorithm::Algorithm;
use ankong_stage::{PrivatePcscd, eventually};
use time::{Duration, OffsetDateTime};
use virtual_card::issue::{Authority, Ca, CardholderRequest, KeyKind};
use virtual_card::vpcd::{self, Insertion};
use virtual_card::{Card, PivLayout, PivSlot, Profile, Traced};

use crate::support::{PATIENCE, PIN, check, der, digest, pin, program};

static AUTHORITY: LazyLock<Authority> =
    LazyLock::new(|| Authority::in_memory(OffsetDateTime::now_utc()).unwrap());

#[test]
fn opensc_signs_with_the_piv_authentication_key_and_the_card_sees_one_pin() {
    for key in [KeyKind::Rsa2048, KeyKind::P256, KeyKind::P384] {
        let stage = Stage::with(PivSlot::Authentication, key);
        assert_eq!(stage.sign(PIN).map(|()| stage.verifies()).unwrap(), 1, "{key:?}");
    }
}

/// The key 9C wants the PIN for each signature, and OpenSC shows it only after a login: so the card
/// sees a right PIN twice and a wrong one once.
#[test]
fn opensc_signs_with_the_piv_signature_key_and_a_wrong_pin_is_sent_once() {
    let stage = Stage::with(PivSlot::DigitalSignature, KeyKind::P256);
    assert_eq!(stage.sign(PIN).map(|()| stage.verifies()).unwrap(), 2);
    let error = stage.sign("654321").unwrap_err();
    assert!(matches!(error, ModuleError::WrongPin { .. }), "{error}");
    assert_eq!(stage.verifies(), 3);
}

#[test]
fn a_card_that_was_pulled_is_told_from_a_broken_module() {
    for logged_in in [false, true] {
        let mut stage = Stage::with(PivSlot::Authentication, KeyKind::P256);
        let mut session = stage.found().open().unwrap();
        if logged_in {
            session.login(Some(&pin(PIN))).unwrap();
        }
        stage.card = None;
        // The reader looks for its card every 400 ms; a busy machine is late.
        std::thread::sleep(Patience::from_secs(3));
        let done = match logged_in {
            false => session.login(Some(&pin(PIN))),
            true => session.sign(&digest(Algorithm::Es256)).map(drop),
        };
        assert!(matches!(done, Err(ModuleError::Removed)), "{done:?}");
        assert_eq!(stage.verifies(), usize::from(logged_in));
    }
}

/// A PIV card in a reader of a PC/SC service of its own.
struct Stage {
    pcscd: PrivatePcscd,
    trace: Trace,
    certificate: Vec<u8>,
    card: Option<Insertion<Traced<Box<dyn Card + Send>>>>,
}

impl Stage {
    fn with(slot: PivSlot, key: KeyKind) -> Self {
        let now = OffsetDateTime::now_utc();
        let request = CardholderRequest {
            name: "王小明".to_owned(),
            national_id: "A123456789".parse().unwrap(),
            pin: PIN.try_into().unwrap(),
            profile: Profile::Piv,
            key,
            ca: Ca::G2,
            not_before: now - Duration::DAY,
            not_after: now + Duration::DAY,
        };
        let mut image = AUTHORITY.issue(&request).unwrap();
        image.piv = Some(PivLayout { slot, compressed: false, ..PivLayout::default() });
        let pcscd = PrivatePcscd::start().unwrap();
        let trace = Trace::default();
        let card = Traced::new(image.insertable().unwrap(), trace.clone());
        let card = Some(vpcd::serve(card, pcscd.vpcd_port(), |_| ()).unwrap());
        let certificate = der(&image.certificates.signature);
        Self { pcscd, trace, certificate, card }
    }

    fn found(&self) -> Found {
        let path = format!("/usr/lib/{}-linux-gnu/opensc-pkcs11.so", std::env::consts::ARCH);
        let program = program(&[("PCSCLITE_CSOCK_NAME", self.pcscd.socket())]);
        let modules = Modules::new(program, vec![path.into()], PATIENCE);
        eventually("OpenSC sees the card", Patience::from_secs(10), || {
            Ok(modules.find(Some(&self.certificate)).ok())
        })
        .unwrap()
    }

    fn sign(&self, typed: &str) -> Result<(), ModuleError> {
        let found = self.found();
        let mut session = found.open()?;
        session.login(Some(&pin(typed)))?;
        check(&found, &session.sign(&digest(found.algorithm()))?);
        Ok(())
    }

    /// How many PINs the card was sent; a VERIFY without one only asks for the tries left.
    fn verifies(&self) -> usize {
        let text = String::from_utf8(self.trace.0.lock().unwrap().clone()).unwrap();
        let with_pin = |line: &&str| line.starts_with("> 00 20 ") && !line.contains("Lc=0");
        text.lines().filter(with_pin).count()
    }
}

#[derive(Clone, Default)]
struct Trace(Arc<Mutex<Vec<u8>>>);

impl Write for Trace {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
