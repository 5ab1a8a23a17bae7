//! Somebody who was signed up without the network: a member from now on, whose number is still to be proven; or another name of
//! the member who has that number. Then what she bought is that member's, and what she told waits until its owner proves it.

use centre_store::column::Col;
use centre_store::tables::{member_alias, sign_up_waits};
use loyalty::Program;
use protocol::MemberId;
use protocol::entity::Skin;
use protocol::operation::{Agreeing, PHONE, SignUp};
use protocol::phone::mobile_number;
use protocol::push::{Effect, SetAsideReason};
use protocol::sign_up::Channel;
use sea_orm::{ActiveValue::Set, EntityTrait};

use crate::error::ServiceError;
use crate::members::{self, GivenConsent, NewMember};
use crate::operations::awaited;
use crate::operations::case::Case;
use crate::operations::verdict::Verdict;
use crate::operations::whose::bearing_store;
use crate::sign_ups;
use crate::unit_of_work::UnitOfWork;

/// Makes her a member, or another name of one.
///
/// # Errors
/// Where the database fails.
pub async fn apply(
    work: &mut UnitOfWork,
    case: &Case<'_>,
    program: &Program,
    body: SignUp,
) -> Result<Verdict, ServiceError> {
    let Some(phone) = case.op.personal_value(PHONE).and_then(mobile_number) else {
        return Ok(Verdict::set_aside(SetAsideReason::Malformed));
    };
    // whatever a device claims, it makes nobody else of who is there
    if members::by_id(work.on(), &body.member).await?.is_some() {
        return Ok(Verdict::set_aside(SetAsideReason::Conflict));
    }
    if let Some(known) = members::by_phone(work.on(), &phone).await? {
        let known = known.id.into_inner();
        let alias = member_alias::ActiveModel {
            alias: Set(body.member.to_string()),
            member_id: Set((&known).into()),
        };
        member_alias::Entity::insert(alias)
            .exec_without_returning(work.on())
            .await?;
        wait(work, case, &known, &body).await?;
        let effect = Effect {
            member: Some(known.clone()),
            ..Effect::default()
        };
        return Ok(Verdict::applied(&known, effect));
    }
    let id = body.member.clone();
    let new = new_member(work, case, program, phone.clone(), body).await?;
    members::create(work, program, new).await?;
    Ok(Verdict {
        // sales that were made out to her number
        arrived: Some((awaited::PHONE, phone)),
        ..Verdict::applied(&id, Effect::default())
    })
}

/// Where she agreed, and how.
fn source(case: &Case<'_>, agreeing: Agreeing) -> String {
    let device = case.device.id;
    match agreeing {
        Agreeing::Ticked | Agreeing::Other => format!("counter:{device}"),
        Agreeing::ReadOut => format!("counter:{device}:read_out"),
    }
}

/// Keeps what was told until the owner of the number has proven it.
async fn wait(
    work: &UnitOfWork,
    case: &Case<'_>,
    known: &MemberId,
    body: &SignUp,
) -> Result<(), ServiceError> {
    let row = sign_up_waits::ActiveModel {
        op_id: Set(case.op_id().into()),
        member_id: Set(known.into()),
        clerk_id: Set((&case.op.clerk).into()),
        source: Set(source(case, body.agreeing)),
        at: Set(case.at.into()),
        told: Set(Col::secret(serde_json::to_string(&body.told)?)),
        consents: Set(serde_json::to_string(&body.consents)?),
    };
    sign_up_waits::Entity::insert(row)
        .exec_without_returning(work.on())
        .await?;
    Ok(())
}

async fn new_member(
    work: &UnitOfWork,
    case: &Case<'_>,
    program: &Program,
    phone: String,
    body: SignUp,
) -> Result<NewMember, ServiceError> {
    let store = bearing_store(work, case, &body.store).await?;
    let told = body.as_joining(&phone);
    // what cannot be, of a day that is known now, is left out: she is a member all the same
    let today = program.business_date(case.at);
    let birthday = told
        .birthday
        .filter(|day| protocol::profile::is_birthday(*day, today));
    let told = protocol::join::Joining { birthday, ..told };
    let keeps = told.may_keep(case.at);
    let source = source(case, body.agreeing);
    let consents = told.consents.iter().map(|c| GivenConsent {
        purpose: c.purpose.clone(),
        given: c.given,
        text_version: c.version.clone(),
        source: source.clone(),
    });
    let clerk = case.op.clerk.clone();
    Ok(NewMember {
        id: Some(body.member),
        consents: consents.collect(),
        phone,
        name: told.name,
        called: told.called,
        birthday,
        advisor: sign_ups::advisor(work, &clerk).await?,
        joined_at: case.at,
        channel: Channel::Form.word().to_owned(),
        by_device: Some(*case.device.id),
        credit: sign_ups::credit_of(work, &clerk).await?,
        by_clerk: Some(clerk),
        in_store: Some(store.clone()),
        campaign: body.campaign,
        phone_proven: false,
        skin: Some(told.skin).filter(|s| keeps && *s != Skin::default()),
        allergies: told.allergies.into_iter().filter(|_| keeps).collect(),
        concerns: told.concerns,
        ..NewMember::of(&store)
    })
}
