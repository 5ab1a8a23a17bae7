//! Points that expire earlier expire on another date.

use super::{ALWAYS, Ground, Plan};
use crate::error::{Error, Result};
use chrono::NaiveDate;
use loyalty::{Account, AccountRows, Lot, LotId, Points};
use protocol::entity::LotView;
use protocol::operation::{Body, Extension};

/// Lots as they stand after an extension, and points whose date it moves; by the rules' own function.
pub(super) fn extended(lots: &[LotView], to: NaiveDate) -> Result<(Vec<LotView>, Points)> {
    let rows = AccountRows {
        lots: (1..)
            .zip(lots)
            .map(|(id, l)| Lot {
                id: LotId(id),
                points: l.points.floor_zero(),
                // only dates are looked at
                earned: NaiveDate::MIN,
                expires: l.expires,
            })
            .collect(),
        next_lot: u64::try_from(lots.len()).unwrap_or(u64::MAX - 1) + 1,
        ..AccountRows::default()
    };
    let mut account =
        Account::from_rows(rows).map_err(|e| Error::CacheDamaged(format!("lots: {e}")))?;
    let before = account.rows().clone();
    loyalty::extend(&mut account, to);
    let moved = account.changes_since(&before).lots;
    let moved = moved.into_iter().map(|l| l.points).sum();
    let after = account.lots().iter().filter_map(|l| {
        let told = usize::try_from(l.id.0).ok()?.checked_sub(1)?;
        Some(LotView {
            expires: l.expires,
            ..lots.get(told)?.clone()
        })
    });
    Ok((after.collect(), moved))
}

pub(super) fn plan(ground: &Ground<'_>, to: &str) -> Result<Plan> {
    let to: NaiveDate = to.trim().parse().map_err(|_| Error::DateInvalid)?;
    let body = Extension {
        member: ground.member.id.clone(),
        store: ground.store.clone(),
        to,
        approval: None,
    };
    if to <= ground.today || !body.fits(ground.today) {
        return Err(Error::DateInvalid);
    }
    let (_, moved) = extended(&ground.member.lots, to)?;
    if moved.is_zero() {
        return Err(Error::NothingToExtend);
    }
    Ok(Plan {
        moved,
        what: to.to_string(),
        needs_manager: Some(ALWAYS),
        ..Plan::of(Body::Extension(body))
    })
}
