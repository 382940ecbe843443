use super::*;
use crate::key_gate::QUIET;

fn in_punycode() -> String {
    format!("https://{}", idna::domain_to_ascii("臺北政府.tw").unwrap())
}

fn page() -> SitesPage {
    SitesPage {
        may_allow: true,
        asked: vec!["https://asked.example".into(), in_punycode()],
        user: vec!["https://mine.example".into()],
        muted: vec!["https://id.taipei".into()],
        ..SitesPage::default()
    }
}

/// Loaded, and quiet for long enough.
fn ready(page: SitesPage) -> (Sites, Instant) {
    let now = Instant::now();
    let mut sites = Sites::new(page);
    sites.handle(Event::Page(SitesMessage::Loaded), now);
    sites.handle(Event::Page(SitesMessage::Focused), now);
    (sites, now + QUIET)
}

fn answers(effects: &[Effect<SitesUpdate>]) -> Vec<Deed> {
    let answer = |effect: &Effect<SitesUpdate>| match effect {
        Effect::Answer(Answer::Site(deed)) => Some(deed.clone()),
        _ => None,
    };
    effects.iter().filter_map(answer).collect()
}

#[test]
fn a_button_counts_for_the_origin_it_stands_beside_and_for_no_other() {
    let (mut sites, now) = ready(page());
    let mut press = |deed| answers(&sites.handle(Event::Page(SitesMessage::Deed(deed)), now));
    for deed in [
        Deed::Allow("https://asked.example".into()),
        Deed::Revoke("https://mine.example".into()),
        Deed::Unmute("https://id.taipei".into()),
    ] {
        assert_eq!(press(deed.clone()), [deed]);
    }
    for deed in [
        Deed::Allow("https://evil.example".into()),
        Deed::Allow("https://mine.example".into()),
        Deed::Revoke("https://asked.example".into()),
        Deed::Unmute("https://asked.example".into()),
    ] {
        assert_eq!(press(deed), []);
    }
}

#[test]
fn what_is_pressed_before_the_window_was_seen_does_not_count() {
    let (mut sites, quiet) = ready(page());
    let allow = || Event::Page(SitesMessage::Deed(Deed::Allow("https://asked.example".into())));
    let early = quiet - QUIET / 2;
    assert_eq!(answers(&sites.handle(allow(), early)), []);
    assert_eq!(answers(&sites.handle(allow(), quiet)), [], "the second began anew");
    assert_eq!(answers(&sites.handle(allow(), early + 3 * QUIET)).len(), 1);
}

#[test]
fn where_the_administrator_forbids_it_nothing_is_allowed_or_taken_back() {
    let (mut sites, now) = ready(SitesPage { may_allow: false, ..page() });
    for deed in
        [Deed::Allow("https://asked.example".into()), Deed::Revoke("https://mine.example".into())]
    {
        assert_eq!(answers(&sites.handle(Event::Page(SitesMessage::Deed(deed)), now)), []);
    }
    let unmute = Deed::Unmute("https://id.taipei".into());
    assert_eq!(answers(&sites.handle(Event::Page(SitesMessage::Deed(unmute)), now)).len(), 1);
}

#[test]
fn new_lists_are_shown_as_they_come_and_count_from_then_on() {
    let (mut sites, now) = ready(page());
    let next = SitesPage { asked: vec!["https://next.example".into()], ..page() };
    let effects = sites.handle(Event::Order(Order::Sites(Box::new(next))), now);
    assert!(matches!(&effects[0], Effect::Page(SitesUpdate::Show { page, .. })
        if page.asked == ["https://next.example"]));
    let old = Deed::Allow("https://asked.example".into());
    assert_eq!(answers(&sites.handle(Event::Page(SitesMessage::Deed(old)), now)), []);
    let front = SitesPage { to_front: true, ..page() };
    let effects = sites.handle(Event::Order(Order::Sites(Box::new(front))), now);
    assert!(matches!(effects[0], Effect::Focus));
}

#[test]
fn it_closes_by_its_frame_its_button_and_with_the_program() {
    let (mut sites, now) = ready(page());
    for event in [Event::FrameClosed, Event::ParentGone, Event::Page(SitesMessage::Close)] {
        assert!(matches!(sites.handle(event, now)[..], [Effect::Close, ..]));
    }
    let ending = ankong_dialog::Ending {
        silent: true,
        message: String::new(),
        remedy: String::new(),
        code: String::new(),
    };
    assert!(matches!(sites.handle(Event::Order(Order::End(ending)), now)[..], [Effect::Close, ..]));
}

#[test]
fn the_page_is_told_how_a_name_reads_where_that_cannot_mislead() {
    let mut sites = Sites::new(page());
    let effects = sites.handle(Event::Page(SitesMessage::Loaded), Instant::now());
    let Effect::Page(SitesUpdate::Show { readable, .. }) = &effects[1] else { panic!("a page") };
    assert_eq!(readable.len(), 1);
    assert_eq!(readable[0], (in_punycode(), "https://臺北政府.tw".to_owned()));
}

#[test]
fn every_message_of_the_page_is_understood_and_nothing_else() {
    for (text, message) in [
        ("loaded", Some(SitesMessage::Loaded)),
        ("tall 700", Some(SitesMessage::Tall(700))),
        (
            "allow https://a.example",
            Some(SitesMessage::Deed(Deed::Allow("https://a.example".into()))),
        ),
        ("forget https://a.example", None),
        ("allow", None),
        ("", None),
    ] {
        assert_eq!(Sites::parse(text), message, "{text}");
    }
}
