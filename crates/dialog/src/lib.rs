//! What the resident program and its window process say to each other, over the two pipes the
//! child inherits. Nothing of it ever stands in an argument or an environment variable.
//!
//! The payloads of the frames are JSON, but for the PIN and a text to be signed. The PIN travels as
//! bare bytes, so that no JSON writer or reader keeps a copy; the text in as many frames as it needs.
//!
//! Refuses to know windows, cards and languages: every sentence arrives written out.

mod frame;
mod message;
mod panel;

pub use ankong_frame::FrameError;
pub use frame::{read_answer, read_order, write_answer, write_order};
pub use message::{
    Answer, Card, Content, Ending, Labels, Order, PinRule, Prompt, Stranger, WrongPin,
};
pub use panel::{
    Action, CardPicture, Look, Mark, Panel, Picture, Pressed, Row, Section, Sign, Tab,
};
