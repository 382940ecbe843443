//! Revocation lists: what is on them, whose they are, how old they are, what else is wrong with them.

use openssl::hash::MessageDigest;
use time::Duration;

use crate::{
    CHALLENGE, Vectors, base64,
    case::{Case, Trusted},
    of, sign_in,
    support::{
        CA, Card, Crl, Entry, NOW, ORIGIN, OTHER_CA,
        crl::{distribution_points, issuing_distribution_point, place},
        der::{der, extension},
    },
    with_lists,
};

pub(crate) fn add(vectors: &mut Vectors) {
    entries(vectors);
    authorities(vectors);
    ages(vectors);
    kinds(vectors);
}

/// A sign-in with an ordinary card, where these lists come.
fn lists(lists: &[Vec<u8>]) -> Case {
    with_lists(of(&Card::default()), &CA, lists)
}

fn entries(vectors: &mut Vectors) {
    let card = Card::default();
    // A certificate has a number of its own each time it is made.
    let certificate = card.certificate();
    let token = crate::token_with(&card, &certificate);
    let listed = |entries: Vec<Entry>| {
        with_lists(sign_in(token.clone()), &CA, &[Crl { entries, ..Crl::of(&CA) }.der()])
    };
    let other = || Entry::of(&Card::default().certificate(), Some(1));
    let about = "The authority's list has other certificates, and not this one.";
    vectors.add("ok-not-on-the-list", "ok", about, listed(vec![other(), other()]));
    let about = "The authority has revoked nobody yet: its list has no entries at all.";
    vectors.add("ok-empty-list", "ok", about, listed(Vec::new()));
    for (name, reason, what) in [
        ("revoked", Some(1), "The certificate is on the list, reason keyCompromise."),
        ("revoked-superseded", Some(4), "The certificate is on the list, reason superseded."),
        ("revoked-without-reason", None, "The certificate is on the list, with no reason."),
    ] {
        let entries = vec![other(), Entry::of(&certificate, reason), other()];
        vectors.add(name, "revoked", what, listed(entries));
    }
    let about = "The certificate is on the list, reason certificateHold.";
    vectors.add("suspended", "suspended", about, listed(vec![Entry::of(&certificate, Some(6))]));
    let about = "The certificate is on the list twice: on hold, and then for good.";
    let twice = vec![Entry::of(&certificate, Some(1)), Entry::of(&certificate, Some(6))];
    vectors.add("revoked-after-hold", "revoked", about, listed(twice));
    let about = "The certificate's number is on the list of another authority of the same name.";
    let entries = vec![Entry::of(&certificate, Some(1))];
    let theirs = Crl { entries, ..Crl::of(&OTHER_CA) }.der();
    let mut case = with_lists(sign_in(token.clone()), &CA, &[Crl::of(&CA).der()]);
    let fetched = vec![base64(&theirs)];
    case.lists.push(crate::List { authority: base64(&OTHER_CA.der()), fetched });
    case.trust.intermediates.push(base64(&OTHER_CA.der()));
    vectors.add("ok-revoked-by-namesake", "ok", about, case);
}

fn authorities(vectors: &mut Vectors) {
    let about = "Only the list of another authority of the same name is configured.";
    let mut case = with_lists(of(&Card::default()), &OTHER_CA, &[Crl::of(&OTHER_CA).der()]);
    case.trust.intermediates.push(base64(&OTHER_CA.der()));
    vectors.add("nobody-to-ask", "nobody-to-ask", about, case);
    let about = "The list has never been fetched.";
    vectors.add("no-list", "no-list", about, lists(&[]));
    let about = "What is fetched is the list of another authority of the same name.";
    let case = lists(&[Crl::of(&OTHER_CA).der()]);
    vectors.add("list-of-another-authority", "list-of-another-authority", about, case);
    let about =
        "The list is signed by another authority of the same name, and names this one's key.";
    let list = Crl { signer: &OTHER_CA.key, ..Crl::of(&CA) };
    vectors.add("list-signature-namesake", "list-signature", about, lists(&[list.der()]));
    let mut list = Crl { entries: vec![entry()], ..Crl::of(&CA) }.der();
    let at = list.windows(2).position(|pair| pair == [0x17, 0x0D]).unwrap() + 7;
    list[at] ^= 1;
    let about = "The list's date was changed after it was signed.";
    vectors.add("list-signature-tampered", "list-signature", about, lists(&[list]));
    let about = "The list is signed with SHA-1.";
    let list = Crl { digest: MessageDigest::sha1(), ..Crl::of(&CA) };
    let case = lists(&[list.der()]);
    vectors.add("list-signature-algorithm", "list-signature-algorithm", about, case);
}

fn ages(vectors: &mut Vectors) {
    let about = "The next list was due a second ago.";
    let list = Crl { next_update: Some(NOW - Duration::SECOND), ..Crl::of(&CA) };
    vectors.add("stale-list", "stale-list", about, lists(&[list.der()]));
    let about = "The list is of tomorrow.";
    let tomorrow = NOW + Duration::DAY;
    let next_update = Some(tomorrow + Duration::DAY);
    let list = Crl { this_update: tomorrow, next_update, ..Crl::of(&CA) };
    vectors.add("list-of-the-future", "list-of-the-future", about, lists(&[list.der()]));
    let newer = Crl { number: Some(8), ..Crl::of(&CA) }.der();
    let older = Crl { number: Some(7), ..Crl::of(&CA) }.der();
    let about = "After a list, one with a smaller number is fetched.";
    vectors.add("older-list", "older-list", about, lists(&[newer.clone(), older.clone()]));
    let about = "After a list, one with a larger number is fetched.";
    vectors.add("ok-newer-list", "ok", about, lists(&[older, newer]));
}

fn kinds(vectors: &mut Vectors) {
    let extended = |extra: Vec<Vec<u8>>| lists(&[Crl { extra, ..Crl::of(&CA) }.der()]);
    let about = "The list says what has changed since number 6.";
    let case = extended(vec![extension("2.5.29.27", true, &[0x02, 1, 6])]);
    vectors.add("delta-list", "delta-list", about, case);
    let about = "The list is about certificates of other authorities too.";
    let indirect = issuing_distribution_point(&[0x84, 1, 0xFF]);
    vectors.add("indirect-list", "indirect-list", about, extended(vec![indirect]));
    let about = "An entry of the list is about a certificate of another authority.";
    let name = CA.certificate.subject_name().to_der().unwrap();
    let issuer = extension("2.5.29.29", true, &der(0x30, &[&der(0xA4, &[&name])]));
    let with_issuer = Entry { extra: vec![issuer], ..entry() };
    let list = Crl { entries: vec![with_issuer], ..Crl::of(&CA) };
    vectors.add("indirect-list-entry", "indirect-list", about, lists(&[list.der()]));
    let about = "The list is about certificates revoked for some reasons only.";
    let partial = issuing_distribution_point(&[0x83, 2, 1, 6]);
    vectors.add("partial-list", "partial-list", about, extended(vec![partial]));
    let about = "The list has a critical extension that nobody knows.";
    let unknown = extension("1.2.3.4", true, &[0x05, 0x00]);
    let case = extended(vec![unknown.clone()]);
    vectors.add("list-critical-extension", "list-critical-extension", about, case);
    let about = "An entry of the list has a critical extension that nobody knows.";
    let list = Crl { entries: vec![Entry { extra: vec![unknown], ..entry() }], ..Crl::of(&CA) };
    let case = lists(&[list.der()]);
    vectors.add("list-critical-extension-entry", "list-critical-extension", about, case);

    let people = issuing_distribution_point(&[0x81, 1, 0xFF]);
    let about = "The list is about people's certificates only, as this one is.";
    vectors.add("ok-list-of-people", "ok", about, extended(vec![people]));
    let authorities = issuing_distribution_point(&[0x82, 1, 0xFF]);
    let about = "The list is about authorities' certificates only.";
    let case = extended(vec![authorities]);
    vectors.add("list-not-covering", "list-not-covering", about, case);
    let here = "https://lists.example/1.crl";
    let sharded = || vec![issuing_distribution_point(&place(here))];
    let list = Crl { extra: sharded(), ..Crl::of(&CA) }.der();
    let at = |uri: &str| Card { extra: vec![distribution_points(uri)], ..Card::default() };
    let about = "The list covers certificates that name its place, as this one does.";
    let case = with_lists(of(&at(here)), &CA, std::slice::from_ref(&list));
    vectors.add("ok-list-of-its-place", "ok", about, case);
    let about = "The list covers certificates that name its place; this one names another.";
    let elsewhere = at("https://lists.example/2.crl");
    let case = with_lists(of(&elsewhere), &CA, &[list]);
    vectors.add("list-not-covering-place", "list-not-covering", about, case);

    for (name, list, what) in [
        ("number", Crl { number: None, ..Crl::of(&CA) }, "number"),
        ("next-update", Crl { next_update: None, ..Crl::of(&CA) }, "date for the next one"),
        ("authority-key", Crl { named: None, ..Crl::of(&CA) }, "identifier of its authority's key"),
    ] {
        let name = format!("list-incomplete-{name}");
        let about = format!("The list has no {what}.");
        vectors.add(&name, "list-incomplete", &about, lists(&[list.der()]));
    }
    let about = "There is a byte after the list.";
    let mut list = Crl::of(&CA).der();
    list.push(0);
    vectors.add("list-unreadable", "list-unreadable", about, lists(&[list]));
    let about = "The list ends in the middle of an entry.";
    let list = Crl { entries: vec![entry(), entry()], ..Crl::of(&CA) }.der();
    vectors.add("list-unreadable-torn", "list-unreadable", about, lists(&[list[..200].to_vec()]));
    let about = "An entry of the list has the number zero.";
    let zero = Entry { serial_number: Vec::new(), ..entry() };
    let list = Crl { entries: vec![zero], ..Crl::of(&CA) }.der();
    vectors.add("list-unreadable-number", "list-unreadable", about, lists(&[list]));
    let about =
        "Revocation is not asked about, and the list would say the certificate was revoked.";
    let card = Card::default();
    let case = sign_in(card.token(ORIGIN, CHALLENGE).to_string());
    let trust = Trusted { without_revocation: true, ..case.trust };
    vectors.add("ok-without-revocation", "ok", about, Case { trust, ..case });
}

fn entry() -> Entry {
    Entry::of(&Card::default().certificate(), Some(1))
}
