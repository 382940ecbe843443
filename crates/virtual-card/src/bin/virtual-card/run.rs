//! `virtual-card run`: a card in a reader, and the lines on stdin.

use std::fs::File;
use std::io::{self, BufRead};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::Context;
use virtual_card::fault::{Fault, Flaw};
use virtual_card::{CommandTime, Speed};

use crate::bench::{Bench, Fittings, Pace, say};
use crate::control;
use crate::log::Log;
use crate::order::Order;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The card, a file that `virtual-card issue` wrote
    #[arg(value_name = "IMAGE")]
    image: PathBuf,
    /// The port on which the vpcd reader listens
    #[arg(long, default_value_t = 35963)]
    port: u16,
    /// Where the PIN tries are kept; IMAGE with the ending .state if not given
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Write the header and lengths of every exchange to this file, never its data
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// What goes wrong, WHAT=WHEN: pull-after=20, slow:5000=#3, answer:6F00=20:every
    #[arg(long, value_name = "FAULT")]
    fault: Vec<Fault>,
    /// What is wrong with the card: truncated-certificate or blocked-pin
    #[arg(long, value_name = "FLAW")]
    flaw: Vec<Flaw>,
    /// A control page on this port of 127.0.0.1; 0 for any that is free
    #[arg(long, value_name = "PORT")]
    control: Option<u16>,
    /// As slow as a real card: the line as the ATR offers it, assumed times for commands
    #[arg(long)]
    as_real: bool,
    /// Bits a second on the line to the card
    #[arg(long)]
    baud: Option<NonZeroU32>,
    /// Milliseconds that commands with an instruction take, such as 20:60
    #[arg(long, value_name = "INS:MS")]
    time: Vec<CommandTime>,
}

pub(crate) fn run(arguments: Arguments) -> anyhow::Result<()> {
    let trace = arguments.trace.as_deref().map(|path| {
        File::create(path).with_context(|| format!("the trace {} cannot be made", path.display()))
    });
    let log = Log::new(trace.transpose()?);
    let speed = pace(arguments.as_real, arguments.baud, arguments.time);
    let fittings = Fittings { port: arguments.port, speed, log };
    let mut bench = Bench::new(fittings, &arguments.image, arguments.state.as_deref())?;
    let wrong = arguments.fault.into_iter().map(Order::Fault);
    for order in wrong.chain(arguments.flaw.into_iter().map(Order::Flaw)) {
        bench.obey(order)?;
    }
    bench.obey(Order::Insert)?;

    let bench = Arc::new(Mutex::new(bench));
    if let Some(port) = arguments.control {
        let port = control::start(port, Arc::clone(&bench))?;
        say(&format!("control page  http://127.0.0.1:{port}/"));
    }
    for line in io::stdin().lock().lines() {
        let line = line.context("stdin cannot be read")?;
        if let Err(error) = line.parse().map_err(Into::into).and_then(|order| obey(&bench, order)) {
            eprintln!("{error:#}");
        }
    }
    match arguments.control {
        // The page can still say something.
        Some(_) => loop {
            thread::park();
        },
        // Nobody can: a card in the reader stays until the reader goes away.
        None => bench.lock().unwrap_or_else(PoisonError::into_inner).wait(),
    }
    Ok(())
}

fn obey(bench: &Mutex<Bench>, order: Order) -> anyhow::Result<()> {
    bench.lock().unwrap_or_else(PoisonError::into_inner).obey(order)
}

/// What is said of single things stands before the preset.
fn pace(as_real: bool, baud: Option<NonZeroU32>, times: Vec<CommandTime>) -> Pace {
    Box::new(move |atr| {
        let preset = if as_real { Speed::as_real(atr) } else { Speed::default() };
        let times = times.iter().copied().chain(preset.times).collect();
        Speed { baud: baud.or(preset.baud), times }
    })
}
