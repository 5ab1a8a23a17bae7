//! Who did something, and where.

use protocol::ids::{ClerkId, DeviceId, StoreId};

/// Who did something, and where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Who {
    /// The service by itself: a job.
    #[default]
    Centre,
    /// A clerk at a counter.
    Clerk {
        /// Who.
        clerk: ClerkId,
        /// Where.
        device: DeviceId,
        /// In which store.
        store: StoreId,
    },
    /// A store's manager at a counter.
    Manager {
        /// Who.
        clerk: ClerkId,
        /// Where.
        device: DeviceId,
        /// In which store.
        store: StoreId,
    },
    /// A counter, of which nobody is known.
    Device {
        /// Which.
        device: DeviceId,
        /// In which store.
        store: StoreId,
    },
    /// A user of the machine that the command line runs on.
    It {
        /// The user's name there.
        user: String,
    },
    /// The guest herself, on her phone, by a counter's or a poster's code.
    Guest {
        /// The counter whose code it was; none of a poster's.
        device: Option<DeviceId>,
        /// In which store.
        store: StoreId,
    },
    /// A member on her own page, proven by a code to her number.
    Member,
}

impl Who {
    /// The word for what kind of person or thing it is.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Centre => "centre",
            Self::Clerk { .. } => "clerk",
            Self::Manager { .. } => "manager",
            Self::Device { .. } => "device",
            Self::It { .. } => "it",
            Self::Guest { .. } => "guest",
            Self::Member => "member",
        }
    }

    /// The word for the place.
    #[must_use]
    pub fn place(&self) -> &'static str {
        match self {
            Self::Centre => "centre",
            Self::Clerk { .. } | Self::Manager { .. } | Self::Device { .. } => "counter",
            Self::It { .. } => "command_line",
            Self::Guest { .. } | Self::Member => "phone",
        }
    }

    /// By what the person is known; empty where nobody is.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Clerk { clerk, .. } | Self::Manager { clerk, .. } => clerk.as_str(),
            Self::It { user } => user,
            Self::Centre | Self::Device { .. } | Self::Guest { .. } | Self::Member => "",
        }
    }

    /// The counter, and its store.
    #[must_use]
    pub fn counter(&self) -> Option<(DeviceId, &StoreId)> {
        match self {
            Self::Clerk { device, store, .. }
            | Self::Manager { device, store, .. }
            | Self::Device { device, store } => Some((*device, store)),
            Self::Guest { device, store } => device.map(|device| (device, store)),
            Self::Centre | Self::It { .. } | Self::Member => None,
        }
    }
}
