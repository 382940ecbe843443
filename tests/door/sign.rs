//! `POST /v1/sign`: CMS from every kind of card, and what the person is shown before it.

use std::sync::Arc;

use ankong::session::consent::Gives;
use ankong::session::content::Content;
use openssl::hash::{MessageDigest, hash};
use serde_json::json;
use virtual_card::Profile;
use virtual_card::issue::KeyKind;

use crate::cms::{Folder, Parsed};
use crate::support::cards::{NAME, PIN, image, image_of, reader_with};
use crate::support::person::{Move, ScriptedPerson, Seen};
use crate::support::{Door, PORTAL, SIGN, bytes_of, signature};
use crate::{door, refused};

const TEXT: &[u8] = "同意書\n本人同意提供資料。\n".as_bytes();

#[test]
#[cfg_attr(windows, ignore = "OpenSSL's own command judges it, which Windows has not")]
fn a_card_of_every_family_signs_and_two_verifiers_agree() {
    let folder = Folder::new();
    let every = ["SHA-256", "SHA-384", "SHA-512"];
    let mut names = Vec::new();
    for (profile, key, hashes) in [
        (Profile::MoicaGen1, KeyKind::Rsa2048, &every[..]),
        (Profile::MoicaGen2, KeyKind::Rsa2048, &every),
        (Profile::Iso7816Part15, KeyKind::Rsa2048, &every),
        (Profile::Iso7816Part15, KeyKind::P384, &["SHA-384"]),
        (Profile::Piv, KeyKind::Rsa2048, &every),
        (Profile::Piv, KeyKind::P256, &["SHA-256"]),
    ] {
        let (reader, trace) = reader_with(&image_of(profile, key), &[]);
        let door = Door::open(reader, ScriptedPerson::new(&[]));
        for (name, detached) in hashes.iter().flat_map(|hash| [(hash, false), (hash, true)]) {
            door.person.will(&[Move::Pin(PIN)]);
            let mut body = signature(TEXT, name);
            if detached {
                body["detached"] = true.into();
            }
            let answer = door.call(SIGN, &body);
            assert_eq!(answer.status, 200, "{profile:?} {name}: {answer:?}");
            let cms = bytes_of(&answer.json["cms"]);
            let id = format!("{profile:?}-{key:?}-{name}-{detached}");
            let file = folder.put(&id, &cms, detached.then_some(TEXT));
            assert_eq!(folder.openssl(&file).as_deref(), Ok(TEXT), "{id}");

            let parsed = Parsed::of(&cms);
            assert_eq!(parsed.data.encap_content_info.econtent.is_none(), detached);
            // contentType, signingTime, messageDigest, signing-certificate-v2.
            let mut attributes = parsed.names();
            attributes.sort();
            let pkcs9 = |number| format!("1.2.840.113549.1.9.{number}");
            assert_eq!(attributes, ["16.2.47", "3", "4", "5"].map(pkcs9), "{id}");
            let carried = usize::from(profile != Profile::Piv); // PIV has no place for an issuer
            assert_eq!(answer.json["chain"].as_array().unwrap().len(), carried, "{id}");
            assert_eq!(parsed.data.certificates.as_ref().unwrap().0.len(), 1 + carried, "{id}");
            names.push(id);
        }
        assert_eq!(trace.verifies(), hashes.len() * 2, "{profile:?}: a PIN for each signature");
    }
    names.sort();
    let valid: Vec<_> = names.iter().map(|name| format!("{name} valid")).collect();
    assert_eq!(folder.pyhanko(), valid);
}

#[test]
#[cfg_attr(windows, ignore = "OpenSSL's own command judges it, which Windows has not")]
fn a_signature_that_was_tampered_with_is_refused_by_both_verifiers() {
    let (door, _) = door(&[Move::Pin(PIN)]);
    let answer = door.call(SIGN, &signature(TEXT, "SHA-256"));
    let cms = bytes_of(&answer.json["cms"]);
    let at = cms.windows(TEXT.len()).position(|window| window == TEXT).expect("it is attached");
    let folder = Folder::new();
    let mut tampered = cms.clone();
    tampered[at] ^= 1;
    assert!(folder.openssl(&folder.put("content", &tampered, None)).is_err());
    let mut tampered = cms;
    let last = tampered.len() - 1;
    tampered[last] ^= 1;
    assert!(folder.openssl(&folder.put("signature", &tampered, None)).is_err());
    let said = folder.pyhanko();
    let refused = |line: &String| line.contains("INVALID") && !line.contains("Error");
    assert!(said.len() == 2 && said.iter().all(refused), "{said:?}");
}

#[test]
fn the_person_sees_who_wants_what_signed_and_the_answer_names_the_certificate() {
    let (door, trace) = door(&[Move::Pin(PIN), Move::Pin(PIN)]);
    for content in [TEXT, &[0x25, 0x50, 0x44, 0x46, 0x00, 0xFF]] {
        let answer = door.call(SIGN, &signature(content, "SHA-256"));
        assert_eq!(answer.status, 200, "{answer:?}");
        let question = Seen::Question {
            origin: PORTAL.into(),
            purpose: "簽署同意書".into(),
            name: NAME.into(),
            gives: Gives::Signature(Arc::new(Content::new(content.to_vec()).unwrap())),
            tries_left: None,
        };
        assert_eq!(door.person.seen(), [question, Seen::End(Ok(()))]);
        let certificate = bytes_of(&answer.json["certificate"]);
        let on_card = openssl::x509::X509::from_pem(image().certificates.signature.as_bytes());
        assert_eq!(certificate, on_card.unwrap().to_der().unwrap());
    }
    assert_eq!(trace.verifies(), 2);
}

#[test]
fn the_largest_content_is_signed_whole_and_a_larger_one_costs_nothing() {
    let (door, trace) = door(&[Move::Pin(PIN)]);
    let content = vec![b'a'; Content::MAX];
    let answer = door.call(SIGN, &signature(&content, "SHA-512"));
    assert_eq!(answer.status, 200, "{}", answer.code());
    let digest = hash(MessageDigest::sha512(), &content).unwrap();
    assert_eq!(Parsed::of(&bytes_of(&answer.json["cms"])).message_digest(), digest.to_vec());
    let larger = vec![b'a'; Content::MAX + 1];
    refused(&door.call(SIGN, &signature(&larger, "SHA-512")), 413, "too-large");
    assert_eq!(trace.verifies(), 1);
}

#[test]
fn a_hash_that_the_cards_key_does_not_sign_with_has_a_code_and_is_told() {
    for (profile, key, right) in [
        (Profile::Iso7816Part15, KeyKind::P384, "SHA-384"),
        (Profile::Piv, KeyKind::P256, "SHA-256"),
    ] {
        let (reader, trace) = reader_with(&image_of(profile, key), &[]);
        let door = Door::open(reader, ScriptedPerson::new(&[]));
        for hash in ["SHA-256", "SHA-384", "SHA-512"].into_iter().filter(|hash| *hash != right) {
            refused(&door.call(SIGN, &signature(TEXT, hash)), 422, "unsupported-hash");
            assert_eq!(door.person.seen(), [Seen::Told("unsupported-hash")]);
        }
        assert_eq!(trace.verifies(), 0, "{profile:?}");
    }
}

#[test]
fn a_faulty_body_names_its_fault_and_opens_no_window() {
    let (door, trace) = door(&[]);
    let good = signature(TEXT, "SHA-256");
    let with = |field: &str, value: serde_json::Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    for (body, fault) in [
        (with("content", json!("")), "content"),
        (with("content", json!("%%%")), "content"),
        (with("content", json!([1])), "JSON"),
        (with("hash", json!("SHA-1")), "hash"),
        (with("hash", json!(256)), "JSON"),
        (with("purpose", json!("")), "purpose"),
        (with("detached", json!("yes")), "JSON"),
        (with("challenge", json!("x")), "JSON"),
        (with("digest", json!("x")), "JSON"),
        (with("attributes", json!([])), "JSON"),
    ] {
        let answer = door.call(SIGN, &body);
        refused(&answer, 400, "bad-request");
        let title = answer.json["title"].as_str().unwrap();
        assert!(title.contains(fault), "{title} does not name {fault}");
    }
    assert_eq!((door.person.seen().len(), trace.verifies()), (0, 0));
}
