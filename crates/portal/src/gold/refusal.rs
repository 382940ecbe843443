//! Why a member does not become gold. Each has a stable code, a status and a sentence for people
//! that says what to do next.

use std::error::Error;

use ankong_verify::{
    ChallengeError, IdCheckError, IssueError, Position, RevocationError, ValidityError, VerifyError,
};
use axum::{
    Json,
    extract::rejection::JsonRejection,
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use openssl::error::ErrorStack;
use serde_json::json;
use tokio::task::JoinError;

use super::told::{self, Told};
use crate::{StoreError, language::Language, pages::PageError, store::Taken, throttle::TooEarly};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("nobody is signed in")]
    SignInNeeded,
    #[error("the password was given too long ago")]
    SignInOld,
    #[error("the request does not come from a page of this session")]
    ForeignPage,
    #[error("the request is not the JSON that is asked for")]
    BadRequest(#[from] JsonRejection),
    #[error("the national id has another shape")]
    IdShape,
    #[error("the check digit of the national id does not match")]
    IdCheckDigit,
    #[error("there is no challenge to give")]
    NoChallenge(#[from] IssueError),
    #[error("the challenge belongs to another session of this member")]
    OtherSession,
    #[error("the challenge is not accepted")]
    Challenge(#[from] ChallengeError),
    #[error("the token is not accepted")]
    Token(#[from] VerifyError),
    #[error("the certificate does not belong to a natural person")]
    NotAPerson,
    #[error("the certificate does not say that its subject is a natural person")]
    NoSubjectType,
    #[error("the certificate does not have the last four of the national id")]
    NoLastFour,
    #[error("the certificate's last four are not those of the typed national id")]
    IdMismatch,
    #[error("the certificate has another name than the member")]
    NameMismatch,
    #[error("the token comes with another national id than the challenge")]
    OtherId,
    #[error("the national id is not verified")]
    IdCheck(#[from] IdCheckError),
    #[error("another member is gold by this card or this national id")]
    Taken(Taken, i64),
    #[error("nobody is gold by this card")]
    CardUnknown,
    #[error("the member has stopped using the account")]
    Stopped,
    #[error("it is too early for another try")]
    TooEarly(#[from] TooEarly),
    #[error("the session could not be begun")]
    Session(#[from] PageError),
    #[error("the member is not gold")]
    NotGold,
    #[error("the national id is not the one the member is gold with")]
    IdDiffers,
    #[error("the member is gold already")]
    AlreadyGold,
    #[error("the data base failed")]
    Store(#[from] StoreError),
    #[error("the cryptographic library failed")]
    Crypto(#[from] ErrorStack),
    #[error("the judgement of the token broke off")]
    Broken(#[source] JoinError),
}

/// A refusal on its way to a person, as `application/problem+json` (RFC 9457).
pub(crate) struct RefusalIn {
    refusal: Refusal,
    language: Language,
}

impl Refusal {
    pub(crate) fn in_language(self, language: Language) -> RefusalIn {
        RefusalIn { refusal: self, language }
    }

    pub(crate) fn told(&self) -> &'static Told {
        match self {
            Self::SignInNeeded => &told::SIGN_IN_NEEDED,
            Self::SignInOld => &told::SIGN_IN_OLD,
            Self::ForeignPage => &told::FOREIGN_PAGE,
            Self::BadRequest(_) => &told::BAD_REQUEST,
            Self::IdShape => &told::ID_SHAPE,
            Self::IdCheckDigit => &told::ID_CHECK_DIGIT,
            Self::Challenge(ChallengeError::Expired { .. }) => &told::CHALLENGE_EXPIRED,
            Self::Challenge(ChallengeError::Unknown) | Self::OtherSession | Self::OtherId => {
                &told::CHALLENGE_UNKNOWN
            }
            Self::NoChallenge(IssueError::Full { .. }) => &told::CROWDED,
            Self::Token(error) => of_token(error),
            Self::NotAPerson => &told::NOT_A_PERSON,
            Self::NoSubjectType => &told::NO_SUBJECT_TYPE,
            Self::NoLastFour => &told::NO_LAST_FOUR,
            Self::IdMismatch => &told::ID_MISMATCH,
            Self::NameMismatch => &told::NAME_MISMATCH,
            Self::IdCheck(IdCheckError::Denied) => &told::ID_DENIED,
            Self::IdCheck(IdCheckError::Unavailable(_)) => &told::ID_CHECK_UNAVAILABLE,
            Self::Taken(Taken::Card, _) => &told::CARD_TAKEN,
            Self::Taken(Taken::Id, _) => &told::ID_TAKEN,
            Self::AlreadyGold => &told::ALREADY_GOLD,
            Self::NotGold => &told::NOT_GOLD,
            Self::IdDiffers => &told::ID_DIFFERS,
            Self::CardUnknown => &told::CARD_UNKNOWN,
            Self::Stopped => &told::ACCOUNT_STOPPED,
            Self::TooEarly(_) => &told::TOO_MANY_TRIES,
            Self::NoChallenge(IssueError::Randomness(_))
            | Self::Store(_)
            | Self::Session(_)
            | Self::Crypto(_)
            | Self::Broken(_) => &told::INTERNAL,
        }
    }

    /// What the log may have of it. What axum says of a body repeats parts of it, so there are the
    /// token's and the register's errors only.
    pub(crate) fn for_the_log(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Token(error) => Some(error),
            Self::IdCheck(error) => Some(error),
            _ => None,
        }
    }

    /// The number of the case that was opened for the clerk.
    fn case(&self) -> Option<i64> {
        match self {
            Self::Taken(_, case) => Some(*case),
            _ => None,
        }
    }
}

/// A person can do something about an expired card; the rest is told apart for whoever reads the
/// code out on the phone.
fn of_token(error: &VerifyError) -> &'static Told {
    match error {
        VerifyError::Token(_) | VerifyError::Cms(_) => &told::TOKEN_UNREADABLE,
        VerifyError::Validity(ValidityError::Expired { position: Position::EndEntity, .. }) => {
            &told::CERTIFICATE_EXPIRED
        }
        VerifyError::Validity(ValidityError::NotYetValid {
            position: Position::EndEntity, ..
        }) => &told::CERTIFICATE_NOT_YET_VALID,
        VerifyError::Validity(
            ValidityError::Expired { position: Position::Issuer(_), .. }
            | ValidityError::NotYetValid { position: Position::Issuer(_), .. },
        )
        | VerifyError::Certificate(_)
        | VerifyError::Algorithm(_)
        | VerifyError::Chain(_)
        | VerifyError::Policy { .. }
        | VerifyError::SubjectType { .. }
        | VerifyError::Identity(_) => &told::CERTIFICATE_NOT_ACCEPTED,
        VerifyError::Revocation(RevocationError::Revoked { .. }) => &told::CERTIFICATE_REVOKED,
        VerifyError::Revocation(RevocationError::Suspended { .. }) => &told::CERTIFICATE_SUSPENDED,
        VerifyError::Revocation(_) => &told::REVOCATION_UNKNOWN,
        VerifyError::KeyUsage(_) => &told::CERTIFICATE_NOT_FOR_SIGNING,
        VerifyError::Signature => &told::SIGNATURE_MISMATCH,
        VerifyError::Crypto(_) => &told::INTERNAL,
    }
}

impl IntoResponse for RefusalIn {
    fn into_response(self) -> Response {
        let Self { refusal, language } = self;
        let Told { code, status, sentence } = *refusal.told();
        if status.is_server_error() {
            tracing::error!(error = &refusal as &dyn std::error::Error, "a request failed");
        }
        let mut detail = language.pick(sentence).to_owned();
        let case = refusal.case();
        if let Some(case) = case {
            detail.push_str(&language.pick([
                format!("案件編號：{case}。"),
                format!(" The number of the case is {case}."),
            ]));
        }
        let mut problem = json!({
            "type": "about:blank",
            "title": refusal.to_string(),
            "status": status.as_u16(),
            "code": code,
            "detail": detail,
        });
        if let (Some(case), Some(members)) = (case, problem.as_object_mut()) {
            members.insert("case".to_owned(), case.into());
        }
        (status, [(CONTENT_TYPE, "application/problem+json")], Json(problem)).into_response()
    }
}
