//! From the PIN to the token: what the program adds to the card's own time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use ankong::reader::InProcess;
use virtual_card::Card;

use crate::served::hundredths;
use crate::support::cards::{BoxedCard, PIN, image, keys};
use crate::support::person::{Move, ScriptedPerson};
use crate::support::{Door, challenge};

/// The middle one of the times between the person's confirmation and the answer at the page,
/// without what the card took, milliseconds.
pub(crate) fn pin_to_token_ms() -> f64 {
    let spent = Arc::new(AtomicU64::new(0));
    let card = Timed { card: image().insertable().unwrap(), spent: Arc::clone(&spent) };
    let reader = InProcess::new(keys());
    reader.insert(Box::new(card)).unwrap();
    let door = Door::open(Arc::new(reader), ScriptedPerson::new(&[]));
    let mut times: Vec<f64> = (0..TIMES)
        .map(|_| {
            spent.store(0, Ordering::Relaxed);
            door.person.will(&[Move::Pin(PIN)]); // and confirms as soon as it is asked
            std::thread::scope(|scope| {
                let page = scope.spawn(|| door.authenticate(&challenge(), None));
                door.person.wait_until_asked();
                let begun = Instant::now();
                let answer = page.join().unwrap();
                let all = begun.elapsed().as_secs_f64() * 1e3;
                assert_eq!(answer.status, 200, "{answer:?}");
                all - spent.load(Ordering::Relaxed) as f64 / 1e6
            })
        })
        .collect();
    times.sort_by(f64::total_cmp);
    hundredths(times[times.len() / 2])
}

const TIMES: usize = 31;

/// A card whose time is counted, nanoseconds.
struct Timed {
    card: BoxedCard,
    spent: Arc<AtomicU64>,
}

impl Card for Timed {
    fn atr(&self) -> &[u8] {
        self.card.atr()
    }

    fn reset(&mut self) {
        self.card.reset();
    }

    fn answer(&mut self, apdu: &[u8]) -> Option<Vec<u8>> {
        let begun = Instant::now();
        let answer = self.card.answer(apdu);
        let spent = u64::try_from(begun.elapsed().as_nanos()).unwrap();
        self.spent.fetch_add(spent, Ordering::Relaxed);
        answer
    }
}
