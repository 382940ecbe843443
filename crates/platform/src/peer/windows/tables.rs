//! The two lists of TCP connections, asked of Windows and read by [`rows`](super::super::rows).

use std::io;
use std::net::SocketAddr;
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::{ERROR_INSUFFICIENT_BUFFER, NO_ERROR};
use windows_sys::Win32::NetworkManagement::IpHelper::{
    GetExtendedTcpTable, TCP_TABLE_OWNER_PID_CONNECTIONS,
};
use windows_sys::Win32::Networking::WinSock::{AF_INET, AF_INET6};

use super::super::rows;

/// The number of the process that holds the socket bound to `local` and connected to `remote`.
pub(super) fn owner(local: SocketAddr, remote: SocketAddr) -> io::Result<Option<u32>> {
    for (family, read) in [(AF_INET, rows::FOUR), (AF_INET6, rows::SIX)] {
        let owner = read.owner(&table(u32::from(family))?, local, remote);
        if owner.is_some() {
            return Ok(owner);
        }
    }
    Ok(None)
}

/// Asks for the length first; a list that grew in between is asked for again, a few times.
fn table(family: u32) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for _ in 0..ATTEMPTS {
        let (outcome, needed) = fill(family, &mut bytes);
        match outcome {
            NO_ERROR => return Ok(bytes),
            // Room for what comes up meanwhile.
            ERROR_INSUFFICIENT_BUFFER => bytes.resize(needed as usize + SPARE, 0),
            other => return Err(io::Error::from_raw_os_error(other.cast_signed())),
        }
    }
    Err(io::Error::other("connections change faster than they can be listed"))
}

#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
fn fill(family: u32, bytes: &mut [u8]) -> (u32, u32) {
    let mut length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let place = if bytes.is_empty() { null_mut() } else { bytes.as_mut_ptr().cast() };
    // SAFETY: `place` is writable for `length` bytes, which is at most its own length; `length`
    // outlives the call. Windows keeps neither.
    let outcome = unsafe {
        GetExtendedTcpTable(place, &raw mut length, 0, family, TCP_TABLE_OWNER_PID_CONNECTIONS, 0)
    };
    (outcome, length)
}

const ATTEMPTS: usize = 4;
const SPARE: usize = 4096;
