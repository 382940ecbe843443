//! What a module does that was never tested, or that a hostile card took over.
#![allow(unsafe_code, reason = "a segmentation fault, fork and kill are not to be had without")]

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::net::{TcpStream, UdpSocket};
use std::os::fd::FromRawFd;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixListener, UnixStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::script::Deed;

/// Does it; comes back where the deed lets it.
pub(crate) fn commit(deed: Deed) {
    match deed {
        Deed::Hang => loop {
            std::thread::sleep(Duration::from_secs(3600));
        },
        Deed::Abort => std::process::abort(),
        // SAFETY: none; this is what the test wants.
        Deed::Segfault => unsafe { std::ptr::null_mut::<u8>().write_volatile(1) },
        Deed::Devour => {
            let mut all = Vec::new();
            loop {
                all.push(Vec::<u8>::with_capacity(1 << 24));
            }
        }
        Deed::Garbage => every_pipe(&[0xFF, 0, 0]),
        Deed::Flood => {
            let token = br#"{"label":"x","pin_min":4,"pin_max":8,"pin_pad":false,"count_low":false,"final_try":false,"locked":false}"#;
            let mut frame = vec![b't'];
            frame.extend((token.len() as u16).to_be_bytes());
            frame.extend(token);
            loop {
                every_pipe(&frame);
            }
        }
        Deed::Print => println!("Copyright (C) of a module that likes to talk"),
        Deed::HugeCount | Deed::Removed | Deed::BreakOut => {}
    }
}

/// Into whatever the process has open for writing.
fn every_pipe(bytes: &[u8]) {
    for descriptor in 1..32 {
        // SAFETY: a number that is no descriptor only fails; the file is never closed here.
        let file = unsafe { File::from_raw_fd(descriptor) };
        let _ = (&file).write_all(bytes);
        std::mem::forget(file);
    }
}

/// One line for each try: what, and `done` or the error's number.
pub(crate) fn break_out(library: &Path) -> String {
    let folder = library.parent().unwrap();
    let existing = library.with_extension("toml");
    let outside = Path::new("/proc/1/mem");
    let listening = folder.join("listening");
    let abstractly = SocketAddr::from_abstract_name(listening.as_os_str().as_bytes()).unwrap();
    let tries: [(&str, io::Result<()>); 27] = [
        ("tcp", TcpStream::connect(("127.0.0.1", 9)).map(drop)),
        ("udp", UdpSocket::bind(("127.0.0.1", 0)).map(drop)),
        ("netlink", socket(libc::AF_NETLINK, libc::SOCK_DGRAM)),
        ("unix", UnixStream::connect(&listening).and_then(greet)),
        ("unix-abstract", UnixStream::connect_addr(&abstractly).and_then(greet)),
        ("unix-elsewhere", UnixStream::connect(folder.join("elsewhere.sock")).and_then(greet)),
        ("unix-second-numbers", connect_by_second_number()),
        ("unix-datagram", UnixDatagram::unbound().map(drop)),
        ("unix-datagram-pair", UnixDatagram::pair().map(drop)),
        ("unix-packets", socket(libc::AF_UNIX, libc::SOCK_SEQPACKET | libc::SOCK_CLOEXEC)),
        ("unix-listen", UnixListener::bind_addr(&abstractly).map(drop)),
        ("unix-pair", UnixStream::pair().map(drop)),
        ("filter", new_filter()),
        ("read", fs::read(&existing).map(drop)),
        ("create", File::create_new(folder.join("new")).map(drop)),
        (
            "create-in-tmp",
            File::create_new(std::env::temp_dir().join("ankong-broke-out")).map(drop),
        ),
        ("append", OpenOptions::new().append(true).open(&existing).map(drop)),
        (
            "empty",
            OpenOptions::new().read(true).custom_flags(libc::O_TRUNC).open(&existing).map(drop),
        ),
        ("remove", fs::remove_file(&existing)),
        ("rename", fs::rename(&existing, folder.join("renamed"))),
        ("make-folder", fs::create_dir(folder.join("made"))),
        ("mode", fs::set_permissions(&existing, Permissions::from_mode(0o777))),
        ("exec", Command::new("/bin/true").spawn().map(drop)),
        ("fork", fork()),
        ("signal", signal_parent()),
        ("trace", File::open(outside).map(drop)),
        ("thread", std::thread::Builder::new().spawn(|| ()).map(|thread| drop(thread.join()))),
    ];
    tries
        .map(|(what, outcome)| match outcome {
            Ok(()) => format!("{what} done"),
            Err(error) => format!("{what} {}", error.raw_os_error().unwrap_or_default()),
        })
        .join("\n")
}

/// Says so to whoever was reached.
fn greet(mut reached: UnixStream) -> io::Result<()> {
    reached.write_all(b"from a module\n")
}

/// The number that x32 has for connect(2). Its arguments lead nowhere.
fn connect_by_second_number() -> io::Result<()> {
    const X32: libc::c_long = 0x4000_0000;
    // SAFETY: there is no address that could be read.
    outcome(unsafe { libc::syscall(libc::SYS_connect | X32, -1, 0, 0) } as i32)
}

/// One that would answer this process's own calls, if it were taken: its program is none.
fn new_filter() -> io::Result<()> {
    let (mode, flags) = (libc::SECCOMP_SET_MODE_FILTER, libc::SECCOMP_FILTER_FLAG_NEW_LISTENER);
    // SAFETY: there is no program that could be read.
    outcome(unsafe { libc::syscall(libc::SYS_seccomp, mode, flags, 0) } as i32)
}

fn socket(family: i32, kind: i32) -> io::Result<()> {
    // SAFETY: no pointer is passed; the process ends soon and the socket with it.
    outcome(unsafe { libc::socket(family, kind, 0) })
}

fn fork() -> io::Result<()> {
    // SAFETY: the child ends at once.
    match unsafe { libc::fork() } {
        0 => unsafe { libc::_exit(0) },
        other => outcome(other),
    }
}

/// Signal 0 only asks whether one could be sent.
fn signal_parent() -> io::Result<()> {
    // SAFETY: no pointers.
    outcome(unsafe { libc::kill(libc::getppid(), 0) })
}

fn outcome(returned: i32) -> io::Result<()> {
    if returned < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
