//! A member's profile. What the rules keep for her is in [`super::account`].

use chrono::{DateTime, NaiveDate, Utc};
use protocol::sign_up::SignUpCredit;
use protocol::{CampaignId, ClerkId, DeviceId, MemberId, StoreId};
use sea_orm::entity::prelude::*;

use crate::column::{Col, Sealed};

/// A member's profile. What the rules keep for her is in [`super::account`].
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member")]
pub struct Model {
    /// Its id, never reused.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Col<MemberId>,
    /// The number on the card, in its exact form ([`identity::CardNo`]).
    pub card_no: String,
    /// Its folded key, by which it is looked for.
    pub card_key: String,
    /// Mobile number, 11 digits; none once erased.
    pub phone: Option<String>,
    /// Full name; may be empty.
    pub name: String,
    /// ISO date.
    pub birthday: Option<Col<NaiveDate>>,
    /// The store whose counters hold her.
    pub home_store: Col<StoreId>,
    /// Her own advisor.
    pub advisor: Option<Col<ClerkId>>,
    /// When she joined.
    pub joined_at: Col<DateTime<Utc>>,
    /// Through what: a word of [`protocol::sign_up::Channel`], `import`; `counter` of who joined before codes told it.
    pub channel: String,
    /// Counter that is credited.
    pub joined_by_device: Option<Col<DeviceId>>,
    /// Clerk that is credited.
    pub joined_by_clerk: Option<Col<ClerkId>>,
    /// Nonce of the sign-up code, hex.
    pub joined_by_code: Option<String>,
    /// Skin as JSON of `protocol::entity::Skin`, where she consented to its being kept.
    pub skin: Option<Col<Sealed>>,
    /// JSON array; only with consent.
    pub allergies: Col<Sealed>,
    /// JSON array.
    pub concerns: String,
    /// Consent to keeping skin condition and allergies, as it is now.
    pub consent_skin: bool,
    /// Consent to marketing, as it is now.
    pub consent_marketing: bool,
    /// How often her profile was changed by an operation.
    pub revision: Col<u32>,
    /// What she likes to be called; may be empty.
    pub called: String,
    /// Her guardian's consent, where she is a child, as it is now.
    pub consent_guardian: bool,
    /// JSON array of `protocol::entity::Agreed`: the last consent of each purpose.
    pub agreed: String,
    /// Who changed her profile last.
    pub changed_by: Option<Col<ClerkId>>,
    /// When.
    pub changed_at: Option<Col<DateTime<Utc>>>,
    /// A new phone number that is not proven yet.
    pub phone_waits: Option<String>,
    /// In which store she joined; none of who came by an import.
    pub joined_in_store: Option<Col<StoreId>>,
    /// By which campaign.
    pub joined_campaign: Option<Col<CampaignId>>,
    /// Whether her sign-up counts for whoever invited her.
    pub sign_up_credit: Col<SignUpCredit>,
    /// Whether whoever has her number has proven it. What a clerk wrote down without the network is believed as far as
    /// purchases go.
    pub phone_proven: bool,
    /// The member that she is: two were merged, and what is free on this account goes over to that one's.
    pub merged_into: Option<Col<MemberId>>,
    /// When she was erased: the row has nothing of her any more.
    pub erased_at: Option<Col<DateTime<Utc>>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
