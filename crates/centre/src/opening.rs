//! Opening the centre.

use centre_store::boxed;
use centre_store::db::Db;
use centre_store::tables::{centre, device};
use protocol::token::Rotation;
use sea_orm::{ActiveValue::Set, EntityTrait};

use crate::error::ServiceError;
use crate::key::{self, KeyPlace};
use crate::rights::consents;
use crate::{Centre, Clock};
use crate::{backup, recovery};

impl Centre {
    /// Opens the embedded database at an address, with its key beside it. As [`Self::open_at`].
    ///
    /// # Errors
    /// [`ServiceError::Key`]; where the database cannot be opened.
    #[boxed]
    pub async fn open(url: &str) -> Result<Self, ServiceError> {
        Self::open_at(url, &KeyPlace::Beside, Clock::default()).await
    }

    /// Opens the database at an address, brings its schema up to date, and gives it an identity where it has none. A
    /// backup that was put back knows so itself: it begins a new generation before anything is asked of it. It goes by
    /// this clock, and signs with the key that is kept there.
    ///
    /// # Errors
    /// [`ServiceError::Key`] where the key is missing or is not this database's; where the database cannot be opened.
    #[boxed]
    pub async fn open_at(url: &str, place: &KeyPlace, clock: Clock) -> Result<Self, ServiceError> {
        let (centre, said) = Self::connect(url, place, clock).await?;
        if said.members_sealed {
            backup::open_members(&centre).await?;
        }
        if said.copied_at.is_some() {
            recovery::restored(&centre).await?;
            tracing::warn!("this database is a backup that was put back: a new generation begins");
        }
        consents::keep_wordings(&centre).await?;
        Ok(centre)
    }
}

/// Gives a database whose key is lost another one. What the old one signed proves nothing from then on: an allowance
/// that a later restore forgets is its store's to bear, as nobody can show that it was given.
///
/// # Errors
/// [`ServiceError::Key`]; where the database cannot be opened.
#[boxed]
pub async fn replace_key(url: &str, place: &KeyPlace) -> Result<(), ServiceError> {
    let file = place.file(url)?;
    let db = Db::open(url).await?;
    let public = key::replace(&file)?;
    let work = db.begin().await?;
    centre::Entity::update_many()
        .set(centre::ActiveModel {
            secret_key: Set(None),
            public_key: Set(Some(hex::encode(public.to_bytes()))),
            ..Default::default()
        })
        .exec(work.on())
        .await?;
    // nobody can show any more how often it asked: all begin at the first again
    device::Entity::update_many()
        .set(device::ActiveModel {
            rotation: Set(Rotation::default().into()),
            rotation_request: Set(String::new()),
            rotation_copied: Set(false),
            ..Default::default()
        })
        .exec(work.on())
        .await?;
    work.commit().await?;
    db.close().await?;
    tracing::warn!("this centre has a new key");
    Ok(())
}
