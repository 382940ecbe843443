//! `virtual-card insert`: a card in a reader, moved by lines on stdin.

use std::fs::File;
use std::io::{self, BufRead, Write};
use std::path::PathBuf;

use anyhow::Context;
use virtual_card::fault::{Fault, Faulty};
use virtual_card::vpcd::{self, Event, Insertion};
use virtual_card::{Card, CardImage, Traced};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The card, a file that `virtual-card issue` wrote
    #[arg(long, value_name = "FILE")]
    card: PathBuf,
    /// The port on which the vpcd reader listens
    #[arg(long, default_value_t = 35963)]
    port: u16,
    /// Write the header and lengths of every exchange to this file, never its data
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// What goes wrong, WHAT=WHEN: pull-after=20, slow:5000=#3, answer:6F00=20:every
    #[arg(long, value_name = "FAULT")]
    fault: Vec<Fault>,
}

type TheCard = Box<Traced<Faulty<Box<dyn Card + Send>>>>;

/// Where the card is: in the reader, or in the tester's hand.
enum Place {
    Reader(Insertion<TheCard>),
    Hand(TheCard),
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut place = Place::Reader(insert(card(arguments)?, arguments.port)?);
    for line in io::stdin().lock().lines() {
        place = match (line.context("stdin cannot be read")?.trim(), place) {
            ("pull", Place::Reader(insertion)) => Place::Hand(insertion.pull()),
            ("insert", Place::Hand(card)) => Place::Reader(insert(card, arguments.port)?),
            // A card that left by itself is put in again without a pull.
            ("insert", Place::Reader(insertion)) if !insertion.is_in_reader() => {
                Place::Reader(insert(insertion.wait(), arguments.port)?)
            }
            ("pull" | "insert", unchanged) => {
                eprintln!("the card is there already");
                unchanged
            }
            (other, unchanged) => {
                eprintln!("the lines understood are pull and insert, not {other:?}");
                unchanged
            }
        };
    }
    // Nobody can say anything any more: a card in the reader stays until the reader goes away.
    if let Place::Reader(insertion) = place {
        insertion.wait();
    }
    Ok(())
}

fn card(arguments: &Arguments) -> anyhow::Result<TheCard> {
    let image = CardImage::load(&arguments.card)?;
    let card = Faulty::new(image.insertable()?, arguments.fault.iter().copied());
    let lines: Box<dyn Write + Send> = match &arguments.trace {
        Some(path) => Box::new(
            File::create(path)
                .with_context(|| format!("the trace {} cannot be made", path.display()))?,
        ),
        None => Box::new(io::sink()),
    };
    Ok(Box::new(Traced::new(card, lines)))
}

fn insert(card: TheCard, port: u16) -> anyhow::Result<Insertion<TheCard>> {
    let mut taken = false;
    let observer = move |event| match event {
        Event::PoweredOn if !taken => {
            taken = true;
            say(&format!("the reader on port {port} has taken the card"));
        }
        Event::Gone => say("the card is out of the reader"),
        Event::PoweredOn | Event::PoweredOff | Event::Reset => {}
    };
    vpcd::serve(card, port, observer)
        .with_context(|| format!("no reader listens on port {port}; start pcscd with vpcd first"))
}

/// A line at once, even into a pipe. Nobody may be reading any more, and the card stays in.
fn say(line: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
