//! Finding a member: by phone, the last four digits, name, pinyin, initials or member number.
//!
//! Everything that a member can be found by is a *key* ([`keys`]), kept in one table. Any prefix of a
//! key is a *node* of a tree over these keys. A node with more than [`index::LIST`] keys beneath it has a
//! list of its members who came last (`search_top`); a node with fewer is read as it stands. So what is
//! typed, short or long, costs at most [`index::LIST`] index rows and comes out most recent first,
//! exactly, whatever the number of members.

pub mod find;
pub mod index;
pub mod keys;
pub mod mask;
pub mod schema;

mod bulk;
mod exact;
mod fold;
mod missing;
mod plain;
mod query;
mod readings;
mod surnames;
mod top;

pub use bulk::{Bulk, begin_bulk, finish_bulk};
pub use exact::{By, Hers, Named, by_card, by_number, by_phone};
pub use find::{Hit, Matched, SkinWords, find};
pub use index::{put_member, rekey, remove_member};
pub use keys::Kind;
pub use missing::digits_missing;
pub(crate) use plain::plain_reading;
pub use surnames::surname;
