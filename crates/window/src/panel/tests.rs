use super::*;
use crate::key_gate::QUIET;
use ankong_dialog::{Action, Look, Row, Section, Tab};

fn action(number: u16, gives: bool) -> Action {
    Action { number, label: "允許".into(), look: Look::Plain, gives }
}

fn in_punycode() -> String {
    format!("https://{}", idna::domain_to_ascii("臺北政府.tw").unwrap())
}

fn panel() -> Panel {
    let row = |origin: String, actions| Row { origin: Some(origin), actions, ..Row::default() };
    let section = Section {
        rows: vec![
            row("https://asked.example".into(), vec![action(1, true)]),
            row(in_punycode(), vec![action(2, false)]),
        ],
        actions: vec![action(3, false)],
        ..Section::default()
    };
    Panel {
        serial: 5,
        tabs: vec![Tab { label: "狀態".into(), chosen: true, action: 0 }],
        sections: vec![section],
        foot: vec![action(4, false)],
        ..Panel::default()
    }
}

/// Loaded, and quiet for long enough.
fn ready() -> (Desk, Instant) {
    let now = Instant::now();
    let mut desk = Desk::new(panel());
    let loaded = desk.handle(Event::Page(PanelMessage::Loaded), now);
    assert!(matches!(loaded.first(), Some(Effect::Answer(Answer::Coming))), "a sign of life");
    desk.handle(Event::Page(PanelMessage::Focused), now);
    (desk, now + QUIET)
}

fn press(serial: u32, action: u16, gives: bool) -> Event<PanelMessage> {
    Event::Page(PanelMessage::Pressed { pressed: Pressed { serial, action }, gives })
}

fn answers(effects: &[Effect<PanelUpdate>]) -> Vec<(u32, u16)> {
    let answer = |effect: &Effect<PanelUpdate>| match effect {
        Effect::Answer(Answer::Pressed(Pressed { serial, action })) => Some((*serial, *action)),
        _ => None,
    };
    effects.iter().filter_map(answer).collect()
}

#[test]
fn what_stands_there_can_be_pressed_and_nothing_else() {
    let (mut desk, now) = ready();
    for (action, gives) in [(0, false), (1, true), (2, false), (3, false), (4, false)] {
        assert_eq!(answers(&desk.handle(press(5, action, gives), now)), [(5, action)]);
    }
    for (action, gives) in [(1, false), (2, true), (0, true), (5, false)] {
        assert_eq!(answers(&desk.handle(press(5, action, gives), now)), []);
    }
}

#[test]
fn a_button_of_a_panel_that_is_no_more_does_nothing() {
    let (mut desk, now) = ready();
    let next = Panel { serial: 6, ..panel() };
    desk.handle(Event::Order(Order::Panel(Box::new(next))), now);
    assert_eq!(answers(&desk.handle(press(5, 3, false), now)), []);
    assert_eq!(answers(&desk.handle(press(6, 3, false), now)), [(6, 3)]);
}

#[test]
fn what_is_pressed_before_the_window_was_seen_does_not_count() {
    let (mut desk, quiet) = ready();
    let early = quiet - QUIET / 2;
    assert_eq!(answers(&desk.handle(press(5, 3, false), early)), []);
    assert!(desk.handle(Event::Page(PanelMessage::Close), early).is_empty());
    assert_eq!(answers(&desk.handle(press(5, 3, false), early + QUIET)), [(5, 3)]);
}

#[test]
fn what_gives_something_away_needs_the_window_in_sight() {
    let gives = |text: &str| Desk::is_yes(&Desk::parse(text).unwrap());
    assert!(gives("give 5 1"));
    assert!(!gives("press 5 3") && !gives("close"));
    let (mut desk, now) = ready();
    let told = desk.handle(Event::Covered, now);
    let covered = |effect: &Effect<_>| matches!(effect, Effect::Page(PanelUpdate::Covered));
    assert!(told.iter().any(covered));
}

#[test]
fn an_origin_in_its_own_script_is_shown_beside_its_punycode() {
    let Effect::Page(PanelUpdate::Show { readable, .. }) = Desk::new(panel()).show() else {
        panic!("another effect")
    };
    assert_eq!(readable, [(in_punycode(), "https://臺北政府.tw".to_owned())]);
}

#[test]
fn the_first_picture_is_told_once() {
    let (mut desk, now) = ready();
    let painted = |effects: Vec<Effect<PanelUpdate>>| {
        effects.iter().any(|effect| matches!(effect, Effect::Answer(Answer::Painted)))
    };
    assert!(painted(desk.handle(Event::Page(PanelMessage::Painted), now)));
    assert!(!painted(desk.handle(Event::Page(PanelMessage::Painted), now)));
}

#[test]
fn messages_that_are_none_are_not_understood() {
    for text in ["", "press", "press 5", "press 5 1 2", "press -1 0", "give a 1", "allow x"] {
        assert_eq!(Desk::parse(text), None, "{text}");
    }
}
