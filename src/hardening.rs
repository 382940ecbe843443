//! What the process denies itself before anything else happens: a PIN passes through its memory.

/// No memory dumps, as far as the system lets a program say so.
pub(crate) fn no_dumps() {
    if let Err(error) = ankong_platform::dumps::forbid() {
        tracing::warn!(%error, "the system may keep a picture of this process's memory");
    }
}
