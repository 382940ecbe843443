//! `ankong doctor`: what stands in the way, in the person's language, with a code for the phone and
//! a report to send.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use ankong_card::CardError;
use ankong_card::card::Family;
use anyhow::{Context, bail};
use time::OffsetDateTime;
use time::macros::{format_description, offset};

use crate::config::Administration;
use crate::diagnostics::{
    Code, Configuration, Detail, Examination, Findings, Line, Surroundings, Verdict, examine,
};
use crate::origins::is_damaged;
use crate::paths::{Paths, UserFolders, administrators_file};
use crate::reader::{FoundSlot, survey};
use crate::ui::texts::{Language, Remark, Texts};
use crate::{crashes, settings};

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
    let looked = Looked::now(config, now)?;
    let mut text = looked.told(&texts);
    if let Some(file) = report {
        write_report(file, &looked.report(&texts), &texts)?;
        writeln!(text, "{}: {}", file.display(), texts.get("doctor-report-written"))?;
    }
    Ok((text, looked.findings.examination.verdict() < Verdict::Fault))
}

/// What a look at this computer found.
pub(crate) struct Looked {
    /// The verdicts, and what is worth knowing beside them.
    pub(crate) findings: Findings,
    /// What the code does not stand for.
    pub(crate) besides: Vec<Besides>,
    drivers: String,
}

impl Looked {
    /// Looks at everything; `config` is the administrator's file, where it is not the usual one.
    pub(crate) fn now(config: Option<PathBuf>, now: SystemTime) -> anyhow::Result<Self> {
        let named = config.is_some();
        let file = config.unwrap_or_else(administrators_file);
        let (administration, configuration) = match Administration::load(&file, named) {
            Ok(administration) => (administration, Configuration::Fine),
            Err(_) => (Administration::default(), Configuration::Faulty),
        };
        let survey = survey(&administration.issuer_keys);
        let drivers = drivers(survey.as_deref().unwrap_or_default());
        let (paths, folders) = (Paths::of_user()?, UserFolders::of_user()?);
        let findings = examine(Surroundings {
            now,
            paths: &paths,
            folders: &folders,
            modules: &administration.modules,
            configuration,
            survey,
        });
        let crashes = crashes(&paths, now);
        let besides = [
            (is_damaged(&paths.origins_file()), SITES_DAMAGED, Vec::new()),
            (settings::load(&paths.settings_file()).is_err(), SETTINGS_DAMAGED, Vec::new()),
            (!crashes.is_empty(), CRASHED, crashes),
        ];
        let there = besides.into_iter().filter(|(is_there, ..)| *is_there);
        let besides = there.map(|(_, name, details)| Besides { name, details }).collect();
        Ok(Self { findings, besides, drivers })
    }

    /// The code for the phone.
    pub(crate) fn code(&self) -> String {
        Code::from(&self.findings.examination).to_string()
    }

    fn told(&self, texts: &Texts) -> String {
        let besides: String = self
            .besides
            .iter()
            .map(|Besides { name, details }| told_line(texts, name, Verdict::Attention, details))
            .collect();
        besides + &told(texts, &self.findings.examination, &self.findings.details)
    }

    /// What was told, under what support asks first, and with what the drivers said.
    pub(crate) fn report(&self, texts: &Texts) -> String {
        let version = env!("CARGO_PKG_VERSION");
        let (system, machine) = (std::env::consts::OS, std::env::consts::ARCH);
        let lines = self.findings.examination.lines().into_iter().map(|Line { name, .. }| name);
        let names = lines.collect::<Vec<_>>().join("\n");
        let (title, told, drivers) = (texts.get("doctor-report"), self.told(texts), &self.drivers);
        format!("{title}\nankong {version}, {system} {machine}\n\n{told}\n{names}\n{drivers}")
    }
}

/// Something to be told beside the verdicts, which asks for attention.
pub(crate) struct Besides {
    /// The sentence about it.
    pub(crate) name: &'static str,
    /// What is worth knowing of it.
    pub(crate) details: Vec<Remark>,
}

/// The sentence about a list of sites that does not count.
pub(crate) const SITES_DAMAGED: &str = "doctor-sites-damaged";
/// The sentence about settings that do not count.
pub(crate) const SETTINGS_DAMAGED: &str = "doctor-settings-damaged";
/// The sentence about a program that did not end in order.
const CRASHED: &str = "doctor-crashed";
/// Of a crash longer ago nothing is told.
const RECENT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// When the program was started again after a crash lately.
fn crashes(paths: &Paths, now: SystemTime) -> Vec<Remark> {
    let form = format_description!("[year]-[month]-[day] [hour]:[minute] (UTC+8)");
    let times = crashes::list(paths).into_iter();
    let recent = times.filter(|time| now.duration_since(*time).is_ok_and(|since| since < RECENT));
    let there = recent.map(|time| OffsetDateTime::from(time).to_offset(offset!(+8)));
    there
        .filter_map(|time| Some(Remark { about: time.format(form).ok()?, said: Vec::new() }))
        .collect()
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

fn told(texts: &Texts, examination: &Examination, details: &[(&'static str, Detail)]) -> String {
    let mut text = String::new();
    for Line { name, verdict } in examination.lines() {
        text.push_str(&told_line(texts, name, verdict, &remarks(details, name)));
    }
    text.push_str(&format!("{}: {}\n", texts.get("doctor-code"), Code::from(examination)));
    text
}

/// The details of the line of this name, as they are told.
pub(crate) fn remarks(details: &[(&'static str, Detail)], name: &str) -> Vec<Remark> {
    let about = details.iter().filter(|(of, _)| *of == name).map(|(_, detail)| detail.clone());
    about
        .map(|Detail { about, said }| {
            let said = said.into_iter().map(|said| (said.sentence, said.values));
            Remark { about, said: said.collect() }
        })
        .collect()
}

fn told_line(texts: &Texts, name: &str, verdict: Verdict, details: &[Remark]) -> String {
    let mut text = format!("{}\t{}\n", texts.get(word(verdict)), texts.get(name));
    for detail in details {
        text.push_str(&format!("\t- {}\n", texts.remark(detail)));
    }
    if verdict != Verdict::Ok {
        text.push_str(&format!("\t→ {}\n", texts.remedy(name)));
    }
    text
}

const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "doctor-ok",
        Verdict::Attention => "doctor-attention",
        Verdict::Fault => "doctor-fault",
    }
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
        if let FoundSlot::Unreachable(reason) = &found.slot {
            text.push_str(&format!("\nnot reached: {reason}\n"));
        }
        if !found.atr.is_empty() {
            text.push_str(&format!("\natr {}\n", hex::encode_upper(&found.atr)));
        }
        for (family, reason) in declined {
            text.push_str(&format!("not {}: {reason}\n", family.name()));
        }
    }
    text
}

/// Writes a report; a file that is there already stays.
pub(crate) fn write_report(file: &Path, text: &str, texts: &Texts) -> anyhow::Result<()> {
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
            let besides = [SITES_DAMAGED, SETTINGS_DAMAGED, CRASHED];
            let besides = besides.map(|name| Line { name, verdict: Verdict::Attention });
            for Line { name, verdict } in Examination::sentences().into_iter().chain(besides) {
                assert_ne!(texts.get(name), name);
                let has_remedy = texts.remedy(name) != name;
                assert_eq!(has_remedy, verdict != Verdict::Ok, "{name}");
            }
        }
    }

    #[test]
    fn every_detail_of_a_module_has_a_sentence() {
        let source = include_str!("diagnostics/modules.rs");
        let named = source.split('"').filter(|word| word.starts_with("doctor-module-"));
        for language in [Language::Chinese, Language::English] {
            let texts = Texts::new(language);
            named.clone().for_each(|name| assert_ne!(texts.get(name), name));
        }
        let values = vec![("count", "2".to_owned())];
        let remark = Remark { about: "a.so".into(), said: vec![("doctor-module-cards", values)] };
        assert_eq!(Texts::new(Language::Chinese).remark(&remark), "a.so：2 張卡片。");
        assert_eq!(Texts::new(Language::English).remark(&remark), "a.so: cards: 2.");
    }
}
