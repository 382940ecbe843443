//! Every kind of fault at every command of an authentication, for every family.

use std::sync::Arc;

use ankong::session::caller::Caller;
use ankong::session::cancel::Cancel;
use ankong::session::{Desk, Refusal, Reply};
use ankong::signing::Token;
use ankong_hostile::Subject;

use crate::bench::{Bench, Kit, More, Sent};
use crate::fault::{Line, Phase, TABLE};
use crate::person::Person;
use crate::report;
use crate::report::Report;
use crate::request::{clock, request};

const KITS: [Kit; 8] = [
    Kit { subject: Subject::MoicaGen1, more: More::Nothing },
    Kit { subject: Subject::MoicaGen2, more: More::Nothing },
    Kit { subject: Subject::Iso7816Part15, more: More::Nothing },
    Kit { subject: Subject::Iso7816Part15OnP256, more: More::Nothing },
    Kit { subject: Subject::Piv, more: More::Nothing },
    Kit { subject: Subject::PivOnP256, more: More::Nothing },
    Kit { subject: Subject::Piv, more: More::ExtendedLength },
    Kit { subject: Subject::PivOnP256, more: More::PinPad },
];

#[test]
fn every_fault_at_every_command_has_its_code_costs_one_try_and_is_over_with_the_next_request() {
    let mut report = Report::default();
    std::thread::scope(|scope| {
        let run = |kit| scope.spawn(move || Stage::with(kit).run());
        for kit in KITS.map(run) {
            report.add(kit.join().unwrap());
        }
    });
    assert!(report.wrong.is_empty(), "{:#?}", report.wrong);
    report::holds(&report);
}

/// A reader with a card, a person before it, and what serves the two.
struct Stage {
    kit: Kit,
    bench: Arc<Bench>,
    person: Person,
    desk: Desk,
    /// What an undisturbed request gets; the same challenge makes the same one.
    honest: Token,
    report: Report,
}

/// What became of a request.
struct Outcome {
    /// As [`Line::expects`] writes it.
    word: String,
    /// What was sent to the card.
    sent: Vec<Sent>,
    /// PINs entered by the person.
    entered: usize,
}

impl Outcome {
    fn pins(&self) -> usize {
        self.sent.iter().filter(|sent| **sent == Sent::Pin).count()
    }
}

impl Stage {
    fn with(kit: Kit) -> Self {
        let (bench, person) = (Arc::new(Bench::with(kit)), Person::careful());
        let random = |bytes: &mut [u8]| bytes.fill(0x5A);
        let desk = Desk::new(bench.clone(), Arc::new(person.clone()), clock, random, || {});
        let honest = desk.serve(&request(), &|| Caller::Browser, &Cancel::default()).unwrap();
        let honest = token(honest);
        person.forget();
        Self { kit, bench, person, desk, honest, report: Report::default() }
    }

    fn run(mut self) -> Report {
        self.bench.sent();
        self.bench.insert();
        let reading = self.bench.sent().len();
        self.authenticate();
        let sent = self.authenticate().sent; // warm
        let verify = sent.iter().position(|sent| *sent == Sent::Pin).unwrap();
        for line in &TABLE {
            for nth in 1..=reading {
                self.bench.plan(line.kind, nth);
                self.bench.insert();
                self.check(line, Phase::Reading, nth);
            }
            for (before, _) in sent.iter().enumerate() {
                let phase = match before.cmp(&verify) {
                    std::cmp::Ordering::Less => Phase::BeforeVerify,
                    std::cmp::Ordering::Equal => Phase::Verify,
                    std::cmp::Ordering::Greater => Phase::AfterVerify,
                };
                self.bench.plan(line.kind, before + 1);
                self.check(line, phase, before + 1);
            }
        }
        self.report
    }

    /// Two requests: during the fault, and after what caused it has been put right.
    fn check(&mut self, line: &Line, phase: Phase, nth: usize) {
        let faulty = self.authenticate();
        self.bench.mend();
        let next = self.authenticate();
        let expected = line.expects(phase);
        let mut wrong = Vec::new();
        if !expected.split(' ').any(|word| word == faulty.word) {
            wrong.push(format!("{}, not {expected}", faulty.word));
        }
        let due = match phase {
            Phase::Reading | Phase::BeforeVerify => usize::from(faulty.word == "ok"),
            Phase::Verify | Phase::AfterVerify => 1,
        };
        // A card that says it did what it did not do gets the PIN: nobody can tell.
        let lie = phase == Phase::BeforeVerify && line.is_lie();
        if faulty.pins() != due && !(lie && faulty.pins() == 1) || faulty.entered < faulty.pins() {
            wrong.push(format!("{} PINs sent, {} entered", faulty.pins(), faulty.entered));
        }
        if (next.word.as_str(), next.pins(), next.entered) != ("ok", 1, 1) {
            wrong.push(format!("the next request: {}, {} PINs sent", next.word, next.pins()));
        }
        self.report.count(line, phase, &faulty.word);
        self.report.wrong.extend(
            wrong.into_iter().map(|what| {
                format!("{:?}, {}, {} {nth}: {what}", self.kit, line.name, phase.name())
            }),
        );
    }

    /// An ECDSA signature is another one each time; the desk has verified it with the certificate.
    fn is_honest(&self, token: &Token) -> bool {
        let mut tokens = [token, &self.honest].map(|token| serde_json::to_value(token).unwrap());
        if tokens[1]["algorithm"] == "ES256" {
            tokens.iter_mut().for_each(|token| token["signature"] = "".into());
        }
        tokens[0] == tokens[1]
    }

    fn authenticate(&self) -> Outcome {
        self.bench.sent();
        let reply = self.desk.serve(&request(), &|| Caller::Browser, &Cancel::default());
        let memory = self.person.forget();
        let word = match (reply, memory.told_wrong) {
            (Ok(reply), None) => {
                assert!(self.is_honest(&token(reply)), "another proof");
                "ok".to_owned()
            }
            (Err(Refusal::UserDeclined), Some(Some(left))) => format!("{left}-left"),
            (Err(refusal), None) => refusal.code().to_owned(),
            (outcome, told) => panic!("{:?} after {told:?}", outcome.map(|_| ())),
        };
        Outcome { word, sent: self.bench.sent(), entered: memory.entered }
    }
}

fn token(reply: Reply) -> Token {
    match reply {
        Reply::Token { token, .. } => token,
        Reply::Signature { .. } | Reply::Certificates { .. } => panic!("another kind of answer"),
    }
}
