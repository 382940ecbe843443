//! Those who wait for one way out: a bounded number of messages, each carried by a task of its own
//! that tries a bounded number of times.

use std::sync::Arc;

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};

use super::{Letter, Pace, pace::lifetime, undelivered::Undelivered, way::Way};

/// So many messages are under way at once, waiting ones included.
const PLACES: u32 = 256;
/// So many are being handed over at once: a mail server takes more connections for an attack.
const HANDS: usize = 4;

pub(super) struct Queue {
    places: Arc<Semaphore>,
    carrier: Arc<Carrier>,
}

struct Carrier {
    way: Way,
    pace: Pace,
    hands: Semaphore,
}

/// One message may come.
pub(crate) struct Place {
    place: OwnedSemaphorePermit,
    carrier: Arc<Carrier>,
}

impl Queue {
    pub(super) fn new(way: Way, pace: Pace) -> Self {
        let carrier = Carrier { way, pace, hands: Semaphore::new(HANDS) };
        Self { places: Arc::new(Semaphore::new(PLACES as usize)), carrier: Arc::new(carrier) }
    }

    /// A place, where one is free.
    pub(super) fn place(&self) -> Option<Place> {
        let place = self.places.clone().try_acquire_owned().ok()?;
        Some(Place { place, carrier: self.carrier.clone() })
    }

    /// Nothing is under way any more.
    pub(super) async fn is_empty(&self) {
        _ = self.places.acquire_many(PLACES).await;
    }
}

impl Place {
    /// Takes the message; it is sent later, and what becomes of it stands in the log alone.
    pub(crate) fn take(self, letter: Letter) {
        tokio::spawn(async move {
            let way = self.carrier.way.name();
            match timeout(lifetime(), self.carrier.carry(&letter)).await {
                Ok(Ok(tries)) => tracing::info!(way, tries, "a message was handed over"),
                Ok(Err((tries, error))) => {
                    tracing::warn!(way, tries, %error, "a message is given up");
                }
                Err(_) => tracing::warn!(way, "a message is given up: its code is out of date"),
            }
            drop(self.place);
        });
    }
}

impl Carrier {
    /// The number of tries it took, or took in vain.
    async fn carry(&self, letter: &Letter) -> Result<usize, (usize, Undelivered)> {
        let mut pauses = self.pace.pauses.iter();
        let mut tries = 0;
        loop {
            tries += 1;
            match self.try_once(letter).await {
                Ok(()) => return Ok(tries),
                Err(error) if error.is_final() => return Err((tries, error)),
                Err(error) => match pauses.next() {
                    Some(pause) => {
                        tracing::info!(way = self.way.name(), tries, %error, "to be tried again");
                        sleep(*pause).await;
                    }
                    None => return Err((tries, error)),
                },
            }
        }
    }

    async fn try_once(&self, letter: &Letter) -> Result<(), Undelivered> {
        let _hand = self.hands.acquire().await.map_err(|_| Undelivered::Connection)?;
        let delivered = timeout(self.pace.patience, self.way.deliver(letter)).await;
        delivered.unwrap_or(Err(Undelivered::TimedOut))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sending::{MailConfig, mail::Mail};

    #[tokio::test]
    async fn the_queue_has_an_end() {
        let config: MailConfig =
            toml::from_str("server = \"localhost\"\ntls = \"none\"\nfrom = \"a@b.tw\"").unwrap();
        let mail = Mail::open(&config, "https://localhost").unwrap();
        let pace = Pace::of(config.patience_seconds, &config.retry_seconds).unwrap();
        let queue = Queue::new(mail.into(), pace);
        let mut places: Vec<_> = (0..PLACES).map(|_| queue.place().unwrap()).collect();
        assert!(queue.place().is_none());
        places.pop();
        assert!(queue.place().is_some());
        drop(places);
        queue.is_empty().await;
    }
}
