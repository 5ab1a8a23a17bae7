//! Opening the centre.

use crate::Centre;
use crate::error::ServiceError;
use crate::recovery;

impl Centre {
    /// Opens the database at an address, brings its schema up to date, and gives it an identity where it has none. A
    /// backup that was put back knows so itself: it begins a new generation before anything is asked of it.
    ///
    /// # Errors
    /// Where the database cannot be opened.
    pub async fn open(url: &str) -> Result<Self, ServiceError> {
        let (centre, copied) = Self::connect(url).await?;
        if copied {
            recovery::restored(&centre).await?;
            tracing::warn!("this database is a backup that was put back: a new generation begins");
        }
        Ok(centre)
    }
}
