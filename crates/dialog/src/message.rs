//! The messages themselves.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::panel::{Panel, Pressed};

/// From the resident program to the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Show this and ask; the first order, exactly once.
    Ask(Box<Prompt>),
    /// The card refused the PIN: say so, empty the field, ask again.
    WrongPin(WrongPin),
    /// Show the panel; the first order where nothing is asked, and again whenever it changes.
    Panel(Box<Panel>),
    /// It is over: close at once when it went well, else show why until the person closes it.
    End(Ending),
}

/// From the window to the resident program.
pub enum Answer {
    /// There is nothing to be seen yet, but it is on its way.
    Coming,
    /// The first picture is on the screen.
    Painted,
    /// The person agrees, and has typed a PIN where [`Prompt::pin`] asks for one.
    Agreed {
        /// With which card: 0 is [`Prompt::card`], the others follow.
        card: u8,
        /// The characters, wiped when dropped; none where the PIN is typed on the reader.
        pin: Zeroizing<Vec<u8>>,
        /// The person has said an explicit yes to using the last try.
        last_try_accepted: bool,
    },
    /// The person says no, by button, Escape or closing the window.
    Declined,
    /// What the person pressed in the panel.
    Pressed(Pressed),
    /// The person wants to see the site where the remedy is; after an ending that has one.
    Visit,
    /// Nobody answered within [`Prompt::seconds`].
    TimedOut,
}

/// Everything the consent page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prompt {
    /// BCP 47 tag of the sentences, for the page's `lang`.
    pub language: String,
    /// Who asks: an origin in a form that cannot lie (punycode, no path).
    pub origin: String,
    /// For what, in the site's own words; at most 80 characters.
    pub purpose: String,
    /// What is to be signed, where that is asked.
    pub content: Option<Content>,
    /// What is given away beside what stands on the page, one sentence.
    pub gives: Option<String>,
    /// The program that asks, where it is no browser.
    pub stranger: Option<Stranger>,
    /// The card it is about.
    pub card: Card,
    /// Cards that will do as well; where there are any, the person has to choose.
    pub others: Vec<Card>,
    /// After so many seconds without an answer the window gives up.
    pub seconds: u16,
    /// The words on the page.
    pub labels: Labels,
}

impl Prompt {
    /// The card of this number, as [`Answer::Agreed`] counts them.
    #[must_use]
    pub fn card(&self, number: u8) -> Option<&Card> {
        [&self.card].into_iter().chain(&self.others).nth(usize::from(number))
    }
}

/// A card the question may be about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Whose card, from its certificate.
    pub holder: String,
    /// Last day of the certificate, `YYYY-MM-DD`.
    pub valid_until: String,
    /// PIN tries left where the card has told.
    pub tries_left: Option<u8>,
    /// The line on tries left, with the number or "unknown" already in it; empty without a PIN.
    pub tries: String,
    /// What a complete PIN is on this card; `None` when none is typed here: the reader has keys of
    /// its own, or a yes is enough.
    pub pin: Option<PinRule>,
    /// The PIN field's label with the limits in it, or where else the PIN is typed, if anywhere.
    pub pin_label: String,
    /// While the card works, or waits for the PIN on the reader.
    pub working: String,
}

/// A program that is no browser: nobody attests the origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stranger {
    /// What that means, written out.
    pub warning: String,
    /// The program's name; empty where it is not known.
    pub name: String,
    /// Where its file lies.
    pub path: String,
}

/// What is to be signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// What it is and how long, written out.
    pub label: String,
    /// The text itself, whole, at most 1 MiB; of bytes that are none, their hash. It travels in
    /// frames of its own.
    #[serde(skip)]
    pub text: String,
    /// Whether `text` is the content.
    pub is_text: bool,
}

/// Length limits of a PIN, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinRule {
    /// Fewest characters.
    pub min: u8,
    /// Most characters.
    pub max: u8,
}

/// The words on the page, in the person's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// Title of the window.
    pub title: String,
    /// After the origin: "asks who you are".
    pub asks: String,
    /// Before the purpose.
    pub purpose: String,
    /// Before the holder's name.
    pub holder: String,
    /// Before the last day of validity.
    pub valid_until: String,
    /// Before the cards, where the person has to choose one.
    pub choose: String,
    /// The button for another card, where they are shown one by one.
    pub other_card: String,
    /// The tick box that stands there when one try is left.
    pub last_try: String,
    /// The button that agrees.
    pub confirm: String,
    /// The button that refuses.
    pub decline: String,
    /// The button that closes an ending.
    pub close: String,
    /// Hint while Caps Lock is on.
    pub caps_lock: String,
    /// Instead of agreeing, while another window covers this one.
    pub covered: String,
}

/// The card refused the PIN.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrongPin {
    /// The sentence to show.
    pub message: String,
    /// The new line on tries left.
    pub tries: String,
    /// The number behind it, where the card told.
    pub tries_left: Option<u8>,
}

/// The last word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    /// It went well, or it was cancelled: nothing is left to read.
    pub silent: bool,
    /// What happened, one sentence.
    pub message: String,
    /// What to do next, one sentence.
    pub remedy: String,
    /// The button that opens the site where the remedy is, where it is on a site.
    pub place: Option<String>,
    /// The stable code to read out on the phone.
    pub code: String,
}
