//! Signed documents: attributes, digests, algorithms, and the certificate they were signed with.

use openssl::{hash::MessageDigest, nid::Nid, x509::extension::KeyUsage};
use time::{Duration, format_description::well_known::Rfc3339};

use crate::{
    Vectors, base64,
    case::{Case, Document},
    support::{
        CA, Card, Cms, Crl, Entry, NOW,
        cms::{
            CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_CERTIFICATE, SIGNING_TIME, signing_certificate,
        },
        der::{der, oid},
        elliptic, rsa,
    },
    trusted, with_lists,
};

const CONTENT: &[u8] = "本人同意將帳號升級為金質會員。".as_bytes();

fn attached(cms: &Cms<'_>) -> Case {
    of(&cms.der(), None)
}

fn of(cms: &[u8], content: Option<&[u8]>) -> Case {
    Case {
        now: NOW.format(&Rfc3339).unwrap(),
        trust: trusted(),
        document: Some(Document { cms: base64(cms), content: content.map(base64) }),
        ..Case::default()
    }
}

pub(crate) fn add(vectors: &mut Vectors) {
    in_order(vectors);
    attributes(vectors);
    forms(vectors);
    signers(vectors);
}

fn in_order(vectors: &mut Vectors) {
    let digests = [
        (256, MessageDigest::sha256()),
        (384, MessageDigest::sha384()),
        (512, MessageDigest::sha512()),
    ];
    let card = Card::default();
    for (bits, digest) in digests {
        let cms = Cms::with_digest(&card, CONTENT, digest);
        let about = format!("An attached document, RSA with SHA-{bits}.");
        vectors.add(&format!("ok-attached-rsa-{bits}"), "ok", &about, attached(&cms));
    }
    let curves = [Nid::X9_62_PRIME256V1, Nid::SECP384R1, Nid::SECP521R1];
    for ((bits, digest), curve) in digests.into_iter().zip(curves) {
        let key = elliptic(curve);
        let card = Card { key: &key, ..Card::default() };
        let cms = Cms { attached: false, ..Cms::with_digest(&card, CONTENT, digest) };
        let about = format!("A detached document, ECDSA with SHA-{bits}.");
        let case = of(&cms.der(), Some(CONTENT));
        vectors.add(&format!("ok-detached-ecdsa-{bits}"), "ok", &about, case);
    }
    let about = "A detached document, RSA with SHA-256, its algorithm written rsaEncryption.";
    let cms = Cms { attached: false, plain_rsa: true, ..Cms::of(&card, CONTENT) };
    vectors.add("ok-detached-rsa-plain", "ok", about, of(&cms.der(), Some(CONTENT)));
    let about = "A document without the time it was signed at.";
    let cms = Cms::of(&card, CONTENT).without(SIGNING_TIME);
    vectors.add("ok-without-signing-time", "ok", about, attached(&cms));
    let usage = KeyUsage::new().critical().non_repudiation().build().unwrap();
    let about = "A document signed with a key for documents only (nonRepudiation).";
    let card = Card { usage: Some(usage), ..Card::default() };
    vectors.add("ok-non-repudiation", "ok", about, attached(&Cms::of(&card, CONTENT)));
}

fn attributes(vectors: &mut Vectors) {
    let card = Card::default();
    let cms = || Cms::of(&card, CONTENT);
    let about = "The signature is over the content itself: there are no signed attributes.";
    let case = attached(&Cms { attributes: None, ..cms() });
    vectors.add("cms-no-signed-attributes", "cms-no-signed-attributes", about, case);
    let about = "There are no signed attributes, and the content is what a token is signed over.";
    let token = Cms { attributes: None, ..Cms::of(&card, &[7; 64]) };
    vectors.add("cms-of-a-token", "cms-no-signed-attributes", about, attached(&token));
    for (name, kind) in [
        ("content-type", CONTENT_TYPE),
        ("message-digest", MESSAGE_DIGEST),
        ("signing-certificate", SIGNING_CERTIFICATE),
    ] {
        let about = format!("The signed attributes have no {name}.");
        let case = attached(&cms().without(kind));
        vectors.add(&format!("cms-attribute-{name}"), "cms-attribute", &about, case);
    }
    let about = "The message digest has two values.";
    let digest = der(0x04, &[&[7; 32]]);
    let case = attached(&cms().with(MESSAGE_DIGEST, digest.repeat(2)));
    vectors.add("cms-attribute-two-values", "cms-attribute", about, case);
    let about = "The message digest is there twice.";
    let mut twice = cms();
    twice.attributes.iter_mut().for_each(|all| all.push((MESSAGE_DIGEST, digest.clone())));
    vectors.add("cms-unreadable-twice", "cms-unreadable", about, attached(&twice));
    let about = "The signed attributes say that the content is of another type.";
    let case = attached(&cms().with(CONTENT_TYPE, oid("1.2.840.113549.1.7.2")));
    vectors.add("cms-content-type", "cms-content-type", about, case);
    let about = "The content is another than the one that was signed.";
    let case = attached(&Cms { content: b"another".to_vec(), ..cms() });
    vectors.add("cms-message-digest", "cms-message-digest", about, case);
    let about = "The detached content is another than the one that was signed.";
    let case = of(&Cms { attached: false, ..cms() }.der(), Some(b"another"));
    vectors.add("cms-message-digest-detached", "cms-message-digest", about, case);
    let about = "The signature names another certificate of the same key.";
    let other = signing_certificate(&card.certificate(), MessageDigest::sha256());
    let case = attached(&cms().with(SIGNING_CERTIFICATE, other));
    vectors.add("cms-signing-certificate", "cms-signing-certificate", about, case);
}

fn forms(vectors: &mut Vectors) {
    let card = Card::default();
    let cms = || Cms::of(&card, CONTENT);
    let about = "The content is inside, and it was said to be elsewhere.";
    vectors.add("cms-attached", "cms-attached", about, of(&cms().der(), Some(CONTENT)));
    let about = "The content is elsewhere, and it was said to be inside.";
    let case = attached(&Cms { attached: false, ..cms() });
    vectors.add("cms-detached", "cms-detached", about, case);
    for (name, signers, what) in [("none", 0, "no signature"), ("two", 2, "two signatures")] {
        let about = format!("The document has {what}.");
        let case = attached(&Cms { signers, ..cms() });
        vectors.add(&format!("cms-signers-{name}"), "cms-signers", &about, case);
    }
    let about = "The signer's certificate is not in the document.";
    let case = attached(&Cms { with_certificate: false, ..cms() });
    vectors.add("cms-no-certificate", "cms-no-certificate", about, case);
    let about = "The digest is SHA-1.";
    let case = attached(&Cms::with_digest(&card, CONTENT, MessageDigest::sha1()));
    vectors.add("cms-algorithm", "cms-algorithm", about, case);
    let about = "There is a byte after the document.";
    let mut bytes = cms().der();
    bytes.push(0);
    vectors.add("cms-unreadable", "cms-unreadable", about, of(&bytes, None));
    let about = "The document is in BER: its length is left open.";
    let der = cms().der();
    let bytes = [&[0x30, 0x80], &der[4..], &[0, 0]].concat();
    vectors.add("cms-unreadable-ber", "cms-unreadable", about, of(&bytes, None));
    let about = "One bit of the signature is another.";
    let mut bytes = cms().der();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    vectors.add("tampered-signature", "wrong-signature", about, of(&bytes, None));
    let about = "The time of signing was changed after the document was signed.";
    let mut bytes = cms().der();
    let at = bytes.windows(15).rposition(|part| part[..2] == [0x17, 0x0D] && part[14] == b'Z');
    bytes[at.unwrap() + 13] ^= 1;
    vectors.add("tampered-attribute", "wrong-signature", about, of(&bytes, None));
}

fn signers(vectors: &mut Vectors) {
    let year = Duration::days(365);
    let of_card = |card: &Card<'_>| attached(&Cms::of(card, CONTENT));
    let about = "The signer's certificate ended yesterday.";
    let card = Card { validity: (NOW - year, NOW - Duration::DAY), ..Card::default() };
    vectors.add("expired", "expired", about, of_card(&card));
    let about = "The signer's key is for encryption.";
    let usage = KeyUsage::new().critical().key_encipherment().build().unwrap();
    let card = Card { usage: Some(usage), ..Card::default() };
    vectors.add("wrong-usage", "wrong-usage", about, of_card(&card));
    let about = "The signer's certificate is a stranger's.";
    let stranger = crate::Authority::new(crate::support::CA_NAME, None, None);
    let card = Card { issuer: &stranger, signer: &stranger.key, ..Card::default() };
    vectors.add("unknown-issuer", "unknown-issuer", about, of_card(&card));
    let about = "The signer's RSA key has 1024 bits.";
    let key = rsa(1024);
    vectors.add("weak-key", "weak-key", about, of_card(&Card { key: &key, ..Card::default() }));
    let card = Card::default();
    let cms = Cms::of(&card, CONTENT);
    for (name, reason) in [("revoked", 1), ("suspended", 6)] {
        let about = format!("The signer's certificate is {name}.");
        let entries = vec![Entry::of(&cms.certificate, Some(reason))];
        let list = Crl { entries, ..Crl::of(&CA) }.der();
        vectors.add(name, name, &about, with_lists(attached(&cms), &CA, &[list]));
    }
}
