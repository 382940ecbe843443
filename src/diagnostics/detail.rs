//! What is worth knowing of one thing beside the verdict on all of its kind.

/// A reader, a module, a browser or a port, and what was found out about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// Which one; a name in no language.
    pub about: String,
    /// The sentences on it, by their names.
    pub said: Vec<Said>,
}

/// A sentence's name, and the values in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its name among the texts.
    pub sentence: &'static str,
    /// What stands in it: name and value.
    pub values: Vec<(&'static str, String)>,
}

impl Detail {
    /// That there is such a one.
    pub(super) fn of(about: impl Into<String>) -> Self {
        Self { about: about.into(), said: Vec::new() }
    }

    /// And one more sentence.
    pub(super) fn and(mut self, sentence: &'static str) -> Self {
        self.said.push(Said { sentence, values: Vec::new() });
        self
    }

    /// And one with values in it.
    pub(super) fn with(mut self, sentence: &'static str, values: &[(&'static str, &str)]) -> Self {
        let values = values.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        self.said.push(Said { sentence, values });
        self
    }
}
