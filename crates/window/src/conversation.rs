//! What every page of the window has in common: things happen, and something is to be done.
//!
//! A conversation is a pure state machine. It refuses to know windows, pipes and clocks.

use std::time::Instant;

use ankong_dialog::{Answer, Order};

/// One page and the rules behind it.
pub trait Conversation: 'static {
    /// What the page says.
    type Message: Send + 'static;
    /// What the page is told.
    type Update: Update;

    /// The page's file.
    const FILE: &'static str;
    /// Whether the window stays above all others.
    const ON_TOP: bool;
    /// How large it is.
    const SIZE: Size;

    /// The title of the window at first.
    fn title(&self) -> &str;

    /// Reads what the page says; `None` for anything that is not exactly that.
    fn parse(text: &str) -> Option<Self::Message>;

    /// Whether the message gives something away, so that the person has to have seen the page.
    fn is_yes(message: &Self::Message) -> bool;

    /// Takes one event in and gives what follows from it, in order.
    fn handle(&mut self, event: Event<Self::Message>, now: Instant) -> Vec<Effect<Self::Update>>;

    /// When an [`Event::Tick`] is wanted.
    fn next_tick(&self) -> Option<Instant>;
}

/// How large a window is, in logical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// As wide as this and as high as its content; the person cannot change it.
    OfContent {
        /// Width of the page.
        width: u16,
    },
    /// This at first; then as the person likes it.
    Free {
        /// Width at first.
        width: u16,
        /// Height at first.
        height: u16,
    },
}

/// Something the page can be told.
pub trait Update {
    /// The call that makes the page show it.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    fn script(&self) -> Result<String, serde_json::Error>;
}

/// Something happened.
#[derive(Debug)]
pub enum Event<Said> {
    /// The page said something.
    Page(Said),
    /// The page said yes to something while another window covered it.
    Covered,
    /// The resident program said something.
    Order(Order),
    /// The moment named by [`Conversation::next_tick`] has come.
    Tick,
    /// The person closed the window by its frame.
    FrameClosed,
    /// The resident program is gone, or no longer speaks our language.
    ParentGone,
}

/// Something is to be done.
pub enum Effect<Told> {
    /// Show this.
    Page(Told),
    /// Say this to the resident program.
    Answer(Answer),
    /// Give the window the keyboard, in front of others.
    Focus,
    /// Make the window so many CSS pixels high.
    Height(u16),
    /// Give the window this title.
    Title(String),
    /// Close the window and end the process.
    Close,
}
