//! Opening the centre.

use crate::error::ServiceError;
use crate::recovery;
use crate::rights::consents;
use crate::{Centre, Clock};
use centre_store::boxed;

impl Centre {
    /// Opens the database at an address, brings its schema up to date, and gives it an identity where it has none. A
    /// backup that was put back knows so itself: it begins a new generation before anything is asked of it.
    ///
    /// # Errors
    /// Where the database cannot be opened.
    #[boxed]
    pub async fn open(url: &str) -> Result<Self, ServiceError> {
        Self::open_with(url, Clock::default()).await
    }

    /// [`open`](Self::open), going by another clock than the machine's.
    ///
    /// # Errors
    /// Where the database cannot be opened.
    #[boxed]
    pub async fn open_with(url: &str, clock: Clock) -> Result<Self, ServiceError> {
        let (centre, copied) = Self::connect(url, clock).await?;
        if copied {
            recovery::restored(&centre).await?;
            tracing::warn!("this database is a backup that was put back: a new generation begins");
        }
        consents::keep_wordings(&centre).await?;
        Ok(centre)
    }
}
