//! What clerks do at a counter, and the counter's own contact with the centre.

use counter::view::{
    Act, ActRequest, Approver, CouponPlace, LineRequest, MemberTarget, ProfileRequest,
    RedeemRequest, RedeemWhat, ReturnLineRequest, ReturnRequest, SaleRequest,
};
use counter::{Engine, Error, SignedIn};
use loyalty::{Money, Points};
use std::sync::{Arc, Mutex, PoisonError};

use crate::activity::{Activity, Ending};
use crate::people::PIN;

/// Whose sale it is.
#[derive(Debug, Clone)]
pub(crate) enum Whose {
    Member(String),
    Phone(String),
}

/// A sale to be recorded.
#[derive(Debug, Clone)]
pub(crate) struct ToSell {
    pub(crate) receipt: String,
    pub(crate) whose: Whose,
    pub(crate) lines: Vec<(String, u32)>,
    /// So many per cent of the most points that the quote allows pay part of it.
    pub(crate) share: i64,
    /// Whether she uses a coupon, where she has one that may be used here.
    pub(crate) coupon: bool,
}

/// Does something as the staff that signed in; where their key is another by now, as after the outbox was moved aside,
/// they sign in again.
fn as_staff<T>(
    engine: &Engine,
    staff: &SignedIn,
    work: impl Fn(&SignedIn) -> counter::Result<T>,
) -> counter::Result<T> {
    match work(staff) {
        Err(Error::NotSignedIn) => work(&engine.sign_in(&staff.session().clerk.id, PIN)?),
        other => other,
    }
}

/// Signs staff in, who may be asked for by the centre: the first time.
pub(crate) fn sign_in(id: String, signed_in: Arc<Mutex<Option<SignedIn>>>) -> Activity {
    Box::new(move |engine| {
        Ending::of(engine.sign_in(&id, PIN).map(|staff| {
            *signed_in.lock().unwrap_or_else(PoisonError::into_inner) = Some(staff);
            Ending {
                said: "signed in".into(),
                ..Ending::default()
            }
        }))
    })
}

/// A sale.
pub(crate) fn sell(staff: SignedIn, what: ToSell) -> Activity {
    Box::new(move |engine| Ending::of(sale(engine, &staff, what)))
}

fn sale(engine: &Engine, staff: &SignedIn, what: ToSell) -> counter::Result<Ending> {
    let ToSell {
        receipt,
        whose,
        lines,
        share,
        coupon,
    } = what;
    let line = |(sku, qty)| LineRequest {
        sku,
        qty,
        amount: None,
        amount_of: None,
    };
    let mut request = SaleRequest {
        presence: None,
        receipt,
        member: match whose {
            Whose::Member(id) => MemberTarget::Member { id },
            Whose::Phone(phone) => MemberTarget::Phone { phone },
        },
        lines: lines.into_iter().map(line).collect(),
        pay_points: Points::ZERO,
        coupons: Vec::new(),
        fit_points: false,
        propose: false,
        credit: None,
        number: Default::default(),
        approver: None,
    };
    if let (true, MemberTarget::Member { id }) = (coupon, &request.member) {
        let hers = engine.coupons(id)?;
        let usable = hers.iter().find(|c| c.place != CouponPlace::Elsewhere);
        request.coupons = usable.map(|c| c.id.clone()).into_iter().collect();
    }
    let by_coupon = request.coupons.len();
    if share > 0 {
        let most = engine.quote_sale(&request)?.max_points;
        request.pay_points = Points(most.get() * share / 100);
    }
    let done = as_staff(engine, staff, |staff| engine.record_sale(staff, &request))?;
    Ok(Ending {
        said: format!(
            "{by_coupon} coupons, pay {} earned {} spent {}{}",
            done.pay,
            done.earned,
            done.spent,
            if done.exists { " again" } else { "" }
        ),
        done: Some(done.op_id).filter(|id| !id.is_empty() && !done.exists),
        ..Ending::default()
    })
}

/// A redemption of `share` percent of what she has on record, or of the cheapest reward.
pub(crate) fn redeem(staff: SignedIn, member_id: String, share: Option<i64>) -> Activity {
    Box::new(move |engine| Ending::of(redemption(engine, &staff, member_id, share)))
}

fn redemption(
    engine: &Engine,
    staff: &SignedIn,
    member_id: String,
    share: Option<i64>,
) -> counter::Result<Ending> {
    let options = engine.redeem_options(&member_id)?;
    let reward = options.rewards.first();
    let what = match (share, reward) {
        (None, Some(reward)) => RedeemWhat::Reward {
            id: reward.id.clone(),
            qty: 1,
        },
        (share, _) => RedeemWhat::Cash {
            points: Points(options.points.confirmed.get() * share.unwrap_or(10) / 100),
            bill: Money::from_fen(100_000_000),
        },
    };
    let request = RedeemRequest {
        presence: None,
        member_id,
        what,
    };
    let done = as_staff(engine, staff, |staff| engine.redeem(staff, &request))?;
    Ok(Ending {
        said: format!("spent {} left {}", done.points, done.balance_after),
        done: Some(done.op_id),
        ..Ending::default()
    })
}

/// Goods brought back: one piece of a product, or all that is left.
pub(crate) fn bring_back(staff: SignedIn, receipt: String, sku: Option<String>) -> Activity {
    Box::new(move |engine| {
        let mut request = ReturnRequest {
            receipt,
            sale: None,
            store: None,
            date: None,
            lines: sku
                .into_iter()
                .map(|sku| ReturnLineRequest {
                    sku,
                    qty: 1,
                    line: None,
                })
                .collect(),
            reason: "other".into(),
            refund: None,
            approver: None,
            reaction: None,
        };
        let record = |request: &ReturnRequest| {
            as_staff(engine, &staff, |staff| engine.record_return(staff, request))
        };
        let mut done = record(&request);
        if let (Err(Error::WhichLine { lines, .. }), Some(line)) =
            (&done, request.lines.first_mut())
        {
            // asked which piece it is, she says one
            line.line = lines.first().map(|choice| choice.line);
            done = record(&request);
        }
        Ending::of(done.map(|done| Ending {
            said: format!(
                "refund {} given back {} taken back {}",
                done.refund, done.given_back, done.taken_back
            ),
            done: Some(done.op_id),
            ..Ending::default()
        }))
    })
}

/// What is done to a member's account.
#[derive(Debug, Clone)]
pub(crate) enum Deal {
    Act(Act),
    /// Her newest redemption that was not undone yet is.
    UndoNewest,
}

/// An act on a member's account, with the approval of the manager of that name where it is needed.
pub(crate) fn act(staff: SignedIn, member_id: String, deal: Deal, manager: String) -> Activity {
    Box::new(move |engine| Ending::of(acted(engine, &staff, member_id, deal, manager)))
}

fn acted(
    engine: &Engine,
    staff: &SignedIn,
    member_id: String,
    deal: Deal,
    manager: String,
) -> counter::Result<Ending> {
    let act = match deal {
        Deal::Act(act) => act,
        Deal::UndoNewest => {
            let known = engine.member_acts(&member_id)?.redemptions;
            let open = known.into_iter().find(|r| r.undone.is_none());
            match open {
                Some(open) => Act::Reversal {
                    redemption: open.op_id,
                },
                None => {
                    return Ok(Ending {
                        said: "nothing to undo".into(),
                        ..Ending::default()
                    });
                }
            }
        }
    };
    let mut request = ActRequest {
        member_id,
        act,
        reason: "other".into(),
        approver: None,
    };
    if engine.quote_act(staff, &request)?.needs_manager.is_some() {
        let pin = PIN.to_owned();
        request.approver = Some(Approver { manager, pin });
    }
    let done = as_staff(engine, staff, |staff| engine.record_act(staff, &request))?;
    Ok(Ending {
        said: format!(
            "brings {} then {}{}",
            done.points,
            done.balance_after,
            if done.exists { " again" } else { "" }
        ),
        done: Some(done.op_id).filter(|id| !id.is_empty() && !done.exists),
        ..Ending::default()
    })
}

/// One whole contact with the centre.
pub(crate) fn contact() -> Activity {
    Box::new(|engine| {
        Ending::of(engine.sync_now().map(|report| Ending {
            said: format!("{report:?}"),
            quiet: report.pushed == 0 && report.pulled == 0 && report.grants == 0,
            ..Ending::default()
        }))
    })
}

/// Sends what waits.
pub(crate) fn send() -> Activity {
    Box::new(|engine| {
        Ending::of(engine.send_now().map(|sent| Ending {
            said: format!("sent {sent}"),
            quiet: sent == 0,
            ..Ending::default()
        }))
    })
}

/// A look for somebody by her card number.
pub(crate) fn look_up(card: String) -> Activity {
    Box::new(move |engine| {
        Ending::of(engine.look_up(&card, None).map(|found| Ending {
            said: if found.is_some() { "found" } else { "nobody" }.into(),
            ..Ending::default()
        }))
    })
}

/// A change of a member's profile.
pub(crate) fn change_profile(staff: SignedIn, request: ProfileRequest) -> Activity {
    Box::new(move |engine| {
        let done = as_staff(engine, &staff, |staff| {
            engine.change_profile(staff, &request)
        });
        Ending::of(done.map(|done| Ending {
            said: "changed".into(),
            done: Some(done.op_id),
            ..Ending::default()
        }))
    })
}

/// Whether the centre can be reached, as the first screen asks.
pub(crate) fn hello() -> Activity {
    Box::new(|engine| {
        Ending::of(engine.hello_now().map(|()| Ending {
            said: "reached".into(),
            ..Ending::default()
        }))
    })
}
