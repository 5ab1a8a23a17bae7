//! Points for behaviour: what the brand values that is no purchase.

use crate::account::Account;
use crate::ids::BehaviourKind;
use crate::lots;
use crate::movement::{AccountKind, Outcome, Standing};
use crate::program::Program;
use crate::refusal::{Error, Malformed, Refusal};
use crate::tier;
use crate::time::Moment;

/// Rewards a behaviour, with points and growth value. `that_day` is how often this kind counted for the member on the business date of
/// the operation so far.
///
/// # Errors
/// [`Refusal::LimitReached`] where it counts no more that day (where it [`Happened`](Standing::Happened),
/// the member has the points all the same, and the store bears them); [`Malformed`] where the program has
/// no such kind.
pub fn behave(
    program: &Program,
    account: &mut Account,
    now: &Moment,
    kind: &BehaviourKind,
    that_day: u32,
    standing: Standing,
) -> Result<Outcome, Error> {
    let behaviour = program.doc().behaviours.get(kind).ok_or_else(|| {
        Malformed::new(
            "kind",
            format!("the program has no behaviour {:?}", kind.as_str()),
        )
    })?;
    let mut out = Outcome {
        earned: behaviour.points,
        ..Outcome::default()
    };
    let mut from = AccountKind::Earned;
    if that_day >= behaviour.limit() {
        out.object(standing, Refusal::LimitReached)?;
        out.loss = behaviour.points;
        from = AccountKind::Loss;
    }
    let expires = program.lot_expiry(now.date());
    tier::behaved(program, account.rows_mut(), now, kind, &mut out);
    lots::credit(
        account.rows_mut(),
        &from,
        behaviour.points,
        now.date(),
        expires,
        &mut out,
    );
    Ok(out)
}
