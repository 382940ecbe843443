//! How a request ended, written out for the window.

use ankong_dialog as wire;

use super::texts::Texts;
use crate::session::Refusal;

/// Why it ended, what to do about it, and the code for the phone.
pub(super) fn ending(texts: &Texts, refusal: Refusal) -> wire::Ending {
    // These need no explanation: the person did it, or is not there.
    let silent = matches!(refusal, Refusal::UserDeclined | Refusal::TimedOut | Refusal::Cancelled);
    let code = refusal.code();
    wire::Ending {
        silent,
        message: texts.get(code),
        remedy: texts.remedy(code),
        place: is_remedied_there(refusal).then(|| texts.get("consent-visit")),
        code: code.to_owned(),
    }
}

/// Whether what to do about it is done, or begins, at the site of the citizen certificates.
fn is_remedied_there(refusal: Refusal) -> bool {
    matches!(refusal, Refusal::PinBlocked | Refusal::CertificateExpired | Refusal::NoSigningModule)
}
