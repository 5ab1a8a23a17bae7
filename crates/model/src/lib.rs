//! The allowance protocol as a small machine of states, for an exhaustive search.
//!
//! One centre, one member with a few points and a coupon, one store with up to two devices. A network that
//! loses, repeats and reorders; disks that are copied or put back from a backup; a centre that is put back
//! from a backup; write-offs that come too early. [`World`] is the state, [`Setup`] its bounds and rules, and
//! [`invariants`] what must hold in every state. The search itself is stateright's breadth-first checker.
//!
//! A *device* is a key that the centre knows; a *copy* is a disk with an outbox. As a rule a device has one
//! copy; a disk that was cloned makes a second one of the same device.

pub mod books;
pub mod centre;
mod deliver;
pub mod grants;
pub mod hello;
pub mod invariants;
mod machine;
pub mod outbox;
pub mod push;
pub mod recovery;
pub mod search;
pub mod settled;
pub mod setup;
pub mod step;
pub mod wire;
pub mod world;

pub use books::Points;
pub use setup::{Bounds, Rules, Setup};
pub use step::Step;
pub use world::World;
