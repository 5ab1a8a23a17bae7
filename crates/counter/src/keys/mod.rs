//! The keys of a counter's files, and where they are kept: in the system's keychain; where there is none that can be
//! used, behind a manager's passphrase; and in a plain file only where that was asked for.
//!
//! The outbox and the cache have a key each, so that what a counter knows of members can be destroyed while what it
//! recorded is still delivered. All that is kept is one short text ([`words::Words`]), so a start reads the keychain once.

mod access;
mod keychain;
mod ring;
mod sealed;
#[cfg(test)]
mod tests;
mod words;

pub use access::KeyAccess;
pub(crate) use ring::Keyring;
