//! Taking members out of backups, by forgetting the keys with which they are sealed there.

use centre_store::boxed;
use protocol::MemberId;

use crate::Centre;
use crate::error::ServiceError;
use crate::member_keys::MemberKeys;

/// Takes members out of all backups, where there are any that are sealed. How many had a key until now.
///
/// # Errors
/// Where the file of keys cannot be written.
#[boxed]
pub async fn forget(centre: &Centre, members: &[&MemberId]) -> Result<u64, ServiceError> {
    let Some(file) = centre.backup_keys().filter(|file| file.exists()) else {
        return Ok(0);
    };
    let ids: Vec<&str> = members.iter().map(|m| m.as_str()).collect();
    let keys = MemberKeys::open(file).await?;
    let gone = keys.forget(&ids).await;
    keys.close().await?;
    Ok(gone?)
}
