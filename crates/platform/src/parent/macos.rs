//! macOS: a process that ends with the one that started it; kqueue(2), EVFILT_PROC.

use std::io;
use std::ptr::null_mut;
use std::thread;

use rustix::event::kqueue::{Event, EventFilter, EventFlags, ProcessEvents, kevent, kqueue};
use rustix::fd::OwnedFd;
use rustix::process::{Pid, getppid};

/// From now on this process ends when its parent does, whatever it is doing.
///
/// # Errors
/// The parent has ended already, or the system does not tell.
pub fn end_with_it() -> io::Result<()> {
    // Orphans are given to the first process, which never ends.
    let parent = getppid().filter(|parent| *parent != Pid::INIT);
    let parent = parent.ok_or_else(|| io::Error::other("the parent has ended"))?;
    let queue = kqueue()?;
    watch(&queue, parent)?;
    let wait = move || {
        // Whatever this call says, nobody waits for this process any more.
        let _ = ended(&queue);
        std::process::exit(1);
    };
    thread::Builder::new().name("parent".into()).spawn(wait).map(drop)
}

/// An error where it has ended already.
#[allow(unsafe_code, reason = "rustix cannot know whether descriptors stay open")]
fn watch(queue: &OwnedFd, parent: Pid) -> io::Result<()> {
    let filter = EventFilter::Proc { pid: parent, flags: ProcessEvents::EXIT };
    let event = Event::new(filter, EventFlags::ADD, null_mut());
    // SAFETY: the event is about a process and refers to no descriptor.
    unsafe { kevent(queue, &[event], &mut [] as &mut [Event], None) }?;
    Ok(())
}

#[allow(unsafe_code, reason = "rustix cannot know whether descriptors stay open")]
fn ended(queue: &OwnedFd) -> io::Result<()> {
    let mut events = Vec::with_capacity(1);
    // SAFETY: the event in the queue is about a process and refers to no descriptor.
    unsafe { kevent(queue, &[], rustix::buffer::spare_capacity(&mut events), None) }?;
    Ok(())
}
