//! The tables as SeaORM entities, one file each; the schema itself is in `migration/steps/`.

// the derive macros make public items that cannot carry documentation
#![allow(missing_docs)]

pub mod account;
pub mod allowance;
pub mod allowance_lot;
pub mod balance;
pub mod behaviour;
pub mod brand;
pub mod centre;
pub mod clerk;
pub mod clerk_phone;
pub mod code_try;
pub mod consent;
pub mod coupon;
pub mod device;
pub mod device_former_store;
pub mod enrol_code;
pub mod feed;
pub mod feed_head;
pub mod grant_request;
pub mod held;
pub mod import_edge;
pub mod invited;
pub mod job;
pub mod job_done;
pub mod life_end;
pub mod lookup_log;
pub mod lot;
pub mod manager_list;
pub mod member;
pub mod member_alias;
pub mod member_note;
pub mod operation;
pub mod portion;
pub mod product;
pub mod profile_mark;
pub mod program;
pub mod proven_allowance;
pub mod quarantined;
pub mod reaction;
pub mod receipt;
pub mod receipt_line;
pub mod redemption;
pub mod reward;
pub mod reward_stock;
pub mod sale_credit;
pub mod sample;
pub mod sent_code;
pub mod sequence;
pub mod set_aside;
pub mod store;
pub mod tally;
pub mod to_tell;
pub mod transfer;
pub mod visit;
