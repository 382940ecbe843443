//! The page of checks: each with its verdict, its remedy, and a button where the program can help.

use ankong_dialog::{Action, Section, Sign};

use super::model::{Check, Cure, Deed, Examined, Verdict};
use super::writer::Writer;

pub(super) fn page(writer: &mut Writer<'_>, examined: Option<&Examined>) -> (String, Vec<Section>) {
    let heading = writer.get("panel-check-title");
    let Some(examined) = examined else {
        let text = vec![writer.get("panel-looking")];
        return (heading, vec![Section { text, ..Section::default() }]);
    };
    let code = Section {
        text: vec![writer.get("panel-code")],
        code: Some(examined.code.clone()),
        actions: vec![
            writer.button("panel-look-again", Deed::LookAgain),
            writer.button("panel-report", Deed::Report),
        ],
        ..Section::default()
    };
    let mut rows = Vec::new();
    // What stands in the way comes first.
    for verdict in [Verdict::Fault, Verdict::Attention, Verdict::Ok] {
        for check in examined.checks.iter().filter(|check| check.verdict == verdict) {
            rows.push(row(writer, check));
        }
    }
    let checks = Section { rows, ..writer.section("panel-checks") };
    (heading, vec![code, checks])
}

/// One check, with what is to be done about it.
pub(super) fn row(writer: &mut Writer<'_>, check: &Check) -> ankong_dialog::Row {
    let sign = match check.verdict {
        Verdict::Ok => Sign::Ok,
        Verdict::Attention => Sign::Attention,
        Verdict::Fault => Sign::Fault,
    };
    let mut row = writer.marked(sign, writer.get(check.name));
    row.notes = check.details.iter().map(|detail| writer.texts.remark(detail)).collect();
    match check.cure {
        Some(Cure::Moica) => {
            row.notes.push(writer.texts.remedy(check.name));
            row.actions = vec![writer.moica()];
        }
        Some(cure) => {
            let (question, buttons) = buttons(writer, cure);
            row.notes.extend(question);
            row.actions = buttons;
        }
        None if check.verdict != Verdict::Ok => row.notes.push(writer.texts.remedy(check.name)),
        None => {}
    }
    row
}

/// What is asked first, and the buttons.
fn buttons(writer: &mut Writer<'_>, cure: Cure) -> (Option<String>, Vec<Action>) {
    match cure {
        Cure::Moica => (None, vec![writer.moica()]),
        Cure::Trust => (None, vec![writer.primary("panel-repair-trust", Deed::Trust)]),
        Cure::SetAside(file) => writer.set_aside(file),
    }
}
