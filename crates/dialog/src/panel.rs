//! The panel: the window in which a person looks how things stand and sets them. It is a page of
//! rows and buttons; what they mean is known to the resident program alone.

use serde::{Deserialize, Serialize};

/// Everything that stands in the window.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    /// Counts the panels that were sent: a button belongs to the panel it stood in.
    pub serial: u32,
    /// BCP 47 tag of the sentences.
    pub language: String,
    /// Title of the window.
    pub title: String,
    /// Come to the front: the person asked for the window.
    pub to_front: bool,
    /// The pages there are; none where a page leads through its own.
    pub tabs: Vec<Tab>,
    /// Heading of this page.
    pub heading: String,
    /// What came of the last button, or is wrong as a whole.
    pub notice: Option<String>,
    /// Something on the page is still being looked for.
    pub looking: bool,
    /// What was pressed last is still being done; the system may be asking the person.
    pub doing: bool,
    /// The page.
    pub sections: Vec<Section>,
    /// Buttons at the foot of the page.
    pub foot: Vec<Action>,
    /// The button that closes the window.
    pub close: String,
    /// Where there is no web view: the button that does what stands there.
    pub confirm: String,
    /// And the one that goes on to what else stands on the page.
    pub next: String,
    /// Instead of doing something, while another window covers this one.
    pub covered: String,
}

/// A page to turn to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tab {
    /// Its name.
    pub label: String,
    /// Whether it is this one.
    pub chosen: bool,
    /// Number of the action that turns to it.
    pub action: u16,
}

/// A part of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its heading, if it has one.
    pub heading: Option<String>,
    /// A picture beside it.
    pub picture: Option<Picture>,
    /// Paragraphs.
    pub text: Vec<String>,
    /// Characters to read out, large.
    pub code: Option<String>,
    /// Rows.
    pub rows: Vec<Row>,
    /// In the place of rows where there are none.
    pub none: Option<String>,
    /// Buttons of the whole section.
    pub actions: Vec<Action>,
}

/// A row of a section.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// How it stands.
    pub mark: Option<Mark>,
    /// The origin it is about, in a browser's own form with the host in punycode.
    pub origin: Option<String>,
    /// What it is, or says.
    pub text: String,
    /// Smaller, below.
    pub notes: Vec<String>,
    /// Buttons of this row.
    pub actions: Vec<Action>,
}

/// How something stands, as a sign and as a word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The sign.
    pub sign: Sign,
    /// The word.
    pub word: String,
}

/// A sign before a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// As it should be.
    Ok,
    /// Worth a look.
    Attention,
    /// In the way.
    Fault,
}

/// Something to press.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Number within this panel.
    pub number: u16,
    /// What stands on it.
    pub label: String,
    /// How it looks.
    pub look: Look,
    /// Whether it gives something away, so that the person has to see the window whole.
    pub gives: bool,
}

/// How something to press looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// A button.
    Plain,
    /// The button that most people want.
    Primary,
    /// A switch that is on.
    On,
    /// A switch that is off.
    Off,
    /// One of several, and the one that holds.
    Chosen,
    /// One of several.
    Choice,
}

/// A picture that is drawn by the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Picture {
    /// The reader and the card.
    Card {
        /// How they stand.
        state: CardPicture,
        /// The same in words.
        words: String,
    },
    /// How a browser asks whether a site may reach programs on this computer.
    BrowserPrompt {
        /// The line that names the site.
        site: String,
        /// What it wants.
        wish: String,
        /// The button that lets it.
        allow: String,
        /// The button that does not.
        block: String,
        /// The picture in words.
        words: String,
    },
}

/// How the reader and the card stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardPicture {
    /// The system's service does not run.
    NoService,
    /// No reader.
    NoReader,
    /// A reader without a card.
    NoCard,
    /// A card that cannot be used.
    Unsupported,
    /// A card in use.
    Busy,
    /// A card that can be used.
    Ready,
}

/// What the person pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pressed {
    /// Of the panel that stood there then.
    pub serial: u32,
    /// Of the action.
    pub action: u16,
}

impl Panel {
    /// Every action that stands in it, the tabs' apart.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        self.sections
            .iter()
            .flat_map(|section| {
                section.rows.iter().flat_map(|row| &row.actions).chain(&section.actions)
            })
            .chain(&self.foot)
    }
}
