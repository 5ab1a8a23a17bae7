//! The HTTP face of the centre: by who asks: counters
//! (`device`), members' phones (`phone`). Handlers parse, call a function of the `centre` crate and render; they decide
//! nothing.

mod accepts;
pub mod body;
mod device;
pub mod failure;
mod fresh;
mod from;
mod health;
mod limits;
mod measured;
mod phone;
mod router;
mod state;
mod updates;

pub use fresh::Fresh;
pub use limits::{Pace, Paces, Who};
pub use measured::Metrics;
pub use router::{guarded, router};
pub use state::AppState;
