//! Windows: the parent starts the child with a restricted token and in a job, so there is nothing left for the child to deny
//! itself.

use ankong_platform::confined;

use crate::wire::ShutIn;

/// What Windows says was denied to this process, and not what was asked of it. The network is not, nor what other programs
/// offer over pipes and RPC to those of low integrity.
#[must_use]
pub fn denied() -> ShutIn {
    match confined::own() {
        Ok(confined::Denied { files, processes }) => {
            ShutIn { files, processes, network: false, sockets: false }
        }
        Err(_) => ShutIn::default(),
    }
}
