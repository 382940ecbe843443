//! A card in a reader of the real PC/SC service, by way of vpcd from the vsmartcard project.
//!
//! vpcd listens on TCP, one port a reader; a connection is a card in it. Each message is two bytes
//! of length, high byte first, and that many bytes: one byte is a control code, more are an APDU.
//! Refuses to know who runs the reader.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::panic::resume_unwind;
use std::thread::{self, Builder, JoinHandle};
use std::time::Duration;

use crate::{Card, Contact};

/// What the reader does to the card.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// The reader has seen the card and powered it.
    PoweredOn,
    /// The reader has reset the card.
    Reset,
    /// The reader has taken the power off; the card is still in it.
    PoweredOff,
    /// The card is no longer in the reader: pulled, or the reader closed the connection.
    Gone,
}

/// A card in a reader. Dropping it pulls the card.
///
/// vpcd looks for the card every 400 ms. A card pulled and another one put in between two looks
/// is no event at all, so wait until the reader is seen empty.
#[must_use = "a dropped insertion is a pulled card"]
pub struct Insertion<C> {
    plug: Plug,
    thread: JoinHandle<C>,
}

/// Puts `card` into the reader that listens on `port` of this computer, and serves it on a thread
/// of its own. `observer` is called on that thread.
///
/// # Errors
/// No reader listens there, or the thread cannot be started.
pub fn serve<C>(
    mut card: C,
    port: u16,
    mut observer: impl FnMut(Event) + Send + 'static,
) -> io::Result<Insertion<C>>
where
    C: Card + Send + 'static,
{
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(WRITE_DEADLINE))?;
    let plug = Plug(stream.try_clone()?);
    let thread = Builder::new().name("virtual card".to_owned()).spawn(move || {
        card.reset();
        // The connection ends with an error in any case: end of file at the kindest.
        let _ = exchange(&stream, &mut card, &mut observer);
        drop(Plug(stream));
        observer(Event::Gone);
        card
    })?;
    Ok(Insertion { plug, thread })
}

impl<C> Insertion<C> {
    /// False once the card has been pulled by a fault or the reader has closed the connection.
    #[must_use]
    pub fn is_in_reader(&self) -> bool {
        !self.thread.is_finished()
    }

    /// Pulls the card out and hands it back, with the PIN tries it has left.
    pub fn pull(self) -> C {
        drop(self.plug);
        join(self.thread)
    }

    /// Waits until the card has left the reader by itself, and hands it back.
    pub fn wait(self) -> C {
        join(self.thread)
    }
}

fn join<C>(thread: JoinHandle<C>) -> C {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}

/// The connection; ends for both sides when dropped, though the other side's clone lives on.
struct Plug(TcpStream);

impl Drop for Plug {
    fn drop(&mut self) {
        // It may have ended already, which is what is wanted.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

/// Serves until the connection breaks or the card leaves. Reading has no deadline: a card waits in
/// a reader as long as the reader likes, and [`Insertion::pull`] ends the wait.
fn exchange(
    mut stream: &TcpStream,
    card: &mut impl Card,
    observer: &mut impl FnMut(Event),
) -> io::Result<()> {
    let mut message = Vec::new();
    while card.contact() != Contact::Left {
        acknowledge_at_once(stream)?;
        let mut length = [0; 2];
        stream.read_exact(&mut length)?;
        message.resize(usize::from(u16::from_be_bytes(length)), 0);
        stream.read_exact(&mut message)?;
        match message.as_slice() {
            [POWER_OFF] => observer(Event::PoweredOff),
            [POWER_ON] => {
                card.reset();
                observer(Event::PoweredOn);
            }
            [RESET] => {
                card.reset();
                observer(Event::Reset);
            }
            [GET_ATR] => send(stream, card.atr())?,
            // vpcd has no other control codes and expects no answer to one.
            [] | [_] => {}
            apdu => {
                let answer = card.answer(apdu);
                match (answer, card.contact()) {
                    (Some(answer), _) => {
                        wait(stream, card.delay())?;
                        send(stream, &answer)?;
                    }
                    (None, Contact::Made | Contact::Left) => return Ok(()),
                    (None, Contact::Silent) => {}
                    // No reader can say this here: the command meets the card fresh from a reset.
                    (None, Contact::Reset) => {
                        card.reset();
                        if let Some(answer) = card.answer(apdu) {
                            send(stream, &answer)?;
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

/// Waits so long, or until the connection ends: a card that is pulled has nothing to wait for.
fn wait(stream: &TcpStream, delay: Duration) -> io::Result<()> {
    // The deadline of a socket is coarse.
    if delay < SHORT {
        thread::sleep(delay);
        return Ok(());
    }
    stream.set_read_timeout(Some(delay))?;
    let arrived = stream.peek(&mut [0]);
    stream.set_read_timeout(None)?;
    match arrived {
        Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
        // The reader says nothing while it waits for an answer; if it does, the wait is over.
        Ok(_) => Ok(()),
        Err(error) if timed_out(&error) => Ok(()),
        Err(error) => Err(error),
    }
}

fn timed_out(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

fn send(mut stream: &TcpStream, message: &[u8]) -> io::Result<()> {
    let length = u16::try_from(message.len()).map_err(|_| io::ErrorKind::InvalidData)?;
    let framed = [&length.to_be_bytes(), message].concat();
    stream.write_all(&framed)
}

/// vpcd sends length and body in two writes and waits with the second for the acknowledgement of
/// the first, which Linux holds back 40 ms. The option wears off, so it is set for every message.
fn acknowledge_at_once(stream: &TcpStream) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    socket2::SockRef::from(stream).set_tcp_quickack(true)?;
    #[cfg(not(target_os = "linux"))]
    let _ = stream;
    Ok(())
}

const POWER_OFF: u8 = 0;
const POWER_ON: u8 = 1;
const RESET: u8 = 2;
const GET_ATR: u8 = 4;

/// How long the reader may take to accept an answer.
const WRITE_DEADLINE: Duration = Duration::from_secs(10);
/// Too short a wait for anybody to pull the card.
const SHORT: Duration = Duration::from_millis(50);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Faulty;
    use std::net::TcpListener;
    use std::sync::mpsc;
    use std::time::Instant;

    struct Echo;

    impl Card for Echo {
        fn atr(&self) -> &[u8] {
            &[0x3B, 0]
        }

        fn reset(&mut self) {}

        fn answer(&mut self, apdu: &[u8]) -> Option<Vec<u8>> {
            (apdu.first() != Some(&0xFF)).then(|| [apdu, &[0x90, 0]].concat())
        }
    }

    type Inserted = (Insertion<Faulty<Echo>>, TcpStream, mpsc::Receiver<Event>);

    /// The card, the reader's end of the connection, and what the card's thread reports.
    fn inserted(faults: &[&str]) -> Inserted {
        let card = Faulty::new(Echo, faults.iter().map(|text| text.parse().unwrap()));
        let reader = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let (tell, events) = mpsc::channel();
        let observer = move |event| tell.send(event).unwrap();
        let insertion = serve(card, reader.local_addr().unwrap().port(), observer).unwrap();
        let (connection, _) = reader.accept().unwrap();
        connection.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        (insertion, connection, events)
    }

    fn receive(connection: &mut TcpStream) -> Vec<u8> {
        let mut length = [0; 2];
        connection.read_exact(&mut length).unwrap();
        let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
        connection.read_exact(&mut message).unwrap();
        message
    }

    #[test]
    fn the_reader_powers_the_card_asks_for_its_atr_and_exchanges_commands() {
        let (insertion, mut connection, events) = inserted(&[]);
        connection.write_all(&[0, 1, POWER_ON, 0, 1, GET_ATR]).unwrap();
        assert_eq!(receive(&mut connection), [0x3B, 0]);
        connection.write_all(&[0, 4, 1, 2, 3, 4]).unwrap();
        assert_eq!(receive(&mut connection), [1, 2, 3, 4, 0x90, 0]);
        assert!(insertion.is_in_reader());
        insertion.pull();
        assert_eq!(events.iter().collect::<Vec<_>>(), [Event::PoweredOn, Event::Gone]);
    }

    #[test]
    fn a_pulled_card_ends_the_connection() {
        let (insertion, mut connection, _events) = inserted(&[]);
        insertion.pull();
        assert_eq!(connection.read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn a_card_that_leaves_during_a_command_ends_the_connection() {
        let (insertion, mut connection, _events) = inserted(&[]);
        connection.write_all(&[0, 4, 0xFF, 0, 0, 0]).unwrap();
        assert_eq!(connection.read(&mut [0]).unwrap(), 0);
        insertion.wait();
    }

    #[test]
    fn a_mute_card_answers_again_after_a_reset() {
        let (_insertion, mut connection, _events) = inserted(&["mute=#1"]);
        connection.write_all(&[0, 4, 1, 2, 3, 4, 0, 1, RESET, 0, 4, 5, 6, 7, 8]).unwrap();
        assert_eq!(receive(&mut connection), [5, 6, 7, 8, 0x90, 0]);
    }

    #[test]
    fn a_command_that_meets_a_reset_is_answered_by_the_fresh_card() {
        let (_insertion, mut connection, _events) = inserted(&["reset=#1"]);
        connection.write_all(&[0, 4, 1, 2, 3, 4]).unwrap();
        assert_eq!(receive(&mut connection), [1, 2, 3, 4, 0x90, 0]);
    }

    #[test]
    fn a_slow_answer_is_waited_for_and_can_be_pulled_away() {
        let (insertion, mut connection, _events) = inserted(&["slow:200=#1", "slow:600000=#2"]);
        let begun = Instant::now();
        connection.write_all(&[0, 4, 1, 2, 3, 4]).unwrap();
        assert_eq!(receive(&mut connection), [1, 2, 3, 4, 0x90, 0]);
        assert!(begun.elapsed() >= Duration::from_millis(200));
        connection.write_all(&[0, 4, 1, 2, 3, 4]).unwrap();
        insertion.pull();
        assert!(begun.elapsed() < Duration::from_secs(60));
    }

    #[test]
    fn a_reader_that_goes_away_gives_the_card_back() {
        let (insertion, connection, events) = inserted(&[]);
        drop(connection);
        insertion.wait();
        assert_eq!(events.iter().last(), Some(Event::Gone));
    }
}
