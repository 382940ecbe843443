//! What a confined child may do: this executable, started again as one, tries and tells.
#![cfg(windows)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failing test may panic")]

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, process, thread};

use ankong_platform::confined::{self, Child, Denied, Program, Started};
use tempfile::TempDir;
use windows_sys::Win32::Foundation::{HANDLE_FLAG_INHERIT, SetHandleInformation};
use windows_sys::Win32::System::Threading::{
    OpenProcess, PROCESS_SYNCHRONIZE, WaitForSingleObject,
};

const MEMORY: usize = 1 << 28;
const FOLDER: &str = "ANKONG_TEST_FOLDER";

#[test]
fn a_child_reads_and_writes_nothing_starts_nothing_and_gets_no_more_memory() {
    if under_wine() {
        eprintln!("not tried: Wine enforces neither levels of integrity nor a job's limits");
        return;
    }
    let told = Role::start("tries").told();
    assert_eq!(told, ["denied true true", "read true", "write false", "start false", "grow false"]);
}

#[test]
fn a_child_gets_orders_and_environment_and_answers() {
    let mut echo = Role::start("echoes");
    let folder = echo.folder.path().display().to_string();
    echo.orders.as_ref().unwrap().write_all(b"once\ntwice\n").unwrap();
    echo.orders = None;
    assert_eq!(echo.told(), [folder.as_str(), "once", "twice"]);
}

/// What another thread makes inheritable meanwhile, such as a pipe that a PIN comes through.
#[test]
fn a_child_inherits_nothing_but_its_pipes() {
    let (mut read, write) = io::pipe().unwrap();
    inheritable(&write);
    let mut echo = Role::start("echoes");
    drop(write);
    // Ends only where nobody has the other end; the child lives and waits for orders.
    read.read_to_end(&mut Vec::new()).unwrap();
    echo.child.kill().unwrap();
    echo.child.wait().unwrap();
}

#[test]
fn a_child_that_hangs_ends_when_it_is_told_and_when_nobody_holds_it() {
    let mut killed = Role::start("hangs");
    killed.child.kill().unwrap();
    killed.child.wait().unwrap();
    let Role { child, answers, .. } = Role::start("hangs");
    drop(child);
    // Its end of the pipe is closed.
    assert!(told(answers).count() <= 1);
}

#[test]
fn a_child_that_hangs_ends_with_its_parent() {
    let mut parent = Command::new(env::current_exe().unwrap())
        .args(["--exact", "holds_one_that_hangs", "--ignored", "--nocapture"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let answers = OwnedHandle::from(parent.stdout.take().unwrap());
    let child = told(File::from(answers)).next().unwrap();
    let child = Process::open(child.parse().unwrap());
    assert!(!child.ends_within(500));
    parent.kill().unwrap();
    parent.wait().unwrap();
    assert!(child.ends_within(10_000));
}

// What the children are. Each line that counts begins like this, for the harness prints others.
const MARK: &str = "> ";

#[test]
#[ignore = "a child of the others"]
fn tries() {
    let folder = PathBuf::from(env::var_os(FOLDER).unwrap());
    let Denied { files, processes } = confined::own().unwrap();
    println!("{MARK}denied {files} {processes}");
    println!("{MARK}read {}", fs::read(folder.join("theirs")).is_ok());
    println!("{MARK}write {}", fs::write(folder.join("theirs"), "mine").is_ok());
    let started = Command::new(env::current_exe().unwrap()).arg("--list").status();
    println!("{MARK}start {}", started.is_ok());
    println!("{MARK}grow {}", Vec::<u8>::new().try_reserve_exact(2 * MEMORY).is_ok());
}

#[test]
#[ignore = "a child of the others"]
fn echoes() {
    println!("{MARK}{}", env::var(FOLDER).unwrap());
    for line in io::stdin().lines() {
        println!("{MARK}{}", line.unwrap());
    }
}

#[test]
#[ignore = "a child of the others"]
fn hangs() {
    println!("{MARK}{}", process::id());
    loop {
        thread::park();
    }
}

#[test]
#[ignore = "a child of the others"]
fn holds_one_that_hangs() {
    let Role { child: _child, answers, .. } = Role::start("hangs");
    println!("{MARK}{}", told(answers).next().unwrap());
    loop {
        thread::park();
    }
}

/// One of these tests as a confined child, and a folder of the person's with a file.
struct Role {
    child: Child,
    orders: Option<File>,
    answers: File,
    folder: TempDir,
}

impl Role {
    fn start(test: &str) -> Self {
        let folder = tempfile::tempdir_in(env::var_os("USERPROFILE").unwrap()).unwrap();
        fs::write(folder.path().join("theirs"), "theirs").unwrap();
        let own = |name: &&str| Some((OsString::from(name), env::var_os(name)?));
        let mut environment: Vec<_> = ["PATH", "SystemRoot"].iter().filter_map(own).collect();
        environment.push((FOLDER.into(), folder.path().into()));
        let program = Program {
            path: &env::current_exe().unwrap(),
            arguments: &["--exact", test, "--ignored", "--nocapture"],
            environment: &environment,
        };
        let Started { child, orders, answers } = confined::start(&program, MEMORY).unwrap();
        Self { child, orders: Some(orders), answers, folder }
    }

    /// All of it, when it has ended by itself.
    fn told(mut self) -> Vec<String> {
        let all = told(self.answers).collect();
        self.child.wait().unwrap();
        all
    }
}

fn told(answers: File) -> impl Iterator<Item = String> {
    let lines = BufReader::new(answers).lines().map_while(Result::ok);
    // The harness may have begun the line.
    lines.filter_map(|line| line.split_once(MARK).map(|(_, told)| told.to_owned()))
}

fn under_wine() -> bool {
    Path::new(&env::var_os("SystemRoot").unwrap()).join("system32/winecfg.exe").exists()
}

#[allow(unsafe_code, reason = "the standard library does not let handles be inherited")]
fn inheritable(handle: &impl AsRawHandle) {
    let flag = HANDLE_FLAG_INHERIT;
    // SAFETY: the handle is open.
    assert_ne!(unsafe { SetHandleInformation(handle.as_raw_handle(), flag, flag) }, 0);
}

/// Somebody else's child.
struct Process(OwnedHandle);

impl Process {
    #[allow(unsafe_code, reason = "the standard library knows its own children only")]
    fn open(id: u32) -> Self {
        // SAFETY: numbers only.
        let handle = unsafe { OpenProcess(PROCESS_SYNCHRONIZE, 0, id) };
        assert!(!handle.is_null());
        // SAFETY: it was opened for nobody else.
        Self(unsafe { OwnedHandle::from_raw_handle(handle) })
    }

    #[allow(unsafe_code, reason = "the standard library knows its own children only")]
    fn ends_within(&self, milliseconds: u32) -> bool {
        // SAFETY: the handle is open.
        unsafe { WaitForSingleObject(self.0.as_raw_handle(), milliseconds) == 0 }
    }
}
