//! One entry, one PIN sent, and what the module says to it.

use ankong::module::{ModuleError, Session};
use ankong_card::algorithm::Algorithm;
use ankong_card::{CardError, TransportError};
use ankong_peer_pkcs11::{Call, Deed, Script};

use crate::support::{Mock, PIN, check, digest, hicos, pin, with_mischief};

const WRONG: &str = "654321";

fn login(script: &Script, typed: &str) -> ModuleError {
    Mock::new(script).open().login(Some(&pin(typed))).unwrap_err()
}

#[test]
fn the_vendors_codes_tell_the_tries_left() {
    let script = |tries| Script { tries, vendor_codes: true, ..hicos() };
    for (tries, left) in [(3, 2), (2, 1)] {
        let error = login(&script(tries), WRONG);
        assert!(matches!(error, ModuleError::WrongPin { tries_left: Some(n) } if n == left));
    }
    assert!(matches!(login(&script(1), WRONG), ModuleError::PinBlocked));
    assert!(matches!(login(&script(0), PIN), ModuleError::PinBlocked));
}

#[test]
fn a_module_without_such_codes_tells_by_its_flags() {
    let script = |tries| Script { tries, ..hicos() };
    assert!(matches!(login(&script(3), WRONG), ModuleError::WrongPin { tries_left: None }));
    assert!(matches!(login(&script(2), WRONG), ModuleError::WrongPin { tries_left: Some(1) }));
    assert!(matches!(login(&script(1), WRONG), ModuleError::PinBlocked));
    let left = |tries| Mock::new(&script(tries)).modules().find(None).unwrap().tries_left();
    assert_eq!([3, 2, 1, 0].map(left), [None, None, Some(1), Some(0)]);
}

#[test]
fn a_pin_of_a_wrong_length_is_not_sent() {
    let mut session = Mock::new(&hicos()).open();
    for typed in ["12345", "123456789"] {
        let error = session.login(Some(&pin(typed))).unwrap_err();
        assert!(matches!(error, ModuleError::PinLength { min: 6, max: 8 }));
    }
    session.login(Some(&pin(PIN))).unwrap();
}

#[test]
fn a_session_takes_one_pin_and_makes_one_signature() {
    let mock = Mock::new(&Script { vendor_codes: true, ..hicos() });
    let mut session = mock.open();
    assert!(matches!(session.sign(&digest(Algorithm::Rs256)), Err(ModuleError::OutOfTurn)));
    assert!(matches!(session.login(Some(&pin(WRONG))), Err(ModuleError::WrongPin { .. })));
    assert!(matches!(session.login(Some(&pin(PIN))), Err(ModuleError::OutOfTurn)));
    let mut session = mock.open();
    session.login(Some(&pin(PIN))).unwrap();
    session.sign(&digest(Algorithm::Rs256)).unwrap();
    assert!(matches!(session.sign(&digest(Algorithm::Rs256)), Err(ModuleError::OutOfTurn)));
}

#[test]
fn a_reader_with_keys_is_given_no_pin() {
    let mock = Mock::new(&Script { pin_pad: true, ..hicos() });
    let found = mock.modules().find(None).unwrap();
    assert!(found.pin_pad());
    let mut session = found.open().unwrap();
    session.login(None).unwrap();
    check(&found, &session.sign(&digest(Algorithm::Rs256)).unwrap());
    let mut without_keys = Mock::new(&hicos()).open();
    assert!(matches!(without_keys.login(None), Err(ModuleError::OutOfTurn)));
}

/// `CKA_ALWAYS_AUTHENTICATE`, in the three ways modules have it.
#[test]
fn a_key_that_wants_its_pin_each_time_gets_it_and_one_wrong_entry_costs_one_try() {
    for (keys_in_the_open, begins_without_login) in [(false, false), (true, false), (true, true)] {
        let mut script =
            Script { keys_in_the_open, begins_without_login, vendor_codes: true, ..hicos() };
        script.keys[2].always_authenticate = true;
        let mock = Mock::new(&script);
        let found = mock.modules().find(None).unwrap();
        let mut session = found.open().unwrap();
        session.login(Some(&pin(PIN))).unwrap();
        check(&found, &session.sign(&digest(Algorithm::Rs256)).unwrap());
        let error = login(&script, WRONG);
        assert!(matches!(error, ModuleError::WrongPin { tries_left: Some(2) }), "{error}");
    }
}

#[test]
fn what_went_wrong_with_a_module_is_told_as_of_a_card() {
    let told = |error: ModuleError| CardError::from(error);
    let removed = login(&with_mischief(Call::Login, Deed::Removed), PIN);
    assert!(matches!(told(removed), CardError::Transport(TransportError::Removed)));
    let wrong = login(&Script { vendor_codes: true, ..hicos() }, WRONG);
    assert!(matches!(told(wrong), CardError::WrongPin { tries_left: Some(2) }));
    let blocked = login(&Script { tries: 0, ..hicos() }, PIN);
    assert!(matches!(told(blocked), CardError::PinBlocked));
    let mut session: Session = Mock::new(&with_mischief(Call::Sign, Deed::Removed)).open();
    session.login(Some(&pin(PIN))).unwrap();
    let removed = session.sign(&digest(Algorithm::Rs256)).unwrap_err();
    assert!(matches!(told(removed), CardError::Transport(TransportError::Removed)));
    assert!(matches!(told(ModuleError::NoModule), CardError::NoIssuerKeys));
}
