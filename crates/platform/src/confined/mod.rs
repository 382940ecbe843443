//! Windows: a child process on two pipes with a restricted token, in a job of its own.
//!
//! What the token takes away: every privilege but that to pass folders; administrators' rights,
//! where the parent has them; and the level of integrity, which becomes low, so that whatever has
//! no label of its own (all a person's files, keys of the registry, pipes and windows of other
//! programs) can be read and not written. Internet Explorer's protected mode was the same, and
//! showed certificates of smart cards to web sites: WinSCard works from there. No restricting
//! SIDs: with them each check of access is made a second time for those SIDs alone, also that of the
//! smart-card service at its door, whose list nobody documents. No lower level than low: such a
//! process may not even open the objects its own session gives it.
//!
//! What the job takes away: other processes, more memory than it is given, the clipboard, other
//! programs' windows; and it ends its process when the parent's handle is closed, by whatever.

use std::fs::File;
use std::io;
use std::os::windows::io::{AsHandle, AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr::null;

use windows_sys::Win32::Foundation::{HANDLE, HANDLE_FLAG_INHERIT, SetHandleInformation, TRUE};
use windows_sys::Win32::System::Threading::{
    CREATE_UNICODE_ENVIRONMENT, CreateProcessAsUserW, DETACHED_PROCESS,
    EXTENDED_STARTUPINFO_PRESENT, INFINITE, PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
    PROC_THREAD_ATTRIBUTE_JOB_LIST, PROC_THREAD_ATTRIBUTE_MITIGATION_POLICY, PROCESS_INFORMATION,
    STARTF_USESTDHANDLES, STARTUPINFOEXW, WaitForSingleObject,
};

use self::attributes::Attributes;
use self::job::Job;

mod attributes;
mod job;
mod own;
mod program;
mod token;

pub use self::own::{Denied, own};
pub use self::program::Program;

/// A child that runs.
pub struct Started {
    /// The process.
    pub child: Child,
    /// Its standard input.
    pub orders: File,
    /// Its standard output. Its errors go nowhere.
    pub answers: File,
}

/// A process in its job. Dropping it ends the process, and so does the end of this one.
pub struct Child {
    process: OwnedHandle,
    job: Job,
}

/// Starts the program with at most so much memory, bytes.
///
/// # Errors
/// Windows refused a step; then nothing runs.
pub fn start(program: &Program<'_>, memory: usize) -> io::Result<Started> {
    let (childs_orders, orders) = io::pipe()?;
    let (answers, childs_answers) = io::pipe()?;
    let (input, output) = (OwnedHandle::from(childs_orders), OwnedHandle::from(childs_answers));
    let job = Job::of_one(memory)?;
    let process = create(program, &job, &input, &output)?;
    let (orders, answers) = (OwnedHandle::from(orders), OwnedHandle::from(answers));
    Ok(Started { child: Child { process, job }, orders: orders.into(), answers: answers.into() })
}

impl Child {
    /// Ends it at once.
    ///
    /// # Errors
    /// Windows refused.
    pub fn kill(&mut self) -> io::Result<()> {
        self.job.end()
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// Windows refused.
    #[allow(unsafe_code, reason = "the standard library waits for its own children only")]
    pub fn wait(&mut self) -> io::Result<()> {
        // SAFETY: the handle is open as long as `self` is.
        match unsafe { WaitForSingleObject(self.process.as_raw_handle(), INFINITE) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }
}

/// The process gets these two handles, and no other that happens to be inheritable meanwhile.
#[allow(unsafe_code, reason = "the standard library gives a child no other token than its own")]
fn create(
    program: &Program<'_>,
    job: &Job,
    input: &OwnedHandle,
    output: &OwnedHandle,
) -> io::Result<OwnedHandle> {
    let token = token::restricted()?;
    let (path, mut line) = (program.wide_path()?, program.command_line()?);
    let environment = program.environment_block()?;
    let handles = [input, output].map(AsRawHandle::as_raw_handle);
    for handle in [input, output] {
        inheritable(handle)?;
    }
    let jobs = [job.as_raw_handle()];
    let mut attributes = Attributes::for_up_to(3)?;
    attributes.set(PROC_THREAD_ATTRIBUTE_HANDLE_LIST, &handles)?;
    attributes.set(PROC_THREAD_ATTRIBUTE_JOB_LIST, &jobs)?;
    attributes.set(PROC_THREAD_ATTRIBUTE_MITIGATION_POLICY, &[MITIGATIONS])?;
    let mut startup = STARTUPINFOEXW::default();
    startup.StartupInfo.cb = size_of::<STARTUPINFOEXW>() as u32;
    startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    startup.StartupInfo.hStdInput = input.as_raw_handle();
    startup.StartupInfo.hStdOutput = output.as_raw_handle();
    startup.lpAttributeList = attributes.as_ptr();
    let mut made = PROCESS_INFORMATION::default();
    // SAFETY: texts end with a zero, the environment with two; the command line is writable; token,
    // handles and the list with all it points to outlive the call. Windows keeps none of them.
    let done = unsafe {
        CreateProcessAsUserW(
            token.as_raw_handle(),
            path.as_ptr(),
            line.as_mut_ptr(),
            null(),
            null(),
            TRUE,
            // No console: a console is another process, and the job has room for one.
            CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT | DETACHED_PROCESS,
            environment.as_ptr().cast(),
            null(),
            &raw const startup.StartupInfo,
            &raw mut made,
        )
    };
    if done == 0 {
        return Err(io::Error::last_os_error());
    }
    drop(own_handle(made.hThread)?);
    own_handle(made.hProcess)
}

/// As long as it is so, a child that another thread starts inherits it too.
#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
fn inheritable(handle: &OwnedHandle) -> io::Result<()> {
    let flag = HANDLE_FLAG_INHERIT;
    // SAFETY: the handle is open.
    done(unsafe { SetHandleInformation(handle.as_handle().as_raw_handle(), flag, flag) })
}

/// A handle that Windows has just made for its caller.
#[allow(unsafe_code, reason = "it comes as a bare pointer")]
fn own_handle(handle: HANDLE) -> io::Result<OwnedHandle> {
    if handle.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it is open, and nobody else closes it.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

/// What Windows' `BOOL` says.
fn done(returned: windows_sys::core::BOOL) -> io::Result<()> {
    if returned == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// `PROCESS_CREATION_MITIGATION_POLICY_…_ALWAYS_ON` of winbase.h: HEAP_TERMINATE, BOTTOM_UP_ASLR,
/// EXTENSION_POINT_DISABLE (no other program's hooks where a PIN passes), FONT_DISABLE,
/// IMAGE_LOAD_NO_REMOTE and IMAGE_LOAD_NO_LOW_LABEL (no library from the network, nor one that a
/// process of this kind could have written). Not those that forbid what vendors' libraries may do
/// legally: make code, call win32k, come without relocations or Microsoft's signature.
const MITIGATIONS: u64 = 1 << 12 | 1 << 16 | 1 << 32 | 1 << 48 | 1 << 52 | 1 << 56;
