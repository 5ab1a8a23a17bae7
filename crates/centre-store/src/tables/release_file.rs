//! The package of a version for one kind of machine.

use sea_orm::entity::prelude::*;

use crate::column::Col;

/// The package of a version for one kind of machine.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release_file")]
pub struct Model {
    /// Which version.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: String,
    /// What it is built for: `windows-x86_64`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub target: String,
    /// Name of the file, as it is fetched.
    pub name: String,
    /// Its size.
    pub bytes: Col<u64>,
    /// SHA-256 of it, 64 hex digits; the file lies under this name.
    pub sha256: String,
    /// The brand's signature over it, as minisign writes it.
    pub signature: String,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
