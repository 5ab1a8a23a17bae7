//! Checks that one statement makes: it finds the rows that break it.
//!
//! Every file of `sql/` gives `place`, `expected` and `found` as text, no row where all is well, and is
//! read by both engines. None joins a member at a time: sides that must agree are put under one another
//! and summed in one pass.

use sea_orm::FromQueryResult;

use super::report::Invariant::{self, I1, I2, I3, I4, I6, I7, I8};
use super::report::{CheckReport, LISTED};
use super::snapshot::Snapshot;
use crate::error::ServiceError;
use centre_store::column::Col;

/// A check, the table whose rows it is about, and its statement.
struct Check(Invariant, &'static str, &'static str, &'static str);

macro_rules! check {
    ($invariant:ident, $code:literal, $table:literal, $file:literal) => {
        Check(
            $invariant,
            $code,
            $table,
            include_str!(concat!("sql/", $file, ".sql")),
        )
    };
}

const CHECKS: &[Check] = &[
    check!(I1, "transfer_sides", "transfer", "i1_transfer_sides"),
    check!(I1, "transfer_number", "transfer", "i1_transfer_number"),
    check!(I1, "balance", "balance", "i1_balance"),
    check!(I1, "member_sum", "balance", "i1_member_sum"),
    check!(I1, "account_name", "balance", "i1_account_name"),
    check!(I1, "lot", "lot", "i1_lot"),
    check!(I1, "lot_sum", "lot", "i1_lot_sum"),
    check!(I1, "lot_escrow", "lot", "i1_lot_escrow"),
    check!(I1, "lot_number", "lot", "i1_lot_number"),
    check!(I1, "escrow", "allowance", "i1_escrow"),
    check!(I1, "debt", "account", "i1_debt"),
    check!(I1, "merged", "member", "i1_merged"),
    check!(I1, "allowance", "allowance", "i1_allowance"),
    check!(I1, "allowance_lots", "allowance_lot", "i1_allowance_lots"),
    check!(I1, "redeemed", "portion", "i1_redeemed"),
    check!(I1, "paid", "portion", "i1_paid"),
    check!(I1, "earned", "receipt", "i1_earned"),
    check!(I1, "taken_back", "receipt", "i1_taken_back"),
    check!(I1, "waiting", "receipt", "i1_waiting"),
    check!(I1, "behaved", "behaviour", "i1_behaved"),
    check!(I1, "reversed", "redemption", "i1_reversed"),
    check!(I2, "account_sign", "balance", "i2_sign"),
    check!(I2, "below_zero", "lot", "i2_below_zero"),
    check!(I2, "debt_and_available", "account", "i2_debt_and_available"),
    check!(I3, "ended_life", "allowance", "i3_ended"),
    check!(I3, "life_to_come", "allowance", "i3_epoch"),
    check!(I3, "escrow_moved", "allowance", "i3_moved"),
    check!(I4, "owned_twice", "operation", "i4_owned_twice"),
    check!(I4, "owned_id", "operation", "i4_owned_id"),
    check!(I4, "ownerless", "operation", "i4_ownerless"),
    check!(I4, "sequence", "operation", "i4_sequence"),
    check!(I4, "head", "device", "i4_head"),
    check!(I4, "state", "operation", "i4_state"),
    check!(I4, "undigested", "held", "i4_undigested"),
    check!(I4, "twin_held", "operation", "i4_twin_held"),
    check!(
        I4,
        "transfer_operation",
        "transfer",
        "i4_transfer_operation"
    ),
    check!(I4, "transfer_member", "transfer", "i4_transfer_member"),
    check!(I6, "loss_cause", "transfer", "i6_cause"),
    check!(I6, "loss_bound", "life_end", "i6_bound"),
    check!(I6, "loss_listed", "manager_list", "i6_listed"),
    check!(I6, "behaviour_loss", "behaviour", "i6_behaviour"),
    check!(I6, "unapproved_loss", "transfer", "i6_unapproved"),
    check!(I7, "feed_head", "feed_head", "i7_head"),
    check!(I7, "feed_number", "feed", "i7_number"),
    check!(I8, "coupon_twice", "coupon", "i8_twice"),
    check!(I8, "coupon_holder", "coupon", "i8_holder"),
    check!(I8, "coupon_used_and_held", "coupon", "i8_used_and_held"),
    check!(I8, "coupon_used_by", "coupon", "i8_used_by"),
];

#[derive(FromQueryResult)]
struct Broken {
    place: String,
    expected: String,
    found: String,
    total: Col<u64>,
}

/// Makes all of them.
pub(super) async fn check(at: &mut Snapshot<'_>) -> Result<(), ServiceError> {
    for &Check(invariant, what, table, sql) in CHECKS {
        let mut check = CheckReport::new(invariant, what);
        check.rows = at.rows(table).await?;
        // the engine counts what breaks it and sends the first of them
        let sql = format!(
            "SELECT place, expected, found, COUNT(*) OVER () AS total \
             FROM (\n{sql}\n) broken ORDER BY place LIMIT {LISTED}"
        );
        let broken: Vec<Broken> = at.ask(&sql, Vec::new()).await?;
        let total = broken.first().map_or(0, |b| *b.total);
        for b in broken {
            check.breaks(b.place, b.expected, b.found);
        }
        check.violations = total;
        tracing::debug!(?invariant, what, total, "audited");
        at.done(check);
    }
    Ok(())
}
