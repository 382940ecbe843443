//! How lists come and stay: files, conditional requests, a cache that nobody has to believe.

use std::{
    fs,
    io::Write,
    path::Path,
    sync::{Arc, Mutex},
};

use ankong_verify::{
    BuildError, CrlSource, Fetch, FetchError, Get, Got, Lasts, ListError, Origin, Post,
    RefreshError, Refreshed, RevocationError, RevocationList, Trust, Validators, Verifier,
    VerifyError,
};
use openssl::x509::X509;
use time::{Duration, OffsetDateTime};

use crate::{
    CHALLENGE,
    support::{CA, Card, Crl, Entry, NOW, ORIGIN, OTHER_CA, ROOT},
    trusted,
};

const URL: &str = "https://lists.example/ca.crl";

/// A server with one list, which knows what its callers know.
#[derive(Default)]
struct Server {
    list: Mutex<Option<(Vec<u8>, &'static str)>>,
    asked: Mutex<Vec<Validators>>,
}

impl Server {
    fn has(&self, list: Vec<u8>, etag: &'static str) {
        *self.list.lock().unwrap() = Some((list, etag));
    }

    fn is_down(&self) {
        *self.list.lock().unwrap() = None;
    }

    fn last_asked(&self) -> Option<String> {
        self.asked.lock().unwrap().last().unwrap().etag.clone()
    }
}

impl Fetch for Server {
    fn get(&self, request: &Get<'_>, into: &mut dyn Write) -> Result<Got, FetchError> {
        assert_eq!(request.url, URL);
        self.asked.lock().unwrap().push(request.known.clone());
        let list = self.list.lock().unwrap();
        let (list, etag) = list.as_ref().ok_or(FetchError::TimedOut)?;
        if request.known.etag.as_deref() == Some(*etag) {
            return Ok(Got::NotModified);
        }
        into.write_all(list)?;
        Ok(Got::New(Validators { etag: Some((*etag).to_owned()), last_modified: None }))
    }

    fn post(&self, _: &Post<'_>) -> Result<Vec<u8>, FetchError> {
        Err(FetchError::TimedOut)
    }
}

/// One certificate, as often as it is asked about.
struct Bearer {
    certificate: X509,
    token: Vec<u8>,
}

impl Bearer {
    fn new() -> Self {
        let mut token = Card::default().token(ORIGIN, CHALLENGE);
        let certificate = Card::default().certificate();
        let der = certificate.to_der().unwrap();
        token["unverifiedCertificate"] =
            base64::Engine::encode(&base64::prelude::BASE64_STANDARD, der).into();
        Self { certificate, token: token.to_string().into_bytes() }
    }

    fn revoked(&self, number: u32, reason: u8) -> Vec<u8> {
        let entries = vec![Entry::of(&self.certificate, Some(reason))];
        Crl { number: Some(number), entries, ..Crl::of(&CA) }.der()
    }

    fn asks(&self, source: &Arc<CrlSource>, now: OffsetDateTime) -> Result<(), RevocationError> {
        let trust = trusted(&ROOT).intermediate(&CA.der()).crl(source.clone()).build().unwrap();
        let verifier = Verifier::new(Origin::parse(ORIGIN).unwrap(), Arc::new(trust));
        match verifier.verify(&self.token, CHALLENGE, now) {
            Ok(_) => Ok(()),
            Err(VerifyError::Revocation(error)) => Err(error),
            Err(other) => panic!("{other:?}"),
        }
    }
}

fn numbered(number: u32) -> Vec<u8> {
    Crl { number: Some(number), ..Crl::of(&CA) }.der()
}

fn source(cache: &Path) -> Arc<CrlSource> {
    Arc::new(CrlSource::url(&CA.der(), URL, cache).unwrap())
}

#[test]
fn a_list_is_fetched_once_and_then_only_asked_after() {
    let (cache, server, bearer) = (tempfile::tempdir().unwrap(), Server::default(), Bearer::new());
    let source = source(cache.path());
    assert!(matches!(bearer.asks(&source, NOW), Err(RevocationError::NoList { cause: None, .. })));
    server.has(numbered(1), "\"one\"");
    assert_eq!(source.refresh(&server).unwrap(), Refreshed::New { entries: 0 });
    assert_eq!(server.last_asked(), None);
    assert!(bearer.asks(&source, NOW).is_ok());
    assert_eq!(source.refresh(&server).unwrap(), Refreshed::Unchanged);
    assert_eq!(server.last_asked().as_deref(), Some("\"one\""));

    server.has(bearer.revoked(2, 1), "\"two\"");
    assert_eq!(source.refresh(&server).unwrap(), Refreshed::New { entries: 1 });
    let error = bearer.asks(&source, NOW).unwrap_err();
    assert!(
        matches!(error, RevocationError::Revoked { since, .. } if since == NOW - Duration::DAY)
    );
    assert_eq!(error.lasts(), Lasts::ForGood);
    server.has(bearer.revoked(3, 6), "\"three\"");
    source.refresh(&server).unwrap();
    let error = bearer.asks(&source, NOW).unwrap_err();
    assert!(matches!(error, RevocationError::Suspended { .. }), "{error:?}");
    assert_eq!(error.lasts(), Lasts::UntilLifted(NOW + Duration::DAY));
}

#[test]
fn after_a_new_start_the_list_of_the_cache_holds_without_the_server() {
    let (cache, server, bearer) = (tempfile::tempdir().unwrap(), Server::default(), Bearer::new());
    server.has(bearer.revoked(1, 1), "\"one\"");
    source(cache.path()).refresh(&server).unwrap();
    server.is_down();
    let again = source(cache.path());
    let error = again.refresh(&server).unwrap_err();
    assert!(matches!(error, RefreshError::Fetch(FetchError::TimedOut)), "{error:?}");
    assert_eq!(server.last_asked().as_deref(), Some("\"one\""));
    assert!(matches!(bearer.asks(&again, NOW), Err(RevocationError::Revoked { .. })));
    // And an older list cannot take its place.
    server.has(numbered(0x00), "\"old\"");
    assert!(again.refresh(&server).is_err());
    assert!(matches!(bearer.asks(&again, NOW), Err(RevocationError::Revoked { .. })));
}

#[test]
fn a_cache_that_was_touched_is_not_believed() {
    let (cache, server, bearer) = (tempfile::tempdir().unwrap(), Server::default(), Bearer::new());
    server.has(bearer.revoked(1, 1), "\"one\"");
    source(cache.path()).refresh(&server).unwrap();
    let name = format!("{}.crl", source(cache.path()).authority());
    fs::write(cache.path().join(name), Crl::of(&OTHER_CA).der()).unwrap();
    let again = source(cache.path());
    server.is_down();
    assert!(again.refresh(&server).is_err());
    assert!(matches!(bearer.asks(&again, NOW), Err(RevocationError::NoList { .. })));
    // What is not believed is asked for without conditions.
    server.has(bearer.revoked(1, 1), "\"one\"");
    assert_eq!(again.refresh(&server).unwrap(), Refreshed::New { entries: 1 });
    assert_eq!(server.last_asked(), None);
}

#[test]
fn a_list_that_is_refused_leaves_the_one_before_it_until_that_is_stale() {
    let (cache, server, bearer) = (tempfile::tempdir().unwrap(), Server::default(), Bearer::new());
    let source = source(cache.path());
    server.has(numbered(5), "\"five\"");
    source.refresh(&server).unwrap();
    for (list, etag) in [(numbered(4), "\"four\""), (Crl::of(&OTHER_CA).der(), "\"other\"")] {
        server.has(list, etag);
        assert!(source.refresh(&server).is_err());
        assert!(bearer.asks(&source, NOW).is_ok());
        assert_eq!(server.last_asked().as_deref(), Some("\"five\""));
    }
    let late = NOW + Duration::DAY + Duration::SECOND;
    let error = bearer.asks(&source, late).unwrap_err();
    let RevocationError::StaleList { next_update, cause, .. } = &error else { panic!("{error:?}") };
    assert_eq!(*next_update, NOW + Duration::DAY);
    assert!(cause.as_deref().is_some_and(|cause| cause.contains("not believed")), "{cause:?}");
    assert_eq!(error.lasts(), Lasts::UntilRefreshed);
}

#[test]
fn a_grace_is_what_the_operator_says_and_no_more() {
    let (cache, server, bearer) = (tempfile::tempdir().unwrap(), Server::default(), Bearer::new());
    server.has(numbered(1), "\"one\"");
    let source = CrlSource::url(&CA.der(), URL, cache.path()).unwrap();
    let source = Arc::new(source.with_grace(Duration::HOUR));
    source.refresh(&server).unwrap();
    let end = NOW + Duration::DAY + Duration::HOUR;
    assert!(bearer.asks(&source, end).is_ok());
    let late = bearer.asks(&source, end + Duration::SECOND);
    assert!(matches!(late, Err(RevocationError::StaleList { .. })), "{late:?}");
}

#[test]
fn a_file_is_read_again_when_it_has_changed() {
    let (folder, bearer) = (tempfile::tempdir().unwrap(), Bearer::new());
    let (path, server) = (folder.path().join("ca.crl"), Server::default());
    let source = Arc::new(CrlSource::file(&CA.der(), &path).unwrap());
    assert!(matches!(source.refresh(&server), Err(RefreshError::Io(_))));
    let error = bearer.asks(&source, NOW).unwrap_err();
    assert!(matches!(error, RevocationError::NoList { cause: Some(_), .. }), "{error:?}");
    fs::write(&path, numbered(1)).unwrap();
    assert_eq!(source.refresh(&server).unwrap(), Refreshed::New { entries: 0 });
    assert_eq!(source.refresh(&server).unwrap(), Refreshed::Unchanged);
    assert!(bearer.asks(&source, NOW).is_ok());
    fs::write(&path, bearer.revoked(2, 1)).unwrap();
    assert_eq!(source.refresh(&server).unwrap(), Refreshed::New { entries: 1 });
    assert!(matches!(bearer.asks(&source, NOW), Err(RevocationError::Revoked { .. })));
}

#[test]
fn a_list_longer_than_any_is_refused_before_it_is_read() {
    let mut endless = [0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF].to_vec();
    endless.extend([0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xF0]);
    let error = RevocationList::read(endless.as_slice(), &CA.der()).err().unwrap();
    assert!(matches!(error, ListError::TooLarge { .. }), "{error:?}");
}

#[test]
fn no_byte_of_a_list_can_be_changed_or_left_out() {
    let list = Bearer::new().revoked(1, 1);
    assert!(RevocationList::read(list.as_slice(), &CA.der()).is_ok());
    for at in 0..list.len() {
        assert!(RevocationList::read(&list[..at], &CA.der()).is_err(), "{at} bytes");
        for bit in [0x01, 0x80] {
            let mut touched = list.clone();
            touched[at] ^= bit;
            let read = RevocationList::read(touched.as_slice(), &CA.der());
            assert!(read.is_err(), "byte {at}, bit {bit:02X}");
        }
    }
}

#[test]
fn lists_and_responders_are_configured_once_an_authority_and_on_purpose() {
    let cache = tempfile::tempdir().unwrap();
    let built = |trust: ankong_verify::TrustBuilder| trust.build().err().unwrap();
    let with_ca = || trusted(&ROOT).intermediate(&CA.der());
    assert!(matches!(built(with_ca()), BuildError::NoRevocation));
    let one = source(cache.path());
    let both = with_ca().crl(one.clone()).without_revocation();
    assert!(matches!(built(both), BuildError::RevocationSwitchedOff));
    assert!(matches!(built(with_ca().crl(one.clone()).crl(one)), BuildError::TwoSources { .. }));
    let strange = Arc::new(CrlSource::url(&OTHER_CA.der(), URL, cache.path()).unwrap());
    assert!(matches!(built(with_ca().crl(strange)), BuildError::StrangeSource { .. }));
    let leaf = Card::default().certificate().to_der().unwrap();
    assert!(CrlSource::url(&leaf, URL, cache.path()).is_err());
    let _: Trust = with_ca().crl(source(cache.path())).build().unwrap();
}
