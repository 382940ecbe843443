//! When the computer wakes, readers may have come and gone without an event: they are looked at
//! again at once.
//!
//! Linux: the signal `PrepareForSleep` of org.freedesktop.login1, which comes again, with "false",
//! after waking. Windows and macOS: their smart-card services report changes at waking themselves;
//! nothing more is done there.

/// Calls `woken` each time the computer has woken, from a thread of its own. Without a logind there
/// is nobody to tell, which is no fault.
#[cfg(target_os = "linux")]
pub(crate) fn tell(woken: impl Fn() + Send + 'static) {
    let started = std::thread::Builder::new().name("wake".into()).spawn(move || {
        if let Err(error) = listen(&woken) {
            tracing::info!(%error, "nobody tells when this computer wakes");
        }
    });
    if let Err(error) = started {
        tracing::warn!(%error, "no thread to wait for waking in");
    }
}

#[cfg(target_os = "linux")]
fn listen(woken: &dyn Fn()) -> zbus::Result<()> {
    let bus = zbus::blocking::Connection::system()?;
    let manager = zbus::blocking::Proxy::new(
        &bus,
        "org.freedesktop.login1",
        "/org/freedesktop/login1",
        "org.freedesktop.login1.Manager",
    )?;
    for signal in manager.receive_signal("PrepareForSleep")? {
        let goes_to_sleep: bool = signal.body().deserialize()?;
        if !goes_to_sleep {
            tracing::info!("the computer has woken");
            woken();
        }
    }
    Ok(())
}

/// Nobody has to tell.
#[cfg(not(target_os = "linux"))]
pub(crate) fn tell(_: impl Fn() + Send + 'static) {}
