//! The window of sites: which may call, which asked, and what the person does about it.
//!
//! Refuses to know why a site stands where it stands.

use std::time::Instant;

use ankong_dialog::{Answer, Deed, Order, SitesPage};
use serde::Serialize;

use crate::conversation::{Conversation, Effect, Event, Update};
use crate::key_gate::KeyGate;
use crate::page::call;
use crate::readable::readable;

/// From the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SitesMessage {
    /// The script runs and can be told things.
    Loaded,
    /// The page has got the keyboard, for the first time or again.
    Focused,
    /// The content wants to be so many CSS pixels high.
    Tall(u16),
    /// A key was pressed that has no meaning of its own.
    Touch,
    /// A button beside an origin was pressed.
    Deed(Deed),
    /// Escape, or the button that closes.
    Close,
}

/// To the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum SitesUpdate {
    /// Everything that stands there from now on.
    Show {
        /// What to show.
        page: Box<SitesPage>,
        /// How the origins of the page read in their own script, where that cannot mislead.
        readable: Vec<(String, String)>,
    },
    /// Keys and buttons count from now on.
    Ready,
    /// Nothing was done, because another window covers this one.
    Covered,
}

impl Update for SitesUpdate {
    fn script(&self) -> Result<String, serde_json::Error> {
        call(serde_json::to_value(self)?)
    }
}

/// The lists and where the person stands with them.
pub struct Sites {
    page: SitesPage,
    gate: KeyGate,
    gate_shown_open: bool,
    loaded: bool,
}

impl Sites {
    /// What is to be shown.
    #[must_use]
    pub fn new(page: SitesPage) -> Self {
        Self { page, gate: KeyGate::default(), gate_shown_open: false, loaded: false }
    }

    fn page_said(&mut self, message: SitesMessage, now: Instant) -> Vec<Effect<SitesUpdate>> {
        match message {
            SitesMessage::Loaded => {
                self.loaded = true;
                vec![Effect::Focus, self.show()]
            }
            SitesMessage::Focused => {
                self.gate.focused(now);
                self.gate_shown_open = false;
                Vec::new()
            }
            SitesMessage::Tall(height) => vec![Effect::Height(height)],
            // What is pressed before the window was seen was meant for another one.
            pressed if !self.gate.admits(now) => {
                drop(pressed);
                Vec::new()
            }
            SitesMessage::Close => vec![Effect::Close],
            SitesMessage::Deed(deed) if self.stands_there(&deed) => {
                vec![Effect::Answer(Answer::Site(deed))]
            }
            SitesMessage::Deed(_) | SitesMessage::Touch => Vec::new(),
        }
    }

    /// Whether the origin stands on the page with that button beside it.
    fn stands_there(&self, deed: &Deed) -> bool {
        match deed {
            Deed::Allow(origin) => self.page.may_allow && self.page.asked.contains(origin),
            Deed::Revoke(origin) => self.page.may_allow && self.page.user.contains(origin),
            Deed::Unmute(origin) => self.page.muted.contains(origin),
        }
    }

    fn show(&self) -> Effect<SitesUpdate> {
        let page = &self.page;
        let origins = [&page.asked, &page.user, &page.muted, &page.administrator];
        let readable = origins
            .into_iter()
            .flatten()
            .filter_map(|origin| Some((origin.clone(), readable(origin)?)))
            .collect();
        Effect::Page(SitesUpdate::Show { page: Box::new(page.clone()), readable })
    }
}

impl Conversation for Sites {
    type Message = SitesMessage;
    type Update = SitesUpdate;

    const FILE: &'static str = "sites.html";
    const ON_TOP: bool = false;

    fn title(&self) -> &str {
        &self.page.labels.title
    }

    fn parse(text: &str) -> Option<SitesMessage> {
        if let Some(height) = text.strip_prefix("tall ") {
            return height.parse().ok().map(SitesMessage::Tall);
        }
        Some(match text {
            "loaded" => SitesMessage::Loaded,
            "focused" => SitesMessage::Focused,
            "touch" => SitesMessage::Touch,
            "close" => SitesMessage::Close,
            _ => {
                let (verb, origin) = text.split_once(' ')?;
                let origin = origin.to_owned();
                SitesMessage::Deed(match verb {
                    "allow" => Deed::Allow(origin),
                    "revoke" => Deed::Revoke(origin),
                    "unmute" => Deed::Unmute(origin),
                    _ => return None,
                })
            }
        })
    }

    fn is_yes(message: &SitesMessage) -> bool {
        matches!(message, SitesMessage::Deed(Deed::Allow(_) | Deed::Unmute(_)))
    }

    fn handle(&mut self, event: Event<SitesMessage>, now: Instant) -> Vec<Effect<SitesUpdate>> {
        let mut effects = match event {
            Event::Page(message) => self.page_said(message, now),
            Event::Covered => vec![Effect::Page(SitesUpdate::Covered)],
            Event::Order(Order::Sites(page)) => {
                self.page = *page;
                let front = self.page.to_front.then_some(Effect::Focus);
                front.into_iter().chain([self.show()]).collect()
            }
            Event::Tick => Vec::new(),
            // Another order: whoever speaks there is not our resident program.
            Event::Order(_) | Event::FrameClosed | Event::ParentGone => vec![Effect::Close],
        };
        if self.gate.settle(now) && !self.gate_shown_open {
            self.gate_shown_open = true;
            effects.push(Effect::Page(SitesUpdate::Ready));
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
