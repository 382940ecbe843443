//! Every question there is, in the states that draw something else, and every end that is told.

use std::sync::Arc;

use ankong_dialog as wire;
use serde::Serialize;
use time::macros::datetime;

use super::ending::ending;
use super::kept;
use super::prompt::{prompt, wrong_pin};
use super::texts::Texts;
use crate::session::Refusal;
use crate::session::caller::Caller;
use crate::session::consent::{Candidate, Gives, PinEntry, PinRule, Question};
use crate::session::content::Content;
use crate::session::holder::Holder;
use crate::session::origin::Origin;

/// What a window is told, in this order.
#[derive(Serialize)]
struct Told {
    ask: wire::Prompt,
    /// The content, which travels beside the prompt.
    text: Option<String>,
    wrong_pin: Option<wire::WrongPin>,
    end: Option<wire::Ending>,
}

/// A question, and what comes after it.
struct Scene {
    question: Question,
    then: Then,
}

enum Then {
    Nothing,
    WrongPin(u8),
    End(Refusal),
}

fn candidate(name: &str, tries_left: Option<u8>, pin: Option<PinEntry>) -> Candidate {
    let holder = Holder {
        name: name.to_owned(),
        not_before: datetime!(2024-06-01 00:00 +8),
        not_after: datetime!(2029-05-31 23:59:59 +8),
        last_four: None,
    };
    Candidate { holder, tries_left, pin }
}

fn typed(tries_left: Option<u8>) -> Candidate {
    candidate("王小明", tries_left, Some(PinEntry::Typed(PinRule { min: 6, max: 8 })))
}

fn question(card: Candidate) -> Question {
    Question {
        origin: Origin::parse("https://id.taipei").unwrap(),
        caller: Caller::Browser,
        purpose: "將 m***@example.tw 升級為金質會員".to_owned(),
        gives: Gives::Identity,
        card,
        others: Vec::new(),
    }
}

fn signature(content: &[u8]) -> Gives {
    Gives::Signature(Arc::new(Content::new(content.to_vec()).unwrap()))
}

fn scenes() -> Vec<(&'static str, Scene)> {
    let plain = || question(typed(Some(3)));
    let asked = |question| Scene { question, then: Then::Nothing };
    let ended = |refusal| Scene { question: plain(), then: Then::End(refusal) };
    // A sentence that hides a turn of the writing direction and an empty character.
    let text = "同意書\n\n本人同意將戶籍地址變更為臺北市信義區市府路 1 號。\n金額：100\u{202E}000\u{200B} 元\n".as_bytes();
    vec![
        ("question", asked(plain())),
        ("question-tries-unknown", asked(question(typed(None)))),
        ("question-last-try", asked(question(typed(Some(1))))),
        ("question-wrong-pin", Scene { question: plain(), then: Then::WrongPin(2) }),
        ("question-pin-on-reader", asked(question(candidate("王小明", Some(3), Some(PinEntry::OnReader))))),
        (
            "question-several-cards",
            asked(Question { others: vec![candidate("陳怡君", None, typed(None).pin)], ..plain() }),
        ),
        (
            "question-long-names",
            asked(Question {
                origin: Origin::parse(
                    "https://membership.services.of.the.city.and.of.every.district-office.xn--bcher-kva.gov.taipei:8443",
                )
                .unwrap(),
                purpose: "升級為金質會員，並同意本入口網站之服務條款、個人資料蒐集告知事項及其後續修訂內容".to_owned(),
                ..question(candidate("Maximiliana-Konstantina Featherstonehaugh-Cholmondeley", Some(3), typed(None).pin))
            }),
        ),
        ("question-text", asked(Question { gives: signature(text), ..plain() })),
        ("question-bytes", asked(Question { gives: signature(&[0, 159, 146, 150]), ..plain() })),
        (
            "question-certificates",
            asked(Question { gives: Gives::Certificates, ..question(candidate("王小明", None, None)) }),
        ),
        (
            "question-stranger",
            asked(Question { caller: Caller::Program("/usr/bin/curl".into()), ..plain() }),
        ),
        ("ending-pin-blocked", ended(Refusal::PinBlocked)),
        ("ending-card-removed", ended(Refusal::CardRemoved)),
        ("ending-certificate-expired", ended(Refusal::CertificateExpired)),
        ("ending-id-mismatch", ended(Refusal::IdMismatch)),
        ("ending-no-signing-module", ended(Refusal::NoSigningModule)),
    ]
}

#[test]
fn every_question_is_written_as_it_is_kept_in_both_languages() {
    kept::compare("consent", scenes(), |Scene { question, then }, language| {
        let texts = Texts::new(language);
        let ask = prompt(&texts, question, 120);
        let text = ask.content.as_ref().map(|content| content.text.clone());
        let (mut again, mut end) = (None, None);
        match then {
            Then::Nothing => {}
            Then::WrongPin(left) => {
                again = Some(wrong_pin(&texts, "consent-wrong-pin", Some(*left)))
            }
            Then::End(refusal) => end = Some(ending(&texts, *refusal)),
        }
        Told { ask, text, wrong_pin: again, end }
    });
}
