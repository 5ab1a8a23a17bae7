//! How this device is: what it tells the centre of itself, and what its doctor looks at.

use crate::cache;
use crate::error::Result;
use crate::outbox;
use crate::shared::Shared;
use crate::slip;
use crate::trial;
use crate::version::{system, target, version};
use crate::view::PrinterTarget;
use chrono::Utc;
use protocol::check_in::{DeviceHealth, PrinterHealth, PrinterState};

/// How this device is.
///
/// # Errors
/// Where the outbox cannot be read.
pub(crate) fn of(shared: &Shared) -> Result<DeviceHealth> {
    let ((waiting, attention), since) = shared
        .outbox()
        .read(|c| Ok((outbox::open_counts(c)?, outbox::waiting_since(c)?)))?;
    Ok(DeviceHealth {
        version: version(),
        system: system(),
        target: target(),
        clock: Utc::now(),
        disk_free: platform::files::free_space(shared.home().dir()),
        waiting,
        waiting_since: since,
        attention,
        // one that shows no members says so by its trouble
        members: shared.cache(cache::member_count).unwrap_or_default(),
        printer: printer(shared),
        trouble: trouble(shared),
        update: trial::report(&shared.home().updates()),
    })
}

fn printer(shared: &Shared) -> PrinterHealth {
    let home = shared.home();
    let own = slip::read(&home.printer());
    let set = own.and_then(|own| match own {
        Some(own) => Ok(own.target),
        None => {
            let store = crate::settings::of_store(&home.store_settings())?;
            Ok(crate::settings::printer_of(&store).target)
        }
    });
    match set {
        Ok(PrinterTarget::None) => PrinterHealth::default(),
        Ok(
            PrinterTarget::File { .. }
            | PrinterTarget::Device { .. }
            | PrinterTarget::Named { .. }
            | PrinterTarget::Tcp { .. },
        ) => shared.printing(),
        Err(e) => PrinterHealth {
            state: PrinterState::Failing,
            reason: Some(e.code().0.to_owned()),
        },
    }
}

/// What is in the way here, by its stable code.
fn trouble(shared: &Shared) -> Option<String> {
    if let Some(stuck) = shared.stuck() {
        return Some(stuck.error().code().0.to_owned());
    }
    shared.locked_since().map(|_| "counter_locked".to_owned())
}
