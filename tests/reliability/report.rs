//! What the matrix saw, as `docs/reliability.md` prints it.

use std::collections::BTreeMap;

use crate::fault::{Line, Phase, TABLE};

const DOCUMENT: &str = "docs/reliability.md";
/// Between these lines of the document stands the table.
const BEGIN: &str =
    "<!-- the matrix: `UPDATE_DOCS=1 cargo test --test reliability` writes it -->\n";
const END: &str = "<!-- end of the matrix -->\n";

/// How often each outcome was seen in each cell of the table, and what was not as it should be.
#[derive(Default)]
pub(crate) struct Report {
    seen: BTreeMap<(&'static str, &'static str), BTreeMap<String, usize>>,
    pub(crate) wrong: Vec<String>,
}

impl Report {
    pub(crate) fn count(&mut self, line: &Line, phase: Phase, word: &str) {
        *self.cell(line, phase).entry(word.to_owned()).or_default() += 1;
    }

    pub(crate) fn add(&mut self, other: Self) {
        for (cell, words) in other.seen {
            let sum = self.seen.entry(cell).or_default();
            words.into_iter().for_each(|(word, count)| *sum.entry(word).or_default() += count);
        }
        self.wrong.extend(other.wrong);
    }

    fn cell(&mut self, line: &Line, phase: Phase) -> &mut BTreeMap<String, usize> {
        self.seen.entry((line.name, phase.name())).or_default()
    }

    fn table(&self) -> String {
        let total: usize = self.seen.values().flat_map(BTreeMap::values).sum();
        let phases = Phase::ALL.map(Phase::name);
        let mut text = format!(
            "{total} faults, eight kinds of card and reader.\n\n| | {} |\n",
            phases.join(" | ")
        );
        text += "|---|---|---|---|---|\n";
        for line in &TABLE {
            let cells = phases.map(|phase| {
                let words = self.seen.get(&(line.name, phase)).into_iter().flatten();
                let words: Vec<_> = words.map(|(word, count)| format!("{word} {count}")).collect();
                words.join(", ")
            });
            text += &format!("| {} | {} |\n", line.name, cells.join(" | "));
        }
        text
    }
}

/// The document says what was seen.
pub(crate) fn holds(report: &Report) {
    let document = std::fs::read_to_string(DOCUMENT).unwrap();
    let (before, rest) = document.split_once(BEGIN).unwrap();
    let (printed, after) = rest.split_once(END).unwrap();
    let seen = format!("\n{}\n", report.table());
    if printed != seen && std::env::var_os("UPDATE_DOCS").is_some() {
        return std::fs::write(DOCUMENT, [before, BEGIN, &seen, END, after].concat()).unwrap();
    }
    assert!(
        printed == seen,
        "{DOCUMENT} does not say what was seen; run with UPDATE_DOCS=1:\n{seen}"
    );
}
