//! Sentences in the person's language, from the Fluent files compiled in. Traditional Chinese is
//! the first language; English stands in for every other.

use std::sync::{Arc, PoisonError, RwLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

/// A language the program speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 正體中文（臺灣）.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// BCP 47 tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-TW",
            Self::English => "en",
        }
    }

    /// What its speakers call it.
    #[must_use]
    pub fn own_name(self) -> &'static str {
        match self {
            Self::Chinese => "正體中文",
            Self::English => "English",
        }
    }

    /// From the value of `LC_ALL`, `LC_MESSAGES` or `LANG`; Chinese where nothing is said.
    #[must_use]
    pub fn of_locale(locale: &str) -> Self {
        let said = !matches!(locale, "" | "C" | "POSIX") && !locale.starts_with("C.");
        if said && !locale.starts_with("zh") { Self::English } else { Self::Chinese }
    }

    /// Of the person who runs the program: as the environment says, else the system.
    #[must_use]
    pub fn of_environment() -> Self {
        let said = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .filter_map(|name| std::env::var(name).ok())
            .find(|value| !value.is_empty());
        Self::of_locale(&said.or_else(of_system).unwrap_or_default())
    }

    /// From an `Accept-Language` value (RFC 9110 section 12.5.4): the first one spoken here. The
    /// weights are left out; browsers list by preference.
    #[must_use]
    pub fn of_accept_language(value: &str) -> Self {
        let spoken = value.split(',').find_map(|range| match range.trim().get(..2) {
            Some("zh") => Some(Self::Chinese),
            Some("en") => Some(Self::English),
            _ => None,
        });
        spoken.unwrap_or(Self::Chinese)
    }
}

/// Windows and macOS keep the person's language elsewhere than in the environment.
#[cfg(not(target_os = "linux"))]
fn of_system() -> Option<String> {
    sys_locale::get_locale()
}

#[cfg(target_os = "linux")]
fn of_system() -> Option<String> {
    None
}

/// The language spoken now, for everybody who speaks to the person. It can change at any time.
pub struct Voice(RwLock<Arc<Texts>>);

impl Voice {
    /// Speaks this language at first.
    #[must_use]
    pub fn new(language: Language) -> Self {
        Self(RwLock::new(Arc::new(Texts::new(language))))
    }

    /// The sentences, as long as whoever asks speaks one after another.
    #[must_use]
    pub fn texts(&self) -> Arc<Texts> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Speaks another language from now on.
    pub fn speak(&self, language: Language) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Texts::new(language));
    }
}

/// Something that is called the same in every language, and sentences on it: their names, and the
/// values in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// What it is called.
    pub about: String,
    /// What there is to say.
    pub said: Vec<(&'static str, Vec<(&'static str, String)>)>,
}

/// All sentences of one language.
pub struct Texts {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    /// Loads a language.
    #[must_use]
    pub fn new(language: Language) -> Self {
        let source = match language {
            Language::Chinese => include_str!("../../assets/i18n/zh-TW/main.ftl"),
            Language::English => include_str!("../../assets/i18n/en/main.ftl"),
        };
        let id: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        bundle.set_use_isolating(false); // the sentences reach labels that show the marks
        // A file with a faulty line still has its other lines; a test holds the files faultless.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(rest, _)| rest);
        bundle.add_resource_overriding(resource);
        Self { language, bundle }
    }

    /// Which language this is.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// A sentence. An unknown one is its own name, which a person can at least report.
    #[must_use]
    pub fn get(&self, id: &str) -> String {
        self.format(id, None, &FluentArgs::new())
    }

    /// A sentence with values in it.
    #[must_use]
    pub fn with(&self, id: &str, values: &[(&'static str, u8)]) -> String {
        let args = values.iter().map(|(name, value)| (*name, *value)).collect();
        self.format(id, None, &args)
    }

    /// A sentence with a text in it.
    #[must_use]
    pub fn with_text(&self, id: &str, name: &'static str, value: &str) -> String {
        let args = [(name, value.to_owned())].into_iter().collect();
        self.format(id, None, &args)
    }

    /// What a remark says, on one line.
    #[must_use]
    pub fn remark(&self, remark: &Remark) -> String {
        let said = remark.said.iter().map(|(id, values)| {
            let args = values.iter().map(|(name, value)| (*name, value.clone())).collect();
            self.format(id, None, &args)
        });
        let (colon, space) = match self.language {
            Language::English => (": ", " "),
            Language::Chinese => ("：", ""),
        };
        let said = said.collect::<Vec<_>>().join(space);
        if said.is_empty() {
            remark.about.clone()
        } else {
            format!("{}{colon}{said}", remark.about)
        }
    }

    /// A sentence with a number in it.
    #[must_use]
    pub fn with_number(&self, id: &str, value: u32) -> String {
        self.format(id, None, &[("number", value)].into_iter().collect())
    }

    /// What to do about an error.
    #[must_use]
    pub fn remedy(&self, code: &str) -> String {
        self.format(code, Some("remedy"), &FluentArgs::new())
    }

    /// What is wrong, and what to do about it where there is something to do.
    #[must_use]
    pub fn explain(&self, code: &str) -> String {
        let space = if self.language == Language::English { " " } else { "" };
        match self.remedy(code) {
            none if none == code => self.get(code),
            remedy => format!("{}{space}{remedy}", self.get(code)),
        }
    }

    fn format(&self, id: &str, attribute: Option<&str>, args: &FluentArgs<'_>) -> String {
        let message = self.bundle.get_message(id);
        let pattern = message.and_then(|message| match attribute {
            Some(name) => message.get_attribute(name).map(|attribute| attribute.value()),
            None => message.value(),
        });
        match pattern {
            Some(pattern) => {
                self.bundle.format_pattern(pattern, Some(args), &mut Vec::new()).into_owned()
            }
            None => id.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Refusal;
    use crate::trust::Trouble;
    use std::collections::BTreeSet;

    fn ids(source: &str) -> BTreeSet<String> {
        let resource = FluentResource::try_new(source.to_owned()).expect("a faultless file");
        let mut ids = BTreeSet::new();
        for entry in resource.entries() {
            if let fluent_syntax::ast::Entry::Message(message) = entry {
                ids.insert(message.id.name.to_owned());
                ids.extend(
                    message.attributes.iter().map(|a| format!("{}.{}", message.id.name, a.id.name)),
                );
            }
        }
        ids
    }

    #[test]
    fn both_languages_hold_the_same_sentences() {
        let chinese = ids(include_str!("../../assets/i18n/zh-TW/main.ftl"));
        let english = ids(include_str!("../../assets/i18n/en/main.ftl"));
        assert_eq!(chinese, english);
    }

    #[test]
    fn every_code_has_a_sentence_and_a_remedy_and_stands_in_the_documentation() {
        // The portal's codes come after the program's.
        let documented = include_str!("../../docs/errors.md");
        let (documented, _) = documented.split_once("## The reference portal").unwrap();
        let of_the_door = ["origin-not-allowed", "bad-request", "too-large"];
        let codes = Refusal::ALL.iter().map(|refusal| refusal.code()).chain(of_the_door);
        let codes = codes.chain(Trouble::CODES);
        for code in codes {
            assert!(documented.contains(&format!("| `{code}` |")), "{code} is not documented");
            for language in [Language::Chinese, Language::English] {
                let texts = Texts::new(language);
                assert_ne!(texts.get(code), code);
                assert_ne!(texts.remedy(code), code);
            }
        }
        let rows = documented.lines().filter(|line| line.starts_with("| `")).count();
        let known = Refusal::ALL.len() + of_the_door.len() + Trouble::CODES.len();
        assert_eq!(rows, known, "a code that does not exist");
    }

    #[test]
    fn values_stand_in_the_sentence() {
        let english = Texts::new(Language::English);
        assert_eq!(english.with("consent-tries-known", &[("tries", 1)]), "1 PIN try left");
        let chinese = Texts::new(Language::Chinese);
        assert_eq!(chinese.with("consent-tries-known", &[("tries", 2)]), "還可以輸入 2 次 PIN 碼");
    }

    #[test]
    fn the_language_follows_the_locale_and_the_browser() {
        for (locale, language) in [
            ("", Language::Chinese),
            ("C.UTF-8", Language::Chinese),
            ("zh_TW.UTF-8", Language::Chinese),
            ("en_US.UTF-8", Language::English),
            ("ja_JP.UTF-8", Language::English),
        ] {
            assert_eq!(Language::of_locale(locale), language, "{locale}");
        }
        assert_eq!(Language::of_accept_language("ja,en-US;q=0.8,zh"), Language::English);
        assert_eq!(Language::of_accept_language("zh-TW,zh;q=0.9,en"), Language::Chinese);
    }
}
