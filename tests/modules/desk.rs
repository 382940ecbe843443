//! A request served with a card that only a module can sign with.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ankong::module::WithModules;
use ankong::reader::InProcess;
use ankong::session::caller::Caller;
use ankong::session::cancel::Cancel;
use ankong::session::cards::Cards;
use ankong::session::origin::Origin;
use ankong::session::request::Request;
use ankong::session::{Desk, Refusal, Status};
use ankong_card::moica::{Gen1Key, IssuerKeys};
use ankong_peer_pkcs11::{Call, Deed, Script};
use openssl::base64::encode_block;

use crate::person::{Move, ScriptedPerson, Seen};
use crate::readers::Readers;
use crate::support::{Mock, PIN, hicos, image, with_mischief};

/// The name on it.
const HOLDER: &str = "王小明";

/// Those the card's own driver needs.
fn keys() -> IssuerKeys {
    let key = hex::decode(image().secure_messaging).unwrap();
    IssuerKeys { gen1: Some(Gen1Key::new(key.try_into().unwrap())), gen2: None }
}

/// A 自然人憑證 in a reader, no issuer's keys, and a scripted module for it.
struct Table {
    desk: Desk,
    person: ScriptedPerson,
    mock: Arc<Mock>,
}

impl Table {
    fn with(script: &Script, moves: &[Move]) -> Self {
        let reader = InProcess::new(IssuerKeys::default());
        reader.insert(image().insertable().unwrap()).unwrap();
        Self::over(reader, script, moves)
    }

    fn over(reader: impl Cards + 'static, script: &Script, moves: &[Move]) -> Self {
        let mock = Arc::new(Mock::new(script));
        let modules = {
            let mock = Arc::clone(&mock);
            move || Ok(mock.modules())
        };
        let cards = WithModules::new(Arc::new(reader), modules, || {});
        let person = ScriptedPerson::new(moves);
        let random = |bytes: &mut [u8]| openssl::rand::rand_bytes(bytes).unwrap();
        let desk = Desk::new(cards, Arc::new(person.clone()), clock, random, || {});
        Self { desk, person, mock }
    }

    fn authenticate(&self) -> Result<(), Refusal> {
        let origin = Origin::parse("https://id.taipei").unwrap();
        let challenge = encode_block(&[7; 32]);
        let request = Request::authenticate(origin, challenge, "測試".into(), None).unwrap();
        self.desk.serve(&request, &|| Caller::Browser, &Cancel::default()).map(drop)
    }
}

/// The first of June 2027, when the card in the tests' data is valid.
fn clock() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_811_808_000)
}

#[test]
fn a_card_without_issuer_keys_reads_natively_and_signs_through_the_module() {
    let table = Table::with(&hicos(), &[Move::Pin("654321"), Move::Pin(PIN)]);
    assert_eq!(table.authenticate(), Ok(()));
    assert!(table.person.seen().contains(&Seen::WrongPin(None)));
    assert_eq!(table.desk.state(), Status::CardReady);
}

/// Nothing is read natively here: the module's word is all there is.
#[test]
fn a_card_no_driver_knows_signs_through_the_module() {
    struct Stranger;
    impl virtual_card::Card for Stranger {
        fn atr(&self) -> &[u8] {
            &[0x3B, 0x00]
        }
        fn reset(&mut self) {}
        fn answer(&mut self, _: &[u8]) -> Option<Vec<u8>> {
            Some(vec![0x6D, 0x00])
        }
    }
    let reader = InProcess::new(IssuerKeys::default());
    assert_eq!(reader.insert(Box::new(Stranger)), Err(Refusal::UnsupportedCard));
    let table = Table::over(reader, &hicos(), &[Move::Pin(PIN)]);
    assert_eq!(table.authenticate(), Ok(()));
}

#[test]
fn of_a_card_of_a_module_and_one_that_signs_natively_the_person_chooses_either() {
    for (number, pin, module_logs_in) in [(0, PIN, true), (1, PIN, false)] {
        let (foreign, native) = (InProcess::new(IssuerKeys::default()), InProcess::new(keys()));
        foreign.insert(image().insertable().unwrap()).unwrap();
        native.insert(image().insertable().unwrap()).unwrap();
        let cards = Readers(vec![foreign, native]);
        // Its one certificate is on both cards, but only the first needs it.
        let script = if module_logs_in { hicos() } else { with_mischief(Call::Login, Deed::Abort) };
        let table = Table::over(cards, &script, &[Move::PinWithCard(number, pin)]);
        assert_eq!(table.authenticate(), Ok(()), "card {number}");
        assert_eq!(table.person.seen()[1], Seen::Others(vec![HOLDER.into()]));
    }
}

#[test]
fn the_modules_word_on_the_last_try_is_asked_about() {
    let script = Script { tries: 1, ..hicos() };
    let table = Table::with(&script, &[Move::Pin(PIN), Move::PinOnLastTry(PIN)]);
    assert_eq!(table.authenticate(), Ok(()));
    let seen = table.person.seen();
    assert!(matches!(seen[0], Seen::Question { tries_left: Some(1), .. }), "{seen:?}");
    assert!(seen.contains(&Seen::NotSent(Some(1))));
}

/// Another program has spent tries since the module was asked.
#[test]
fn the_last_try_is_asked_about_even_where_it_has_become_the_last_one_meanwhile() {
    let table = Table::with(&hicos(), &[Move::Pin(PIN)]);
    assert_eq!(table.authenticate(), Ok(()));
    Script { tries: 1, ..hicos() }.place(table.mock.folder.path()).unwrap();
    table.person.seen();
    table.person.will(&[Move::Pin("654321"), Move::Decline]);
    assert_eq!(table.authenticate(), Err(Refusal::UserDeclined));
    assert!(table.person.seen().contains(&Seen::NotSent(Some(1))));
}

#[test]
fn a_module_for_a_reader_with_keys_has_the_pin_typed_there() {
    let script = Script { pin_pad: true, ..hicos() };
    let table = Table::with(&script, &[Move::OnReader]);
    assert_eq!(table.authenticate(), Ok(()));
}

#[test]
fn a_module_that_crashes_with_the_pin_is_an_error_and_the_next_request_works() {
    let script = with_mischief(Call::Login, Deed::Abort);
    let table = Table::with(&script, &[Move::Pin(PIN), Move::Decline]);
    assert_eq!(table.authenticate(), Err(Refusal::Internal));
    assert_eq!(table.authenticate(), Err(Refusal::UserDeclined));
}

#[test]
fn a_card_whose_modules_do_not_know_it_is_told_before_anybody_types() {
    let script = Script { certificates: Vec::new(), ..hicos() };
    let table = Table::with(&script, &[]);
    assert_eq!(table.authenticate(), Err(Refusal::NoSigningModule));
    assert_eq!(table.person.seen(), [Seen::Told("no-signing-module")]);
}
