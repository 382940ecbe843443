//! One vector file: a case with everything it takes to judge it, and what has to come of it. The file
//! is described in tests/data/README.md.

use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Case {
    pub(crate) about: String,
    /// Who published it, if it was not made here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    /// `ok`, or the code of what is refused first.
    pub(crate) expect: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<Subject>,
    pub(crate) now: String,
    pub(crate) trust: Trusted,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) lists: Vec<List>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ocsp: Option<Ocsp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sign_in: Option<SignIn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) document: Option<Document>,
}

/// Whom an `ok` has to name.
#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Subject {
    pub(crate) name: String,
    pub(crate) serial_number: String,
    pub(crate) last_four: Option<String>,
}

#[derive(Serialize, Deserialize, Clone, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Trusted {
    pub(crate) anchors: Vec<Anchor>,
    pub(crate) intermediates: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) policy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subject_type: Option<String>,
    /// `moica` or `web-eid`.
    pub(crate) subject_form: String,
    pub(crate) without_revocation: bool,
}

#[derive(Serialize, Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct Anchor {
    pub(crate) certificate: String,
    pub(crate) sha256: String,
}

#[derive(Serialize, Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    /// The certificate of the authority it should be of.
    pub(crate) authority: String,
    /// What was fetched, in this order; nothing where nothing was.
    pub(crate) fetched: Vec<String>,
}

#[derive(Serialize, Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ocsp {
    pub(crate) authority: String,
    /// What the responder answers; nothing where it is silent.
    pub(crate) response: Option<String>,
    pub(crate) nonce: Rule,
}

#[derive(Serialize, Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Rule {
    Required,
    Optional,
}

#[derive(Serialize, Deserialize, Clone)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct SignIn {
    pub(crate) origin: String,
    pub(crate) challenge: String,
    /// As it was sent, whatever it is.
    pub(crate) token: String,
    /// What the person typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) national_id: Option<String>,
}

#[derive(Serialize, Deserialize, Clone)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Document {
    pub(crate) cms: String,
    /// Where the document is detached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content: Option<String>,
}
