//! Unix: systemd, where it is.

/// What is told.
pub(super) enum Told {
    Ready,
    Stopping,
}

/// Tells systemd, where it has said how; else nobody.
pub(super) fn tell(what: Told) {
    let state = match what {
        Told::Ready => sd_notify::NotifyState::Ready,
        Told::Stopping => sd_notify::NotifyState::Stopping,
    };
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "systemd is not told");
    }
}
