//! The vector files in tests/data: each is read whole, judged, and has to come out as it says.

use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use ankong_verify::{
    CmsVerifier, CrlSource, Fetch, FetchError, Get, Got, NationalId, OcspSource, Origin, Post,
    SubjectForm, SubjectIdentity, Trust, Validators, Verifier,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use openssl::error::ErrorStack;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::case::{Case, Document, Rule, SignIn, Subject};

/// Codes without a vector: megabytes, a configuration, the network or a broken library.
const NOT_IN_VECTORS: [&str; 6] =
    ["cms-too-large", "list-too-large", "list-authority", "list-not-fetched", "internal", "ok"];

#[test]
fn every_vector_comes_out_as_it_says() {
    let mut wrong = Vec::new();
    for (path, case) in cases() {
        ErrorStack::get();
        let (came, subject) = match judge(&case) {
            Ok(subject) => ("ok".to_owned(), Some(subject)),
            Err(code) => (code.to_owned(), None),
        };
        if came != case.expect || subject != case.subject {
            wrong.push(format!("{}: {came}, not {}", path.display(), case.expect));
        }
        let left = ErrorStack::get();
        assert!(left.errors().is_empty(), "{} leaves {left:?}", path.display());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_is_in_the_table_and_has_a_vector() {
    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    let cells = readme.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let table: BTreeSet<String> = cells.map(|(code, _)| code.to_owned()).collect();
    let mut seen: BTreeSet<String> = cases().into_iter().map(|(_, case)| case.expect).collect();
    seen.extend(NOT_IN_VECTORS.map(str::to_owned));
    assert_eq!(seen, table);

    let mut coded = codes_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    coded.insert("ok".to_owned());
    assert_eq!(coded, table);
}

#[test]
fn the_folder_holds_nothing_but_vectors_the_real_authorities_and_their_description() {
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let known = ["README.md", "GRCA-G3.cer", "MOICA-G3.cer", "token", "document"];
        assert!(known.contains(&name.as_str()), "{name}");
    }
    for (path, case) in cases() {
        let folder = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
        assert_eq!(case.sign_in.is_some(), folder == "token", "{}", path.display());
        assert_eq!(case.document.is_some(), folder == "document", "{}", path.display());
        assert!(path.extension().is_some_and(|ending| ending == "json"), "{}", path.display());
        assert_eq!(case.expect == "ok", case.subject.is_some(), "{}", path.display());
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

fn cases() -> Vec<(PathBuf, Case)> {
    let mut cases = Vec::new();
    for kind in ["token", "document"] {
        for entry in fs::read_dir(folder().join(kind)).unwrap() {
            let path = entry.unwrap().path();
            let case = serde_json::from_slice(&fs::read(&path).unwrap());
            cases.push((path.clone(), case.unwrap_or_else(|e| panic!("{}: {e}", path.display()))));
        }
    }
    assert!(cases.len() > 80, "only {} vectors", cases.len());
    cases
}

/// What comes of it: the person, or the code of what is refused first.
fn judge(case: &Case) -> Result<Subject, &'static str> {
    let now = OffsetDateTime::parse(&case.now, &Rfc3339).unwrap();
    let mut trust = Trust::builder().subject_form(match case.trust.subject_form.as_str() {
        "moica" => SubjectForm::Moica,
        "web-eid" => SubjectForm::WebEid,
        other => panic!("{other} is no form of subject"),
    });
    for anchor in &case.trust.anchors {
        trust = trust.anchor(&bytes(&anchor.certificate), anchor.sha256.parse().unwrap());
    }
    for intermediate in &case.trust.intermediates {
        trust = trust.intermediate(&bytes(intermediate));
    }
    trust = case.trust.policy.iter().fold(trust, |trust, oid| trust.policy(oid));
    trust = case.trust.subject_type.iter().fold(trust, |trust, oid| trust.subject_type(oid));
    if case.trust.without_revocation {
        trust = trust.without_revocation();
    }
    let cache = tempfile::tempdir().unwrap();
    let mut refused = None;
    for (number, list) in case.lists.iter().enumerate() {
        let cache = cache.path().join(number.to_string());
        let url = "https://lists.example/list.crl";
        let source = Arc::new(CrlSource::url(&bytes(&list.authority), url, &cache).unwrap());
        for fetched in &list.fetched {
            let fetch = Canned(Mutex::new(Some(bytes(fetched))));
            refused = source.refresh(&fetch).err().map(|error| error.code()).or(refused);
        }
        trust = trust.crl(source);
    }
    if let Some(ocsp) = &case.ocsp {
        let fetch = Canned(Mutex::new(ocsp.response.as_deref().map(bytes)));
        let mut source = OcspSource::new(&bytes(&ocsp.authority), Arc::new(fetch)).unwrap();
        if ocsp.nonce == Rule::Optional {
            source = source.with_optional_nonce();
        }
        trust = trust.ocsp(source);
    }
    let trust = Arc::new(trust.build().unwrap());
    let judged = match (&case.sign_in, &case.document) {
        (Some(sign_in), None) => judge_sign_in(sign_in, trust, now),
        (None, Some(document)) => judge_document(document, trust, now),
        _ => panic!("a case is a sign-in or a document"),
    };
    match refused {
        Some(code) => {
            // A list that is refused and was the first leaves nothing to judge by.
            let first = case.lists.iter().all(|list| list.fetched.len() == 1);
            assert!(!first || judged.err() == Some("no-list"));
            Err(code)
        }
        None => judged.map(|subject| Subject {
            name: subject.name,
            serial_number: subject.serial_number,
            last_four: subject.last_four,
        }),
    }
}

fn judge_sign_in(
    sign_in: &SignIn,
    trust: Arc<Trust>,
    now: OffsetDateTime,
) -> Result<SubjectIdentity, &'static str> {
    let verifier = Verifier::new(Origin::parse(&sign_in.origin).unwrap(), trust);
    let judged = verifier.verify(sign_in.token.as_bytes(), &sign_in.challenge, now);
    let subject = judged.map_err(|error| error.code())?.subject().clone();
    if let Some(id) = &sign_in.national_id {
        let id = NationalId::parse(id).unwrap();
        subject.claim(id).map_err(|error| error.code())?;
    }
    Ok(subject)
}

fn judge_document(
    document: &Document,
    trust: Arc<Trust>,
    now: OffsetDateTime,
) -> Result<SubjectIdentity, &'static str> {
    let (verifier, cms) = (CmsVerifier::new(trust), bytes(&document.cms));
    let judged = match &document.content {
        Some(content) => verifier.verify_detached(&cms, &bytes(content), now),
        None => verifier.verify_attached(&cms, now),
    };
    judged.map(|signed| signed.signer().clone()).map_err(|error| error.code())
}

fn bytes(base64: &str) -> Vec<u8> {
    BASE64_STANDARD.decode(base64).unwrap()
}

/// Gives out what it has, once.
struct Canned(Mutex<Option<Vec<u8>>>);

impl Fetch for Canned {
    fn get(&self, _: &Get<'_>, into: &mut dyn Write) -> Result<Got, FetchError> {
        into.write_all(&self.0.lock().unwrap().take().ok_or(FetchError::TimedOut)?)?;
        Ok(Got::New(Validators::default()))
    }

    fn post(&self, _: &Post<'_>) -> Result<Vec<u8>, FetchError> {
        self.0.lock().unwrap().take().ok_or(FetchError::TimedOut)
    }
}

/// All strings in functions named `code`.
fn codes_in(folder: &Path) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            codes.extend(codes_in(&path));
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for function in text.split("pub fn code(&self)").skip(1) {
            let body = function.split("\n    }\n").next().unwrap();
            codes.extend(body.split('"').skip(1).step_by(2).map(str::to_owned));
        }
    }
    codes
}
