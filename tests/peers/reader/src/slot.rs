//! The reader's only slot: a port on which a card is waited for, and the card that has come.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// A reader while it is plugged in.
pub(crate) struct Slot {
    /// What exists as long as the reader is plugged in.
    device: PathBuf,
    port: TcpListener,
    /// Held for a whole exchange.
    card: Mutex<Option<TcpStream>>,
    /// The same connection, for whoever ends an exchange.
    line: Mutex<Option<TcpStream>>,
    /// Writing to the first wakes who polls the second.
    stop: (UnixStream, UnixStream),
}

impl Slot {
    /// Waits for a card on this port.
    pub(crate) fn open(device: PathBuf, port: u16) -> io::Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        port.set_nonblocking(true)?;
        let (card, line) = (Mutex::default(), Mutex::default());
        Ok(Self { device, port, card, line, stop: UnixStream::pair()? })
    }

    /// Blocks until a card comes or goes, somebody stops it, or the time is over.
    pub(crate) fn wait(&self, time: Duration) {
        let line = lock(&self.line).as_ref().and_then(|line| line.try_clone().ok());
        let card = match &line {
            Some(line) => PollFd::new(line, PollFlags::RDHUP),
            None => PollFd::new(&self.port, PollFlags::IN),
        };
        let time =
            Timespec { tv_sec: time.as_secs().cast_signed(), tv_nsec: time.subsec_nanos().into() };
        let _ = poll(&mut [card, PollFd::new(&self.stop.1, PollFlags::IN)], Some(&time));
    }

    /// Ends every wait from now on.
    pub(crate) fn stop(&self) {
        let _ = (&self.stop.0).write(&[0]);
    }

    /// Whether the reader is still there. A card that leaves with it has not been taken out: pcscd
    /// would wait for the next one.
    pub(crate) fn is_plugged_in(&self) -> bool {
        self.device.exists()
    }

    /// Whether a card is there; takes it up if it has just come.
    pub(crate) fn has_card(&self) -> bool {
        let mut line = lock(&self.line);
        if line.as_ref().is_some_and(has_ended) {
            *line = None;
        }
        if line.is_none() {
            let come = self.port.accept().ok().map(|(card, _)| card);
            let come = come.filter(|card| card.set_nodelay(true).is_ok());
            let both = come.and_then(|card| Some((card.try_clone().ok()?, card)));
            let (one, other) = both.unzip();
            *line = one;
            // An exchange in work has lost its card, and sees that by itself.
            if line.is_some() {
                *lock(&self.card) = other;
            }
        }
        line.is_some()
    }

    /// Says something to the card that it does not answer.
    pub(crate) fn tell(&self, control: u8) -> io::Result<()> {
        send(lock(&self.card).as_mut(), &[control])
    }

    /// Sends a message and waits for the answer.
    pub(crate) fn ask(&self, message: &[u8]) -> io::Result<Vec<u8>> {
        let mut card = lock(&self.card);
        send(card.as_mut(), message)?;
        let card = card.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        let mut length = [0; 2];
        card.read_exact(&mut length)?;
        let mut answer = vec![0; usize::from(u16::from_be_bytes(length))];
        card.read_exact(&mut answer)?;
        Ok(answer)
    }
}

/// The reader is unplugged: whoever waits for the card waits no longer.
impl Drop for Unplugged {
    fn drop(&mut self) {
        self.0.stop();
        if let Some(line) = lock(&self.0.line).take() {
            let _ = line.shutdown(Shutdown::Both);
        }
    }
}

/// A slot that pcscd has closed.
pub(crate) struct Unplugged(pub(crate) Arc<Slot>);

/// The readers by pcscd's number for them.
#[derive(Default)]
pub(crate) struct Slots(Mutex<Option<HashMap<usize, Arc<Slot>>>>);

impl Slots {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    pub(crate) fn get(&self, number: usize) -> Option<Arc<Slot>> {
        lock(&self.0).as_ref()?.get(&number).cloned()
    }

    pub(crate) fn add(&self, number: usize, slot: Slot) {
        lock(&self.0).get_or_insert_default().insert(number, Arc::new(slot));
    }

    pub(crate) fn remove(&self, number: usize) -> Option<Unplugged> {
        lock(&self.0).as_mut()?.remove(&number).map(Unplugged)
    }
}

/// Length and message at once: the card waits for neither apart.
fn send(card: Option<&mut TcpStream>, message: &[u8]) -> io::Result<()> {
    let card = card.ok_or(io::ErrorKind::NotConnected)?;
    let length = u16::try_from(message.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    card.write_all(&[&length.to_be_bytes(), message].concat())
}

fn has_ended(card: &TcpStream) -> bool {
    let mut ends = [PollFd::new(card, PollFlags::RDHUP)];
    poll(&mut ends, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).is_ok_and(|ready| ready > 0)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
