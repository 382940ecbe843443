//! Question and panel without a web view: boxes of the system's own, one after the other, in a child
//! process that is spoken to like the window's (`ankong dialog`, which the program starts).
//!
//! They show the same and ask for the same; what they cannot do stands in docs/consent.md.

mod conversation;
mod pages;
#[cfg(target_os = "linux")]
mod pinentry;
mod views;
mod words;

use std::fs::File;
use std::io;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use ankong_dialog::{Answer, FrameError, Order, read_order, write_answer};
use ankong_platform::native_box::{NativeBox, Pressed};
use ankong_platform::process;

use crate::{as_child, hardening};
use conversation::Conversation;
use pages::Pages;

/// The hidden command of this program that shows the boxes.
pub(super) const COMMAND: &str = "dialog";

/// Why there is no box.
#[derive(Debug, thiserror::Error)]
pub enum NoBox {
    /// The resident program is gone, or says nothing that can be shown so.
    #[error("nothing to ask; this is started by the program itself")]
    NothingToAsk,
    /// A text to be signed that does not fit on a box is not shown in part.
    #[error("the text to be signed is too long for a box")]
    TooLong,
    /// No program for it is installed, or there is no screen.
    #[error("no program that shows boxes on this screen; is a graphical pinentry installed?")]
    NoProgram,
    /// The pipe, or the system that shows the box.
    #[error("the box cannot be shown")]
    System(#[from] io::Error),
    /// The pipe to the resident program.
    #[error(transparent)]
    Pipe(#[from] FrameError),
}

/// Asks one question, or shows the panel, as the orders on standard input say, and answers on
/// standard output.
///
/// # Errors
/// Nothing can be shown. Then nothing was answered either.
pub fn serve() -> Result<(), NoBox> {
    as_child::die_with_parent()?;
    hardening::keep_secrets();
    let (orders, mut answers) = as_child::take_pipes()?;
    let orders = follow(orders);
    let first = orders.recv();
    let (orders, mut say) = (&orders, |answer: &Answer| write_answer(&mut answers, answer));
    let (say, boxes): (&mut dyn FnMut(&Answer) -> _, &mut dyn Boxes) = (&mut say, &mut boxes()?);
    match first {
        Ok(Order::Ask(prompt)) => Conversation { prompt: &prompt, orders, say, boxes }.hold(),
        Ok(Order::Panel(panel)) => Pages { orders, say, boxes }.hold(*panel),
        Ok(_) | Err(_) => Err(NoBox::NothingToAsk),
    }
}

/// Where boxes are shown.
trait Boxes {
    /// Whether a box can have a button between the two.
    fn have_three_buttons(&self) -> bool {
        true
    }

    /// Shows a box and waits until it is gone. Calls `seen` when it is about to be on the screen.
    fn show(&mut self, shown: &NativeBox<'_>, seen: &mut dyn FnMut()) -> Result<Pressed, NoBox>;
}

#[cfg(target_os = "linux")]
fn boxes() -> Result<impl Boxes, NoBox> {
    pinentry::Pinentry::start()
}

#[cfg(not(target_os = "linux"))]
fn boxes() -> Result<impl Boxes, NoBox> {
    Ok(OfSystem)
}

/// The boxes the system brings.
#[cfg(not(target_os = "linux"))]
struct OfSystem;

#[cfg(not(target_os = "linux"))]
impl Boxes for OfSystem {
    fn show(&mut self, shown: &NativeBox<'_>, seen: &mut dyn FnMut()) -> Result<Pressed, NoBox> {
        Ok(ankong_platform::native_box::show(shown, seen)?)
    }
}

/// Reads the orders as they come. When no more can come this process ends, and the box with it:
/// nobody waits for an answer.
fn follow(mut pipe: File) -> Receiver<Order> {
    let (sender, orders) = channel();
    thread::spawn(move || {
        while let Ok(order) = read_order(&mut pipe) {
            if sender.send(order).is_err() {
                return;
            }
        }
        process::end(1)
    });
    orders
}
