//! The pages as they are written out, in both languages. `tests/data/panel` keeps them: the tests of
//! the real window, of the keyboard and of accessibility show these very pages.

use std::time::{Duration, SystemTime};

use time::macros::datetime;

use super::model::{Card, Check, Cure, Damaged, Listing, Past, Sight, Verdict};
use super::*;
use crate::session::holder::Holder;
use crate::session::origin::Origin;
use crate::session::{Refusal, Status};
use crate::ui::kept;
use crate::ui::texts::{Language, Remark};

/// When the pages are looked at.
const NOW: SystemTime = SystemTime::UNIX_EPOCH;

/// A computer that stands as it is told to.
#[derive(Clone)]
struct Still(Sight);

impl Board for Still {
    fn sight(&self) -> Sight {
        self.0.clone()
    }

    fn browsers(&self) -> Vec<Browser> {
        Vec::new()
    }

    fn examine(&self) -> Examined {
        Examined { checks: Vec::new(), code: String::new() }
    }

    fn act(&self, _: &Deed) -> Result<Done, &'static str> {
        Ok(Done::Seen)
    }
}

fn now() -> SystemTime {
    NOW + Duration::from_secs(1_795_000_000) // 18 November 2026
}

fn origin(text: &str) -> Origin {
    Origin::parse(text).unwrap()
}

/// A card in its reader, a list of sites, and three requests.
fn at_ease() -> Sight {
    let holder = Holder {
        name: "王小明".into(),
        not_before: datetime!(2024-06-01 00:00 +8),
        not_after: datetime!(2029-05-31 23:59:59 +8),
        last_four: None,
    };
    let past = |origin: &str, ago, outcome| Past {
        origin: origin.into(),
        at: now() - Duration::from_secs(ago),
        outcome,
    };
    Sight {
        status: Status::CardReady,
        card: Some(Card { holder, can_sign: true }),
        now: now(),
        sites: Listing {
            built_in: vec!["https://id.taipei".into(), "https://*.gov.taipei".into()],
            administrator: vec!["https://intranet.example".into()],
            user: vec![origin("https://clinic.example")],
            asked: vec![origin("https://portal.example"), origin("https://xn--ppq70de53i1sa.tw")],
            muted: vec![origin("https://loud.example:8443")],
            user_may_allow: true,
            is_damaged: false,
        },
        requests: Some(vec![
            past("https://id.taipei", 60, "panel-answered"),
            past("https://id.taipei", 3600, Refusal::UserDeclined.code()),
            past("https://clinic.example", 90_000, Refusal::CardRemoved.code()),
        ]),
        autostart: Some(true),
        language: None,
        settings_damaged: false,
        port: Some(24443),
    }
}

/// Nothing is as it should be.
fn in_trouble() -> Sight {
    let sites = Listing { is_damaged: true, asked: Vec::new(), ..at_ease().sites };
    Sight {
        status: Status::Not(Refusal::NoReader),
        card: None,
        sites,
        requests: None,
        autostart: None,
        language: Some(Language::English),
        settings_damaged: true,
        port: None,
        ..at_ease()
    }
}

/// A certificate that ends in six weeks, on a card that nothing here signs with.
fn expiring() -> Sight {
    let mut sight = at_ease();
    if let Some(card) = &mut sight.card {
        card.holder.not_after = datetime!(2026-12-31 23:59:59 +8);
        card.can_sign = false;
    }
    sight.sites.asked.clear();
    sight.requests = Some(Vec::new());
    sight
}

fn with_status(refusal: Refusal) -> Sight {
    Sight { status: Status::Not(refusal), card: None, requests: None, ..expiring() }
}

fn browsers() -> Option<Vec<Browser>> {
    let browser = |name: &str, trusts| Browser { name: name.into(), trusts };
    Some(vec![
        browser("Chrome, Chromium, Edge", Ok(true)),
        browser("Firefox", Ok(false)),
        browser("Firefox (Snap)", Err("trust-no-certutil")),
    ])
}

fn examined() -> Option<Examined> {
    let check = |name, verdict, details: &[Remark], cure| Check {
        name,
        verdict,
        details: details.to_vec(),
        cure,
    };
    let remark = |about: &str, sentence, values| Remark {
        about: about.to_owned(),
        said: vec![(sentence, values)],
    };
    let modules = [remark(
        "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so",
        "doctor-module-cards",
        vec![("count", "1".to_owned())],
    )];
    let firefox = [remark("Firefox", "trust-untrusted", Vec::new())];
    Some(Examined {
        checks: vec![
            check(
                "doctor-sites-damaged",
                Verdict::Attention,
                &[],
                Some(Cure::SetAside(Damaged::Sites)),
            ),
            check("doctor-system-linux", Verdict::Ok, &[], None),
            check("doctor-modules-none", Verdict::Attention, &modules, Some(Cure::Moica)),
            check("doctor-trust-untrusted", Verdict::Fault, &firefox, Some(Cure::Trust)),
        ],
        code: "3K9-7QF".into(),
    })
}

fn showing(page: Page, language: Language, sight: Sight) -> Showing {
    let (wishes, _) = sync_channel(1);
    Showing {
        program: PathBuf::new(),
        voice: Arc::new(Voice::new(language)),
        board: Arc::new(Still(sight)),
        wishes,
        open: None,
        window: 1,
        serial: 7,
        page,
        known: Known { browsers: browsers(), examined: examined() },
        considered: None,
        notice: None,
        looking: 0,
        doing: 0,
    }
}

/// Every page there is, as it stands in the states that draw something else.
fn pages() -> Vec<(&'static str, Page, Sight)> {
    vec![
        ("status", Page::Status, at_ease()),
        ("status-no-service", Page::Status, with_status(Refusal::NoService)),
        ("status-no-reader", Page::Status, in_trouble()),
        ("status-no-card", Page::Status, with_status(Refusal::NoCard)),
        ("status-unsupported", Page::Status, with_status(Refusal::UnsupportedCard)),
        ("status-busy", Page::Status, with_status(Refusal::Busy)),
        ("status-expiring", Page::Status, expiring()),
        ("sites", Page::Sites, at_ease()),
        ("sites-damaged", Page::Sites, in_trouble()),
        ("check", Page::Check, at_ease()),
        ("settings", Page::Settings, at_ease()),
        ("settings-damaged", Page::Settings, in_trouble()),
        ("first-run-1", Page::FirstRun(Step::Welcome), at_ease()),
        ("first-run-2", Page::FirstRun(Step::Trust), at_ease()),
        ("first-run-3", Page::FirstRun(Step::Card), expiring()),
        ("first-run-4", Page::FirstRun(Step::Prompt), at_ease()),
    ]
}

#[test]
fn every_page_is_written_as_it_is_kept_in_both_languages() {
    let scenes = pages().into_iter().map(|(name, page, sight)| (name, (page, sight))).collect();
    kept::compare("panel", scenes, |(page, sight): &(Page, Sight), language| {
        showing(*page, language, sight.clone()).write(false).0
    });
}

#[test]
fn every_sentence_on_a_page_is_one_that_exists() {
    for (name, page, sight) in pages() {
        for language in [Language::Chinese, Language::English] {
            let (panel, _) = showing(page, language, sight.clone()).write(false);
            let text = serde_json::to_string(&panel).unwrap();
            for prefix in ["panel-", "first-run-", "sites-", "tray-", "doctor-", "trust-"] {
                let unwritten = text.split('"').find(|words| words.starts_with(prefix));
                assert_eq!(unwritten, None, "{name} {}", language.tag());
            }
        }
    }
}

#[test]
fn every_button_has_a_meaning_and_no_two_have_the_same_number() {
    for (name, page, sight) in pages() {
        let (panel, deeds) = showing(page, Language::English, sight).write(false);
        let tabs = panel.tabs.iter().map(|tab| tab.action);
        let mut numbers: Vec<u16> =
            panel.actions().map(|action| action.number).chain(tabs).collect();
        numbers.sort_unstable();
        let all: Vec<u16> = (0..u16::try_from(deeds.len()).unwrap()).collect();
        assert_eq!(numbers, all, "{name}");
    }
}

#[test]
fn whoever_gives_a_site_something_or_changes_trust_has_to_see_the_window_whole() {
    let (panel, deeds) = showing(Page::Sites, Language::English, at_ease()).write(false);
    let given: Vec<&Deed> = panel
        .actions()
        .filter(|action| action.gives)
        .map(|action| &deeds[usize::from(action.number)])
        .collect();
    let expected = [
        Deed::Allow(origin("https://portal.example")),
        Deed::Allow(origin("https://xn--ppq70de53i1sa.tw")),
        Deed::Unmute(origin("https://loud.example:8443")),
    ];
    assert_eq!(given, expected.iter().collect::<Vec<_>>());
}

#[test]
fn a_certificate_is_warned_about_from_sixty_days_before_its_end() {
    let marks = |days: i64| {
        let mut sight = at_ease();
        if let Some(card) = &mut sight.card {
            card.holder.not_after = time::OffsetDateTime::from(now()) + time::Duration::days(days);
        }
        let (panel, _) = showing(Page::Status, Language::English, sight).write(false);
        let mut rows = panel.sections[0].rows.iter();
        let row = rows.find(|row| row.text.starts_with("Certificate valid until"));
        row.and_then(|row| row.mark.clone()).map(|mark| mark.sign)
    };
    assert_eq!(marks(61), Some(wire::Sign::Ok));
    assert_eq!(marks(60), Some(wire::Sign::Attention));
    assert_eq!(marks(-1), Some(wire::Sign::Fault));
}

#[test]
fn a_damaged_file_is_moved_only_after_the_person_was_asked() {
    let mut showing = showing(Page::Sites, Language::English, in_trouble());
    let (_, deeds) = showing.write(false);
    assert!(deeds.contains(&Deed::Consider(Some(Damaged::Sites))));
    assert!(!deeds.contains(&Deed::SetAside(Damaged::Sites)));
    showing.considered = Some(Damaged::Sites);
    let (_, deeds) = showing.write(false);
    assert_eq!(deeds[..2], [Deed::SetAside(Damaged::Sites), Deed::Consider(None)]);
}

/// `cat` stands where the window would.
#[cfg(unix)]
#[test]
fn a_button_that_the_page_has_no_longer_means_nothing() {
    let mut showing = showing(Page::Status, Language::English, at_ease());
    let mut cat = std::process::Command::new("cat");
    let window = cat.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::null());
    let mut window = window.spawn().unwrap();
    let pipe = window.stdin.take().unwrap();
    let before = vec![Deed::FirstRunDone, Deed::Turn(Page::Sites)];
    let offered = [(6, before), (7, vec![Deed::Turn(Page::Sites)])].into();
    showing.open = Some(Open { rung: Rung::Boxes, pipe, offered });
    for (serial, action) in [(5, 0), (6, 0), (6, 9), (7, 9)] {
        showing.pressed(wire::Pressed { serial, action });
        assert_eq!(showing.page, Page::Status, "{serial} {action}");
    }
    // The page was written anew while the person pressed, and still has the button.
    showing.pressed(wire::Pressed { serial: 6, action: 1 });
    assert_eq!(showing.page, Page::Sites);
    drop(showing);
    window.wait().unwrap();
}
