//! This centre: one row.

use chrono::{DateTime, Utc};
use protocol::{CentreId, Generation};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// This centre: one row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "centre")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub only_row: i32,
    /// Its id for good; requests are signed for it.
    pub centre_id: Col<CentreId>,
    /// Life of this database: one more after a restore from a backup.
    pub generation: Col<Generation>,
    /// When it was made.
    pub created_at: Col<DateTime<Utc>>,
    /// When this database was copied as a backup; none = it is the one that is served.
    pub copied_at: Option<Col<DateTime<Utc>>>,
    /// The secret key of a database that an older build served: it goes to a file of its own, and out of here.
    pub secret_key: Option<String>,
    /// Its Ed25519 public key, 64 hex digits, by which counters know it again; none until it was first opened.
    pub public_key: Option<String>,
    /// Since when no counter is told the hash of a PIN, of whichever build; none while older ones are.
    pub hashes_stopped_at: Option<Col<DateTime<Utc>>>,
    /// The key by which it seals what is sensitive, by its mark; none until it was first opened with one.
    pub sealing_key: Option<String>,
    /// When all that was there before that key had been sealed.
    pub all_sealed_at: Option<Col<DateTime<Utc>>>,
    /// Of a backup: what says who members are is sealed, each member's with a key of its own.
    pub members_sealed: bool,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
