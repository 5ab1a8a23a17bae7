//! `cache.db`: the centre's state as last pulled. Written only by [`Cache::apply`]; made
//! anew when it is damaged, so it may commit lazily (`synchronous=NORMAL`).

mod ahead;
mod apply;
mod connection;
mod file;
mod hidden;
mod identity_copy;
mod key_change;
mod members;
mod products;
mod provisional;
mod read;
mod receipts;
mod rows;
mod snapshot;
mod table;
mod take;
mod text;

pub(crate) use ahead::ahead_due;
pub(crate) use file::{Cache, erase};
pub(crate) use identity_copy::{Copied, read_identity_copy};
pub(crate) use members::{
    joined_by, member_by_card, member_by_number, member_by_phone, member_count, paid_of,
};
pub(crate) use products::{all_products, find_products, products_like};
pub(crate) use provisional::is_provisional;
pub(crate) use read::{
    all, brand, clerks, coupons_of, cursor, cursor_attestation, meetings, movements_of, of_member,
    one, programs, recalled, reward, rewards, stocks,
};
pub(crate) use receipts::{receipt_by_id, receipts_like, receipts_of};
