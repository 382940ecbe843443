//! The conversation with the person, as a pure state machine: what happens goes in, what is to be
//! shown and answered comes out.
//!
//! Refuses to know windows, pipes and clocks: time is an argument.

use std::time::{Duration, Instant};

use ankong_dialog::{Answer, Card, Ending, Order, Prompt, WrongPin};

use crate::conversation::{self, Conversation, Size};
use crate::key_gate::KeyGate;
use crate::page::{Missing, PageMessage, PageUpdate};
use crate::pin_buffer::PinBuffer;
use crate::readable::readable;

/// So long an ending stays if nobody closes it.
pub const ENDING_STAYS: Duration = Duration::from_secs(120);

/// Something happened.
pub type Event = conversation::Event<PageMessage>;
/// Something is to be done.
pub type Effect = conversation::Effect<PageUpdate>;

/// One question to one person.
pub struct Consent {
    prompt: Prompt,
    choice: Choice,
    stage: Stage,
    pin: PinBuffer,
    gate: KeyGate,
    gate_shown_open: bool,
    page: Page,
    deadline: Option<Instant>,
}

impl Consent {
    /// The question as it was asked at `now`; the person's time begins.
    #[must_use]
    pub fn new(prompt: Prompt, now: Instant) -> Self {
        let (choice, stage) = if prompt.others.is_empty() {
            (Choice::Made(0), asking(prompt.card.tries_left))
        } else {
            (Choice::Open, asking(None))
        };
        Self {
            choice,
            stage,
            pin: PinBuffer::new(),
            gate: KeyGate::default(),
            gate_shown_open: false,
            page: Page::Blank,
            deadline: Some(now + patience(&prompt)),
            prompt,
        }
    }

    fn page_said(&mut self, message: PageMessage, now: Instant) -> Vec<Effect> {
        match message {
            PageMessage::Loaded => self.opened(),
            PageMessage::Painted => self.painted(),
            PageMessage::Focused => self.focused(now),
            PageMessage::Tall(height) => vec![Effect::Height(height)],
            pressed if self.gate.admits(now) => self.pressed(pressed),
            _too_early => Vec::new(),
        }
    }

    fn opened(&mut self) -> Vec<Effect> {
        self.page = Page::Loaded;
        let last_try = self.is_last_try();
        let prompt = Box::new(self.prompt.clone());
        let readable = readable(&self.prompt.origin);
        let ask = PageUpdate::Ask { prompt, last_try, readable };
        let mut effects = vec![Effect::Answer(Answer::Coming), Effect::Focus, Effect::Page(ask)];
        effects.extend(self.field()); // perhaps nothing is missing that is typed here
        if let Stage::Ended(ending) = &self.stage {
            effects.push(Effect::Page(PageUpdate::End { ending: ending.clone() }));
        }
        effects
    }

    fn painted(&mut self) -> Vec<Effect> {
        if self.page == Page::Painted {
            return Vec::new();
        }
        self.page = Page::Painted;
        vec![Effect::Answer(Answer::Painted)]
    }

    fn focused(&mut self, now: Instant) -> Vec<Effect> {
        self.gate.focused(now);
        self.gate_shown_open = false;
        Vec::new()
    }

    fn pressed(&mut self, message: PageMessage) -> Vec<Effect> {
        match &mut self.stage {
            Stage::Working => Vec::new(),
            Stage::Ended(ending) => match message {
                PageMessage::Confirm | PageMessage::Decline => vec![Effect::Close],
                PageMessage::Visit if ending.place.is_some() => {
                    vec![Effect::Answer(Answer::Visit)]
                }
                _ => Vec::new(),
            },
            Stage::Asking { last_try } => match message {
                PageMessage::Card(number) => self.chosen(number),
                PageMessage::Key(character) => {
                    if let Some(rule) = self.card().and_then(|card| card.pin) {
                        self.pin.push(character, rule);
                    }
                    self.field()
                }
                PageMessage::Erase => {
                    self.pin.erase();
                    self.field()
                }
                PageMessage::EraseAll => {
                    self.pin.wipe();
                    self.field()
                }
                PageMessage::LastTry(yes) => {
                    if let LastTry::Ask { accepted } = last_try {
                        *accepted = yes;
                    }
                    self.field()
                }
                PageMessage::Confirm => self.confirmed(),
                PageMessage::Decline => self.end(Some(Answer::Declined)),
                PageMessage::Loaded
                | PageMessage::Painted
                | PageMessage::Focused
                | PageMessage::Tall(_)
                | PageMessage::Visit
                | PageMessage::Touch => Vec::new(),
            },
        }
    }

    /// Whatever was typed was meant for another card.
    fn chosen(&mut self, number: u8) -> Vec<Effect> {
        let tries_left = match (&self.choice, self.prompt.card(number)) {
            (Choice::Open | Choice::Made(_), Some(card)) => card.tries_left,
            (Choice::Used(_), _) | (_, None) => return Vec::new(),
        };
        self.pin.wipe();
        self.choice = Choice::Made(number);
        self.stage = asking(tries_left);
        let last_try = self.is_last_try();
        let mut effects = vec![Effect::Page(PageUpdate::Card { number, last_try })];
        effects.extend(self.field());
        effects
    }

    fn card(&self) -> Option<&Card> {
        match self.choice {
            Choice::Open => None,
            Choice::Made(number) | Choice::Used(number) => self.prompt.card(number),
        }
    }

    fn is_last_try(&self) -> bool {
        matches!(self.stage, Stage::Asking { last_try: LastTry::Ask { .. } })
    }

    fn confirmed(&mut self) -> Vec<Effect> {
        if self.missing() != Missing::Nothing {
            return self.field();
        }
        let (Choice::Made(card) | Choice::Used(card)) = self.choice else {
            return self.field();
        };
        let last_try_accepted =
            matches!(self.stage, Stage::Asking { last_try: LastTry::Ask { accepted: true } });
        let pin = self.pin.take();
        self.choice = Choice::Used(card);
        self.stage = Stage::Working;
        self.deadline = None;
        vec![
            Effect::Answer(Answer::Agreed { card, pin, last_try_accepted }),
            Effect::Page(PageUpdate::Working),
        ]
    }

    fn ordered(&mut self, order: Order, now: Instant) -> Vec<Effect> {
        match order {
            Order::WrongPin(wrong) => self.refused_by_card(wrong, now),
            Order::End(ending) if ending.silent => self.end(None),
            Order::End(ending) => self.ended(ending, now),
            // Asked twice: whoever speaks there is not our resident program.
            Order::Ask(_) | Order::Panel(_) => self.end(None),
        }
    }

    fn refused_by_card(&mut self, wrong: WrongPin, now: Instant) -> Vec<Effect> {
        if matches!(self.stage, Stage::Ended(_)) {
            return Vec::new();
        }
        self.pin.wipe();
        self.stage = asking(wrong.tries_left);
        self.deadline = Some(now + patience(&self.prompt));
        let last_try = self.is_last_try();
        let mut effects = vec![Effect::Page(PageUpdate::WrongPin { wrong, last_try })];
        effects.extend(self.field());
        effects
    }

    fn ended(&mut self, ending: Ending, now: Instant) -> Vec<Effect> {
        self.pin.wipe();
        // An Enter that was meant for the PIN must not close an ending nobody has read.
        if self.page == Page::Painted {
            self.focused(now);
        }
        self.deadline = Some(now + ENDING_STAYS);
        self.stage = Stage::Ended(ending.clone());
        vec![Effect::Page(PageUpdate::End { ending })]
    }

    fn ticked(&mut self, now: Instant) -> Vec<Effect> {
        if self.deadline.is_none_or(|deadline| now < deadline) {
            return Vec::new();
        }
        match self.stage {
            Stage::Asking { .. } => self.end(Some(Answer::TimedOut)),
            Stage::Working | Stage::Ended(_) => self.end(None),
        }
    }

    fn closed(&mut self) -> Vec<Effect> {
        match self.stage {
            Stage::Asking { .. } => self.end(Some(Answer::Declined)),
            // It is too late to refuse: the PIN is with the card.
            Stage::Working => Vec::new(),
            Stage::Ended(_) => self.end(None),
        }
    }

    fn end(&mut self, answer: Option<Answer>) -> Vec<Effect> {
        self.pin.wipe();
        self.deadline = None;
        answer.map(Effect::Answer).into_iter().chain([Effect::Close]).collect()
    }

    fn field(&self) -> Vec<Effect> {
        let (dots, missing) = (self.pin.length(), self.missing());
        vec![Effect::Page(PageUpdate::Field { dots, missing })]
    }

    fn missing(&self) -> Missing {
        let Some(card) = self.card() else { return Missing::Card };
        match self.stage {
            _ if card.pin.is_some_and(|rule| !self.pin.is_complete(rule)) => Missing::Pin,
            Stage::Asking { last_try: LastTry::Ask { accepted: false } } => Missing::LastTry,
            Stage::Asking { .. } | Stage::Working | Stage::Ended(_) => Missing::Nothing,
        }
    }
}

impl Conversation for Consent {
    type Message = PageMessage;
    type Update = PageUpdate;

    const FILE: &'static str = "consent.html";
    const ON_TOP: bool = true;
    const SIZE: Size = Size::OfContent { width: 460 };

    fn title(&self) -> &str {
        &self.prompt.labels.title
    }

    fn parse(text: &str) -> Option<PageMessage> {
        PageMessage::parse(text)
    }

    fn is_yes(message: &PageMessage) -> bool {
        matches!(message, PageMessage::Confirm)
    }

    fn handle(&mut self, event: Event, now: Instant) -> Vec<Effect> {
        let mut effects = match event {
            Event::Page(message) => self.page_said(message, now),
            Event::Covered => vec![Effect::Page(PageUpdate::Covered)],
            Event::Order(order) => self.ordered(order, now),
            Event::Tick => self.ticked(now),
            Event::FrameClosed => self.closed(),
            Event::ParentGone => self.end(None),
        };
        if self.gate.settle(now) && !self.gate_shown_open {
            self.gate_shown_open = true;
            effects.push(Effect::Page(PageUpdate::Ready));
        }
        if self.page == Page::Blank {
            effects.retain(|effect| !matches!(effect, Effect::Page(_)));
        }
        effects
    }

    fn next_tick(&self) -> Option<Instant> {
        let opens_at = self.gate.opens_at().filter(|_| !self.gate_shown_open);
        [opens_at, self.deadline].into_iter().flatten().min()
    }
}

/// Which of the cards it is about.
enum Choice {
    /// There are several, and the person has to say.
    Open,
    /// This one; there may be others to choose.
    Made(u8),
    /// The person agreed with this one, and no other one is asked about any more.
    Used(u8),
}

enum Stage {
    Asking { last_try: LastTry },
    Working,
    Ended(Ending),
}

enum LastTry {
    /// More than one try is left, or nobody knows.
    DoNotAsk,
    /// One is left: it is used only after an explicit yes.
    Ask { accepted: bool },
}

#[derive(PartialEq, Eq)]
enum Page {
    Blank,
    Loaded,
    Painted,
}

fn asking(tries_left: Option<u8>) -> Stage {
    let last_try = match tries_left {
        Some(0 | 1) => LastTry::Ask { accepted: false },
        Some(2..) | None => LastTry::DoNotAsk,
    };
    Stage::Asking { last_try }
}

fn patience(prompt: &Prompt) -> Duration {
    Duration::from_secs(u64::from(prompt.seconds))
}

#[cfg(test)]
mod tests;
