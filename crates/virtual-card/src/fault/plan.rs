//! Which faults are still to come. Knows nothing of what they do.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ankong_card::apdu::Instruction;

use super::{Fault, What, When};

/// The faults of a card, to be changed while the card is in a reader; clones are the same plan.
#[derive(Clone, Default)]
pub struct Plan(Arc<Mutex<Vec<Planned>>>);

struct Planned {
    fault: Fault,
    /// Commands that counted for it so far.
    seen: u32,
}

impl Plan {
    /// Adds a fault; it counts commands from now on.
    pub fn add(&self, fault: Fault) {
        self.lock().push(Planned { fault, seen: 0 });
    }

    /// Nothing goes wrong any more.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// The faults that can still happen.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        self.lock().iter().map(|planned| planned.fault).collect()
    }

    /// What happens at this command, which is counted. A fault that happens once is gone then.
    pub(super) fn due(&self, ins: Option<Instruction>) -> Vec<What> {
        let mut due = Vec::new();
        self.lock().retain_mut(|planned| {
            let nth = match planned.fault.when {
                When::Every => None,
                When::EveryWith(watched) if ins == Some(watched) => None,
                When::Nth(nth) => Some(nth),
                When::NthWith(watched, nth) if ins == Some(watched) => Some(nth),
                When::EveryWith(_) | When::NthWith(..) => return true,
            };
            planned.seen = planned.seen.saturating_add(1);
            let happens = nth.is_none_or(|nth| nth == planned.seen);
            if happens {
                due.push(planned.fault.what);
            }
            nth.is_none() || !happens
        });
        due
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Planned>> {
        // A list of faults is whole whoever panicked while holding it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FromIterator<Fault> for Plan {
    fn from_iter<I: IntoIterator<Item = Fault>>(faults: I) -> Self {
        let plan = Self::default();
        faults.into_iter().for_each(|fault| plan.add(fault));
        plan
    }
}
