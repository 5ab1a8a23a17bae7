//! What every handler has at hand.

use std::sync::Arc;

use authorise::Provider;
use centre::Centre;
use centre::fleet::Folder;
use centre::joining::Phone;
use tokio::sync::watch;

use super::fresh::Fresh;

/// What every handler has at hand.
#[derive(Debug, Clone)]
pub struct AppState {
    /// The service itself.
    pub centre: Centre,
    /// Where members' phones reach it: the beginning of a sign-up address.
    pub phone_base: Arc<str>,
    /// Joining by phone.
    pub phone: Arc<Phone>,
    /// Who may tell who a member is; none where the brand has set none.
    pub providers: Arc<[Provider]>,
    /// What makes a request of a device count once.
    pub fresh: Arc<Fresh>,
    /// Where packages of the counters' program lie.
    pub packages: Folder,
    /// Turns true when the service stops: live connections end then.
    pub stopping: watch::Receiver<bool>,
}

impl AppState {
    /// Who may tell who a member is, by what they are called.
    pub fn provider_ids(&self) -> Vec<&str> {
        self.providers.iter().map(Provider::id).collect()
    }
}
