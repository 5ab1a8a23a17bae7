//! Redeeming points for a reward, and giving a redemption back.

use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::ids::{LotId, OpId};
use crate::lots;
use crate::movement::{Outcome, Standing};
use crate::points::Points;
use crate::program::Program;
use crate::receipt::Redemption;
use crate::refusal::{Error, Malformed, Refusal};
use crate::spend::{self, PointsFrom};
use crate::time::Moment;

/// A redemption that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedeemRequest {
    /// Its operation.
    pub id: OpId,
    /// Points to spend, zero or more.
    pub points: Points,
    /// Where they come from.
    #[serde(default)]
    pub from: PointsFrom,
}

/// A redemption that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redeemed {
    /// What stays of it.
    pub redemption: Redemption,
    /// What it did.
    pub outcome: Outcome,
}

/// Spends points for a reward: checked in the order minimum, step, frozen, points.
///
/// # Errors
/// The first [`Refusal`] (none where it [`Happened`](Standing::Happened)); [`Malformed`] for points below zero
/// or above 10¹². The account is unchanged then.
pub fn redeem(
    program: &Program,
    account: &mut Account,
    _now: &Moment,
    request: RedeemRequest,
    standing: Standing,
) -> Result<Redeemed, Error> {
    spend::amount("points", request.points)?;
    let mut outcome = Outcome::default();
    spend::check_source(
        program,
        account,
        request.points,
        None,
        &request.from,
        standing,
        &mut outcome,
    )?;
    let portions = spend::spend(
        account.rows_mut(),
        request.points,
        &request.from,
        &mut outcome,
    );
    let redemption = Redemption {
        id: request.id,
        points: request.points,
        portions,
        reversed: false,
    };
    Ok(Redeemed {
        redemption,
        outcome,
    })
}

/// Gives a redemption back, portion by portion, last spent first, into the lots that it came from; debt
/// first; a portion whose lot's date has passed gets a lot of its own with the program's grace.
///
/// # Errors
/// [`Refusal::AlreadyReversed`] (where it [`Happened`](Standing::Happened), noted, with no effect);
/// [`Malformed`] where one of [`Redemption::lots`] was not loaded. Nothing is changed then.
pub fn reverse(
    program: &Program,
    account: &mut Account,
    now: &Moment,
    redemption: &mut Redemption,
    standing: Standing,
) -> Result<Outcome, Error> {
    let mut out = Outcome::default();
    if redemption.reversed {
        out.object(standing, Refusal::AlreadyReversed)?;
        return Ok(out);
    }
    loaded(account, redemption.lots())?;
    redemption.reversed = true;
    lots::give_back(
        program,
        account.rows_mut(),
        now,
        &mut redemption.portions,
        redemption.points,
        &mut out,
    );
    Ok(out)
}

/// Proves that the account was loaded with the lots that points may go back into.
pub(crate) fn loaded(
    account: &Account,
    lots: impl Iterator<Item = LotId>,
) -> Result<(), Malformed> {
    for id in lots {
        if account.lot(id).is_none() {
            return Err(Malformed::new(
                "lots",
                format!("lot {id} was not loaded with the account"),
            ));
        }
    }
    Ok(())
}
