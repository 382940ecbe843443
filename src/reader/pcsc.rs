//! One card in one PC/SC reader: connect, have it to oneself, send commands.
//!
//! The one mapping from `pcsc::Error` is here.

use std::ffi::CStr;

use ankong_card::{Transport, TransportError};
use pcsc::{Context, Disposition, Error, Protocols, Scope, ShareMode};

/// A short response: 256 bytes and a status word; some to spare for readers that add to it.
const MAX_RESPONSE: usize = 264;

/// Runs `work` in a transaction, then leaves the card as `afterwards` says.
///
/// A context of its own: one in use by a waiting thread would make this wait too.
pub(super) fn transact(
    reader: &CStr,
    afterwards: Disposition,
    work: &mut dyn FnMut(&mut dyn Transport),
) -> Result<(), TransportError> {
    let context = Context::establish(Scope::User).map_err(from_pcsc)?;
    let mut card = connect(&context, reader)?;
    let transaction = card.transaction().map_err(from_pcsc)?;
    work(&mut InTransaction(&transaction));
    // Errors on the way out change nothing: a card that is gone needs no reset.
    let _ = transaction.end(afterwards);
    let _ = card.disconnect(afterwards);
    Ok(())
}

/// T=1 first: dual-protocol cards of this kind are at home there.
fn connect(context: &Context, reader: &CStr) -> Result<pcsc::Card, TransportError> {
    match context.connect(reader, ShareMode::Shared, Protocols::T1) {
        Err(Error::ProtoMismatch | Error::UnsupportedCard) => {
            context.connect(reader, ShareMode::Shared, Protocols::ANY)
        }
        done => done,
    }
    .map_err(from_pcsc)
}

struct InTransaction<'a, 'tx>(&'a pcsc::Transaction<'tx>);

impl Transport for InTransaction<'_, '_> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let mut buffer = [0; MAX_RESPONSE];
        self.0.transmit(command, &mut buffer).map(<[u8]>::to_vec).map_err(from_pcsc)
    }
}

/// What a PC/SC error means for whoever uses the card.
pub(super) fn from_pcsc(error: Error) -> TransportError {
    match error {
        Error::RemovedCard
        | Error::NoSmartcard
        | Error::NotTransacted
        | Error::UnknownReader
        | Error::ReaderUnavailable
        | Error::NoReadersAvailable
        | Error::UnpoweredCard
        | Error::UnresponsiveCard => TransportError::Removed,
        Error::ResetCard => TransportError::Reset,
        Error::SharingViolation | Error::ServerTooBusy => TransportError::Held,
        Error::NoService
        | Error::ServiceStopped
        | Error::CommError
        | Error::InvalidHandle
        | Error::Shutdown => TransportError::ServiceStopped,
        Error::InsufficientBuffer | Error::CommDataLost => TransportError::Garbled,
        other => TransportError::Reader { code: other as u32 },
    }
}
