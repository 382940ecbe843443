//! A PIN typed on the reader's own keys, through libccid's driver of such a reader.

use std::sync::Arc;

use ankong_stage::pin_pad::{Fingers, PinPadReader};
use virtual_card::issue::KeyKind;
use virtual_card::{CardImage, PivLayout, Profile};

use super::{Door, Monitor, Move, PIN, Pcscd, ScriptedPerson, Seen, Setting};
use crate::support::cards::{Trace, image_of, traced};

/// The real driver, with a PIV card in the reader; PIV has its PIN in the clear.
pub(super) fn typed_on_the_reader(pcscd: &Pcscd) {
    let (reader, trace) = plug_in(pcscd);
    let setting = setting(pcscd, true, &[Move::OnReader]);
    reader.fingers(Fingers::Type(PIN));
    assert_eq!(setting.authenticate(), "ok");
    assert_eq!((reader.asked(), trace.verifies()), (1, 1));

    // Another try for each agreement, and the card's own word on what is left.
    reader.fingers(Fingers::Type("111111"));
    setting.door.person.will(&[Move::OnReader, Move::Decline]);
    setting.door.person.seen();
    assert_eq!(setting.authenticate(), "user-declined");
    let seen = setting.door.person.seen();
    assert!(seen.contains(&Seen::WrongPin(Some(2))), "{seen:?}");
    assert_eq!((reader.asked(), trace.verifies()), (2, 2));

    unplug(pcscd, reader);
}

pub(super) fn not_typed_on_the_reader(pcscd: &Pcscd) {
    let (reader, trace) = plug_in(pcscd);
    let setting = setting(pcscd, true, &[Move::OnReader, Move::OnReader]);
    reader.fingers(Fingers::Cancel);
    assert_eq!(setting.authenticate(), "user-declined");
    reader.fingers(Fingers::Rest);
    assert_eq!(setting.authenticate(), "timed-out");
    assert_eq!((reader.asked(), trace.verifies()), (2, 0));
    unplug(pcscd, reader);
}

/// The administrator's `pin-pads = false`: for readers whose keys do not work.
pub(super) fn keys_left_alone(pcscd: &Pcscd) {
    let (reader, trace) = plug_in(pcscd);
    let setting = setting(pcscd, false, &[Move::Pin(PIN)]);
    assert_eq!(setting.authenticate(), "ok");
    assert_eq!((reader.asked(), trace.verifies()), (0, 1));
    unplug(pcscd, reader);
}

/// The driver says that the reader takes it, the card says so in its answer to reset: certificate
/// and signature are one command each.
pub(super) fn extended_length(pcscd: &Pcscd) {
    let layout = PivLayout { extended_length: true, ..PivLayout::default() };
    let image = CardImage { piv: Some(layout), ..image_of(Profile::Piv, KeyKind::Rsa2048) };
    let (reader, trace) = plug_in_card(pcscd, &image);
    let setting = setting(pcscd, true, &[Move::OnReader, Move::OnReader]);
    reader.fingers(Fingers::Type(PIN));
    assert_eq!(setting.authenticate(), "ok");
    assert_eq!(trace.commands().len(), 6);
    assert_eq!(setting.authenticate(), "ok");
    assert_eq!(trace.commands().len(), 6 + 4);
    unplug(pcscd, reader);
}

fn plug_in(pcscd: &Pcscd) -> (PinPadReader, Trace) {
    plug_in_card(pcscd, &image_of(Profile::Piv, KeyKind::P256))
}

fn plug_in_card(pcscd: &Pcscd, image: &CardImage) -> (PinPadReader, Trace) {
    let (card, trace) = traced(image, &[]);
    let reader = PinPadReader::with(card).unwrap();
    pcscd.lock().unwrap().restart_with(&reader.reader_conf()).unwrap();
    (reader, trace)
}

fn setting(pcscd: &Pcscd, pin_pads: bool, moves: &[Move]) -> Setting {
    let port = pcscd.lock().unwrap().vpcd_port();
    let monitor = Monitor::start(super::keys(), pin_pads, || {}).unwrap();
    let door = Door::open(Arc::new(monitor), ScriptedPerson::new(moves));
    let setting = Setting { door, insertion: None, port };
    setting.wait_for("card-ready");
    setting
}

fn unplug(pcscd: &Pcscd, reader: PinPadReader) {
    drop(reader);
    pcscd.lock().unwrap().restart().unwrap();
}
