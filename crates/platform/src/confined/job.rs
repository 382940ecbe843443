//! A job object for one process.

use std::io;
use std::os::windows::io::{AsRawHandle, OwnedHandle, RawHandle};
use std::ptr::null;

use windows_sys::Win32::System::JobObjects::{
    CreateJobObjectW, JOB_OBJECT_LIMIT_ACTIVE_PROCESS, JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION,
    JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, JOB_OBJECT_LIMIT_PROCESS_MEMORY,
    JOB_OBJECT_UILIMIT_DESKTOP, JOB_OBJECT_UILIMIT_DISPLAYSETTINGS, JOB_OBJECT_UILIMIT_EXITWINDOWS,
    JOB_OBJECT_UILIMIT_GLOBALATOMS, JOB_OBJECT_UILIMIT_HANDLES, JOB_OBJECT_UILIMIT_READCLIPBOARD,
    JOB_OBJECT_UILIMIT_SYSTEMPARAMETERS, JOB_OBJECT_UILIMIT_WRITECLIPBOARD,
    JOBOBJECT_BASIC_UI_RESTRICTIONS, JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JOBOBJECTINFOCLASS,
    JobObjectBasicUIRestrictions, JobObjectExtendedLimitInformation, SetInformationJobObject,
    TerminateJobObject,
};

use super::{done, own_handle};

/// Nobody else has a handle of it: it has no name and is not inherited.
pub(super) struct Job(OwnedHandle);

impl Job {
    /// With room for one process and so much memory, bytes. Its process ends with this handle.
    #[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
    pub(super) fn of_one(memory: usize) -> io::Result<Self> {
        // SAFETY: both pointers may be null.
        let job = Self(own_handle(unsafe { CreateJobObjectW(null(), null()) })?);
        let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_ACTIVE_PROCESS
            | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION
            | JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
            | JOB_OBJECT_LIMIT_PROCESS_MEMORY;
        limits.BasicLimitInformation.ActiveProcessLimit = 1;
        limits.ProcessMemoryLimit = memory;
        job.set(JobObjectExtendedLimitInformation, &limits)?;
        let windows = JOBOBJECT_BASIC_UI_RESTRICTIONS {
            UIRestrictionsClass: JOB_OBJECT_UILIMIT_DESKTOP
                | JOB_OBJECT_UILIMIT_DISPLAYSETTINGS
                | JOB_OBJECT_UILIMIT_EXITWINDOWS
                | JOB_OBJECT_UILIMIT_GLOBALATOMS
                | JOB_OBJECT_UILIMIT_HANDLES
                | JOB_OBJECT_UILIMIT_READCLIPBOARD
                | JOB_OBJECT_UILIMIT_SYSTEMPARAMETERS
                | JOB_OBJECT_UILIMIT_WRITECLIPBOARD,
        };
        job.set(JobObjectBasicUIRestrictions, &windows)?;
        Ok(job)
    }

    #[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
    fn set<T>(&self, class: JOBOBJECTINFOCLASS, what: &T) -> io::Result<()> {
        let what = std::ptr::from_ref(what).cast();
        // SAFETY: the structure is the one of its class, as long as it says, and outlives the call.
        done(unsafe {
            SetInformationJobObject(self.as_raw_handle(), class, what, size_of::<T>() as u32)
        })
    }

    /// Ends its process.
    #[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
    pub(super) fn end(&self) -> io::Result<()> {
        // SAFETY: the handle is open as long as `self` is.
        done(unsafe { TerminateJobObject(self.as_raw_handle(), 1) })
    }
}

impl AsRawHandle for Job {
    fn as_raw_handle(&self) -> RawHandle {
        self.0.as_raw_handle()
    }
}
