//! What is signed as a document here is believed by the verification library, which reads it with code of its own.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test may panic, and so may what the tests share"
)]

mod support;

use std::time::{Duration, SystemTime};

use ankong::signing::{CmsInput, Hash, SigningError};
use ankong_verify::CmsVerifier;
use openssl::ecdsa::EcdsaSig;
use openssl::md::{Md, MdRef};
use openssl::pkey::{Id, PKey, Private};
use openssl::pkey_ctx::PkeyCtx;
use openssl::x509::X509;
use support::cards::{AUTHORITY, NAME, image_of, trust};
use time::OffsetDateTime;
use virtual_card::issue::{Ca, KeyKind};
use virtual_card::{CardImage, Profile};

const CONTENT: &[u8] = "本人同意將帳號升級為金質會員。".as_bytes();

#[test]
fn a_document_of_any_key_and_hash_is_believed_attached_and_detached() {
    for (kind, hashes) in [
        (KeyKind::Rsa2048, &[Hash::Sha256, Hash::Sha384, Hash::Sha512][..]),
        (KeyKind::P256, &[Hash::Sha256]),
        (KeyKind::P384, &[Hash::Sha384]),
    ] {
        let image = image_of(Profile::Iso7816Part15, kind);
        for hash in hashes {
            for detached in [false, true] {
                let cms = sign(&image, *hash, detached);
                believe(&cms, detached);
            }
        }
    }
}

fn believe(cms: &[u8], detached: bool) {
    let (verifier, now) = (CmsVerifier::new(trust()), OffsetDateTime::now_utc());
    let signed = if detached {
        let other = verifier.verify_detached(cms, b"another", now).unwrap_err();
        assert_eq!(other.code(), "cms-message-digest");
        verifier.verify_detached(cms, CONTENT, now)
    } else {
        verifier.verify_attached(cms, now)
    };
    let signed = signed.unwrap();
    assert_eq!(signed.signer().name, NAME);
    assert_eq!(signed.content, if detached { b"" } else { CONTENT });
    let claimed = signed.unverified_signing_time.unwrap();
    assert!((now - claimed).unsigned_abs() < Duration::from_secs(60), "{claimed}");
    let mut touched = cms.to_vec();
    let last = touched.len() - 1;
    touched[last] ^= 1;
    let judged = if detached {
        verifier.verify_detached(&touched, CONTENT, now)
    } else {
        verifier.verify_attached(&touched, now)
    };
    assert_eq!(judged.unwrap_err().code(), "wrong-signature");
}

fn sign(image: &CardImage, hash: Hash, detached: bool) -> Vec<u8> {
    let certificate = X509::from_pem(image.certificates.signature.as_bytes()).unwrap();
    let issuer = AUTHORITY.issuing(Ca::G2).to_der().unwrap();
    let key = PKey::private_key_from_pem(image.keys.signature.as_bytes()).unwrap();
    let certificate = certificate.to_der().unwrap();
    let input = CmsInput::new(&certificate, &[issuer], CONTENT, hash, detached).unwrap();
    let card = |digest: &[u8]| Ok::<_, SigningError>(by_card(&key, digest));
    input.sign(SystemTime::now(), card).unwrap()
}

/// As a card does it: over a hash value, an elliptic signature as two numbers side by side.
fn by_card(key: &PKey<Private>, digest: &[u8]) -> Vec<u8> {
    let md: &MdRef = match digest.len() {
        32 => Md::sha256(),
        48 => Md::sha384(),
        _ => Md::sha512(),
    };
    let mut context = PkeyCtx::new(key).unwrap();
    context.sign_init().unwrap();
    context.set_signature_md(md).unwrap();
    let mut signature = Vec::new();
    context.sign_to_vec(digest, &mut signature).unwrap();
    if key.id() != Id::EC {
        return signature;
    }
    let octets = i32::try_from(key.bits() / 8).unwrap();
    let pair = EcdsaSig::from_der(&signature).unwrap();
    [pair.r(), pair.s()].map(|number| number.to_vec_padded(octets).unwrap()).concat()
}
