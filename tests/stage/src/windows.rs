//! What a Windows program under Wine asks of the Linux below it: the daemon of the program `pcscd-keeper`, in whose
//! environment it was started. It refuses to know how the daemon is kept.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use anyhow::{Context, Result, ensure};

/// The keeper's pcscd, which Wine's programs reach through the winscard of tests/wine/shims.
#[derive(Debug)]
pub struct PrivatePcscd {
    keeper: BufReader<TcpStream>,
    port: u16,
}

impl PrivatePcscd {
    /// Finds the keeper.
    ///
    /// # Errors
    /// When this program was not started by one.
    pub fn start() -> Result<Self> {
        let address = std::env::var(KEEPER).context("no pcscd-keeper started this program")?;
        let mut keeper = Self { keeper: BufReader::new(TcpStream::connect(address)?), port: 0 };
        keeper.port = keeper.ask("vpcd-port")?.parse()?;
        Ok(keeper)
    }

    /// The TCP port of the first virtual reader. A card is put in by connecting to it.
    pub fn vpcd_port(&self) -> u16 {
        self.port
    }

    /// Kills the daemon, as a crash would.
    pub fn stop(&mut self) {
        // Without the keeper there is no daemon either.
        let _ = self.ask("stop");
    }

    /// Starts the daemon again on the same socket with the same readers.
    ///
    /// # Errors
    /// When it does not start.
    pub fn restart(&mut self) -> Result<()> {
        self.ask("restart").map(drop)
    }

    /// Starts the daemon again on the same socket, without any reader.
    ///
    /// # Errors
    /// When it does not start.
    pub fn restart_without_readers(&mut self) -> Result<()> {
        self.ask("restart-without-readers").map(drop)
    }

    fn ask(&mut self, order: &str) -> Result<String> {
        writeln!(self.keeper.get_mut(), "{order}")?;
        let mut answer = String::new();
        self.keeper.read_line(&mut answer)?;
        let answer = answer.trim_end_matches('\n');
        let done = answer.strip_prefix("done ");
        ensure!(done.is_some(), "the keeper says: {answer}");
        Ok(done.unwrap_or_default().to_owned())
    }
}

/// Names the keeper's address.
const KEEPER: &str = "ANKONG_PCSCD_KEEPER";
