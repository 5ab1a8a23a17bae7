//! Becoming a member by a counter's code.

use centre_store::boxed;
use identity::{CardNo, MemberCode};
use loyalty::deed::Deed;
use loyalty::{OpId, Program, Standing};
use protocol::ErrorCode;
use protocol::chain::Transcript;
use protocol::entity::{Role, Skin};
use protocol::join::{Joined, JoinedStatus, Joining};
use protocol::operation::JOIN;
use sea_orm::{EntityTrait, IntoActiveModel};

use super::page::{self, For, Page};
use super::steps::{Invitation, WELCOME};
use crate::Centre;
use crate::error::ServiceError;
use crate::feed::{self, Changed};
use crate::ledger::{By, Ledger};
use crate::log::{Entry, Kind, Who};
use crate::members::{self, GivenConsent, NewMember};
use crate::operations::retry_for_member;
use crate::unit_of_work::UnitOfWork;
use centre_store::tables::{account, behaviour, brand, clerk, member};
use protocol::entity::EntityKind;

/// Makes a member of whoever holds the phone, or says that she is one already. The same request
/// again is answered the same.
///
/// # Errors
/// [`ErrorCode::Malformed`], [`ErrorCode::VerificationInvalid`]; where the database fails.
#[boxed]
pub async fn join(
    centre: &Centre,
    invitation: &Invitation,
    joining: Joining,
) -> Result<Joined, ServiceError> {
    let program = centre.current_program().await?;
    let joining = joining
        .admit(program.business_date(centre.now()))
        .map_err(|fault| ServiceError::refused(ErrorCode::Malformed, fault.to_string()))?;
    let page = Page::of(invitation, &joining.phone, joining.ticket.as_deref());
    let sign_up = sign_up_hash(&joining)?;
    let typed = joining.verification.clone();
    page::check(centre, &page, &typed, For::SignUp(&sign_up)).await?;
    let nonce = hex_of(invitation.code.nonce);
    let mut work = centre.work().await?;
    // once: of two at the same moment one waits here, and finds it used
    if !page.use_up(&work, &typed, &sign_up).await? {
        return Err(page::wrong());
    }
    if let Some(known) = members::by_phone(work.on(), &joining.phone).await? {
        work.commit().await?;
        let again = known.joined_by_code.as_deref() == Some(nonce.as_str());
        let status = if again {
            JoinedStatus::Joined
        } else {
            JoinedStatus::MemberAlready
        };
        return told(centre, &program, status, &known).await;
    }
    let by = joined_by(invitation, joining.at_counter);
    let new = new_member(&work, invitation, joining, nonce).await?;
    let member = members::create(&mut work, &program, new).await?;
    work.note(Entry::of(Kind::Joined).by(by).about(&member.id));
    welcome(&mut work, &program, &member).await?;
    let credited = retry_for_member(centre, &mut work, &member).await?;
    work.commit().await?;
    tracing::info!(device = %invitation.device.id, held = credited, "a member joined by phone");
    told(centre, &program, JoinedStatus::Joined, &member).await
}

/// Who entered what is known of the new member: the clerk whose code it was, or the guest on the own phone.
fn joined_by(invitation: &Invitation, at_counter: bool) -> Who {
    let (device, store) = (*invitation.device.id, invitation.device.store_id.0.clone());
    if at_counter {
        return Who::Clerk {
            clerk: invitation.code.clerk.clone(),
            device,
            store,
        };
    }
    Who::Guest { device, store }
}

async fn new_member(
    work: &UnitOfWork,
    invitation: &Invitation,
    joining: Joining,
    nonce: String,
) -> Result<NewMember, ServiceError> {
    let clerk_id = invitation.code.clerk.clone();
    let clerk = clerk::Entity::find_by_id(&clerk_id).one(work.on()).await?;
    let joined_at = work.now();
    let keeps = joining.may_keep(joined_at);
    let source = if joining.at_counter {
        format!("counter:{}", invitation.device.id)
    } else {
        "phone".to_owned()
    };
    let consents = joining.consents.into_iter().map(|c| GivenConsent {
        purpose: c.purpose,
        given: c.given,
        text_version: c.version,
        source: source.clone(),
    });
    Ok(NewMember {
        phone: joining.phone,
        name: joining.name,
        called: joining.called,
        birthday: joining.birthday,

        advisor: clerk
            .filter(|c| c.role == Role::Advisor && c.active)
            .map(|c| c.id.into_inner()),
        joined_at,
        channel: "counter".to_owned(),
        by_device: Some(*invitation.device.id),
        by_clerk: Some(clerk_id),
        by_code: Some(nonce),
        skin: Some(joining.skin).filter(|s| keeps && *s != Skin::default()),
        allergies: joining.allergies.into_iter().filter(|_| keeps).collect(),
        concerns: joining.concerns,
        consents: consents.collect(),
        ..NewMember::of(&invitation.device.store_id)
    })
}

/// Points for joining, where the program gives some.
async fn welcome(
    work: &mut UnitOfWork,
    program: &Program,
    member: &member::Model,
) -> Result<(), ServiceError> {
    if !program.doc().behaviours.contains_key(&JOIN.into()) {
        return Ok(());
    }
    let at = *member.joined_at;
    let deed = Deed::Behave { kind: JOIN.into() };
    let loaded = Ledger::load_for(work.on(), program, &member.id, at, &deed).await?;
    let mut ledger = loaded.ok_or_else(|| ServiceError::missing("account", &member.id))?;
    let (now, _) = ledger.advance(program, at);
    let op_id = OpId::new(format!("{WELCOME}{}", member.id));
    let by = By {
        store: Some(&member.home_store),
        ..By::itself(&op_id)
    };
    let outcome = ledger
        .carry_out(program, &now, &deed, by, Standing::Proposed)
        .map_err(ServiceError::rules("points for joining"))?
        .outcome;
    ledger.save(work, program).await?;
    let row = behaviour::Model {
        member_id: member.id.clone(),
        op_id: op_id.into(),
        kind: JOIN.to_owned(),
        on_date: now.date().into(),
        at: member.joined_at,
        points: outcome.earned.into(),
    };
    behaviour::Entity::insert(row.into_active_model())
        .exec_without_returning(work.on())
        .await?;
    work.changed(Changed::of(
        EntityKind::Behaved,
        &member.id,
        JOIN.to_owned(),
    ));
    Ok(())
}

async fn told(
    centre: &Centre,
    program: &Program,
    status: JoinedStatus,
    member: &member::Model,
) -> Result<Joined, ServiceError> {
    let db = centre.db().read();
    let shown = feed::render_member(db, &member.id, centre.now())
        .await?
        .ok_or_else(|| ServiceError::missing("member", &member.id))?;
    let account = account::Entity::find_by_id(member.id.clone())
        .one(db)
        .await?;
    let tier = account.map(|a| a.tier_shown.to_string());
    let tier = tier.unwrap_or_default();
    let label = program
        .tiers()
        .find(|t| t.id.as_str() == tier)
        .and_then(|t| t.label.as_ref());
    let brand = brand::Entity::find().one(db).await?;
    Ok(Joined {
        status,
        member_no: member.card_no.clone(),
        tier_name: label.map_or_else(|| tier.clone(), |l| l.zh.clone()),
        tier,
        points: shown.balance.get(),
        member_code_svg: member_code(&member.card_no),
        welcome_gift: brand.map(|b| b.welcome_gift).unwrap_or_default(),
    })
}

/// What a counter's scanner reads off her phone: her member's code.
fn member_code(card_no: &str) -> Option<String> {
    let card = CardNo::parse(card_no).ok()?;
    let code = qrcode::QrCode::new(MemberCode::write(&card)).ok()?;
    Some(
        code.render::<qrcode::render::svg::Color<'_>>()
            .min_dimensions(240, 240)
            .build(),
    )
}

/// What a code is used for: the same again is the same sign-up, of which the answer was lost.
fn sign_up_hash(joining: &Joining) -> Result<String, ServiceError> {
    let told = serde_json::to_vec(joining)?;
    let hash = Transcript::new("counterpart.sign-up.1").part(&told);
    Ok(hash.finish().to_string())
}

fn hex_of(nonce: [u8; 8]) -> String {
    hex::encode(nonce)
}
