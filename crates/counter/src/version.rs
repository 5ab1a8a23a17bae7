//! Which program this is, for whoever looks after it.

/// The version of this program. A build for development may be called otherwise, so that a roll-out can be tried with one
/// program: `COUNTERPART_VERSION`.
#[must_use]
pub fn version() -> String {
    let said = if cfg!(debug_assertions) {
        std::env::var("COUNTERPART_VERSION").ok()
    } else {
        None
    };
    said.unwrap_or_else(|| env!("CARGO_PKG_VERSION").to_owned())
}

/// What it is built for, as packages name it: `windows-x86_64`.
#[must_use]
pub fn target() -> String {
    format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH)
}

/// The operating system, in its own words.
#[must_use]
pub fn system() -> String {
    os_info::get().to_string()
}
