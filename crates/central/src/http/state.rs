//! What every handler has at hand.

use std::sync::Arc;

use centre::Centre;
use centre::joining::Phone;
use tokio::sync::watch;

/// What every handler has at hand.
#[derive(Debug, Clone)]
pub struct AppState {
    /// The service itself.
    pub centre: Centre,
    /// Where members' phones reach it: the beginning of a sign-up address.
    pub phone_base: Arc<str>,
    /// Joining by phone.
    pub phone: Arc<Phone>,
    /// Turns true when the service stops: live connections end then.
    pub stopping: watch::Receiver<bool>,
}
