//! The panel in boxes: the views of a page one after another, and what the person agrees to on them.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use ankong_dialog::{Answer, FrameError, Order, Panel, Pressed as Chosen};
use ankong_platform::native_box::{NativeBox, Pressed};

use super::views::{View, short, views};
use super::{Boxes, NoBox};

/// The panel, and what it is shown with.
pub(super) struct Pages<'a> {
    pub(super) orders: &'a Receiver<Order>,
    pub(super) say: &'a mut dyn FnMut(&Answer) -> Result<(), FrameError>,
    pub(super) boxes: &'a mut dyn Boxes,
}

impl Pages<'_> {
    /// Shows views until the person closes one.
    pub(super) fn hold(&mut self, panel: Panel) -> Result<(), NoBox> {
        let mut panel = self.newest(panel);
        let mut at = 0;
        for _ in 0..MOST_LOOKS {
            let views = views(&panel);
            let Some(view) = views.get(at).or_else(|| views.first()) else { return Ok(()) };
            let several = views.len() > 1;
            match (self.show(&panel, view, several)?, view.action) {
                (Pressed::No | Pressed::Nothing, _) => return Ok(()),
                (Pressed::Yes(_), Some(_)) => {
                    let next = self.press(&panel, view)?;
                    // The place stays on the same page.
                    at = if next.heading == panel.heading { at } else { 0 };
                    panel = next;
                }
                (Pressed::Yes(_), None) if !several => return Ok(()),
                (Pressed::Yes(_), None) | (Pressed::Other, _) => {
                    at = (at + 1) % views.len();
                    panel = self.newest(panel);
                }
            }
        }
        Ok(())
    }

    fn show(&mut self, panel: &Panel, view: &View, several: bool) -> Result<Pressed, NoBox> {
        let (close, next) = (panel.close.as_str(), panel.next.as_str());
        let (yes, other, no) = match (view.action, several) {
            (Some(_), true) => (panel.confirm.as_str(), Some(next), Some(close)),
            (Some(_), false) => (panel.confirm.as_str(), None, Some(close)),
            (None, true) => (next, None, Some(close)),
            (None, false) => (close, None, None),
        };
        let notice = panel.notice.as_deref().map(short);
        let shown = NativeBox {
            title: &panel.title,
            alert: notice.as_deref(),
            text: &view.text,
            field: None,
            yes,
            other,
            no,
            seconds: SECONDS,
        };
        let mut told = Ok(());
        let pressed = self.boxes.show(&shown, &mut || told = (self.say)(&Answer::Painted))?;
        told?;
        Ok(pressed)
    }

    /// Tells what was agreed to, as the newest panel numbers it, and gives what stands there then.
    /// Where it is no longer to be had, nothing is told: the person looks again.
    fn press(&mut self, panel: &Panel, view: &View) -> Result<Panel, NoBox> {
        let newest = self.newest(panel.clone());
        let same = views(&newest).into_iter().find(|other| other.text == view.text);
        let Some(action) = same.and_then(|same| same.action) else { return Ok(newest) };
        (self.say)(&Answer::Pressed(Chosen { serial: newest.serial, action }))?;
        match self.orders.recv_timeout(PATIENCE) {
            Ok(Order::Panel(next)) => Ok(self.newest(*next)),
            Ok(_) | Err(RecvTimeoutError::Timeout) => Ok(newest),
            Err(RecvTimeoutError::Disconnected) => Err(NoBox::NothingToAsk),
        }
    }

    /// What has come meanwhile. A box cannot be written on again, so a page has a moment to become whole.
    fn newest(&self, panel: Panel) -> Panel {
        let orders = std::iter::from_fn(|| self.orders.recv_timeout(MOMENT).ok());
        orders.take(MOST_NEWER).fold(panel, |panel, order| match order {
            Order::Panel(newer) => *newer,
            _ => panel,
        })
    }
}

/// A box that nobody looks at goes away by itself.
const SECONDS: u16 = 900;
/// Without anything new a page is whole; and more panels than one thing that happened brings.
const MOMENT: Duration = Duration::from_millis(300);
const MOST_NEWER: usize = 8;
/// Until something has come of an agreement; the system may ask the person something of its own.
const PATIENCE: Duration = Duration::from_secs(120);
/// Boxes one after another; somebody who presses so often wants something else.
const MOST_LOOKS: usize = 1000;

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::mpsc::{Sender, channel};

    use zeroize::Zeroizing;

    use ankong_dialog::Section;

    use super::*;

    /// A person who presses this on one box after the other, and then closes; meanwhile a panel may come.
    struct Person {
        presses: VecDeque<(Pressed, Option<Panel>)>,
        orders: Sender<Order>,
        /// The notice, the text, and what Enter does.
        seen: Vec<[String; 3]>,
    }

    impl Boxes for Person {
        fn show(&mut self, shown: &NativeBox<'_>, _: &mut dyn FnMut()) -> Result<Pressed, NoBox> {
            let notice = shown.alert.unwrap_or_default();
            self.seen.push([notice, shown.text, shown.yes].map(str::to_owned));
            let (pressed, meanwhile) = self.presses.pop_front().unwrap_or((Pressed::No, None));
            if let Some(panel) = meanwhile {
                self.orders.send(Order::Panel(Box::new(panel))).unwrap();
            }
            Ok(pressed)
        }
    }

    fn page(name: &str) -> Panel {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/panel/");
        let text = std::fs::read_to_string(format!("{folder}{name}-zh-TW.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// What was on the boxes, and what was told; to everything told `then` is the answer.
    fn hold(
        panel: &Panel,
        presses: Vec<(Pressed, Option<Panel>)>,
        then: &Panel,
    ) -> (Vec<[String; 3]>, Vec<Chosen>) {
        let (sender, orders) = channel();
        let mut boxes =
            Person { presses: presses.into(), orders: sender.clone(), seen: Vec::new() };
        let mut told = Vec::new();
        let mut say = |answer: &Answer| {
            if let Answer::Pressed(chosen) = answer {
                told.push(*chosen);
                sender.send(Order::Panel(Box::new(then.clone()))).unwrap();
            }
            Ok(())
        };
        Pages { orders: &orders, say: &mut say, boxes: &mut boxes }.hold(panel.clone()).unwrap();
        (boxes.seen, told)
    }

    fn yes() -> Pressed {
        Pressed::Yes(Zeroizing::default())
    }

    #[test]
    fn one_view_follows_the_other_and_nothing_is_told_until_one_is_agreed_to() {
        let page = page("settings");
        let count = views(&page).len();
        let presses = (0..count).map(|_| (Pressed::Other, None)).collect();
        let (seen, told) = hold(&page, presses, &page);
        assert_eq!(seen.len(), count + 1);
        assert_eq!(seen.first(), seen.last(), "after the last one the first");
        assert!(told.is_empty());
    }

    #[test]
    fn what_is_agreed_to_is_told_as_the_newest_panel_numbers_it_and_what_came_of_it_is_shown() {
        let page = page("settings");
        let mut newer = Panel { serial: page.serial + 1, ..page.clone() };
        newer.sections.remove(0); // so that every number belongs to another button
        for (at, action) in [&mut newer].into_iter().flat_map(numbers).enumerate() {
            *action = u16::try_from(at).unwrap();
        }
        let then = Panel { notice: Some("好了".into()), ..newer.clone() };
        let asked = views(&page).into_iter().position(|view| view.text.contains("登入時啟動"));
        let mut presses: Vec<_> = (0..asked.unwrap()).map(|_| (Pressed::Other, None)).collect();
        presses.push((yes(), Some(newer.clone())));
        let (seen, told) = hold(&page, presses, &then);
        assert_eq!(told, [Chosen { serial: newer.serial, action: 0 }]);
        assert_eq!(seen.last().unwrap()[0], "好了");
    }

    fn numbers(panel: &mut Panel) -> impl Iterator<Item = &mut u16> {
        let actions = panel.sections.iter_mut().flat_map(|section| &mut section.actions);
        let numbers = actions.map(|action| &mut action.number);
        numbers.chain(panel.tabs.iter_mut().map(|tab| &mut tab.action))
    }

    #[test]
    fn what_is_no_longer_to_be_had_is_not_told() {
        let page = page("sites");
        let newer = Panel { serial: page.serial + 1, sections: Vec::new(), ..page.clone() };
        let (seen, told) = hold(&page, vec![(yes(), Some(newer))], &page);
        assert!(seen[0][1].contains("https://portal.example"), "{seen:?}");
        assert!(told.is_empty());
        assert!(!seen[1][1].contains("https://portal.example"), "{seen:?}");
    }

    #[test]
    fn a_page_that_is_only_to_be_read_has_one_button() {
        let text = Section { text: vec!["沒有問題".into()], ..Section::default() };
        let page =
            Panel { sections: vec![text], tabs: Vec::new(), foot: Vec::new(), ..page("check") };
        let (seen, told) = hold(&page, vec![(yes(), None)], &page);
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0][2], page.close);
        assert!(told.is_empty());
    }
}
