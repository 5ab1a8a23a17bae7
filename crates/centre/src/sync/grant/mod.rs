//! Granting allowances: only here do a member's points become a counter's to spend.

mod coupons;

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use loyalty::{CouponId, DeviceHolds, LotId, Points, Program};
use protocol::attestation::{Statement as Said, given_chain};
use protocol::chain::Hash;
use protocol::grant::{Grant, GrantReply, GrantRequest, GrantedLot, Short, ShortReason, Want};
use protocol::limits::GRANT_WANTS;
use protocol::{DeviceId, ErrorCode, Generation, GrantId, MemberId};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult,
    PaginatorTrait, QueryFilter, Statement,
};

use crate::Centre;
use crate::devices;
use crate::error::ServiceError;
use crate::generation;
use crate::ledger::{Ledger, Need};
use crate::ledger_accounts;
use crate::members;
use crate::recall;
use crate::recovery;
use crate::unit_of_work::UnitOfWork;
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{allowance, device, grant_request};

/// Answers a request for allowances. The same id gets the same reply.
///
/// # Errors
/// [`ErrorCode::TooLarge`], [`ErrorCode::Malformed`]; where the database fails.
#[boxed]
pub async fn grant(
    centre: &Centre,
    signer: &device::Model,
    request: &GrantRequest,
) -> Result<GrantReply, ServiceError> {
    check(request)?;
    let mut work = centre.work().await?;
    let device = devices::lock(work.on(), *signer.id).await?;
    let request_id = request.request_id.to_string();
    let key = (device.id, request_id.clone());
    let now = centre.now();
    // a counter of version 1 names no epoch; it never begins another
    let epoch = request.epoch.unwrap_or(*device.epoch);
    let generation = generation::current(work.on()).await?;
    if request.generation.is_some_and(|asked| asked != generation) {
        return Err(ServiceError::refused(
            ErrorCode::GenerationChanged,
            "say hello again",
        ));
    }
    if devices::gave_what_is_not_here(centre, work.on(), &device, &request.given, generation)
        .await?
        .is_some()
    {
        // it says so to hello, which begins a generation: what is given now must not hide what was forgotten
        return Err(ServiceError::refused(
            ErrorCode::GenerationChanged,
            "say hello again",
        ));
    }
    let before = grant_request::Entity::find_by_id(key)
        .one(work.on())
        .await?;
    if let Some(before) = &before
        && *before.epoch == epoch
    {
        let reply = serde_json::from_str(&before.reply)?;
        return Ok(attested(centre, &device, generation, reply));
    }
    if request.only_again && before.is_none() {
        return Ok(GrantReply {
            grants: Vec::new(),
            short: Vec::new(),
            given: None,
            server_time: now,
        });
    }
    // a counter of version 1 names no life; it has the one that nobody has claimed
    let own = request.life.map(Col) == device.life;
    if before.is_some()
        || device.quarantined_at.is_some()
        || device.replaced_by.is_some()
        || epoch != *device.epoch
        || !own
        || recovery::is_on(work.on(), generation).await?
    {
        let short = request.wants.iter().map(|w| no_grants(&w.member)).collect();
        let reply = GrantReply {
            grants: Vec::new(),
            short,
            given: None,
            server_time: now,
        };
        // kept like any other: a copy of the request that comes late must not bring what nobody waits for
        devices::keep_answer(&work, *device.id, &request_id, epoch, &reply, (0, None)).await?;
        work.commit().await?;
        return Ok(reply);
    }
    let mut round = Round {
        program: centre.current_program().await?,
        lease_until: centre
            .lease_from(now)
            .await?
            .ok_or(ServiceError::NoProgram)?,
        held: held_in_all(work.on(), *device.id).await?,
        device,
        request_id,
        now,
        reply: GrantReply {
            grants: Vec::new(),
            short: Vec::new(),
            given: None,
            server_time: now,
        },
        recalls: Vec::new(),
        given: 0,
    };
    // in one order for everybody, so that two requests never wait for each other
    let mut wants: Vec<&Want> = request.wants.iter().collect();
    wants.sort_by(|a, b| a.member.cmp(&b.member));
    for want in wants {
        round.answer(&mut work, want).await?;
    }
    let asker = *round.device.id;
    let chain = round.link();
    let given = (round.given, chain);
    devices::keep_answer(&work, asker, &round.request_id, epoch, &round.reply, given).await?;
    device::ActiveModel {
        id: Set(round.device.id),
        last_contact_at: Set(now.into()),
        given_chain: Set(round.device.given_chain),
        ..Default::default()
    }
    .update(work.on())
    .await?;
    recall::ask_back(&mut work, &round.recalls).await?;
    let reply = attested(centre, &round.device, generation, round.reply);
    work.commit().await?;
    Ok(reply)
}

/// An answer with the centre's signature over each allowance, and over all that was given to this epoch. One that was
/// kept is signed when it is told: an older build kept it without.
fn attested(
    centre: &Centre,
    device: &device::Model,
    generation: Generation,
    mut reply: GrantReply,
) -> GrantReply {
    for grant in &mut reply.grants {
        let statement = grant.as_given(*device.id, *device.epoch);
        grant.attestation = Some(centre.attest(&Said::Allowance(&statement)));
    }
    reply.given = Some(devices::attested_given(centre, device, generation));
    reply
}

fn check(request: &GrantRequest) -> Result<(), ServiceError> {
    if request.wants.len() > GRANT_WANTS {
        return Err(ServiceError::refused(
            ErrorCode::TooLarge,
            "too many members at once",
        ));
    }
    let members: HashSet<&MemberId> = request.wants.iter().map(|w| &w.member).collect();
    let amounts = request.wants.iter().filter_map(|w| w.points);
    if members.len() != request.wants.len()
        || amounts
            .into_iter()
            .any(|p| !p.is_amount() || !p.is_positive())
    {
        return Err(ServiceError::refused(ErrorCode::Malformed, "wants"));
    }
    Ok(())
}

fn no_grants(member: &MemberId) -> Short {
    Short {
        member: member.clone(),
        possible: Points::ZERO,
        reason: ShortReason::NoGrants,
    }
}

async fn held_in_all<C: ConnectionTrait>(db: &C, device: DeviceId) -> Result<Points, ServiceError> {
    #[derive(FromQueryResult)]
    struct Sum {
        points: Option<i64>,
    }
    let statement = Statement::from_sql_and_values(
        db.get_database_backend(),
        "SELECT CAST(SUM(points) AS BIGINT) AS points FROM balance WHERE account = $1",
        [ledger_accounts::escrow(device).into()],
    );
    let sum = Sum::find_by_statement(statement).one(db).await?;
    Ok(Points(sum.and_then(|s| s.points).unwrap_or(0)))
}

/// One request while it is answered.
struct Round {
    program: Arc<Program>,
    device: device::Model,
    /// What the device holds of all members, with what it was granted in this request.
    held: Points,
    request_id: String,
    now: DateTime<Utc>,
    /// Until when a counter that stays silent may spend what it gets.
    lease_until: DateTime<Utc>,
    reply: GrantReply,
    /// Allowances of other devices that stand in the way.
    recalls: Vec<allowance::Model>,
    /// How many allowances it brought.
    given: u32,
}

impl Round {
    /// Puts this answer at the end of the chain of those that gave something. None where it gave nothing.
    fn link(&mut self) -> Option<Hash> {
        let grants: Vec<_> = self.reply.grants.iter().map(|g| g.grant).collect();
        if grants.is_empty() {
            return None;
        }
        let chain = given_chain(*self.device.given_chain, &self.request_id, &grants);
        self.device.given_chain = chain.into();
        Some(chain)
    }

    async fn answer(&mut self, work: &mut UnitOfWork, want: &Want) -> Result<(), ServiceError> {
        let known = members::by_id(work.on(), &want.member).await?;
        let Some(member) = known else {
            self.short(&want.member, Points::ZERO, ShortReason::UnknownMember);
            return Ok(());
        };
        if let Some(id) = &want.coupon {
            let id = CouponId::from(id.as_str());
            return self.coupon(work, &want.member, &member.id, &id).await;
        }
        let program = Arc::clone(&self.program);
        let need = Need::default();
        let loaded = Ledger::load(work.on(), &program, &member.id, self.now, &need).await?;
        let mut ledger = loaded.ok_or_else(|| ServiceError::missing("account", &member.id))?;
        let (now, passed) = ledger.advance(&program, self.now);
        let holds = DeviceHolds {
            of_member: ledger.held_by(*self.device.id),
            in_all: self.held,
        };
        let give = match want.points {
            Some(points) => points.min(loyalty::grant_limit(&program, &ledger.account, holds)),
            None => self.ahead_of_time(work, &ledger, holds).await?,
        };
        if let Some(asked) = want.points.filter(|asked| give < *asked) {
            self.explain(work, &want.member, &ledger, holds, asked, give)
                .await?;
        }
        if want.points.is_none() && ledger.member.home_store == self.device.store_id {
            self.coupons_ahead(work, &want.member, &member.id).await?;
        }
        if give.is_zero() {
            // what time brought is still worth keeping
            if !passed.movements.is_empty() || !passed.tiers.is_empty() {
                ledger.save(work, &program).await?;
            }
            return Ok(());
        }
        let id = GrantId::fresh();
        let ahead = want.points.is_none();
        let allowance = self.row(&member.id, id, ahead);
        let granted = ledger
            .grant(&now, allowance, give)
            .map_err(ServiceError::rules("a grant"))?;
        self.held += granted.points;
        self.given += 1;
        ledger.save(work, &program).await?;
        self.reply.grants.push(Grant {
            grant: id,
            member: want.member.clone(),
            points: granted.points,
            lots: granted
                .portions
                .into_iter()
                .map(|p| GrantedLot {
                    lot: lot_name(p.lot),
                    points: p.points,
                    expires: p.expires,
                })
                .collect(),
            lease_until: self.lease_until,
            coupon: None,
            ahead,
            attestation: None,
        });
        Ok(())
    }

    /// The share that a checkout counter of the member's own store keeps for an outage.
    async fn ahead_of_time(
        &self,
        work: &UnitOfWork,
        ledger: &Ledger,
        holds: DeviceHolds,
    ) -> Result<Points, ServiceError> {
        let own = ledger.member.home_store == self.device.store_id;
        if !self.device.checkout || !own {
            return Ok(Points::ZERO);
        }
        let counters = device::Entity::find()
            .filter(device::Column::StoreId.eq(&self.device.store_id))
            .filter(device::Column::Checkout.eq(true))
            .filter(device::Column::RevokedAt.is_null())
            .count(work.on())
            .await?;
        let counters = u32::try_from(counters).unwrap_or(u32::MAX);
        Ok(loyalty::ahead_of_time_share(
            &self.program,
            &ledger.account,
            counters,
            holds,
        ))
    }

    /// Says why it is less than was asked, and asks back what stands in the way.
    async fn explain(
        &mut self,
        work: &UnitOfWork,
        member: &MemberId,
        ledger: &Ledger,
        holds: DeviceHolds,
        asked: Points,
        give: Points,
    ) -> Result<(), ServiceError> {
        let account = &ledger.account;
        let others: Vec<&allowance::Model> = ledger
            .allowances()
            .iter()
            .filter(|a| a.outstanding.is_positive())
            .filter(|a| a.device_id != self.device.id || a.epoch != self.device.epoch)
            .collect();
        let elsewhere: Points = others.iter().map(|a| *a.outstanding).sum();
        let reason = if account.is_frozen() {
            ShortReason::Frozen
        } else if give < account.available() {
            ShortReason::Cap
        } else if elsewhere.is_positive() && account.available() + elsewhere >= asked {
            ShortReason::HeldElsewhere
        } else {
            ShortReason::NotEnoughPoints
        };
        let mut reason = reason;
        if matches!(reason, ShortReason::HeldElsewhere | ShortReason::Cap) {
            let mut in_doubt = Points::ZERO;
            for held in others {
                let (holder, epoch) = (*held.device_id, Some(*held.epoch));
                if devices::holder_is_silent(work.on(), &self.program, holder, epoch, self.now)
                    .await?
                {
                    in_doubt += *held.outstanding;
                } else {
                    self.recalls.push(held.clone());
                }
            }
            // what answers a recall is not enough
            let rest = account.available() + elsewhere - in_doubt;
            if reason == ShortReason::HeldElsewhere && rest < asked {
                reason = ShortReason::InDoubt;
            }
        }
        self.short(member, holds.of_member + give, reason);
        Ok(())
    }

    fn short(&mut self, member: &MemberId, possible: Points, reason: ShortReason) {
        self.reply.short.push(Short {
            member: member.clone(),
            possible,
            reason,
        });
    }

    fn row(&self, member_id: &MemberId, id: GrantId, ahead: bool) -> allowance::Model {
        allowance::Model {
            member_id: member_id.into(),
            id: Col(id.to_string().into()),
            device_id: self.device.id,
            epoch: self.device.epoch,
            request_id: self.request_id.clone(),
            granted: Points::ZERO.into(),
            spent: Points::ZERO.into(),
            released: Points::ZERO.into(),
            outstanding: Points::ZERO.into(),
            granted_at: self.now.into(),
            lease_until: self.lease_until.into(),
            written_off: Points::ZERO.into(),
            recalled_at: None,
            ahead,
            reinstated: Points::ZERO.into(),
        }
    }
}

fn lot_name(lot: LotId) -> String {
    lot.to_string()
}
