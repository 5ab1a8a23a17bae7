//! Members: how they come to be, and how they are found.

mod card;
mod like;
mod merged;
mod numbers;

pub use merged::{who_stayed, who_stayed_of, who_went};
pub use numbers::{CHANGED, NEW_OWNER, give_up_number, keep_former};

use centre_store::boxed;
use chrono::{DateTime, NaiveDate, Utc};
use identity::{Found, Likeness, MemberCode, MobileNumber, choose};
use loyalty::{Points, Program};
use protocol::entity::{Agreed, Skin};
use protocol::sign_up::SignUpCredit;
use protocol::{CampaignId, ClerkId, DeviceId, MemberId, StoreId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use uuid::Uuid;

use crate::error::ServiceError;
use crate::feed::Changed;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::{account, consent, member, member_alias};
use like::like_card;

/// A member to be.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// Its id; none = a new one.
    pub id: Option<MemberId>,
    /// Mobile number, 11 digits; see [`MobileNumber`].
    pub phone: String,
    /// Full name; may be empty.
    pub name: String,
    /// What she likes to be called; may be empty.
    pub called: String,
    /// Birthday, where it was given.
    pub birthday: Option<NaiveDate>,
    /// The number on the card; none = one of our own.
    pub card_no: Option<String>,
    /// The store whose counters hold her.
    pub home_store: StoreId,
    /// Her own advisor.
    pub advisor: Option<ClerkId>,
    /// When she joined.
    pub joined_at: DateTime<Utc>,
    /// Through what: a word of [`protocol::sign_up::Channel`], or `import`.
    pub channel: String,
    /// Counter that is credited.
    pub by_device: Option<DeviceId>,
    /// Clerk that is credited.
    pub by_clerk: Option<ClerkId>,
    /// Id of the sign-up code, hex.
    pub by_code: Option<String>,
    /// In which store she joined; none where that was at no counter and no poster.
    pub in_store: Option<StoreId>,
    /// By which campaign.
    pub campaign: Option<CampaignId>,
    /// Whether her sign-up counts for whoever invited her.
    pub credit: SignUpCredit,
    /// Whether whoever has her number has proven it.
    pub phone_proven: bool,
    /// Skin; kept only with consent.
    pub skin: Option<Skin>,
    /// Allergies; kept only with consent.
    pub allergies: Vec<String>,
    /// Concerns.
    pub concerns: Vec<String>,
    /// Consents given, in order.
    pub consents: Vec<GivenConsent>,
}

impl NewMember {
    /// Nobody yet, of this store.
    pub fn of(home_store: &StoreId) -> Self {
        Self {
            id: None,
            phone: String::new(),
            name: String::new(),
            called: String::new(),
            birthday: None,
            card_no: None,
            home_store: home_store.clone(),
            advisor: None,
            joined_at: DateTime::UNIX_EPOCH,
            channel: String::new(),
            by_device: None,
            by_clerk: None,
            by_code: None,
            in_store: None,
            campaign: None,
            credit: SignUpCredit::Counts,
            phone_proven: true,
            skin: None,
            allergies: Vec::new(),
            concerns: Vec::new(),
            consents: Vec::new(),
        }
    }
}

/// A consent as it was given or refused.
#[derive(Debug, Clone)]
pub struct GivenConsent {
    /// `terms`, `skin`, `marketing`.
    pub purpose: String,
    /// Given or not.
    pub given: bool,
    /// Version of the wording that she saw.
    pub text_version: String,
    /// Where: `phone`, `counter:<device>`, `import`.
    pub source: String,
}

/// Creates a member with an empty account. The phone number must not be another member's.
///
/// # Errors
/// [`ErrorCode::Malformed`] where no card can have that number or another member's has it; where the phone number is
/// taken, the store is not there, or the database fails.
#[boxed]
pub async fn create(
    work: &mut UnitOfWork,
    program: &Program,
    new: NewMember,
) -> Result<member::Model, ServiceError> {
    let id = new
        .id
        .unwrap_or_else(|| MemberId::new(Uuid::now_v7().simple().to_string()));
    let card = match new.card_no {
        Some(no) => card::free(work, &no).await?,
        None => card::drawn(work).await?,
    };
    let consent = |purpose: &str| {
        new.consents
            .iter()
            .rev()
            .find(|c| c.purpose == purpose)
            .is_some_and(|c| c.given)
    };
    let keep_skin = consent("skin");
    let skin = new.skin.as_ref().filter(|_| keep_skin);
    let allergies: &[String] = if keep_skin { &new.allergies } else { &[] };
    let model = member::Model {
        id: (&id).into(),
        card_no: card.as_str().to_owned(),
        card_key: card.folded().to_owned(),
        phone: Some(new.phone).filter(|p| !p.is_empty()),
        name: new.name,
        birthday: new.birthday.map(Col),
        home_store: new.home_store.into(),
        advisor: new.advisor.map(Col),
        joined_at: new.joined_at.into(),
        channel: new.channel,
        joined_by_device: new.by_device.map(Col),
        joined_by_clerk: new.by_clerk.map(Col),
        joined_by_code: new.by_code,
        skin: skin
            .map(serde_json::to_string)
            .transpose()?
            .map(Col::secret),
        allergies: Col::secret(serde_json::to_string(allergies)?),
        concerns: serde_json::to_string(&new.concerns)?,
        consent_skin: keep_skin,
        consent_marketing: consent("marketing"),
        revision: Col(0),
        called: new.called,
        consent_guardian: consent("guardian"),
        agreed: serde_json::to_string(&agreed(&new.consents, new.joined_at))?,
        changed_by: None,
        changed_at: None,
        erased_at: None,
        phone_waits: None,
        joined_in_store: new.in_store.map(Col),
        joined_campaign: new.campaign.map(Col),
        sign_up_credit: Col(new.credit),
        phone_proven: new.phone_proven,
        merged_into: None,
    };
    let db = work.on();
    member::Entity::insert(model.clone().into_active_model())
        .exec_without_returning(db)
        .await?;
    account::Entity::insert(empty_account(&id, program))
        .exec_without_returning(db)
        .await?;
    for (n, c) in (1..).zip(&new.consents) {
        let row = consent::ActiveModel {
            member_id: Set((&id).into()),
            n: Set(Col(n)),
            purpose: Set(c.purpose.clone()),
            given: Set(c.given),
            text_version: Set(c.text_version.clone()),
            at: Set(new.joined_at.into()),
            source: Set(c.source.clone()),
        };
        consent::Entity::insert(row)
            .exec_without_returning(db)
            .await?;
    }
    work.changed(Changed::member(&id));
    Ok(model)
}

/// The last consent of each purpose, in the order in which they were first said.
fn agreed(consents: &[GivenConsent], at: DateTime<Utc>) -> Vec<Agreed> {
    let mut all = Vec::new();
    for c in consents {
        let now = Agreed {
            purpose: c.purpose.clone(),
            given: c.given,
            version: c.text_version.clone(),
            at,
            source: c.source.clone(),
        };
        agree(&mut all, now);
    }
    all
}

/// A consent takes the place of the one before it of the same purpose.
pub(crate) fn agree(all: &mut Vec<Agreed>, now: Agreed) {
    match all.iter_mut().find(|a| a.purpose == now.purpose) {
        Some(before) => *before = now,
        None => all.push(now),
    }
}

fn empty_account(member_id: &MemberId, program: &Program) -> account::ActiveModel {
    let lowest = program.tier(loyalty::program::Rank::LOWEST);
    account::Model {
        member_id: member_id.into(),
        tier_own: None,
        tier_reached_at: None,
        tier_review_at: None,
        tier_floor: None,
        tier_shown: lowest.id.clone().into(),
        frozen_since: None,
        debt: Points::ZERO.into(),
        next_lot: Col(1),
        next_transfer: Col(1),
        as_of: None,
        due_at: None,
        program: program.version().into(),
        qualifying_fen: 0,
        receipts: Col(0),
        last_purchase_at: None,
        waiting: Points::ZERO.into(),
    }
    .into_active_model()
}

/// A member by phone number; where two were merged and it is the other one's, the one who stayed.
///
/// # Errors
/// Where the database fails.
pub async fn by_phone<C: ConnectionTrait>(
    db: &C,
    phone: &str,
) -> Result<Option<member::Model>, ServiceError> {
    let found = member::Entity::find()
        .filter(member::Column::Phone.eq(phone))
        .one(db)
        .await?;
    who_stayed_of(db, found).await
}

/// A member by id, or by a name that led to her before: a merged id, an old card. One who was merged with another is
/// herself here, as her account is: [`who_stayed`] says who she is.
///
/// # Errors
/// Where the database fails.
pub async fn by_id<C: ConnectionTrait>(
    db: &C,
    id: &MemberId,
) -> Result<Option<member::Model>, ServiceError> {
    if let Some(found) = member::Entity::find_by_id(id).one(db).await? {
        return Ok(Some(found));
    }
    let Some(alias) = member_alias::Entity::find_by_id(id.as_str())
        .one(db)
        .await?
    else {
        return Ok(None);
    };
    Ok(member::Entity::find_by_id(alias.member_id).one(db).await?)
}

/// By what a member was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The number on her card.
    Card,
    /// Her phone number.
    Phone,
}

/// A member who may be meant.
#[derive(Debug, Clone)]
pub struct Named {
    /// Her row.
    pub model: member::Model,
    /// By what she was named.
    pub by: By,
}

impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        self.model.id == other.model.id
    }
}

/// Members whose cards are like a code, with the members that they are.
async fn meant_by_card<C: ConnectionTrait>(
    db: &C,
    code: &MemberCode,
) -> Result<Vec<(Likeness, member::Model)>, ServiceError> {
    let mut meant = Vec::new();
    for (likeness, found) in like_card(db, code).await? {
        meant.push((likeness, who_stayed(db, found).await?));
    }
    Ok(meant)
}

/// A member by the number on her card, as it was scanned or typed. Where nobody's card is like it: by id or alias,
/// which is what an old card's number is kept as.
///
/// # Errors
/// Where the database fails.
pub async fn by_card<C: ConnectionTrait>(
    db: &C,
    code: &MemberCode,
) -> Result<Found<member::Model>, ServiceError> {
    let found = choose(meant_by_card(db, code).await?);
    if found != Found::None {
        return Ok(found);
    }
    for reading in code.readings() {
        let model = by_id(db, &MemberId::from(reading.as_str())).await?;
        // the id of who was erased is a number of the books, and nobody's
        if let Some(model) = model.filter(|m| m.erased_at.is_none()) {
            return Ok(Found::One(who_stayed(db, model).await?));
        }
    }
    Ok(Found::None)
}

/// A member by a bare number, which may be a card's or a phone's: two name spaces, so that it can be both.
///
/// # Errors
/// Where the database fails.
pub async fn by_number<C: ConnectionTrait>(
    db: &C,
    text: &str,
) -> Result<Found<Named>, ServiceError> {
    let mut candidates = Vec::new();
    let phone = MobileNumber::parse(text).ok();
    let code = MemberCode::typed(text);
    if let Some(code) = &code {
        let by = By::Card;
        for (likeness, found) in like_card(db, code).await? {
            // blanks in a number make it no less another's phone number and hers on the card
            let same = phone.is_some() && MobileNumber::parse(&found.card_no).ok() == phone;
            let likeness = if same { Likeness::Exact } else { likeness };
            let model = who_stayed(db, found).await?;
            candidates.push((likeness, Named { model, by }));
        }
    }
    if let Some(phone) = &phone
        && let Some(model) = by_phone(db, phone.as_str()).await?
    {
        let by = By::Phone;
        candidates.push((Likeness::Exact, Named { model, by }));
    }
    let found = choose(candidates);
    match (found, code) {
        (Found::None, Some(code)) => {
            let by = By::Card;
            Ok(by_card(db, &code).await?.map(|model| Named { model, by }))
        }
        (found, _) => Ok(found),
    }
}
