//! Fields that are left out for what they hold, and what they are where they are missing.

use loyalty::{Money, Points};

pub(super) fn yes() -> bool {
    true
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the form that serde wants
pub(super) fn is_false(yes: &bool) -> bool {
    !yes
}

pub(super) fn is_zero(n: &u32) -> bool {
    *n == 0
}

pub(super) fn no_points(points: &Points) -> bool {
    points.is_zero()
}

pub(super) fn no_money(money: &Money) -> bool {
    money.is_zero()
}

pub(super) fn is_no_lot(n: &u64) -> bool {
    *n == 0
}
