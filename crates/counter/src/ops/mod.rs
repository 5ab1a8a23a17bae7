//! What a clerk does, one file per thing.

mod allergy;
#[cfg(test)]
mod allergy_tests;
mod belonging;
mod coupons;
mod coupons_page;
mod credit;
#[cfg(test)]
mod credit_tests;
#[cfg(test)]
mod erased_tests;
mod fill_in;
mod fill_in_offline;
#[cfg(test)]
mod fill_in_tests;
mod find;
#[cfg(test)]
mod full_disk_tests;
#[cfg(test)]
mod identity_tests;
mod invite;
mod invite_slip;
mod leaving;
mod ledger;
#[cfg(test)]
mod ledger_tests;
mod line_amount;
mod locked;
#[cfg(test)]
mod locked_tests;
mod lookup;
mod manage;
mod member;
mod new_phone;
mod next;
#[cfg(test)]
mod next_tests;
mod obtain;
mod paper;
mod parked;
#[cfg(test)]
mod parked_tests;
mod points;
mod presence;
mod present;
mod profile;
mod profile_form;
#[cfg(test)]
mod profile_tests;
mod reaction;
#[cfg(test)]
mod reaction_tests;
mod receipt_entry;
mod receipt_view;
mod redeem;
mod redeem_quote;
pub(crate) mod returns;
mod returns_unknown;
mod reveal;
mod sale;
mod sale_check;
mod sale_number;
mod sale_quote;
mod sample;
#[cfg(test)]
mod sample_tests;
mod scan;
mod servicing;
mod settings;
mod signin;
#[cfg(test)]
mod signin_tests;
mod slip;
mod slip_found;
mod slip_print;
#[cfg(test)]
mod slip_tests;
mod sold;
#[cfg(test)]
mod sold_tests;
mod status;
mod stock;
#[cfg(test)]
mod tests;
mod tiers;
#[cfg(test)]
mod tiers_tests;

pub(crate) use redeem::PIECES as REWARD_PIECES;
pub use signin::SignedIn;
