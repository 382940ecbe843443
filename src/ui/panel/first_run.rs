//! What a person sees at the first start: four short pages.

use ankong_dialog::{Action, Picture, Section};

use super::model::{Check, Deed, Examined, Page, Sight, Step};
use super::writer::Writer;
use super::{Known, check, status};

pub(super) fn page(
    writer: &mut Writer<'_>,
    step: Step,
    sight: &Sight,
    known: &Known,
) -> (String, Vec<Section>) {
    let (heading, sections) = match step {
        Step::Welcome => ("first-run-welcome", welcome(writer)),
        Step::Trust => {
            let why =
                Section { text: vec![writer.get("first-run-trust-why")], ..Section::default() };
            ("first-run-trust", vec![why, status::trust(writer, known.browsers.as_deref())])
        }
        Step::Card => ("first-run-card", card(writer, sight, known.examined.as_ref())),
        Step::Prompt => ("first-run-prompt", prompt(writer)),
    };
    let number = Step::ALL.iter().position(|one| *one == step).unwrap_or_default() + 1;
    (format!("{number}/{}　{}", Step::ALL.len(), writer.get(heading)), sections)
}

/// Back, on, and away.
pub(super) fn foot(writer: &mut Writer<'_>, step: Step) -> Vec<Action> {
    let at = Step::ALL.iter().position(|one| *one == step).unwrap_or_default();
    let step = |index: usize| Step::ALL.get(index).map(|step| Deed::Turn(Page::FirstRun(*step)));
    let mut foot = Vec::new();
    if let Some(back) = at.checked_sub(1).and_then(step) {
        foot.push(writer.button("first-run-back", back));
    }
    foot.push(match step(at + 1) {
        Some(next) => writer.primary("first-run-next", next),
        None => writer.primary("first-run-done", Deed::FirstRunDone),
    });
    foot
}

fn welcome(writer: &Writer<'_>) -> Vec<Section> {
    let lines = ["first-run-what", "first-run-pin", "first-run-tray"];
    vec![Section { text: lines.map(|line| writer.get(line)).into(), ..Section::default() }]
}

fn card(writer: &mut Writer<'_>, sight: &Sight, examined: Option<&Examined>) -> Vec<Section> {
    let mut modules = writer.section("first-run-modules");
    modules.text = vec![writer.get("first-run-modules-why")];
    match examined {
        None => modules.text.push(writer.get("panel-looking")),
        Some(examined) => {
            let of_modules = |check: &&Check| check.name.starts_with("doctor-modules-");
            let checks = examined.checks.iter().filter(of_modules);
            modules.rows = checks.map(|check| check::row(writer, check)).collect();
        }
    }
    vec![status::card(writer, sight), modules]
}

fn prompt(writer: &Writer<'_>) -> Vec<Section> {
    let picture = Picture::BrowserPrompt {
        site: writer.get("first-run-prompt-site"),
        wish: writer.get("first-run-prompt-wish"),
        allow: writer.get("first-run-prompt-allow"),
        block: writer.get("first-run-prompt-block"),
        words: writer.get("first-run-prompt-words"),
    };
    let text = vec![writer.get("first-run-prompt-why"), writer.get("first-run-prompt-blocked")];
    vec![Section { text, picture: Some(picture), ..Section::default() }]
}
