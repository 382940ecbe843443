//! The panel in boxes: the views of a page one after another, and what the person agrees to on them.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use ankong_dialog::{Answer, FrameError, Order, Panel, Pressed as Chosen};
use ankong_platform::native_box::{NativeBox, Pressed};

use super::views::{Offer, View, short, views};
use super::{Boxes, NoBox};

/// The panel, and what it is shown with.
pub(super) struct Pages<'a> {
    pub(super) orders: &'a Receiver<Order>,
    pub(super) say: &'a mut dyn FnMut(&Answer) -> Result<(), FrameError>,
    pub(super) boxes: &'a mut dyn Boxes,
}

/// What the person did with a view.
#[derive(Clone, Copy)]
enum Did {
    Agree,
    GoOn,
    Close,
}

impl Pages<'_> {
    /// Shows views until the person closes one.
    pub(super) fn hold(&mut self, panel: Panel) -> Result<(), NoBox> {
        (self.say)(&Answer::Coming)?;
        let mut panel = self.newest(panel);
        let mut at = 0;
        for _ in 0..MOST_LOOKS {
            let views = views(&panel);
            at = at.min(views.len().saturating_sub(1)); // a page can become shorter
            let Some(view) = views.get(at) else { return Ok(()) };
            let at_end = at + 1 == views.len();
            let next = match (self.look_at(&panel, view, views.len() > 1, at_end)?, view.offer) {
                (Did::Close, _) => return Ok(()),
                (Did::Agree, Some(offer)) => self.agree(&panel, view, offer)?,
                (Did::Agree, None) | (Did::GoOn, _) => {
                    let next = self.newest(panel.clone());
                    // What has changed meanwhile is looked at first.
                    if same_place(&next, at, view) {
                        at = if at_end { 0 } else { at + 1 };
                    }
                    next
                }
            };
            // The place stays on the same page.
            at = if next.heading == panel.heading { at } else { 0 };
            panel = next;
        }
        Ok(())
    }

    /// Shows a view with the buttons that fit it. Enter presses the first one.
    fn look_at(
        &mut self,
        panel: &Panel,
        view: &View,
        several: bool,
        at_end: bool,
    ) -> Result<Did, NoBox> {
        let agree = (&*panel.confirm, Did::Agree);
        let on = (&*panel.next, Did::GoOn);
        let close = (&*panel.close, Did::Close);
        // Without a third button the way to the end is through all views.
        let away = if at_end { close } else { on };
        let Some(offer) = view.offer else {
            return match several {
                true => self.show(panel, view, on, None, Some(close)),
                false => self.show(panel, view, close, None, None),
            };
        };
        match (self.boxes.have_three_buttons(), offer.by_enter) {
            (true, true) => self.show(panel, view, agree, Some(on), Some(close)),
            (true, false) => self.show(panel, view, on, Some(agree), Some(close)),
            (false, true) => self.show(panel, view, agree, None, Some(away)),
            // Escape presses the second one, so another box makes sure.
            (false, false) => match self.show(panel, view, away, None, Some(agree))? {
                Did::Agree => self.show(panel, view, agree, None, Some(close)),
                other => Ok(other),
            },
        }
    }

    /// Each button by what stands on it and what it does.
    fn show(
        &mut self,
        panel: &Panel,
        view: &View,
        yes: (&str, Did),
        other: Option<(&str, Did)>,
        no: Option<(&str, Did)>,
    ) -> Result<Did, NoBox> {
        let notice = panel.notice.as_deref().map(short);
        let shown = NativeBox {
            title: &panel.title,
            alert: notice.as_deref(),
            text: &view.text,
            field: None,
            yes: yes.0,
            other: other.map(|(label, _)| label),
            no: no.map(|(label, _)| label),
            seconds: SECONDS,
        };
        let mut told = Ok(());
        let pressed = self.boxes.show(&shown, &mut || told = (self.say)(&Answer::Painted))?;
        told?;
        let did = match pressed {
            Pressed::Yes(_) => Some(yes),
            Pressed::Other => other,
            Pressed::No => no,
            Pressed::Nothing => None,
        };
        Ok(did.map_or(Did::Close, |(_, did)| did))
    }

    /// Tells what was agreed to, as the newest panel numbers it, and gives what stands there when it is done.
    /// Where it is no longer to be had, nothing is told: the person looks again.
    fn agree(&mut self, panel: &Panel, view: &View, offer: Offer) -> Result<Panel, NoBox> {
        let mut newest = self.newest(panel.clone());
        let same = views(&newest).into_iter().find(|other| other.text == view.text);
        let now = same.and_then(|same| same.offer).filter(|now| now.by_enter == offer.by_enter);
        let Some(Offer { action, .. }) = now else { return Ok(newest) };
        (self.say)(&Answer::Pressed(Chosen { serial: newest.serial, action }))?;
        let begun = Instant::now();
        loop {
            match self.orders.recv_timeout(PATIENCE.saturating_sub(begun.elapsed())) {
                Ok(Order::Panel(next)) => newest = self.newest(*next),
                Ok(_) | Err(RecvTimeoutError::Timeout) => return Ok(newest),
                Err(RecvTimeoutError::Disconnected) => return Err(NoBox::NothingToAsk),
            }
            // A box would stand before what the system asks the person.
            if !newest.doing {
                return Ok(newest);
            }
        }
    }

    /// What has come meanwhile. A box cannot be written on again, so a page has a moment to become whole.
    fn newest(&self, mut panel: Panel) -> Panel {
        let begun = Instant::now();
        loop {
            while let Ok(order) = self.orders.try_recv() {
                if let Order::Panel(newer) = order {
                    panel = *newer;
                }
            }
            let left = LOOKING.saturating_sub(begun.elapsed());
            let wait = if panel.looking { left } else { left.min(MOMENT) };
            match self.orders.recv_timeout(wait) {
                Ok(Order::Panel(newer)) => panel = *newer,
                Ok(_) | Err(_) => return panel,
            }
        }
    }
}

fn same_place(panel: &Panel, at: usize, view: &View) -> bool {
    views(panel).get(at).is_some_and(|there| there == view)
}

/// A box that nobody looks at goes away by itself.
const SECONDS: u16 = 900;
/// Without anything new a page is whole; one on which something is still looked for is shown all the same
/// when that takes longer.
const MOMENT: Duration = Duration::from_millis(300);
const LOOKING: Duration = Duration::from_secs(3);
/// Until something has come of an agreement; the system may ask the person something of its own.
const PATIENCE: Duration = Duration::from_secs(120);
/// Boxes one after another; somebody who presses so often wants something else.
const MOST_LOOKS: usize = 1000;

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::mpsc::{Sender, channel};
    use std::thread;

    use zeroize::Zeroizing;

    use ankong_dialog::{Look, Section};

    use super::*;

    /// Somebody who presses this on one box after the other, and then closes.
    struct Person {
        presses: VecDeque<Press>,
        three_buttons: bool,
        orders: Sender<Order>,
        seen: Vec<Seen>,
    }

    /// A press, and the panels that have come meanwhile.
    type Press = (Pressed, Vec<Panel>);

    #[derive(Debug, Clone, PartialEq, Eq)]
    struct Seen {
        notice: String,
        text: String,
        yes: String,
        other: Option<String>,
        no: Option<String>,
    }

    impl Boxes for Person {
        fn have_three_buttons(&self) -> bool {
            self.three_buttons
        }

        fn show(&mut self, shown: &NativeBox<'_>, _: &mut dyn FnMut()) -> Result<Pressed, NoBox> {
            self.seen.push(Seen {
                notice: shown.alert.unwrap_or_default().to_owned(),
                text: shown.text.to_owned(),
                yes: shown.yes.to_owned(),
                other: shown.other.map(str::to_owned),
                no: shown.no.map(str::to_owned),
            });
            let (pressed, meanwhile) =
                self.presses.pop_front().unwrap_or((Pressed::Nothing, Vec::new()));
            for panel in meanwhile {
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
    fn hold(panel: &Panel, presses: Vec<Press>, then: &Panel) -> (Vec<Seen>, Vec<Chosen>) {
        hold_with(true, panel, presses, then)
    }

    fn hold_with(
        three_buttons: bool,
        panel: &Panel,
        presses: Vec<Press>,
        then: &Panel,
    ) -> (Vec<Seen>, Vec<Chosen>) {
        let (sender, orders) = channel();
        let (presses, seen) = (presses.into(), Vec::new());
        let mut boxes = Person { presses, three_buttons, orders: sender.clone(), seen };
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

    fn yes() -> Press {
        (Pressed::Yes(Zeroizing::default()), Vec::new())
    }

    fn other() -> Press {
        (Pressed::Other, Vec::new())
    }

    #[test]
    fn one_view_follows_the_other_and_nothing_is_told_until_one_is_agreed_to() {
        let page = page("settings");
        let goes_on =
            |view: &View| if view.offer.is_some_and(|it| it.by_enter) { other() } else { yes() };
        let presses = views(&page).iter().map(goes_on).collect();
        let (seen, told) = hold(&page, presses, &page);
        assert_eq!(seen.len(), views(&page).len() + 1);
        assert_eq!(seen.first(), seen.last(), "after the last one the first");
        assert!(told.is_empty());
    }

    #[test]
    fn what_is_agreed_to_is_told_as_the_newest_panel_numbers_it_and_what_came_of_it_is_shown() {
        let page = page("settings");
        let mut newer = Panel { serial: page.serial + 20, ..page.clone() };
        newer.sections.remove(0); // so that every number belongs to another button
        for (at, action) in numbers(&mut newer).enumerate() {
            *action = u16::try_from(at).unwrap();
        }
        let then = Panel { notice: Some("好了".into()), ..newer.clone() };
        let asked = views(&page).iter().position(|view| view.text.contains("登入時啟動"));
        let mut presses: Vec<_> = (0..asked.unwrap()).map(|_| yes()).collect();
        // However many have come before it.
        let mut meanwhile: Vec<_> =
            (1..20).map(|n| Panel { serial: page.serial + n, ..page.clone() }).collect();
        meanwhile.push(newer.clone());
        presses.push((other().0, meanwhile));
        let (seen, told) = hold(&page, presses, &then);
        assert_eq!(told, [Chosen { serial: newer.serial, action: 0 }]);
        assert_eq!(seen.last().unwrap().notice, "好了");
    }

    fn numbers(panel: &mut Panel) -> impl Iterator<Item = &mut u16> {
        let actions = panel.sections.iter_mut().flat_map(|section| &mut section.actions);
        let numbers = actions.map(|action| &mut action.number);
        numbers.chain(panel.tabs.iter_mut().map(|tab| &mut tab.action))
    }

    #[test]
    fn what_is_no_longer_to_be_had_is_not_told_and_a_page_that_became_shorter_goes_on() {
        let page = page("sites");
        let newer = Panel { serial: page.serial + 1, sections: Vec::new(), ..page.clone() };
        let (seen, told) =
            hold(&page, vec![(Pressed::Other, vec![newer.clone()]), other(), other()], &page);
        let tabs: std::collections::BTreeSet<_> = seen[1..].iter().map(|seen| &seen.text).collect();
        assert_eq!(tabs.len(), 3, "{seen:?}");
        assert!(seen[0].text.contains("https://portal.example"), "{seen:?}");
        assert!(told.is_empty());
        assert!(!seen[1].text.contains("https://portal.example"), "{seen:?}");
    }

    #[test]
    fn what_gives_something_away_takes_more_than_enter() {
        let page = page("sites");
        for name in ["sites", "status", "settings", "first-run-2"] {
            let page = self::page(name);
            let presses = views(&page).iter().map(|_| yes()).collect();
            let (seen, told) = hold(&page, presses, &page);
            let tabs = page.tabs.iter().map(|tab| tab.action);
            let next = page.foot.iter().filter(|action| action.look == Look::Primary);
            let turns: Vec<_> = tabs.chain(next.map(|action| action.number)).collect();
            assert!(seen.len() > 1);
            assert!(told.iter().all(|told| turns.contains(&told.action)), "{name}: {told:?}");
        }
        let (seen, told) = hold(&page, vec![other()], &page);
        assert_eq!((&seen[0].yes, seen[0].other.as_ref()), (&page.next, Some(&page.confirm)));
        assert_eq!(told.len(), 1);
        let no = || (Pressed::No, Vec::new());
        let (seen, told) = hold_with(false, &page, vec![yes(), no(), yes()], &page);
        assert_eq!((&seen[1].yes, seen[1].no.as_ref()), (&page.next, Some(&page.confirm)));
        assert_eq!((&seen[2].yes, seen[2].no.as_ref()), (&page.confirm, Some(&page.close)));
        assert_eq!((told.len(), &seen[1].text), (1, &seen[2].text));
        let (_, told) = hold_with(false, &page, vec![yes(), no(), no()], &page);
        assert!(told.is_empty(), "Escape twice");
    }

    #[test]
    fn what_was_still_looked_for_is_shown_before_what_follows_it() {
        let found = page("check");
        let mut looking = Panel { looking: true, ..found.clone() };
        looking.sections.truncate(1);
        looking.sections[0] =
            Section { text: vec!["正在檢查…".into()], ..Section::default() };
        let first = views(&found).remove(0).text;
        // It came in time for the first box.
        let (sender, orders) = channel();
        let late = Order::Panel(Box::new(found.clone()));
        let in_time = sender.clone();
        thread::spawn(move || {
            thread::sleep(2 * MOMENT);
            in_time.send(late).unwrap();
        });
        let mut boxes = Person {
            presses: VecDeque::new(),
            three_buttons: true,
            orders: sender,
            seen: Vec::new(),
        };
        let say: &mut dyn FnMut(&Answer) -> _ = &mut |_| Ok(());
        Pages { orders: &orders, say, boxes: &mut boxes }.hold(looking.clone()).unwrap();
        assert_eq!(boxes.seen[0].text, first);
        // Or only while a person read that something is looked for.
        let shown = Panel { looking: false, ..looking };
        let (seen, _) = hold(&shown, vec![(Pressed::Other, vec![found.clone()])], &found);
        assert_eq!(seen[1].text, first, "{seen:?}");
    }

    #[test]
    fn no_box_stands_before_what_the_system_asks() {
        let page = page("settings");
        let doing = Panel { doing: true, ..page.clone() };
        let done = Panel { notice: Some("好了".into()), ..page.clone() };
        let (sender, orders) = channel();
        let (presses, seen) = (VecDeque::from([other()]), Vec::new());
        let mut boxes = Person { presses, three_buttons: true, orders: sender.clone(), seen };
        let say: &mut dyn FnMut(&Answer) -> _ = &mut |answer: &Answer| {
            if matches!(answer, Answer::Pressed(_)) {
                let (sender, done) = (sender.clone(), done.clone());
                sender.send(Order::Panel(Box::new(doing.clone()))).unwrap();
                thread::spawn(move || {
                    thread::sleep(3 * MOMENT);
                    sender.send(Order::Panel(Box::new(done))).unwrap();
                });
            }
            Ok(())
        };
        Pages { orders: &orders, say, boxes: &mut boxes }.hold(page).unwrap();
        assert_eq!((boxes.seen.len(), boxes.seen[1].notice.as_str()), (2, "好了"));
    }

    #[test]
    fn where_boxes_have_two_buttons_every_view_is_seen_and_the_last_one_closes() {
        let goes_on = |view: &View| match view.offer {
            Some(Offer { by_enter: true, .. }) => (Pressed::No, Vec::new()),
            Some(_) | None => yes(),
        };
        // The last one turns to a page, or back, which Enter does not.
        for page in ["settings", "first-run-2"].map(page) {
            let presses = views(&page).iter().map(goes_on).collect();
            let (seen, told) = hold_with(false, &page, presses, &page);
            assert_eq!((seen.len(), told.len()), (views(&page).len(), 0));
            assert!(seen.iter().all(|seen| seen.other.is_none()));
            let last = seen.last().unwrap();
            assert!(last.yes == page.close || last.no.as_ref() == Some(&page.close), "{last:?}");
        }
    }

    #[test]
    fn a_page_that_is_only_to_be_read_has_one_button() {
        let text = Section { text: vec!["沒有問題".into()], ..Section::default() };
        let page =
            Panel { sections: vec![text], tabs: Vec::new(), foot: Vec::new(), ..page("check") };
        let (seen, told) = hold(&page, vec![yes()], &page);
        assert_eq!(seen.len(), 1);
        assert_eq!((&seen[0].yes, seen[0].no.as_ref()), (&page.close, None));
        assert!(told.is_empty());
    }
}
