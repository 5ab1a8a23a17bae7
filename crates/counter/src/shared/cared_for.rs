//! What whoever looks after the device hears of it: how the last print went, when it checked in, what is offered to it.

use super::Shared;
use crate::clock::Moment;
use crate::error::SlipError;
use crate::lock::lock;
use crate::trial;
use crate::version::version;
use protocol::check_in::{PrinterHealth, PrinterState, ReleaseOffer};
use std::sync::atomic::Ordering;
use tokio::sync::watch;

impl Shared {
    /// How the last print went: why it failed, where it did.
    pub(crate) fn printed(&self, failed: Option<&SlipError>) {
        *lock(&self.printing) = PrinterHealth {
            state: if failed.is_some() {
                PrinterState::Failing
            } else {
                PrinterState::Good
            },
            reason: failed.map(|e| e.reason().unwrap_or(e.code().0).to_owned()),
        };
    }

    /// How the last print of this process went.
    pub(crate) fn printing(&self) -> PrinterHealth {
        lock(&self.printing).clone()
    }

    /// A whole contact has come to its end: a version on trial is good.
    pub(crate) fn has_reached(&self) {
        if self.tried.swap(true, Ordering::AcqRel) {
            return;
        }
        if trial::reached(&self.home.updates(), &version()) {
            // headquarters hears of it now
            *lock(&self.checked_in) = None;
            self.keep_hello(None);
            self.wake.notify_one();
        }
    }

    /// When this process checked in last.
    pub(crate) fn checked_in(&self) -> Option<Moment> {
        *lock(&self.checked_in)
    }

    /// It did now, and this is offered.
    pub(crate) fn set_checked_in(&self, offer: Option<ReleaseOffer>) {
        *lock(&self.checked_in) = Some(Moment::now());
        self.offer.send_replace(offer);
    }

    /// A newer version that is for this device, whenever another one is.
    pub(crate) fn offers(&self) -> watch::Receiver<Option<ReleaseOffer>> {
        self.offer.subscribe()
    }
}
