//! The modules of this computer, and which of them knows a card.

use std::time::{Duration, Instant};

use super::ModuleError;
use super::examine::{Examined, Shown, examine};
use super::found::Found;
use super::places::protected;
use super::program::Program;
use super::wire::Opening;

/// For one step with a module: finding, logging in, signing.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The modules to try, in this order.
pub struct Modules {
    program: Program,
    modules: Vec<Opening>,
    patience: Duration,
}

impl Modules {
    /// `program` holds a module, [`Program::this`] outside tests; `patience` bounds each step with a
    /// module, [`PATIENCE`] where nobody is in a hurry.
    #[must_use]
    pub fn new(program: Program, modules: Vec<Opening>, patience: Duration) -> Self {
        Self { program, modules, patience }
    }

    /// Finds the module for a card: of the one that was read natively by its certificate (DER),
    /// else of whatever is in a reader. The search as a whole keeps to the patience; one module may
    /// have half of it, so that one that hangs does not hide the next.
    ///
    /// # Errors
    /// [`ModuleError::NoModule`] or [`ModuleError::NoneKnowsTheCard`].
    pub fn find(&self, certificate: Option<&[u8]>) -> Result<Found, ModuleError> {
        if self.modules.is_empty() {
            return Err(ModuleError::NoModule);
        }
        let until = Instant::now() + self.patience;
        let mut reasons = Vec::new();
        for opening in &self.modules {
            let reason = match self.look(opening, until) {
                Ok(shown) => {
                    let (program, patience) = (self.program.clone(), self.patience);
                    match Found::among(shown, certificate, program, opening.clone(), patience) {
                        Some(found) => return Ok(found),
                        None => "it shows no such certificate".to_owned(),
                    }
                }
                Err(error) => error.to_string(),
            };
            tracing::info!(module = %opening.module.display(), %reason, "not this module");
            let name = opening.module.file_name().unwrap_or_default().to_string_lossy();
            reasons.push(format!("{name}: {reason}"));
        }
        Err(ModuleError::NoneKnowsTheCard(reasons.join("; ")))
    }

    /// Looks into every module, for support.
    #[must_use]
    pub fn examine(&self) -> Vec<Examined> {
        let look = |opening: &Opening| Examined {
            module: opening.module.clone(),
            shown: self.look(opening, Instant::now() + self.patience),
        };
        self.modules.iter().map(look).collect()
    }

    fn look(&self, opening: &Opening, until: Instant) -> Result<Shown, ModuleError> {
        // The very file that was looked at is loaded: a link could lead elsewhere in between.
        let opening = Opening { module: protected(&opening.module)?, ..opening.clone() };
        examine(&self.program, &opening, until.min(Instant::now() + self.patience / 2))
    }
}
