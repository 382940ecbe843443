//! One card in one PC/SC reader: connect, have it to oneself, send commands.
//!
//! The one mapping from `pcsc::Error` is here.

use std::ffi::{CStr, CString};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use ankong_card::pin_pad::PadCommand;
use ankong_card::{Protocol, Transport, TransportError};
use pcsc::{Context, Disposition, Error, Protocols, ReaderState, Scope, ShareMode, State};
use zeroize::Zeroizing;

use super::features::{protocol, takes_extended_length};
use super::pin_pad::{PinPad, TIME_OUT};

/// The longest answer the card layer takes and a status word; some to spare for readers that add
/// to it.
const MAX_RESPONSE: usize = 8 * 1024 + 8;
/// For another program to let go of the card.
const BEGIN: Duration = Duration::from_secs(5);
/// For one answer; a signature on an old card takes some two seconds.
const ANSWER: Duration = Duration::from_secs(20);
/// For a whole transaction, typing not counted: a card that is slow with every answer must not keep
/// the other readers waiting for ever.
const WHOLE: Duration = Duration::from_secs(60);
/// For a PIN typed on the reader, and the card's verdict on it.
/// Drivers add to the reader's own time.
const TYPED: Duration = Duration::from_secs(TIME_OUT as u64 + 45);
/// For a reader to notice that its card is gone, for some look only now and then; and for the
/// service to notice that the reader is gone, before which pcscd itself waits a second.
const NOTICE: Duration = Duration::from_secs(3);
/// For the reset at the end.
const END: Duration = Duration::from_secs(5);

/// Runs `work` in a transaction, then leaves the card as `afterwards` says.
///
/// PC/SC knows no deadlines, so a thread of its own waits for it, and this one for the thread. A
/// transaction that comes too late is given back without a command, and then `too_late` is called.
/// It is dropped when that thread is done with the card, which may be long after an error.
pub(super) fn transact(
    reader: &CStr,
    afterwards: Disposition,
    too_late: impl FnOnce() + Send + 'static,
    work: &mut dyn FnMut(&mut Remote),
) -> Result<(), TransportError> {
    let (requests, to_card) = channel();
    let (from_card, answers) = channel();
    let reader = reader.to_owned();
    thread::Builder::new()
        .name("card".into())
        .spawn(move || {
            let attended = attend(&reader, afterwards, &to_card, &from_card);
            drop(from_card);
            if attended == Attended::TooLate {
                too_late();
            }
        })
        .map_err(|_| TransportError::Held)?;
    let mut remote = Remote {
        requests,
        answers,
        protocol: Protocol::T1,
        until: Instant::now() + BEGIN + WHOLE,
        overdue: false,
    };
    if remote.wait(BEGIN, TransportError::Held)? == OVER_T0 {
        remote.protocol = Protocol::T0;
    }
    work(&mut remote);
    let Remote { requests, answers, .. } = remote;
    drop(requests);
    // Until the thread is done with the card, another request would only find it held.
    while answers.recv_timeout(END).is_ok() {}
    Ok(())
}

/// What the thread that holds the card is asked; each gets one answer.
enum Request {
    Command(Zeroizing<Vec<u8>>),
    /// Whether the reader has keys: an answer, or none such.
    HasPinPad,
    /// Whether commands of extended length get through: an answer, or none such.
    TakesExtendedLength,
    Pad(PadCommand),
}

type Answer = Result<Vec<u8>, TransportError>;

/// This side of the thread that holds the card.
pub(super) struct Remote {
    requests: Sender<Request>,
    answers: Receiver<Answer>,
    protocol: Protocol,
    /// When the transaction has to be over.
    until: Instant,
    /// An answer is overdue; what comes now would be taken for the next one's.
    overdue: bool,
}

impl Remote {
    /// Whether a PIN can be typed on the reader.
    pub(super) fn has_pin_pad(&mut self) -> bool {
        self.ask(Request::HasPinPad, ANSWER).is_ok()
    }

    fn ask(&mut self, request: Request, patience: Duration) -> Answer {
        if self.overdue {
            return Err(TransportError::Silent);
        }
        // A thread that is gone shows in the missing answer.
        let _ = self.requests.send(request);
        let left = self.until.saturating_duration_since(Instant::now());
        let answer = self.wait(patience.min(left), TransportError::Silent);
        self.overdue = answer == Err(TransportError::Silent);
        answer
    }

    fn wait(&self, patience: Duration, too_late: TransportError) -> Answer {
        match self.answers.recv_timeout(patience) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => Err(too_late),
            Err(RecvTimeoutError::Disconnected) => Err(TransportError::ServiceStopped),
        }
    }
}

impl Transport for Remote {
    fn protocol(&mut self) -> Protocol {
        self.protocol
    }

    fn transmit(&mut self, command: &[u8]) -> Answer {
        self.ask(Request::Command(Zeroizing::new(command.to_vec())), ANSWER)
    }

    fn takes_extended_length(&mut self) -> bool {
        self.ask(Request::TakesExtendedLength, ANSWER).is_ok()
    }

    fn verify_on_pad(&mut self, command: &PadCommand) -> Answer {
        self.until += TYPED;
        self.ask(Request::Pad(command.clone()), TYPED)
    }
}

/// The first answer of a thread that holds a card, by its protocol.
const OVER_T0: [u8; 1] = [0];
const OVER_T1: [u8; 1] = [1];

/// How it went with a card.
#[derive(PartialEq, Eq)]
enum Attended {
    /// Somebody used it, or it could not be had.
    InTime,
    /// Nobody waited for it any more.
    TooLate,
}

/// Holds the card: an answer when it is held, by its protocol, then one for each command.
fn attend(
    reader: &CString,
    afterwards: Disposition,
    requests: &Receiver<Request>,
    answers: &Sender<Answer>,
) -> Attended {
    let failed = |error| {
        let _ = answers.send(Err(error));
        Attended::InTime
    };
    // A context of its own: one in use by a waiting thread would make this wait too.
    let context = match Context::establish(Scope::User) {
        Ok(context) => context,
        Err(error) => return failed(from_pcsc(error)),
    };
    let mut card = match connect(&context, reader) {
        Ok(card) => card,
        Err(error) => return failed(error),
    };
    let transaction = match card.transaction() {
        Ok(transaction) => transaction,
        Err(error) => return failed(from_pcsc(error)),
    };
    let (mut disposition, mut attended) = (afterwards, Attended::InTime);
    let held = match protocol(&transaction) {
        Ok(Protocol::T0) => OVER_T0,
        Ok(Protocol::T1) => OVER_T1,
        Err(error) => {
            drop(transaction);
            let _ = card.disconnect(Disposition::LeaveCard);
            return failed(from_pcsc(error));
        }
    };
    if answers.send(Ok(held.to_vec())).is_err() {
        (disposition, attended) = (Disposition::LeaveCard, Attended::TooLate);
    } else {
        let mut buffer = vec![0; MAX_RESPONSE];
        for request in requests {
            let answer = match request {
                Request::Command(command) => match transaction.transmit(&command, &mut buffer) {
                    Ok(answer @ [_, _, ..]) => Ok(answer.to_vec()),
                    // What a card answers that is being pulled is anything, or nothing.
                    Ok(short) if !has_left(&context, reader) => Ok(short.to_vec()),
                    Ok(_) => Err(TransportError::Removed),
                    Err(Error::NotTransacted) if !has_left(&context, reader) => {
                        Err(TransportError::Silent)
                    }
                    Err(error) => Err(from_pcsc(error)),
                },
                Request::TakesExtendedLength if takes_extended_length(&transaction) => {
                    Ok(Vec::new())
                }
                Request::TakesExtendedLength => Err(TransportError::Garbled),
                Request::HasPinPad => pad(&transaction).map(|_| Vec::new()),
                Request::Pad(command) => pad(&transaction)
                    .and_then(|pad| pad.verify(&transaction, &command).map_err(from_pcsc)),
            };
            if answers.send(answer).is_err() {
                break;
            }
        }
    }
    // Errors on the way out change nothing: a card that is gone needs no reset.
    // A second reset would hit whoever has the card next.
    let ended = transaction.end(disposition).is_ok();
    let _ = card.disconnect(if ended { Disposition::LeaveCard } else { disposition });
    attended
}

fn pad(card: &pcsc::Card) -> Result<PinPad, TransportError> {
    PinPad::of(card).ok_or(TransportError::NoPinPad)
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

/// Whether the card is no longer in the reader, or is found not to be after a moment.
fn has_left(context: &Context, reader: &CStr) -> bool {
    let deadline = Instant::now() + NOTICE;
    let mut states = [ReaderState::new(reader, State::UNAWARE)];
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match context.get_status_change(left, &mut states) {
            Ok(()) => {}
            // Its reader has left with it.
            Err(Error::UnknownReader | Error::ReaderUnavailable) => return true,
            Err(_) => return false, // nothing happened, or nothing can be learned
        }
        for state in &mut states {
            if !state.event_state().contains(State::PRESENT) {
                return true;
            }
            state.sync_current_state();
        }
    }
}

/// What a PC/SC error means for whoever uses the card.
fn from_pcsc(error: Error) -> TransportError {
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
        Error::UnsupportedFeature => TransportError::NoPinPad,
        Error::InsufficientBuffer | Error::CommDataLost => TransportError::Garbled,
        other => TransportError::Reader { code: other as u32 },
    }
}
