//! What a counter and the centre say to each other.
//!
//! The two halves of each request lie side by side: `counter::sync::<step>` asks,
//! `central::http::<step>` answers, and the message is `protocol::<step>`.
//! `docs/PROTOCOL.md` is the same in prose.

pub mod attestation;
pub mod centre;
pub mod chain;
pub mod check_in;
pub mod clerk;
pub mod code;
pub mod credit;
pub mod enrol;
pub mod entity;
pub mod error;
pub mod grant;
pub mod hello;
pub mod ids;
pub mod invited;
pub mod join;
pub mod limits;
pub mod live;
pub mod log;
pub mod lookup;
pub mod manage;
pub mod member_code;
pub mod new_phone;
pub mod operation;
pub mod own_page;
pub mod package;
pub mod personal;
pub mod phone;
pub mod pin;
pub mod presence;
pub mod profile;
pub mod pull;
pub mod push;
pub mod report;
pub mod sign_up;
pub mod signature;
pub mod sold;
pub mod store_settings;
pub mod ticket;
pub mod token;
pub mod unlock;

pub use chain::Hash;
pub use error::{ErrorCode, WireError};
pub use ids::{
    CampaignId, CentreId, ClerkId, DeviceId, Epoch, Generation, GrantId, LifeId, MemberId, OpId,
    RequestId, Seq, StoreId,
};

/// The oldest protocol version that this build still speaks.
pub const PROTO_MIN: u32 = 1;
/// The newest protocol version that this build speaks.
pub const PROTO_MAX: u32 = 2;
