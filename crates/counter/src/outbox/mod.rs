//! `outbox.db`: operations not yet confirmed, allowances, identity. Commits are durable
//! (`synchronous=FULL`) before anything is called done.

mod allowance;
mod append;
mod aside;
mod epoch;
mod erased;
mod failure;
mod file;
pub(crate) mod identity;
mod meta;
mod parked;
mod pins;
mod prints;
mod profile;
mod reaction;
mod read;
mod release;
mod request;
mod settle;
mod sign_ins;
#[cfg(test)]
mod tests;
mod time;

pub(crate) use allowance::{
    OwnGrant, barred_by, held_coupons, own_grants, renew, spend, usable, use_coupon,
};
pub(crate) use append::{Draft, Summary, append, head};
pub use aside::PutAside;
pub(crate) use aside::put_aside;
pub(crate) use epoch::{
    Position, acked, answered, ask_anew, begin_epoch, common, offer_again, position, reported,
    send_after, send_again,
};
pub(crate) use erased::let_go;
pub(crate) use failure::failure;
pub(crate) use file::Outbox;
pub(crate) use identity::Identity;
pub(crate) use parked::{parked, parked_one, put_parked, remove_parked, remove_parked_before};
pub(crate) use pins::{LOCK_MS, locked_until, right as pin_right, wrong as pin_wrong};
pub(crate) use prints::{begin_print, counted_under, not_printed, prints};
pub(crate) use profile::{PendingProfile, changed_profiles, pending_profiles};
pub(crate) use reaction::erase_reactions;
pub(crate) use read::{
    Row, approved_since, attention, batch, confirmed_count, confirmed_since, in_overlay,
    open_counts, operation, overlay_of, overlay_of_number, overlay_of_pieces, overlay_with,
    phone_of, returns_like, sales_like, waiting,
};
pub(crate) use release::{DueBack, give_back, is_due, released_since};
pub(crate) use request::{note_request, open_requests, take_reply};
pub(crate) use settle::{
    answer, answered_overlays, first_waiting, held as held_numbers, members_of, next_waiting, shown,
};
pub(crate) use sign_ins::{note_sign_in, noted as sign_ins_noted, sign_ins};
