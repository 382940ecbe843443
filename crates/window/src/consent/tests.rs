use ankong_dialog::{Card, Labels, PinRule};

use super::*;
use crate::key_gate::QUIET;

/// A consent with its clock, and the means to press and look.
struct Desk {
    consent: Consent,
    now: Instant,
}

impl Desk {
    /// Asked, loaded, painted and quiet for long enough.
    fn ready(tries_left: Option<u8>) -> Self {
        let mut desk = Self::asked(tries_left);
        desk.page(PageMessage::Loaded);
        desk.page(PageMessage::Painted);
        desk.page(PageMessage::Focused);
        desk.wait(QUIET);
        desk
    }

    fn asked(tries_left: Option<u8>) -> Self {
        let now = Instant::now();
        Self { consent: Consent::new(prompt(tries_left), now), now }
    }

    fn wait(&mut self, time: Duration) {
        self.now += time;
    }

    fn page(&mut self, message: PageMessage) -> Vec<Effect> {
        self.consent.handle(Event::Page(message), self.now)
    }

    fn order(&mut self, order: Order) -> Vec<Effect> {
        self.consent.handle(Event::Order(order), self.now)
    }

    fn event(&mut self, event: Event) -> Vec<Effect> {
        self.consent.handle(event, self.now)
    }

    fn type_pin(&mut self, pin: &str) {
        for character in pin.chars() {
            self.page(PageMessage::Key(character));
        }
    }

    fn wrong(&mut self, tries_left: u8) -> Vec<Effect> {
        self.order(Order::WrongPin(WrongPin {
            message: "PIN 碼不對。".into(),
            tries: format!("還可以試 {tries_left} 次"),
            tries_left: Some(tries_left),
        }))
    }
}

#[test]
fn enter_agrees_only_with_a_complete_pin() {
    let mut desk = Desk::ready(Some(3));
    desk.type_pin("12345");
    assert_eq!(shown(&desk.page(PageMessage::Confirm)), [field(5, Missing::Pin)]);
    desk.type_pin("6");
    let effects = desk.page(PageMessage::Confirm);
    assert_eq!(agreed(&effects), Some((b"123456".to_vec(), false)));
    assert_eq!(shown(&effects), [PageUpdate::Working]);
}

#[test]
fn a_pin_for_the_readers_keys_is_not_typed_here() {
    let now = Instant::now();
    let without = Card { pin: None, ..card(Some(2)) };
    let prompt = Prompt { card: without, ..prompt(None) };
    let mut desk = Desk { consent: Consent::new(prompt, now), now };
    let opened = desk.page(PageMessage::Loaded);
    assert!(matches!(shown(&opened)[..], [PageUpdate::Ask { .. }, PageUpdate::Field { .. }]));
    assert_eq!(shown(&opened)[1], field(0, Missing::Nothing));
    desk.page(PageMessage::Painted);
    desk.page(PageMessage::Focused);
    desk.wait(QUIET);
    desk.type_pin("123456");
    assert_eq!(agreed(&desk.page(PageMessage::Confirm)), Some((Vec::new(), false)));
    desk.wrong(1);
    assert_eq!(agreed(&desk.page(PageMessage::Confirm)), None);
    desk.page(PageMessage::LastTry(true));
    assert_eq!(agreed(&desk.page(PageMessage::Confirm)), Some((Vec::new(), true)));
}

#[test]
fn while_it_is_covered_nothing_is_confirmed_and_the_page_says_why() {
    let mut desk = Desk::ready(Some(3));
    desk.type_pin("123456");
    let effects = desk.event(Event::Covered);
    assert_eq!((ends_with(&effects).as_str(), shown(&effects)), ("", vec![PageUpdate::Covered]));
    assert_eq!(agreed(&desk.page(PageMessage::Confirm)), Some((b"123456".to_vec(), false)));
}

#[test]
fn the_field_shows_as_many_dots_as_there_are_characters() {
    let mut desk = Desk::ready(None);
    desk.type_pin("12345678");
    assert_eq!(shown(&desk.page(PageMessage::Key('9'))), [field(8, Missing::Nothing)]);
    assert_eq!(shown(&desk.page(PageMessage::Erase)), [field(7, Missing::Nothing)]);
    assert_eq!(shown(&desk.page(PageMessage::EraseAll)), [field(0, Missing::Pin)]);
    assert_eq!(shown(&desk.page(PageMessage::Key('壹'))), [field(0, Missing::Pin)]);
}

#[test]
fn escape_and_the_button_decline_and_close() {
    let mut desk = Desk::ready(Some(3));
    desk.type_pin("123456");
    assert_eq!(ends_with(&desk.page(PageMessage::Decline)), "declined, close");
    assert_eq!(desk.consent.pin.length(), 0);
}

#[test]
fn with_several_cards_nothing_is_typed_before_one_is_chosen_and_each_has_its_own_rules() {
    let now = Instant::now();
    let short = Card { pin: Some(PinRule { min: 4, max: 4 }), ..card(Some(1)) };
    let prompt = Prompt { others: vec![short], ..prompt(Some(3)) };
    let mut desk = Desk { consent: Consent::new(prompt, now), now };
    for message in [PageMessage::Loaded, PageMessage::Painted, PageMessage::Focused] {
        desk.page(message);
    }
    desk.wait(QUIET);
    desk.type_pin("123456");
    assert_eq!(shown(&desk.page(PageMessage::Confirm)), [field(0, Missing::Card)]);
    assert!(desk.page(PageMessage::Card(2)).is_empty(), "there is no such card");

    desk.page(PageMessage::Card(0));
    desk.type_pin("123456");
    let other = PageUpdate::Card { number: 1, last_try: true };
    assert_eq!(shown(&desk.page(PageMessage::Card(1))), [other, field(0, Missing::Pin)]);
    desk.type_pin("12345");
    desk.page(PageMessage::LastTry(true));
    let effects = desk.page(PageMessage::Confirm);
    assert_eq!(agreed(&effects), Some((b"1234".to_vec(), true)));
    assert!(effects.iter().any(|e| matches!(e, Effect::Answer(Answer::Agreed { card: 1, .. }))));

    // The PIN has been sent: it is about this card from now on.
    desk.wrong(1);
    assert!(desk.page(PageMessage::Card(0)).is_empty());
    desk.type_pin("5678");
    desk.page(PageMessage::LastTry(true));
    let effects = desk.page(PageMessage::Confirm);
    assert!(effects.iter().any(|e| matches!(e, Effect::Answer(Answer::Agreed { card: 1, .. }))));
}

#[test]
fn closing_the_window_declines_until_the_pin_is_with_the_card() {
    assert_eq!(ends_with(&Desk::asked(None).event(Event::FrameClosed)), "declined, close");
    let mut desk = Desk::ready(None);
    desk.type_pin("123456");
    desk.page(PageMessage::Confirm);
    assert_eq!(ends_with(&desk.event(Event::FrameClosed)), "");
}

#[test]
fn with_one_try_left_an_explicit_yes_is_needed() {
    let mut desk = Desk::asked(Some(1));
    let opened = desk.page(PageMessage::Loaded);
    assert!(matches!(shown(&opened)[..], [PageUpdate::Ask { last_try: true, .. }, _]));
    desk.page(PageMessage::Painted);
    desk.page(PageMessage::Focused);
    desk.wait(QUIET);
    desk.type_pin("123456");
    let effects = desk.page(PageMessage::Confirm);
    assert_eq!(agreed(&effects), None);
    assert_eq!(shown(&effects), [field(6, Missing::LastTry)]);
    desk.page(PageMessage::LastTry(true));
    desk.page(PageMessage::LastTry(false));
    assert_eq!(agreed(&desk.page(PageMessage::Confirm)), None);
    desk.page(PageMessage::LastTry(true));
    assert_eq!(agreed(&desk.page(PageMessage::Confirm)), Some((b"123456".to_vec(), true)));
}

#[test]
fn a_yes_to_the_last_try_does_not_outlive_the_question_it_answered() {
    let mut desk = Desk::ready(Some(1));
    desk.type_pin("123456");
    desk.page(PageMessage::LastTry(true));
    desk.page(PageMessage::Confirm);
    desk.wrong(1);
    desk.type_pin("123456");
    assert_eq!(agreed(&desk.page(PageMessage::Confirm)), None);
}

#[test]
fn a_wrong_pin_empties_the_field_says_how_many_are_left_and_asks_again() {
    let mut desk = Desk::ready(Some(3));
    desk.type_pin("111111");
    desk.page(PageMessage::Confirm);
    let shown_then = shown(&desk.wrong(1));
    let [PageUpdate::WrongPin { wrong, last_try: true }, emptied] = &shown_then[..] else {
        panic!("{shown_then:?}");
    };
    assert_eq!(wrong.tries, "還可以試 1 次");
    assert_eq!(*emptied, field(0, Missing::Pin));
    desk.type_pin("222222");
    desk.page(PageMessage::LastTry(true));
    assert_eq!(agreed(&desk.page(PageMessage::Confirm)), Some((b"222222".to_vec(), true)));
}

#[test]
fn nothing_pressed_while_the_card_works_is_taken() {
    let mut desk = Desk::ready(Some(3));
    desk.type_pin("123456");
    desk.page(PageMessage::Confirm);
    for message in [
        PageMessage::Key('1'),
        PageMessage::Erase,
        PageMessage::Confirm,
        PageMessage::Decline,
        PageMessage::LastTry(true),
    ] {
        assert!(desk.page(message).is_empty(), "{message:?}");
    }
    assert_eq!(desk.consent.pin.length(), 0);
}

#[test]
fn keys_before_the_gate_opens_are_neither_kept_nor_answered() {
    let mut desk = Desk::asked(Some(3));
    desk.page(PageMessage::Loaded);
    desk.type_pin("123456");
    assert!(matches!(desk.page(PageMessage::Painted)[..], [Effect::Answer(Answer::Painted)]));
    desk.wait(2 * QUIET);
    desk.type_pin("123456");
    desk.page(PageMessage::Focused);
    desk.wait(QUIET / 2);
    desk.type_pin("123456");
    assert!(desk.page(PageMessage::Confirm).is_empty());
    assert!(desk.page(PageMessage::Decline).is_empty());
    desk.wait(QUIET / 2);
    assert!(desk.page(PageMessage::Touch).is_empty());
    desk.wait(QUIET);
    assert_eq!(shown(&desk.event(Event::Tick)), [PageUpdate::Ready]);
    assert_eq!(shown(&desk.page(PageMessage::Key('1'))), [field(1, Missing::Pin)]);
}

#[test]
fn a_second_painted_is_not_reported_again() {
    let mut desk = Desk::ready(None);
    assert_eq!(shown(&desk.page(PageMessage::Painted)), [PageUpdate::Ready]);
    assert!(desk.page(PageMessage::Painted).is_empty());
}

#[test]
fn a_window_that_gets_the_keyboard_back_waits_for_quiet_again() {
    let mut desk = Desk::ready(None);
    desk.type_pin("12");
    desk.page(PageMessage::Focused);
    desk.type_pin("3456");
    assert_eq!(desk.consent.pin.length(), 2);
    desk.wait(QUIET);
    desk.type_pin("3456");
    assert_eq!(desk.consent.pin.length(), 6);
}

#[test]
fn without_an_answer_the_time_runs_out() {
    let mut desk = Desk::ready(None);
    desk.wait(Duration::from_secs(118));
    assert_eq!(ends_with(&desk.event(Event::Tick)), "");
    assert_eq!(desk.consent.next_tick(), Some(desk.now + Duration::from_secs(1)));
    desk.wait(Duration::from_secs(1));
    assert_eq!(ends_with(&desk.event(Event::Tick)), "timed out, close");
}

#[test]
fn a_wrong_pin_starts_the_time_anew_and_none_runs_while_the_card_works() {
    let mut desk = Desk::ready(None);
    desk.wait(Duration::from_secs(100));
    desk.type_pin("123456");
    desk.page(PageMessage::Confirm);
    assert_eq!(desk.consent.next_tick(), None);
    desk.wait(Duration::from_secs(100));
    desk.wrong(2);
    assert_eq!(desk.consent.next_tick(), Some(desk.now + Duration::from_secs(120)));
}

#[test]
fn a_silent_end_closes_at_once() {
    let mut desk = Desk::ready(None);
    desk.type_pin("123456");
    desk.page(PageMessage::Confirm);
    assert_eq!(ends_with(&desk.order(Order::End(ending(true)))), "close");
}

#[test]
fn an_ending_with_something_to_read_stays_until_it_is_closed() {
    let mut desk = Desk::ready(None);
    let effects = desk.order(Order::End(ending(false)));
    assert_eq!(shown(&effects), [PageUpdate::End { ending: ending(false) }]);
    assert!(desk.page(PageMessage::Confirm).is_empty(), "an Enter meant for the PIN");
    assert!(desk.wrong(2).is_empty());
    desk.wait(QUIET);
    assert_eq!(ends_with(&desk.page(PageMessage::Confirm)), "close");
}

#[test]
fn the_site_of_a_remedy_can_be_asked_for_where_there_is_one_and_the_ending_stays() {
    for (place, said) in [(None, ""), (Some("開啟網站".to_owned()), "visit")] {
        let mut desk = Desk::ready(None);
        assert_eq!(ends_with(&desk.page(PageMessage::Visit)), "", "nothing has ended");
        desk.order(Order::End(Ending { place, ..ending(false) }));
        assert_eq!(ends_with(&desk.page(PageMessage::Visit)), "", "nobody has read it");
        desk.wait(QUIET);
        assert_eq!(ends_with(&desk.page(PageMessage::Visit)), said);
        assert_eq!(ends_with(&desk.page(PageMessage::Confirm)), "close");
    }
}

#[test]
fn an_ending_nobody_closes_goes_away_by_itself() {
    let mut desk = Desk::ready(None);
    desk.order(Order::End(ending(false)));
    desk.wait(ENDING_STAYS);
    let effects = desk.event(Event::Tick);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Close)));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Answer(_))));
}

#[test]
fn an_end_that_comes_before_the_page_is_loaded_is_shown_when_it_is() {
    let mut desk = Desk::asked(None);
    assert!(desk.order(Order::End(ending(false))).is_empty());
    let shown_then = shown(&desk.page(PageMessage::Loaded));
    let [PageUpdate::Ask { .. }, .., PageUpdate::End { .. }] = &shown_then[..] else {
        panic!("{shown_then:?}");
    };
}

#[test]
fn a_parent_that_is_gone_or_asks_twice_closes_the_window_without_an_answer() {
    assert_eq!(ends_with(&Desk::ready(None).event(Event::ParentGone)), "close");
    let again = Order::Ask(Box::new(prompt(None)));
    assert_eq!(ends_with(&Desk::asked(None).order(again)), "close");
}

fn shown(effects: &[Effect]) -> Vec<PageUpdate> {
    let updates = effects.iter().filter_map(|effect| match effect {
        // Opening the gate is told along with whatever happens next; it is tested on its own.
        Effect::Page(PageUpdate::Ready) if effects.len() > 1 => None,
        Effect::Page(update) => Some(update.clone()),
        _ => None,
    });
    updates.collect()
}

fn agreed(effects: &[Effect]) -> Option<(Vec<u8>, bool)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Answer(Answer::Agreed { pin, last_try_accepted, .. }) => {
            Some((pin.to_vec(), *last_try_accepted))
        }
        _ => None,
    })
}

/// What is answered and whether it closes, whatever is shown beside.
fn ends_with(effects: &[Effect]) -> String {
    let words = effects.iter().filter_map(|effect| match effect {
        Effect::Page(_) | Effect::Height(_) | Effect::Title(_) | Effect::Focus => None,
        Effect::Close => Some("close"),
        Effect::Answer(Answer::Coming) => None,
        Effect::Answer(Answer::Visit) => Some("visit"),
        Effect::Answer(Answer::Painted) => Some("painted"),
        Effect::Answer(Answer::Agreed { .. }) => Some("agreed"),
        Effect::Answer(Answer::Declined) => Some("declined"),
        Effect::Answer(Answer::TimedOut) => Some("timed out"),
        Effect::Answer(Answer::Pressed(_)) => Some("pressed"),
    });
    words.collect::<Vec<_>>().join(", ")
}

fn field(dots: u8, missing: Missing) -> PageUpdate {
    PageUpdate::Field { dots, missing }
}

fn ending(silent: bool) -> Ending {
    Ending {
        silent,
        message: "卡片在過程中被抽出。".into(),
        remedy: "請插好卡片再試一次。".into(),
        place: None,
        code: "card-removed".into(),
    }
}

fn card(tries_left: Option<u8>) -> Card {
    Card {
        holder: "王小明".into(),
        valid_until: "2029-05-31".into(),
        tries_left,
        tries: String::new(),
        pin: Some(PinRule { min: 6, max: 8 }),
        pin_label: String::new(),
        working: String::new(),
    }
}

fn prompt(tries_left: Option<u8>) -> Prompt {
    let empty = String::new;
    Prompt {
        language: "zh-TW".into(),
        origin: "https://id.taipei".into(),
        purpose: "金質會員認證".into(),
        content: None,
        gives: None,
        stranger: None,
        card: card(tries_left),
        others: Vec::new(),
        seconds: 120,
        labels: Labels {
            title: empty(),
            asks: empty(),
            purpose: empty(),
            holder: empty(),
            valid_until: empty(),
            choose: empty(),
            other_card: empty(),
            last_try: empty(),
            confirm: empty(),
            decline: empty(),
            close: empty(),
            caps_lock: empty(),
            covered: String::new(),
        },
    }
}
