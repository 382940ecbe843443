//! How soon a card is ready once its reader has seen it: another program, which waits for the same
//! event, says when that was.

use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use ankong::reader::Monitor;
use ankong::session::cards::Cards;
use ankong_hostile::{Subject, issuer_keys};
use ankong_stage::PrivatePcscd;
use pcsc::{Context, ReaderState, Scope, State};
use virtual_card::vpcd;

/// Insertions that are timed.
const ROUNDS: usize = 15;
/// What the best of them may take. Others may meet a busy machine …
const BAR: Duration = Duration::from_millis(60);
/// … but the middle one is so slow only if somebody polls, or waits for acknowledgements.
const POLLED: Duration = Duration::from_millis(400);

pub(crate) fn soon_after_the_event(pcscd: &PrivatePcscd) {
    let latencies = latencies(pcscd, Subject::MoicaGen1);
    let (best, median) = (latencies[0], latencies[ROUNDS / 2]);
    println!("{median:?} from the reader's event to a card that is ready");
    assert!(best <= BAR && median <= POLLED, "{latencies:?}");
}

/// Sorted.
fn latencies(pcscd: &PrivatePcscd, subject: Subject) -> Vec<Duration> {
    let (tell, told) = channel();
    let monitor = Monitor::start(issuer_keys(), true, move || {
        let _ = tell.send(());
    })
    .unwrap();
    let wait_for = |ready: bool| {
        while monitor.inserted().is_ok() != ready {
            told.recv_timeout(Duration::from_secs(10)).unwrap();
        }
        Instant::now()
    };
    let mut latencies: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let onlooker = thread::spawn(sees_a_card);
            let card = vpcd::serve(subject.card(), pcscd.vpcd_port(), |_| {}).unwrap();
            let ready = wait_for(true);
            let seen = onlooker.join().unwrap();
            card.pull();
            wait_for(false);
            ready.saturating_duration_since(seen)
        })
        .collect();
    latencies.sort();
    latencies
}

/// Waits for a card in any reader; says when it was reported.
fn sees_a_card() -> Instant {
    let context = Context::establish(Scope::User).unwrap();
    let names = context.list_readers_owned().unwrap();
    let mut states: Vec<ReaderState> =
        names.into_iter().map(|name| ReaderState::new(name, State::UNAWARE)).collect();
    loop {
        context.get_status_change(Duration::from_secs(10), &mut states).unwrap();
        if states.iter().any(|state| state.event_state().contains(State::PRESENT)) {
            return Instant::now();
        }
        states.iter_mut().for_each(ReaderState::sync_current_state);
    }
}
