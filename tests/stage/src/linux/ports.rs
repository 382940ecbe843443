//! TCP ports for programs that are told which one to take. They lie below the ones that Linux gives to whoever does not
//! care (ip(7): `ip_local_port_range`), so nobody gets one by chance before its program comes to take it.

use std::net::TcpListener;

use anyhow::{Result, bail};

/// A port nobody listens on.
///
/// # Errors
/// When none was found.
pub fn free_port() -> Result<u16> {
    free(1)
}

/// The first of so many neighbours that nobody listens on, on no interface.
pub(super) fn free(count: u16) -> Result<u16> {
    for _ in 0..ATTEMPTS {
        let mut random = [0; 2];
        openssl::rand::rand_bytes(&mut random)?;
        let first = FIRST + u16::from_be_bytes(random) % (END - FIRST - count);
        let is_free = |port| TcpListener::bind(("0.0.0.0", port)).is_ok();
        if (first..first + count).all(is_free) {
            return Ok(first);
        }
    }
    bail!("no {count} neighbouring TCP ports are free")
}

/// Above the ports that our own programs use.
const FIRST: u16 = 25_000;
const END: u16 = 32_000;
const ATTEMPTS: usize = 20;
