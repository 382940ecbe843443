//! How long a proof takes on a card of the speed of a real one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its shared functions too"
)]

use std::sync::LazyLock;

use ankong_card::algorithm::Digest;
use ankong_card::moica::{Gen1Key, Gen2Key, IssuerKeys};
use ankong_card::{Channel, LastTry, Pin, card};
use time::{Duration, OffsetDateTime};
use virtual_card::issue::{Authority, Ca, CardholderRequest, KeyKind};
use virtual_card::{Card as _, InProcess, Paced, Profile, Speed};

static AUTHORITY: LazyLock<Authority> =
    LazyLock::new(|| Authority::in_memory(OffsetDateTime::now_utc()).unwrap());

/// The sums are the preset's, and printed for the guide: they change with the preset, not with the
/// machine.
#[test]
fn a_proof_on_a_card_as_slow_as_a_real_one_takes_seconds_on_no_clock() {
    let seconds = |profile| {
        let request = CardholderRequest {
            name: "王曉明".to_owned(),
            national_id: "A123456789".parse().unwrap(),
            pin: "123456".try_into().ok().unwrap(),
            profile,
            key: KeyKind::Rsa2048,
            ca: Ca::G2,
            not_before: OffsetDateTime::now_utc() - Duration::DAY,
            not_after: OffsetDateTime::now_utc() + Duration::DAY,
        };
        let card = AUTHORITY.issue(&request).unwrap().insertable().unwrap();
        let atr = card.atr().to_vec();
        let mut reader = InProcess::new(Paced::new(card, Speed::as_real(&atr)));
        let card = card::open(&mut Channel::new(&mut reader), &atr, &keys()).ok().unwrap().card;
        let read = reader.elapsed();
        let pin = Pin::from_bytes(b"123456").unwrap();
        let mut random = |bytes: &mut [u8]| openssl::rand::rand_bytes(bytes).unwrap();
        let mut channel = Channel::new(&mut reader);
        card.verify(&mut channel, &pin, LastTry::Keep, &mut random).unwrap();
        card.sign(&mut channel, &Digest::Sha256([7; 32])).unwrap();
        let proof = reader.elapsed() - read;
        println!("{profile:?}: read {read:.1?}, PIN and signature {proof:.1?}");
        (read.as_secs_f32(), proof.as_secs_f32())
    };
    for profile in [Profile::MoicaGen1, Profile::MoicaGen2, Profile::Iso7816Part15, Profile::Piv] {
        let (read, proof) = seconds(profile);
        assert!((0.1..10.0).contains(&read), "{profile:?}: {read}");
        assert!((0.7..5.0).contains(&proof), "{profile:?}: {proof}");
    }
}

fn keys() -> IssuerKeys {
    let bytes = |text: String| hex::decode(text).unwrap().try_into().unwrap();
    IssuerKeys {
        gen1: Some(Gen1Key::new(bytes(AUTHORITY.secure_messaging().to_hex()))),
        gen2: Some(Gen2Key::new(bytes(AUTHORITY.master().to_hex()))),
    }
}
