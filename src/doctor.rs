//! `ankong doctor`: what stands in the way, in the person's language, with a code for the phone and
//! a report to send.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use ankong_card::CardError;
use ankong_card::card::Family;
use anyhow::{Context, bail};

use crate::config::Administration;
use crate::diagnostics::{
    Code, Configuration, Examination, Findings, Line, Surroundings, Verdict, examine,
};
use crate::origins::is_damaged;
use crate::paths::{Paths, UserFolders, administrators_file};
use crate::reader::{FoundSlot, survey};
use crate::ui::texts::{Language, Texts};

/// What `ankong doctor` prints, and whether there is no fault. With `report` it is written there
/// too.
///
/// # Errors
/// This user has no home folder, or the report cannot be written.
pub fn doctor(
    config: Option<PathBuf>,
    report: Option<&Path>,
    now: SystemTime,
) -> anyhow::Result<(String, bool)> {
    let texts = Texts::new(Language::of_environment());
    let named = config.is_some();
    let file = config.unwrap_or_else(administrators_file);
    let (administration, configuration) = match Administration::load(&file, named) {
        Ok(administration) => (administration, Configuration::Fine),
        Err(_) => (Administration::default(), Configuration::Faulty),
    };
    let survey = survey(&administration.issuer_keys);
    let drivers = drivers(survey.as_deref().unwrap_or_default());
    let (paths, folders) = (Paths::of_user()?, UserFolders::of_user()?);
    let mut findings = examine(Surroundings {
        now,
        paths: &paths,
        folders: &folders,
        modules: &administration.modules,
        configuration,
        survey,
    });
    if is_damaged(&paths.origins_file()) {
        findings.details.push((configuration.line().name, texts.get("sites-damaged")));
    }
    let mut text = told(&texts, &findings.examination, &findings.details);
    if let Some(file) = report {
        write_report(file, &report_of(&texts, &findings, &text, &drivers), &texts)?;
        writeln!(text, "{}: {}", file.display(), texts.get("doctor-report-written"))?;
    }
    Ok((text, findings.examination.verdict() < Verdict::Fault))
}

/// What `ankong doctor --explain CODE` prints: the verdicts behind the code.
///
/// # Errors
/// The characters are no code.
pub fn explain(code: &str) -> anyhow::Result<String> {
    let code: Code = code.parse()?;
    let examination = Examination::try_from(code)?;
    Ok(told(&Texts::new(Language::of_environment()), &examination, &[]))
}

fn told(texts: &Texts, examination: &Examination, details: &[(&'static str, String)]) -> String {
    let mut text = String::new();
    for line in examination.lines() {
        let word = texts.get(word(line.verdict));
        text.push_str(&format!("{word}\t{}\n", texts.get(line.name)));
        for (_, detail) in details.iter().filter(|(name, _)| *name == line.name) {
            text.push_str(&format!("\t- {detail}\n"));
        }
        if line.verdict != Verdict::Ok {
            text.push_str(&format!("\t→ {}\n", texts.remedy(line.name)));
        }
    }
    text.push_str(&format!("{}: {}\n", texts.get("doctor-code"), Code::from(examination)));
    text
}

const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "doctor-ok",
        Verdict::Attention => "doctor-attention",
        Verdict::Fault => "doctor-fault",
    }
}

/// What was told, under what support asks first, and with what the drivers said.
fn report_of(texts: &Texts, findings: &Findings, told: &str, drivers: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let (system, machine) = (std::env::consts::OS, std::env::consts::ARCH);
    let names = findings.examination.lines().into_iter().map(|Line { name, .. }| name);
    let names = names.collect::<Vec<_>>().join("\n");
    let title = texts.get("doctor-report");
    format!("{title}\nankong {version}, {system} {machine}\n\n{told}\n{names}\n{drivers}")
}

/// Answers to reset and the drivers' reasons, which are the same for all cards of a kind.
fn drivers(found: &[crate::reader::Found]) -> String {
    let mut text = String::new();
    for found in found {
        let declined: &[(Family, CardError)] = match &found.slot {
            FoundSlot::Empty | FoundSlot::Unreachable(_) => &[],
            FoundSlot::Card { opened, .. } => &opened.declined,
            FoundSlot::Foreign(not) => &not.declined,
        };
        if !found.atr.is_empty() {
            text.push_str(&format!("\natr {}\n", hex::encode_upper(&found.atr)));
        }
        for (family, reason) in declined {
            text.push_str(&format!("not {}: {reason}\n", family.name()));
        }
    }
    text
}

fn write_report(file: &Path, text: &str, texts: &Texts) -> anyhow::Result<()> {
    let opened = OpenOptions::new().write(true).create_new(true).open(file);
    let mut opened = match opened {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{}: {}", file.display(), texts.explain("doctor-report-exists"))
        }
        opened => opened.with_context(|| format!("{} cannot be written", file.display()))?,
    };
    Ok(opened.write_all(text.as_bytes())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_has_a_sentence_and_those_in_the_way_a_remedy() {
        for language in [Language::Chinese, Language::English] {
            let texts = Texts::new(language);
            for Line { name, verdict } in Examination::sentences() {
                assert_ne!(texts.get(name), name);
                let has_remedy = texts.remedy(name) != name;
                assert_eq!(has_remedy, verdict != Verdict::Ok, "{name}");
            }
        }
    }
}
