//! Tokens: form, algorithm, signature, chain, validity, usage, policy, subject.

use openssl::{
    bn::BigNum,
    hash::MessageDigest,
    nid::Nid,
    pkey::{PKey, Private},
    x509::extension::{BasicConstraints, ExtendedKeyUsage, KeyUsage},
};
use serde_json::Value;
use time::Duration;

use crate::{
    CHALLENGE, Vectors, base64,
    case::{Case, Trusted},
    of, sign_in,
    support::{
        Authority, CA, CA_NAME, CARD_KEY, Card, Cms, DECADE, NOW, ORIGIN, OTHER_CA, ROOT,
        Signature, elliptic, extension, rsa,
    },
    token_with, trusted,
};

pub(crate) fn add(vectors: &mut Vectors) {
    algorithms(vectors);
    forms(vectors);
    signatures(vectors);
    issuers(vectors);
    times(vectors);
    certificates(vectors);
    subjects(vectors);
}

fn algorithms(vectors: &mut Vectors) {
    let by = |key: &PKey<Private>, name| {
        let card = Card { key, ..Card::default() };
        sign_in(card.token_by(Signature::named(name), ORIGIN, CHALLENGE).to_string())
    };
    for name in ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] {
        let about = format!("A token that is in order, signed with {name}.");
        vectors.add(&format!("ok-{}", name.to_lowercase()), "ok", &about, by(&CARD_KEY, name));
    }
    let curves = [Nid::X9_62_PRIME256V1, Nid::SECP384R1, Nid::SECP521R1].map(elliptic);
    for (name, key) in ["ES256", "ES384", "ES512"].into_iter().zip(&curves) {
        let about = format!("A token that is in order, signed with {name}.");
        vectors.add(&format!("ok-{}", name.to_lowercase()), "ok", &about, by(key, name));
    }
    let about = "ES384 with a key on P-256: RFC 7518 gives each curve one digest.";
    vectors.add("wrong-algorithm-other-curve", "wrong-algorithm", about, by(&curves[0], "ES384"));
    let named = |name: &str| with("algorithm", name);
    let about = "The token says its signature is an elliptic one; its key is RSA.";
    vectors.add("wrong-algorithm-other-key", "wrong-algorithm", about, named("ES256"));
    let about = "The token says it has no signature.";
    vectors.add("wrong-algorithm-none", "wrong-algorithm", about, named("none"));
    let about = "The token names an HMAC, for which a public key would be the secret.";
    vectors.add("wrong-algorithm-hs256", "wrong-algorithm", about, named("HS256"));
    let about = "RS384 is named and RS256 was signed.";
    vectors.add("wrong-signature-other-digest", "wrong-signature", about, named("RS384"));
    let about = "PS256 is named and RS256 was signed.";
    vectors.add("wrong-signature-other-padding", "wrong-signature", about, named("PS256"));

    let about = "The card's RSA key has 1024 bits.";
    vectors.add("weak-key-short", "weak-key", about, by(&rsa(1024), "RS256"));
    let card = Card { exponent: Some(BigNum::from_u32(1).unwrap()), ..Card::default() };
    let about = "The card's RSA key has the exponent 1: its signature is its own padding.";
    vectors.add("weak-key-exponent", "weak-key", about, of(&card));
    let key = elliptic(Nid::SECP256K1);
    let about = "The card's key is on secp256k1, which no token is signed with.";
    vectors.add("weak-key-curve", "weak-key", about, by(&key, "ES256"));
}

fn forms(vectors: &mut Vectors) {
    let about = "The token's format is of a version that is not known.";
    vectors.add("token-format", "token-format", about, with("format", "web-eid:2.0"));
    let mut token = token();
    token.as_object_mut().unwrap().remove("signature");
    let about = "The token has no signature.";
    vectors.add("token-unreadable-field", "token-unreadable", about, sign_in(token.to_string()));
    let about = "The token is not JSON.";
    vectors.add("token-unreadable", "token-unreadable", about, sign_in("web-eid".to_owned()));
    let about = "The signature is not base64.";
    let case = with("signature", "§");
    vectors.add("token-unreadable-base64", "token-unreadable", about, case);
    let about = "The token is longer than 16 KiB.";
    let case = with("appVersion", &"x".repeat(17 * 1024));
    vectors.add("token-too-large", "token-too-large", about, case);
    let cms = Cms::of(&Card::default(), b"a document").der();
    let about = "A document that the same person signed is sent in place of a token.";
    let answer = serde_json::json!({ "cms": base64(&cms), "certificate": "", "chain": [] });
    vectors.add("cms-as-login", "cms-as-login", about, sign_in(answer.to_string()));
    let about = "A document that the same person signed is sent in place of a token, in base64.";
    vectors.add("cms-as-login-bare", "cms-as-login", about, sign_in(base64(&cms)));
}

fn signatures(vectors: &mut Vectors) {
    let card = Card::default();
    let about = "The token was made for another site, which passed it on.";
    let token = card.token("https://evil.example", CHALLENGE).to_string();
    vectors.add("wrong-origin", "wrong-signature", about, sign_in(token));
    let about = "The token was made for the same host on another port.";
    let token = card.token("https://localhost", CHALLENGE).to_string();
    vectors.add("wrong-origin-port", "wrong-signature", about, sign_in(token));
    let about = "The token answers another challenge.";
    let token = card.token(ORIGIN, "vZ0CzXVYpvj6SMnKMkOUbYYRmXgPCWnFOfQ7jAyHDTM=").to_string();
    vectors.add("wrong-challenge", "wrong-signature", about, sign_in(token));

    let signature = |card: &Card<'_>, change: &dyn Fn(Vec<u8>) -> Vec<u8>| {
        let mut token = card.token(ORIGIN, CHALLENGE);
        let bytes = base64::Engine::decode(
            &base64::prelude::BASE64_STANDARD,
            token["signature"].as_str().unwrap(),
        );
        token["signature"] = base64(&change(bytes.unwrap())).into();
        sign_in(token.to_string())
    };
    let about = "One bit of the signature is another.";
    let case = signature(&card, &|mut bytes| {
        bytes[100] ^= 1;
        bytes
    });
    vectors.add("tampered-signature", "wrong-signature", about, case);
    let key = elliptic(Nid::X9_62_PRIME256V1);
    let elliptic = Card { key: &key, ..Card::default() };
    let about = "An elliptic signature in DER, where tokens have its two numbers side by side.";
    let case = signature(&elliptic, &|bytes| {
        let [r, s] = [&bytes[..32], &bytes[32..]].map(|half| BigNum::from_slice(half).unwrap());
        openssl::ecdsa::EcdsaSig::from_private_components(r, s).unwrap().to_der().unwrap()
    });
    vectors.add("wrong-signature-der", "wrong-signature", about, case);
    let about = "An elliptic signature of two zeros.";
    let case = signature(&elliptic, &|bytes| vec![0; bytes.len()]);
    vectors.add("wrong-signature-zeros", "wrong-signature", about, case);
    let other = rsa(2048);
    let about = "The certificate is another card's.";
    let case = sign_in(token_with(&card, &Card { key: &other, ..Card::default() }.certificate()));
    vectors.add("wrong-signature-other-card", "wrong-signature", about, case);
}

fn issuers(vectors: &mut Vectors) {
    let both = |case: Case| {
        let intermediates = vec![base64(&CA.der()), base64(&OTHER_CA.der())];
        Case { trust: Trusted { intermediates, ..case.trust }, ..case }
    };
    let about = "Two authorities have one name; the certificate is of the second.";
    let card = Card { issuer: &OTHER_CA, signer: &OTHER_CA.key, ..Card::default() };
    vectors.add("ok-namesake", "ok", about, both(of(&card)));
    let about = "The authority has the right name and another key; only the first is trusted.";
    vectors.add("unknown-issuer-namesake", "unknown-issuer", about, of(&card));
    let about = "The certificate names the first of two namesakes and is signed by the second.";
    let card = Card { signer: &OTHER_CA.key, ..Card::default() };
    vectors.add("issuer-signature-namesake", "issuer-signature", about, both(of(&card)));
    let card = Card::default();
    let mut der = card.certificate().to_der().unwrap();
    let at = der.windows(16).position(|part| part == crate::SERIAL.as_bytes()).unwrap();
    der[at] = b'9';
    let about = "The holder's serial number was changed after the certificate was signed.";
    let case = with("unverifiedCertificate", &base64(&der));
    vectors.add("issuer-signature-tampered", "issuer-signature", about, case);
    let stranger = Authority::new(CA_NAME, None, None);
    let about = "The authority is a stranger's, though it has the right name.";
    let card = Card { issuer: &stranger, signer: &stranger.key, ..Card::default() };
    vectors.add("unknown-issuer", "unknown-issuer", about, of(&card));
    let about = "The authority is known, and the anchor is another root.";
    let case = of(&Card::default());
    let root = Authority::new("他根", None, None);
    let trust = Trusted { anchors: vec![crate::anchor(&root)], ..trusted() };
    vectors.add("unknown-issuer-root", "unknown-issuer", about, Case { trust, ..case });
    let own = Authority::new("王曉明", None, None);
    let about = "The certificate is signed by its own key.";
    let case = sign_in(token_with(&Card::default(), &own.certificate));
    vectors.add("self-signed", "self-signed", about, case);
    let about = "The certificate is signed with SHA-1.";
    let card = Card { digest: MessageDigest::sha1(), ..Card::default() };
    vectors.add("weak-signature-algorithm", "weak-signature-algorithm", about, of(&card));
    let below = Authority::new("下層憑證管理中心", Some(&CA), None);
    let about = "The authority is below one that allows none below it.";
    let case = of(&Card { issuer: &below, signer: &below.key, ..Card::default() });
    let intermediates = vec![base64(&CA.der()), base64(&below.der())];
    let case = Case { trust: Trusted { intermediates, ..trusted() }, ..case };
    vectors.add("path-length", "path-length", about, case);
}

fn times(vectors: &mut Vectors) {
    let (day, year) = (Duration::DAY, Duration::days(365));
    let about = "The card's certificate ended yesterday.";
    let card = Card { validity: (NOW - year, NOW - day), ..Card::default() };
    vectors.add("expired", "expired", about, of(&card));
    let about = "The card's certificate begins tomorrow.";
    let card = Card { validity: (NOW + day, NOW + year), ..Card::default() };
    vectors.add("not-yet-valid", "not-yet-valid", about, of(&card));
    let under = |certificate: &openssl::x509::X509| {
        let intermediates = vec![base64(&certificate.to_der().unwrap())];
        let trust = Trusted { intermediates, ..trusted() };
        Case { trust, ..of(&Card::default()) }
    };
    let about = "The authority's certificate ended yesterday.";
    let old = CA.again(&ROOT, (NOW - DECADE, NOW - day));
    vectors.add("issuer-expired", "issuer-expired", about, under(&old));
    let about = "The authority's certificate begins tomorrow.";
    let early = CA.again(&ROOT, (NOW + day, NOW + DECADE));
    vectors.add("issuer-not-yet-valid", "issuer-not-yet-valid", about, under(&early));
}

fn certificates(vectors: &mut Vectors) {
    let usage = |usage: Option<&KeyUsage>| Card {
        usage: usage.map(|usage| usage.build().unwrap()),
        ..Card::default()
    };
    let about = "The certificate is the card's other one, for encryption.";
    let mut other = KeyUsage::new();
    let card = usage(Some(other.critical().key_encipherment().data_encipherment()));
    vectors.add("wrong-usage", "wrong-usage", about, of(&card));
    let about = "The certificate does not say what its key is for.";
    vectors.add("wrong-usage-missing", "wrong-usage", about, of(&usage(None)));
    let about = "The certificate's key is for key agreement only.";
    let mut agreement = KeyUsage::new();
    let card = usage(Some(agreement.key_agreement()));
    vectors.add("wrong-usage-agreement", "wrong-usage", about, of(&card));
    let basic = Some(BasicConstraints::new().critical().ca().build().unwrap());
    let about = "The certificate is an authority's.";
    let card = Card { basic, ..Card::default() };
    vectors.add("wrong-usage-authority", "wrong-usage", about, of(&card));
    let server = ExtendedKeyUsage::new().critical().server_auth().build().unwrap();
    let about = "The certificate's key is for a web server.";
    let card = Card { extra: vec![server], ..Card::default() };
    vectors.add("wrong-usage-server", "wrong-usage", about, of(&card));

    let about = "The certificate was issued under another policy than the one asked for.";
    let trust = Trusted { policy: Some("2.16.886.101.0.3.4".to_owned()), ..trusted() };
    let case = Case { trust, ..of(&Card::default()) };
    vectors.add("wrong-policy", "wrong-policy", about, case);
    let about = "The certificate has a critical extension that nobody knows.";
    let extra = vec![extension("1.2.3.4", true, &[0x05, 0x00])];
    let card = Card { extra, ..Card::default() };
    vectors.add("critical-extension", "critical-extension", about, of(&card));
    let about = "The certificate has one extension twice.";
    let extra = (0..2).map(|_| extension("1.2.3.4", false, &[0x05, 0x00])).collect();
    let card = Card { extra, ..Card::default() };
    vectors.add("certificate-extension", "certificate-extension", about, of(&card));
    let about = "There is a byte after the certificate.";
    let mut der = Card::default().certificate().to_der().unwrap();
    der.push(0);
    let case = with("unverifiedCertificate", &base64(&der));
    vectors.add("certificate-unreadable", "certificate-unreadable", about, case);
}

fn subjects(vectors: &mut Vectors) {
    let about = "The serial number of the subject is not sixteen digits.";
    let card = Card { serial_number: "123", ..Card::default() };
    vectors.add("subject-form", "subject-form", about, of(&card));
    let about = "The last four are not four digits.";
    let card = Card { last_four: Some("678X"), ..Card::default() };
    vectors.add("subject-form-last-four", "subject-form", about, of(&card));
    let about = "The certificate was issued to a company.";
    let card = Card { subject_type: Some("2.16.886.1.100.3.2.2.1.1"), ..Card::default() };
    vectors.add("wrong-subject-type", "wrong-subject-type", about, of(&card));
    let about = "The certificate does not say what kind of subject it has.";
    let card = Card { subject_type: None, ..Card::default() };
    vectors.add("wrong-subject-type-missing", "wrong-subject-type", about, of(&card));

    let claim = |card: &Card<'_>, id: &str| {
        let mut case = of(card);
        case.sign_in.iter_mut().for_each(|sign_in| sign_in.national_id = Some(id.to_owned()));
        case
    };
    let card = Card::default();
    let about = "The person typed a national ID with the card's last four. It stays unverified.";
    vectors.add("ok-last-four", "ok", about, claim(&card, "A123456789"));
    let about = "The person typed a national ID with other last four.";
    vectors.add("id-mismatch", "id-mismatch", about, claim(&card, "A800000014"));
    let about = "The person typed a national ID, and the certificate has no last four.";
    let card = Card { last_four: None, ..Card::default() };
    vectors.add("no-last-four", "no-last-four", about, claim(&card, "A123456789"));
}

fn token() -> Value {
    Card::default().token(ORIGIN, CHALLENGE)
}

/// A token with one field exchanged.
fn with(field: &str, value: &str) -> Case {
    let mut token = token();
    token[field] = value.into();
    sign_in(token.to_string())
}
