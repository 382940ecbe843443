//! A MOICA card has one signature key, so whatever is signed for one purpose must not pass for
//! anything else. Here a site asks for signatures under bytes that would be something, and looks
//! whether what it got is that. What the card really signed is seen at the card.

use cms::signed_data::SignedAttributes;
use der::Decode;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Public};
use openssl::rsa::Rsa;
use openssl::sha::{sha256, sha384};
use openssl::sign::Verifier;
use openssl::x509::{X509, X509Name, X509Req, X509ReqBuilder};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::cms::{Folder, Parsed};
use crate::support::cards::{PIN, Tap, image, tapped, verifier_for};
use crate::support::person::{Move, ScriptedPerson};
use crate::support::{Door, PORTAL, SIGN, bytes_of, challenge, signature};

const VICTIM: &str = "https://id.taipei";
const HASHES: [&str; 3] = ["SHA-256", "SHA-384", "SHA-512"];

struct Lure {
    door: Door,
    tap: Tap,
    key: PKey<Public>,
}

impl Lure {
    fn new() -> Self {
        let (reader, tap) = tapped(&image());
        let door = Door::open(reader, ScriptedPerson::new(&[]));
        Self { door, tap, key: certificate().public_key().unwrap() }
    }

    /// Has a person who trusts the site sign `content` with every hash. Whatever it is, the card
    /// signs the hash of our own attributes, once, and the signature is none under `content`.
    fn signatures_under(&self, content: &[u8]) -> Vec<Vec<u8>> {
        HASHES.map(|name| self.signature_under(content, name)).to_vec()
    }

    fn signature_under(&self, content: &[u8], name: &str) -> Vec<u8> {
        self.door.person.will(&[Move::Pin(PIN)]);
        self.tap.signed();
        let answer = self.door.call(SIGN, &signature(content, name));
        assert_eq!(answer.status, 200, "{answer:?}");
        let parsed = Parsed::of(&bytes_of(&answer.json["cms"]));
        let attributes = parsed.attributes();
        let digest = digest(name);
        let hash = |bytes: &[u8]| openssl::hash::hash(digest, bytes).unwrap().to_vec();

        let [signed] = <[Vec<u8>; 1]>::try_from(self.tap.signed()).expect("one signature");
        assert!(signed.ends_with(&hash(&attributes)), "{name}: not our attributes");
        assert!(!signed.ends_with(&hash(content)), "{name}: the content itself");
        assert_eq!(attributes[0], 0x31, "a SET OF, RFC 5652 section 5.4");
        assert!(attributes.len() > 128, "longer than any two hash values");
        assert_eq!(parsed.message_digest(), hash(content));

        let signature = parsed.signature().to_vec();
        assert!(self.verifies(digest, &signature, &attributes));
        for other in HASHES {
            assert!(!self.verifies(self::digest(other), &signature, content), "{name} as {other}");
        }
        signature
    }

    fn verifies(&self, digest: MessageDigest, signature: &[u8], bytes: &[u8]) -> bool {
        let mut verifier = Verifier::new(digest, &self.key).unwrap();
        verifier.verify_oneshot(signature, bytes).unwrap_or(false)
    }
}

#[test]
fn a_content_that_is_a_tokens_bytes_makes_no_token() {
    let lure = Lure::new();
    let theirs = challenge();
    let content = [sha256(VICTIM.as_bytes()), sha256(theirs.as_bytes())].concat();
    for signature in lure.signatures_under(&content) {
        let token = json!({
            "format": "web-eid:1.0",
            "unverifiedCertificate": base64(&certificate().to_der().unwrap()),
            "algorithm": "RS256",
            "signature": base64(&signature),
            "appVersion": "ankong/0.1.0",
        });
        let now = OffsetDateTime::now_utc();
        let verdict = verifier_for(VICTIM).verify(token.to_string().as_bytes(), &theirs, now);
        assert!(verdict.is_err());
    }
    // With SHA-384, as for a key on P-384.
    lure.signatures_under(&[sha384(VICTIM.as_bytes()), sha384(theirs.as_bytes())].concat());
}

#[test]
#[cfg_attr(windows, ignore = "OpenSSL's own command judges it, which Windows has not")]
fn a_content_that_is_signed_attributes_signs_no_other_content() {
    let lure = Lure::new();
    // Attributes as this program makes them, for a content nobody agreed to.
    let theirs = b"I owe you a million.\n";
    lure.door.person.will(&[Move::Pin(PIN)]);
    let harmless = lure.door.call(SIGN, &signature(b"Good morning.\n", "SHA-256"));
    let harmless = bytes_of(&harmless.json["cms"]);
    let attributes =
        replaced(&Parsed::of(&harmless).attributes(), &sha256(b"Good morning.\n"), &sha256(theirs));
    let folder = Folder::new();
    let genuine = folder.put("genuine", &harmless, None);
    assert_eq!(folder.openssl(&genuine).unwrap(), b"Good morning.\n");
    for (index, signature) in lure.signatures_under(&attributes).iter().enumerate() {
        // The same structure around their content, with the signature they lured out.
        let cms = replaced(&harmless, &sha256(b"Good morning.\n"), &sha256(theirs));
        let cms = replaced(&cms, Parsed::of(&harmless).signature(), signature);
        let detached = cms; // openssl takes the content from the file in place of the one inside
        let file = folder.put(&format!("forged-{index}"), &detached, Some(theirs));
        assert!(folder.openssl(&file).is_err());
    }
}

#[test]
fn a_content_that_is_a_certificate_request_makes_none() {
    let lure = Lure::new();
    let info = certification_request_info(&lure.key);
    for signature in lure.signatures_under(&info) {
        let request = X509Req::from_der(&certification_request(&info, &signature)).unwrap();
        assert!(!request.verify(&lure.key).unwrap());
    }
}

#[test]
fn a_content_that_is_a_jws_signing_input_makes_none() {
    let lure = Lure::new();
    let url = |value: Value| {
        base64(value.to_string().as_bytes()).replace('+', "-").replace('/', "_").replace('=', "")
    };
    let header = url(json!({ "alg": "RS256", "typ": "JWT" }));
    let input = format!("{header}.{}", url(json!({ "iss": "王曉明", "aud": VICTIM })));
    lure.signatures_under(input.as_bytes()); // RS256, RS384 and RS512 are looked at there
}

#[test]
fn a_content_that_is_a_tls_transcript_logs_in_nowhere() {
    let lure = Lure::new();
    for transcript in [sha256(b"transcript").to_vec(), sha384(b"transcript").to_vec()] {
        // RFC 8446 section 4.4.3.
        let context = b"TLS 1.3, client CertificateVerify\0";
        lure.signatures_under(&[&[0x20; 64][..], context, &transcript].concat());
    }
}

#[test]
fn a_content_as_long_as_hashes_is_hashed_like_any_other() {
    let lure = Lure::new();
    for length in [32, 48, 64, 96, 128] {
        let mut content = vec![0; length];
        openssl::rand::rand_bytes(&mut content).unwrap();
        lure.signatures_under(&content);
    }
}

#[test]
fn a_challenge_that_would_be_something_is_hashed_beside_the_origin() {
    let lure = Lure::new();
    let info = certification_request_info(&lure.key);
    let long = base64(&info);
    for challenge in [challenge(), long[..128].to_owned(), "MQ".repeat(22), "A".repeat(44)] {
        lure.door.person.will(&[Move::Pin(PIN)]);
        lure.tap.signed();
        let answer = lure.door.authenticate(&challenge, None);
        assert_eq!(answer.status, 200, "{answer:?}");
        let [signed] = <[Vec<u8>; 1]>::try_from(lure.tap.signed()).expect("one signature");
        let input = [sha256(PORTAL.as_bytes()), sha256(challenge.as_bytes())].concat();
        assert!(signed.ends_with(&sha256(&input)), "not the hash of two hashes");
        // No signed attributes are that short, and no certificate request.
        assert!(smallest_attributes().len() > input.len() && info.len() > input.len());

        let signature = bytes_of(&answer.json["token"]["signature"]);
        for claimed in [challenge.as_bytes(), &decoded(&challenge), &info] {
            assert!(!lure.verifies(MessageDigest::sha256(), &signature, claimed));
        }
    }
}

/// contentType and messageDigest with SHA-256: RFC 5652 section 5.3 wants both.
fn smallest_attributes() -> Vec<u8> {
    let pkcs9 = |number| vec![0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, number];
    let der = |tag, parts: &[&[u8]]| {
        let inside = parts.concat();
        [&[tag, u8::try_from(inside.len()).unwrap()][..], &inside].concat()
    };
    let data = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];
    let digest = der(0x04, &[&[0; 32]]);
    let content_type = der(0x30, &[&pkcs9(3), &der(0x31, &[&data])]);
    let message_digest = der(0x30, &[&pkcs9(4), &der(0x31, &[&digest])]);
    let both = der(0x31, &[&content_type, &message_digest]);
    SignedAttributes::from_der(&both).unwrap();
    both
}

fn certificate() -> X509 {
    X509::from_pem(image().certificates.signature.as_bytes()).unwrap()
}

fn digest(name: &str) -> MessageDigest {
    MessageDigest::from_name(&name.replace('-', "")).unwrap()
}

fn base64(bytes: &[u8]) -> String {
    openssl::base64::encode_block(bytes)
}

fn decoded(text: &str) -> Vec<u8> {
    openssl::base64::decode_block(text).unwrap_or_default()
}

/// The bytes with one piece in place of another of the same length.
fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let at = bytes.windows(old.len()).position(|window| window == old).expect("it is in there");
    [&bytes[..at], new, &bytes[at + old.len()..]].concat()
}

/// What of a request for a certificate is signed, RFC 2986 section 4.1, for the card's key.
fn certification_request_info(key: &PKey<Public>) -> Vec<u8> {
    let mut name = X509Name::builder().unwrap();
    name.append_entry_by_text("CN", "Mallory").unwrap();
    let mut request = X509ReqBuilder::new().unwrap();
    request.set_subject_name(&name.build()).unwrap();
    request.set_pubkey(key).unwrap();
    let anybody = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    request.sign(&anybody, MessageDigest::sha256()).unwrap();
    let der = request.build().to_der().unwrap();
    element(&der[4..]).to_vec()
}

/// RFC 2986 section 4.2, with sha256WithRSAEncryption.
fn certification_request(info: &[u8], signature: &[u8]) -> Vec<u8> {
    const ALGORITHM: [u8; 15] =
        [0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B, 0x05, 0x00];
    let bits = [&[0][..], signature].concat();
    let bits = [&[0x03, 0x82][..], &(bits.len() as u16).to_be_bytes(), &bits].concat();
    let inside = [info, &ALGORITHM, &bits].concat();
    [&[0x30, 0x82][..], &(inside.len() as u16).to_be_bytes(), &inside].concat()
}

/// The first element of DER, whose length takes two bytes.
fn element(der: &[u8]) -> &[u8] {
    assert_eq!(der[1], 0x82);
    &der[..4 + usize::from(u16::from_be_bytes([der[2], der[3]]))]
}
