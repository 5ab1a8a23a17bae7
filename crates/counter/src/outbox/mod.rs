//! `outbox.db`: operations not yet confirmed, allowances, identity. Commits are durable
//! (`synchronous=FULL`) before anything is called done.

mod allowance;
mod append;
mod aside;
mod attested;
mod clerk_keys;
mod epoch;
mod erased;
mod failure;
mod file;
pub(crate) mod identity;
mod looks;
mod meta;
mod parked;
mod pins;
mod present;
mod prints;
mod profile;
mod reaction;
mod read;
mod release;
mod request;
mod rotation;
mod settle;
mod shown_codes;
mod sign_ins;
mod sign_up;
#[cfg(test)]
mod tests;
mod time;

pub(crate) use allowance::{
    OwnGrant, barred_by, held_coupons, own_grants, renew, spend, usable, use_coupon,
};
pub(crate) use append::{Draft, Summary, append, head};
pub use aside::PutAside;
#[cfg(test)]
pub(crate) use aside::put_aside;
pub(crate) use aside::put_aside_of;
pub(crate) use attested::{
    attested, generation_attestation, given, note_answered, note_generation, note_given, sign,
    unsigned,
};
pub(crate) use clerk_keys::{
    KeptKey, certify, clerk_key, clerk_keys, end_clerk_key, has_ended, keep_clerk_key, keep_ended,
    public_keys,
};
pub(crate) use epoch::{
    Position, acked, answered, ask_anew, begin_epoch, common, given_to, offer_again, position,
    reported, send_after, send_again,
};
pub(crate) use erased::let_go;
pub(crate) use failure::failure;
pub(crate) use file::Outbox;
pub(crate) use identity::Identity;
pub(crate) use looks::{Look, looks_since, note_look};
pub(crate) use parked::{
    parked, parked_one, put_parked, remove_all_parked, remove_parked, remove_parked_before,
};
pub(crate) use pins::{count_try, right as pin_right, take_back_try};
pub(crate) use present::{note_present, present_by};
pub(crate) use prints::{begin_print, counted_under, not_printed, prints};
pub(crate) use profile::{PendingProfile, changed_profiles, pending_profiles};
pub(crate) use reaction::erase_reactions;
pub(crate) use read::{
    Row, approved_since, attention, batch, confirmed_count, confirmed_since, in_overlay, last_made,
    open_counts, operation, overlay_of, overlay_of_number, overlay_of_pieces, overlay_with,
    phone_of, returns_like, sales_like, waiting, waiting_since,
};
pub(crate) use release::{DueBack, give_back, is_due, released_since};
pub(crate) use request::{note_request, open_requests, take_reply};
pub(crate) use rotation::{begin_rotation, had_a_token, keep_rotation, rotation};
pub(crate) use settle::{
    answer, answered_overlays, first_waiting, held as held_numbers, members_of, next_waiting, shown,
};
pub(crate) use shown_codes::{codes_shown, note_code_shown};
pub(crate) use sign_ins::{note_sign_in, noted as sign_ins_noted, sign_ins};
pub(crate) use sign_up::{PendingSignUp, pending_sign_ups, signed_up_as};
