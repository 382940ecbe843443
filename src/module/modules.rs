//! The modules of this computer, and which of them knows a card.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::ModuleError;
use super::examine::{Examined, Shown, examine};
use super::found::Found;
use super::places::{known_places, protected};
use super::program::Program;

/// For finding the module of a card; and again for opening it, the login and the signature.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The modules to try, in this order.
pub struct Modules {
    program: Program,
    libraries: Vec<PathBuf>,
    patience: Duration,
}

impl Modules {
    /// `libraries` are asked in this order. `program` holds a module, [`Program::this`] outside tests; `patience` bounds each step with a
    /// module, [`PATIENCE`] where nobody is in a hurry.
    #[must_use]
    pub fn new(program: Program, libraries: Vec<PathBuf>, patience: Duration) -> Self {
        Self { program, libraries, patience }
    }

    /// Those named by the user or the administrator, then those at the known places.
    ///
    /// # Errors
    /// The system does not say which executable runs.
    pub fn of_computer(named: &[PathBuf]) -> io::Result<Self> {
        let libraries = named.iter().cloned().chain(known_places()).collect();
        Ok(Self::new(Program::this()?, libraries, PATIENCE))
    }

    /// Finds the module for a card: of the one that was read natively by its certificate (DER),
    /// else of whatever is in a reader. The search as a whole keeps to the patience; one module may
    /// have half of it, so that one that hangs does not hide the next.
    ///
    /// # Errors
    /// [`ModuleError::NoModule`] or [`ModuleError::NoneKnowsTheCard`].
    pub fn find(&self, certificate: Option<&[u8]>) -> Result<Found, ModuleError> {
        if self.libraries.is_empty() {
            return Err(ModuleError::NoModule);
        }
        let until = Instant::now() + self.patience;
        let mut reasons = Vec::new();
        for library in &self.libraries {
            let reason = match self.look(library, until) {
                Ok(shown) => {
                    let (program, patience) = (self.program.holding(library), self.patience);
                    match Found::among(shown, certificate, program, library.clone(), patience) {
                        Some(found) => return Ok(found),
                        None => "it shows no such certificate".to_owned(),
                    }
                }
                Err(error) => error.to_string(),
            };
            tracing::info!(module = %library.display(), %reason, "not this module");
            let name = library.file_name().unwrap_or_default().to_string_lossy();
            reasons.push(format!("{name}: {reason}"));
        }
        Err(ModuleError::NoneKnowsTheCard(reasons.join("; ")))
    }

    /// Looks into every module, for support.
    #[must_use]
    pub fn examine(&self) -> Vec<Examined> {
        let until = Instant::now() + self.patience;
        let look = |library: &PathBuf| Examined {
            module: library.clone(),
            shown: self.look(library, until),
        };
        self.libraries.iter().map(look).collect()
    }

    /// The processors whose libraries can be held, as [`std::env::consts::ARCH`] names them.
    #[must_use]
    pub fn held(&self) -> Vec<&'static str> {
        self.program.held()
    }

    fn look(&self, library: &Path, until: Instant) -> Result<Shown, ModuleError> {
        // The very file that was looked at is loaded: a link could lead elsewhere in between.
        let library = protected(library)?;
        let program = self.program.holding(&library);
        examine(&program, &library, until.min(Instant::now() + self.patience / 2))
    }
}
