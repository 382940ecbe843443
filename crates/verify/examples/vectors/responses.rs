//! OCSP responses: what they say, who says it, and what else is wrong with them.

use time::Duration;

use crate::{
    Vectors, base64,
    case::{Case, Ocsp as Responder, Rule, Trusted},
    sign_in,
    support::{
        CA, Card, NOW, OTHER_CA, Ocsp, Status, crl::responder_at, der::extension, ocsp::try_later,
        responder_certificate, rsa,
    },
    token_with,
};

const RESPONDER: &str = "http://ocsp.example/";

pub(crate) fn add(vectors: &mut Vectors) {
    let card = Card { extra: vec![responder_at(RESPONDER)], ..Card::default() };
    let certificate = card.certificate();
    let case = |response: Option<Vec<u8>>| {
        let case = sign_in(token_with(&card, &certificate));
        let trust = Trusted { without_revocation: false, ..case.trust };
        let response = response.map(|response| base64(&response));
        let authority = base64(&CA.der());
        Case { trust, ocsp: Some(Responder { authority, response, nonce: Rule::Optional }), ..case }
    };
    let about = || Ocsp::about(&certificate, &CA);
    let mut add = |name: &str, expect: &str, text: &str, response: Ocsp<'_>| {
        vectors.add(name, expect, text, case(Some(response.der())));
    };

    add("ok-ocsp", "ok", "The authority itself answers: good.", about());
    let text = "The authority answers: revoked, reason keyCompromise.";
    let revoked = Ocsp { status: Status::Revoked(Some(1)), ..about() };
    add("revoked-ocsp", "revoked", text, revoked);
    let text = "The authority answers: revoked, reason certificateHold.";
    let held = Ocsp { status: Status::Revoked(Some(6)), ..about() };
    add("suspended-ocsp", "suspended", text, held);
    let text = "The responder does not know the certificate.";
    let unknown = Ocsp { status: Status::Unknown, ..about() };
    add("ocsp-unknown-certificate", "ocsp-unknown-certificate", text, unknown);

    let key = rsa(2048);
    let appointed = |signs: bool, no_check: bool, authority, validity| {
        responder_certificate(&key, authority, signs, no_check, validity)
    };
    let yesterday = Some((NOW - Duration::days(30), NOW - Duration::DAY));
    for (name, expect, text, certificate) in [
        (
            "ok-ocsp-appointed",
            "ok",
            "Somebody the authority has appointed answers.",
            appointed(true, true, &*CA, None),
        ),
        (
            "ocsp-responder-purpose",
            "ocsp-responder",
            "The responder's certificate is not one for OCSP.",
            appointed(false, true, &*CA, None),
        ),
        (
            "ocsp-responder-unchecked",
            "ocsp-responder",
            "The responder's certificate does not say that nobody need ask about it.",
            appointed(true, false, &*CA, None),
        ),
        (
            "ocsp-responder-namesake",
            "ocsp-responder",
            "The responder was appointed by another authority of the same name.",
            appointed(true, true, &*OTHER_CA, None),
        ),
        (
            "ocsp-responder-expired",
            "ocsp-responder",
            "The responder's certificate ended yesterday.",
            appointed(true, true, &*CA, yesterday),
        ),
    ] {
        let by = Ocsp { signer: &key, appointed: Some(&certificate), ..about() };
        add(name, expect, text, by);
    }
    let text = "The response names the authority and is signed by somebody else.";
    let forged = Ocsp { signer: &key, ..about() };
    add("ocsp-signature", "ocsp-signature", text, forged);

    let other = card.certificate();
    let text = "The response is about another certificate.";
    let strange = Ocsp::about(&other, &CA);
    add("ocsp-other-certificate", "ocsp-other-certificate", text, strange);
    let text = "The response is about the same number of another authority of the same name.";
    let strange = Ocsp { signer: &CA.key, ..Ocsp::about(&certificate, &OTHER_CA) };
    add("ocsp-responder-other-key", "ocsp-responder", text, strange);
    let text = "The response was good until a second ago.";
    let stale = Ocsp { next_update: Some(NOW - Duration::SECOND), ..about() };
    add("ocsp-stale", "ocsp-stale", text, stale);
    let text = "The response does not say how long it is good, and is an hour old.";
    let stale = Ocsp { next_update: None, ..about() };
    add("ocsp-stale-without-end", "ocsp-stale", text, stale);
    let text = "The response is of tomorrow.";
    let next_update = Some(NOW + Duration::days(2));
    let future = Ocsp { this_update: NOW + Duration::DAY, next_update, ..about() };
    add("ocsp-of-the-future", "ocsp-of-the-future", text, future);
    let text = "The response answers another question: its nonce is another.";
    let replayed = Ocsp { nonce: Some(vec![7; 32]), ..about() };
    add("ocsp-nonce", "ocsp-nonce", text, replayed);
    let text = "The response has a critical extension that nobody knows.";
    let extra = vec![extension("1.2.3.4", true, &[0x05, 0x00])];
    let strange = Ocsp { extra, ..about() };
    add("ocsp-critical-extension", "ocsp-critical-extension", text, strange);

    let text = "The responder says: try later.";
    vectors.add("ocsp-not-successful", "ocsp-not-successful", text, case(Some(try_later())));
    let text = "The responder is silent.";
    vectors.add("ocsp-not-fetched", "ocsp-not-fetched", text, case(None));
    let text = "What the responder answers is not a response.";
    vectors.add("ocsp-unreadable", "ocsp-unreadable", text, case(Some(b"<html>".to_vec())));
    let text = "The response has no nonce, and one is required.";
    let mut required = case(Some(about().der()));
    required.ocsp.iter_mut().for_each(|ocsp| ocsp.nonce = Rule::Required);
    vectors.add("ocsp-nonce-missing", "ocsp-nonce", text, required);
    let text = "The certificate names no responder.";
    let silent = Card::default();
    let mut nowhere = case(None);
    let token = token_with(&silent, &silent.certificate());
    nowhere.sign_in.iter_mut().for_each(|sign_in| sign_in.token = token.clone());
    vectors.add("ocsp-no-responder", "ocsp-no-responder", text, nowhere);
}
