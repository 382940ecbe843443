//! The panel: shows what the resident program says and tells it what the person presses.
//!
//! Refuses to know what a row or a button means.

use std::time::Instant;

use ankong_dialog::{Answer, Order, Panel, Pressed};
use serde::Serialize;

use crate::conversation::{Conversation, Effect, Event, Size, Update};
use crate::key_gate::KeyGate;
use crate::page::call;
use crate::readable::readable;

/// From the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanelMessage {
    /// The script runs and can be told things.
    Loaded,
    /// The picture is on the screen.
    Painted,
    /// The page has got the keyboard, for the first time or again.
    Focused,
    /// A key was pressed that has no meaning of its own.
    Touch,
    /// Something was pressed.
    Pressed {
        /// What.
        pressed: Pressed,
        /// Whether the page says that it gives something away; the panel is asked as well.
        gives: bool,
    },
    /// Escape, or the button that closes.
    Close,
}

/// To the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum PanelUpdate {
    /// Everything that stands there from now on.
    Show {
        /// What to show.
        panel: Box<Panel>,
        /// How the origins in it read in their own script, where that cannot mislead.
        readable: Vec<(String, String)>,
    },
    /// Keys and buttons count from now on.
    Ready,
    /// Nothing was done, because another window covers this one.
    Covered,
}

impl Update for PanelUpdate {
    fn script(&self) -> Result<String, serde_json::Error> {
        call(serde_json::to_value(self)?)
    }
}

/// The panel and where the person stands with it.
pub struct Desk {
    panel: Panel,
    gate: KeyGate,
    gate_shown_open: bool,
    loaded: bool,
    painted: bool,
}

impl Desk {
    /// What is to be shown at first.
    #[must_use]
    pub fn new(panel: Panel) -> Self {
        let gate = KeyGate::default();
        Self { panel, gate, gate_shown_open: false, loaded: false, painted: false }
    }

    fn page_said(&mut self, message: PanelMessage, now: Instant) -> Vec<Effect<PanelUpdate>> {
        match message {
            PanelMessage::Loaded => {
                self.loaded = true;
                vec![Effect::Answer(Answer::Coming), Effect::Focus, self.show()]
            }
            PanelMessage::Painted if self.painted => Vec::new(),
            PanelMessage::Painted => {
                self.painted = true;
                vec![Effect::Answer(Answer::Painted)]
            }
            PanelMessage::Focused => {
                self.gate.focused(now);
                self.gate_shown_open = false;
                Vec::new()
            }
            // What is pressed before the window was seen was meant for another one.
            _too_early if !self.gate.admits(now) => Vec::new(),
            PanelMessage::Close => vec![Effect::Close],
            PanelMessage::Pressed { pressed, gives } if self.stands_there(pressed, gives) => {
                vec![Effect::Answer(Answer::Pressed(pressed))]
            }
            PanelMessage::Pressed { .. } | PanelMessage::Touch => Vec::new(),
        }
    }

    /// Whether that can be pressed now, and gives away what the page says it does.
    fn stands_there(&self, pressed: Pressed, gives: bool) -> bool {
        let tab = self.panel.tabs.iter().any(|tab| tab.action == pressed.action && !gives);
        let mut actions = self.panel.actions();
        pressed.serial == self.panel.serial
            && (tab
                || actions.any(|action| action.number == pressed.action && action.gives == gives))
    }

    fn show(&self) -> Effect<PanelUpdate> {
        let rows = self.panel.sections.iter().flat_map(|section| &section.rows);
        let origins = rows.filter_map(|row| row.origin.as_ref());
        let readable =
            origins.filter_map(|origin| Some((origin.clone(), readable(origin)?))).collect();
        Effect::Page(PanelUpdate::Show { panel: Box::new(self.panel.clone()), readable })
    }
}

impl Conversation for Desk {
    type Message = PanelMessage;
    type Update = PanelUpdate;

    const FILE: &'static str = "panel.html";
    const ON_TOP: bool = false;
    const SIZE: Size = Size::Free { width: 720, height: 640 };

    fn title(&self) -> &str {
        &self.panel.title
    }

    fn parse(text: &str) -> Option<PanelMessage> {
        let pressed = |words: &str, gives| {
            let (serial, action) = words.split_once(' ')?;
            let pressed = Pressed { serial: serial.parse().ok()?, action: action.parse().ok()? };
            Some(PanelMessage::Pressed { pressed, gives })
        };
        match text {
            "loaded" => Some(PanelMessage::Loaded),
            "painted" => Some(PanelMessage::Painted),
            "focused" => Some(PanelMessage::Focused),
            "touch" => Some(PanelMessage::Touch),
            "close" => Some(PanelMessage::Close),
            _ => match text.split_once(' ')? {
                ("press", words) => pressed(words, false),
                ("give", words) => pressed(words, true),
                _ => None,
            },
        }
    }

    fn is_yes(message: &PanelMessage) -> bool {
        matches!(message, PanelMessage::Pressed { gives: true, .. })
    }

    fn handle(&mut self, event: Event<PanelMessage>, now: Instant) -> Vec<Effect<PanelUpdate>> {
        let mut effects = match event {
            Event::Page(message) => self.page_said(message, now),
            Event::Covered => vec![Effect::Page(PanelUpdate::Covered)],
            Event::Order(Order::Panel(panel)) => {
                self.panel = *panel;
                let front = self.panel.to_front.then_some(Effect::Focus);
                let title = Effect::Title(self.panel.title.clone());
                front.into_iter().chain([title, self.show()]).collect()
            }
            Event::Tick => Vec::new(),
            // Another order: whoever speaks there is not our resident program.
            Event::Order(_) | Event::FrameClosed | Event::ParentGone => vec![Effect::Close],
        };
        if self.gate.settle(now) && !self.gate_shown_open {
            self.gate_shown_open = true;
            effects.push(Effect::Page(PanelUpdate::Ready));
        }
        if !self.loaded {
            effects.retain(|effect| !matches!(effect, Effect::Page(_)));
        }
        effects
    }

    fn next_tick(&self) -> Option<Instant> {
        self.gate.opens_at().filter(|_| !self.gate_shown_open)
    }
}

#[cfg(test)]
mod tests;
