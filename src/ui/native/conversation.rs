//! Which box follows which. The rules are the window's: a card is chosen before the PIN is typed,
//! the last try needs a yes of its own, only a complete PIN agrees, and whatever is not a yes is a no.

use std::sync::mpsc::Receiver;

use ankong_dialog::{Answer, Card, Ending, FrameError, Order, PinRule, Prompt};
use ankong_platform::native_box::{NativeBox, Pressed};
use zeroize::Zeroizing;

use super::{Boxes, NoBox, words};

/// One question, and what it is asked with.
pub(super) struct Conversation<'a> {
    pub(super) prompt: &'a Prompt,
    pub(super) orders: &'a Receiver<Order>,
    pub(super) say: &'a mut dyn FnMut(&Answer) -> Result<(), FrameError>,
    pub(super) boxes: &'a mut dyn Boxes,
}

/// What the person did with a box, or with several in a row.
enum Said<T> {
    Yes(T),
    No,
    Nothing,
}

impl Conversation<'_> {
    /// Asks until there is an answer that the resident program has no more to say about.
    pub(super) fn hold(&mut self) -> Result<(), NoBox> {
        let question = words::question(self.prompt)?;
        let card = match self.choose(&question)? {
            Said::Yes(card) => card,
            Said::No => return Ok((self.say)(&Answer::Declined)?),
            Said::Nothing => return Ok((self.say)(&Answer::TimedOut)?),
        };
        let Some(chosen) = self.prompt.card(card).cloned() else {
            return Err(NoBox::NothingToAsk);
        };
        let question = format!("{question}\n\n{}", words::holder(self.prompt, &chosen));
        let (mut tries, mut tries_left) = (chosen.tries.clone(), chosen.tries_left);
        let mut alert: Option<String> = None;
        loop {
            let text = format!("{question}\n{tries}");
            let last_try = matches!(tries_left, Some(0 | 1));
            let answer = match self.ask(&text, alert.as_deref(), &chosen, last_try)? {
                Said::Yes(pin) => Answer::Agreed { card, pin, last_try_accepted: last_try },
                Said::No => Answer::Declined,
                Said::Nothing => Answer::TimedOut,
            };
            (self.say)(&answer)?;
            if !matches!(answer, Answer::Agreed { .. }) {
                return Ok(());
            }
            match self.orders.recv() {
                Ok(Order::WrongPin(wrong)) => {
                    (tries, tries_left, alert) =
                        (wrong.tries, wrong.tries_left, Some(wrong.message));
                }
                Ok(Order::End(ending)) => return self.end(&ending),
                Ok(_) | Err(_) => return Ok(()),
            }
        }
    }

    /// The number of the card: at once where there is only one.
    fn choose(&mut self, question: &str) -> Result<Said<u8>, NoBox> {
        let prompt = self.prompt;
        let labels = &prompt.labels;
        if prompt.others.is_empty() {
            return Ok(Said::Yes(0));
        }
        let count = u8::try_from(1 + prompt.others.len()).unwrap_or(u8::MAX);
        for number in (0..count).cycle().take(MOST_LOOKS) {
            let Some(card) = prompt.card(number) else { continue };
            let holder = words::holder(prompt, card);
            let text =
                format!("{question}\n\n{} ({}/{count})\n{holder}", labels.choose, number + 1);
            let (another, is_last) = (Some(labels.other_card.as_str()), number + 1 == count);
            let only = plain(prompt, &text);
            let shown = match (self.boxes.have_three_buttons(), is_last) {
                (true, _) => NativeBox { other: another, ..only },
                (false, false) => NativeBox { no: another, ..only },
                (false, true) => only,
            };
            match self.show(&shown)? {
                Pressed::Yes(_) => return Ok(Said::Yes(number)),
                Pressed::Other => {}
                Pressed::No if shown.no == another => {}
                Pressed::No => return Ok(Said::No),
                Pressed::Nothing => return Ok(Said::Nothing),
            }
        }
        Ok(Said::Nothing)
    }

    /// The PIN, or an empty one where none is typed here.
    fn ask(
        &mut self,
        text: &str,
        alert: Option<&str>,
        card: &Card,
        last_try: bool,
    ) -> Result<Said<Zeroizing<Vec<u8>>>, NoBox> {
        let prompt = self.prompt;
        if last_try {
            let warned = format!("{text}\n\n{}", prompt.labels.last_try);
            match self.show(&NativeBox { alert, ..plain(prompt, &warned) })? {
                Pressed::Yes(_) => {}
                Pressed::No | Pressed::Other => return Ok(Said::No),
                Pressed::Nothing => return Ok(Said::Nothing),
            }
        }
        let label = card.pin_label.as_str();
        let without = format!("{text}\n\n{label}");
        let mut alert = alert;
        for _ in 0..MOST_LOOKS {
            let shown = match card.pin {
                Some(_) => NativeBox { field: Some(label), alert, ..plain(prompt, text) },
                None => NativeBox { alert, ..plain(prompt, &without) },
            };
            match (self.show(&shown)?, card.pin) {
                (Pressed::Yes(pin), Some(rule)) if is_complete(&pin, rule) => {
                    return Ok(Said::Yes(pin));
                }
                (Pressed::Yes(_), Some(_)) => alert = Some(label),
                (Pressed::Yes(_), None) => return Ok(Said::Yes(Zeroizing::default())),
                (Pressed::No | Pressed::Other, _) => return Ok(Said::No),
                (Pressed::Nothing, _) => return Ok(Said::Nothing),
            }
        }
        Ok(Said::Nothing)
    }

    /// Shows how it ended, where there is something to read.
    fn end(&mut self, ending: &Ending) -> Result<(), NoBox> {
        let prompt = self.prompt;
        if !ending.silent {
            let text = format!("{}\n\n{}\n\n{}", ending.message, ending.remedy, ending.code);
            let close = prompt.labels.close.as_str();
            let shown = match &ending.place {
                Some(place) => NativeBox { yes: place, no: Some(close), ..plain(prompt, &text) },
                None => NativeBox { yes: close, no: None, ..plain(prompt, &text) },
            };
            if let (Pressed::Yes(_), Some(_)) = (self.show(&shown)?, &ending.place) {
                (self.say)(&Answer::Visit)?;
            }
        }
        Ok(())
    }

    fn show(&mut self, shown: &NativeBox<'_>) -> Result<Pressed, NoBox> {
        let mut told = Ok(());
        let mut seen = || told = (self.say)(&Answer::Painted);
        let pressed = self.boxes.show(shown, &mut seen)?;
        told?;
        Ok(pressed)
    }
}

/// Boxes for one question; somebody who presses so often wants something else.
const MOST_LOOKS: usize = 64;

fn plain<'a>(prompt: &'a Prompt, text: &'a str) -> NativeBox<'a> {
    let labels = &prompt.labels;
    NativeBox {
        title: &labels.title,
        alert: None,
        text,
        field: None,
        yes: &labels.confirm,
        other: None,
        no: Some(&labels.decline),
        seconds: prompt.seconds,
    }
}

/// As the window counts: printable ASCII without the blank.
fn is_complete(pin: &[u8], rule: PinRule) -> bool {
    let length = u8::try_from(pin.len()).unwrap_or(u8::MAX);
    (rule.min..=rule.max).contains(&length) && pin.iter().all(u8::is_ascii_graphic)
}
