//! Which of the cards in the readers can do what is asked.

use std::time::SystemTime;

use super::Refusal;
use super::cards::{Inserted, PinEntry};
use super::consent::Candidate;
use super::holder::Holder;
use super::request::{Call, Request};
use super::task::Task;
use super::tries::Tries;

/// Cards a person is asked to choose from; nobody has more readers.
const MOST: usize = 8;

/// A card that can do what is asked.
pub(super) struct Suited {
    pub(super) inserted: Inserted,
    pub(super) holder: Holder,
    pub(super) task: Task,
    pin: Option<PinEntry>,
}

/// None can. The first card's holder is told why, where it has one.
pub(super) struct Unsuited {
    pub(super) why: Refusal,
    pub(super) holder: Option<Holder>,
}

impl Suited {
    /// Those of the `cards` that can do it at `now`, at least one.
    ///
    /// # Errors
    /// What is in the way of the first of them.
    pub(super) fn among(
        cards: Vec<Inserted>,
        request: &Request,
        now: SystemTime,
    ) -> Result<Vec<Self>, Unsuited> {
        let (mut suited, mut obstacle) = (Vec::new(), None);
        for card in cards {
            match Self::new(card, request, now) {
                Ok(card) => suited.push(card),
                Err(unsuited) => obstacle = obstacle.or(Some(unsuited)),
            }
        }
        suited.truncate(MOST);
        match obstacle {
            Some(obstacle) if suited.is_empty() => Err(obstacle),
            _ => Ok(suited),
        }
    }

    fn new(inserted: Inserted, request: &Request, now: SystemTime) -> Result<Self, Unsuited> {
        let Some(holder) = Holder::of(inserted.certificates.signing.as_slice()) else {
            return Err(Unsuited { why: Refusal::UnsupportedCard, holder: None });
        };
        let signs = request.call().needs_signature();
        let task = if signs && !inserted.can_sign {
            Err(Refusal::NoSigningModule)
        } else if !holder.valid_at(now.into()) {
            Err(Refusal::CertificateExpired)
        } else {
            Task::of(request, &inserted)
        };
        match task {
            Ok(task) => {
                let pin = signs.then_some(inserted.pin);
                Ok(Self { inserted, holder, task, pin })
            }
            Err(why) => Err(Unsuited { why, holder: Some(holder) }),
        }
    }

    /// The card as the person is shown it.
    pub(super) fn candidate(&self, tries: &Tries) -> Candidate {
        // Another program may have spent some since: of two words the lower one counts.
        let known = [tries.left(&self.inserted.certificates.signing), self.inserted.tries_left];
        let tries_left = self.pin.and(known.into_iter().flatten().min());
        Candidate { holder: self.holder.clone(), tries_left, pin: self.pin }
    }

    /// Whether the card is the one whose last four characters the site sent, if it sent any.
    pub(super) fn id_agrees(&self, request: &Request) -> bool {
        match request.call() {
            Call::Authenticate { id_tail: Some(tail), .. } => {
                Some(tail) == self.holder.last_four.as_ref()
            }
            Call::Authenticate { id_tail: None, .. } | Call::Sign { .. } | Call::Certificates => {
                true
            }
        }
    }
}
