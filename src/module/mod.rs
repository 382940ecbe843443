//! PKCS#11 modules (PKCS #11 Cryptographic Token Interface 2.40): a vendor's code signs where no
//! driver of ours can. It parses what a card says, and a hostile card can make it do anything; so
//! it runs in a child process of this executable, shut in as far as the system lets it, with a
//! deadline on every answer. A module that crashes, hangs or lies costs an error and nothing else.
//!
//! Refuses to know windows and readers; only [`WithModules`] knows sessions, the rest is given a
//! certificate, a PIN and a hash.

mod architecture;
mod cards;
mod child;
mod error;
mod examine;
mod found;
mod modules;
mod places;
mod program;
mod session;
mod shut_in;
mod worker;

pub use ankong_module::wire::{ShutIn, Token};
pub(crate) use architecture::of_file as architectures;
pub use cards::WithModules;
pub use error::ModuleError;
pub use examine::{Examined, Listed, Shown};
pub use found::{Found, select};
pub use modules::{Modules, PATIENCE};
pub use places::{known_places, protected};
pub use program::Program;
pub use session::Session;
pub use worker::serve;
