//! Answering a hello: which version, where both stand, and what the outbox is to the centre.

use centre_store::boxed;
use chrono::TimeDelta;
use protocol::ErrorCode;
use protocol::attestation::{Answered, Statement};
use protocol::hello::{HelloReply, HelloRequest, SignedIn};
use protocol::ids::Epoch;
use protocol::limits::{CLERK_KEYS, SIGN_INS, TAG_CHARS};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::Centre;
use crate::clerks;
use crate::devices::{self, Life, keep, lacks, lock, scopes};
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::generation;
use crate::log::{Entry, Kind, Who};
use crate::recovery;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::{device, log_entry};

/// Days for which a counter may have been away with sign-ins to tell.
const LONGEST_AWAY: i64 = 800;

/// Answers a hello. One that was revoked hears no more than that, and what to send again: it may still
/// deliver.
///
/// # Errors
/// [`ErrorCode::VersionUnsupported`], [`ErrorCode::Malformed`], [`ErrorCode::TooLarge`];
/// [`ErrorCode::Revoked`] to a build that tells nothing of what it was answered; where the database fails.
#[boxed]
pub async fn hello(
    centre: &Centre,
    device: &device::Model,
    request: &HelloRequest,
) -> Result<HelloReply, ServiceError> {
    let proto = protocol::PROTO_MAX.min(request.proto_max);
    if proto < protocol::PROTO_MIN || proto < request.proto_min {
        return Err(ServiceError::refused(
            ErrorCode::VersionUnsupported,
            format!(
                "this centre speaks {} to {}",
                protocol::PROTO_MIN,
                protocol::PROTO_MAX
            ),
        ));
    }
    let keys = request.clerk_keys.as_ref();
    if keys.is_some_and(|keys| keys.len() > CLERK_KEYS) {
        return Err(ServiceError::refused(
            ErrorCode::TooLarge,
            "more keys than a hello may name",
        ));
    }
    let now = centre.now();
    let mut work = centre.work().await?;
    let mut row = lock(work.on(), *device.id).await?;
    row.last_contact_at = now.into();
    if request.clerk_keys.is_some() && row.signs_since.is_none() {
        // what can sign is not believed without, from what it does next; a build from before that is put back there is not
        row.signs_since = Some(now.into());
        row.signs_after_epoch = request.epoch.into();
        row.signs_after_seq = request.head_seq.into();
    }
    let mut generation = generation::current(work.on()).await?;
    let epoch_before = row.epoch;
    let revoked = row.revoked_at.is_some();
    if revoked && request.answered.is_none() {
        return Err(ServiceError::refused(
            ErrorCode::Revoked,
            "this device was revoked",
        ));
    }
    let lacks = lacks(work.on(), &row, request).await?;
    // one that is not let in claims nothing and proves nothing
    let judged = !revoked && row.quarantined_at.is_none();
    let mut life = Life::Superseded;
    let mut forgotten = None;
    if judged {
        forgotten = devices::forgotten(centre, work.on(), &row, request, generation).await?;
        life = devices::judge(work.on(), &mut row, request, now).await?;
    }
    match life {
        Life::Forked(at) => {
            tracing::warn!(device = %row.id, %at, "the outbox forks: quarantined");
            row.quarantined_at = Some(now.into());
        }
        Life::Current | Life::Begins(_) | Life::Superseded => {}
    }
    if let Some(told) = forgotten {
        generation = recovery::begin_late(&work, generation, told).await?;
        tracing::error!(
            device = %row.id, %generation,
            "a counter shows what this centre said, and that is not here: this database is older than it was; \
             nothing is granted until every counter has reported"
        );
    }
    let quarantined = row.quarantined_at.is_some();
    let current = life == Life::Current;
    if row.epoch != epoch_before || quarantined != device.quarantined_at.is_some() {
        work.changed(Changed::device(*row.id));
    }
    let unknown_keys = match &request.clerk_keys {
        Some(told) if !revoked => Some(clerks::unknown_keys(work.on(), *row.id, told).await?),
        Some(_) | None => None,
    };
    let lease_until = if current && !quarantined && row.replaced_by.is_none() {
        centre.lease_from(now).await?
    } else {
        None
    };
    let current_epoch = *row.epoch;
    let (mut answered, mut given) = (None, None);
    if current && !quarantined {
        let head = Answered {
            epoch: current_epoch,
            seq: *row.head_seq,
            hash: *row.head_hash,
            generation,
        };
        answered = (head.seq.0 > 0).then(|| devices::attested_answered(centre, *row.id, head));
        given = Some(devices::attested_given(centre, &row, generation));
    }
    signed_in(&mut work, &row, &request.signed_in).await?;
    // a life that is over only delivers; and of two users of one key neither reads on before one of them begins another
    let replaced = row.replaced_by.is_some();
    let reads = !revoked && !replaced && life != Life::Superseded && !devices::two_users(&row);
    let reply = HelloReply {
        proto,
        centre: centre.id(),
        generation,
        server_time: now,
        epoch: current_epoch,
        head_seq: *row.head_seq,
        head_hash: *row.head_hash,
        quarantined,
        scopes: if reads { scopes(&row) } else { Vec::new() },
        begin_epoch: match life {
            Life::Begins(epoch) => Some(epoch),
            // one whose file was moved aside cannot number what it did since: it delivers it in a life
            // that nobody else claims
            Life::Superseded if revoked && request.epoch == Epoch(0) => Some(current_epoch),
            Life::Superseded | Life::Current | Life::Forked(_) => None,
        },
        superseded: (life == Life::Superseded || replaced) && !quarantined && !revoked,
        report: current && *row.reported_generation < generation,
        lease_until,
        checkout: Some(row.checkout),
        lacks,
        revoked,
        reads_personal: true,
        tokens: true,
        signed_in_noted: !request.signed_in.is_empty(),
        centre_key: Some(centre.public_key()),
        generation_attestation: (!revoked)
            .then(|| centre.attest(&Statement::Generation(generation))),
        answered,
        given,
        unknown_keys,
        check_in: row.check_in_due && !revoked,
    };
    keep(work.on(), row).await?;
    work.commit().await?;
    centre.note_generation(reply.generation);
    Ok(reply)
}

/// Notes who signed in at the counter; what was noted before, as its answer was lost, is not noted again.
async fn signed_in(
    work: &mut UnitOfWork,
    device: &device::Model,
    told: &[SignedIn],
) -> Result<(), ServiceError> {
    let now = work.now();
    for one in told.iter().take(SIGN_INS) {
        if one.clerk.as_str().len() > TAG_CHARS {
            continue;
        }
        // as the counter says it, so that it is known again; but no time that cannot be
        let can_be = (now - TimeDelta::days(LONGEST_AWAY))..=(now + TimeDelta::days(1));
        let at = Some(one.at).filter(|at| can_be.contains(at)).unwrap_or(now);
        let before = log_entry::Entity::find()
            .filter(log_entry::Column::DeviceId.eq(device.id))
            .filter(log_entry::Column::Kind.eq(Kind::SignedIn.word()))
            .filter(log_entry::Column::Who.eq(one.clerk.as_str()))
            .filter(log_entry::Column::HappenedAt.eq(Col(at)))
            .one(work.on())
            .await?;
        if before.is_none() {
            let who = Who::Clerk {
                clerk: one.clerk.clone(),
                device: *device.id,
                store: device.store_id.0.clone(),
            };
            work.note(Entry::of(Kind::SignedIn).by(who).happened(at));
        }
    }
    Ok(())
}
