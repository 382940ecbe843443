//! Wakes the event loop at a given moment. On Linux tao's own `WaitUntil` waits for the next
//! other event instead.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Instant;

/// A thread that sleeps until the moment last named.
pub(crate) struct Clock {
    wake_at: Sender<Option<Instant>>,
}

impl Clock {
    /// Starts the thread, which calls `tick` at each moment named and ends with the clock.
    pub(crate) fn start(tick: impl Fn() + Send + 'static) -> Self {
        let (wake_at, moments) = channel();
        thread::spawn(move || sleep_and_tick(&moments, tick));
        Self { wake_at }
    }

    /// Names the next moment, in place of the one before.
    pub(crate) fn wake_at(&self, moment: Option<Instant>) {
        // The thread lives as long as the sender: it can only be gone if it panicked.
        let _ = self.wake_at.send(moment);
    }
}

fn sleep_and_tick(moments: &Receiver<Option<Instant>>, tick: impl Fn()) {
    let mut next: Option<Instant> = None;
    loop {
        let heard = match next {
            Some(at) => moments.recv_timeout(at.saturating_duration_since(Instant::now())),
            None => moments.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match heard {
            Ok(moment) => next = moment,
            Err(RecvTimeoutError::Timeout) => {
                next = None;
                tick();
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn it_ticks_once_at_the_moment_last_named() {
        let (ticked, ticks) = channel();
        let clock = Clock::start(move || ticked.send(Instant::now()).unwrap());
        let moment = Instant::now() + Duration::from_millis(60);
        clock.wake_at(Some(moment + Duration::from_secs(60)));
        clock.wake_at(Some(moment));
        assert!(ticks.recv_timeout(Duration::from_secs(20)).unwrap() >= moment);
        assert!(ticks.recv_timeout(Duration::from_millis(100)).is_err());
    }
}
