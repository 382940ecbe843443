//! Calling a request off, from another thread: the page went away.

use std::sync::{Arc, Mutex, PoisonError};

/// A request's recall. Clones recall the same request.
#[derive(Clone, Default)]
pub struct Cancel(Arc<Mutex<Recall>>);

#[derive(Default)]
struct Recall {
    cancelled: bool,
    hooks: Vec<Box<dyn FnOnce() + Send>>,
}

impl Cancel {
    /// Calls the request off; what waits on it is woken through its hook.
    pub fn cancel(&self) {
        let hooks = {
            let mut recall = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            recall.cancelled = true;
            std::mem::take(&mut recall.hooks)
        };
        hooks.into_iter().for_each(|hook| hook());
    }

    /// Whether it was called off.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).cancelled
    }

    /// Runs `hook` when the request is called off, at once if it already is.
    pub fn on_cancel(&self, hook: impl FnOnce() + Send + 'static) {
        {
            let mut recall = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if !recall.cancelled {
                recall.hooks.push(Box::new(hook));
                return;
            }
        }
        hook();
    }
}

/// Calls the request off when dropped: held by whoever waits for the answer.
pub struct CancelOnDrop(Option<Cancel>);

impl CancelOnDrop {
    /// Holds a recall.
    #[must_use]
    pub fn new(cancel: Cancel) -> Self {
        Self(Some(cancel))
    }

    /// The answer is there: nothing is to be called off any more.
    pub fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if let Some(cancel) = &self.0 {
            cancel.cancel();
        }
    }
}
