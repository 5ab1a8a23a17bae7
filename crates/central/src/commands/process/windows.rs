//! Windows: whoever starts a service there asks it by other means.

/// What is told.
pub(super) enum Told {
    Ready,
    Stopping,
}

/// Nobody listens for it.
pub(super) fn tell(_: Told) {}
