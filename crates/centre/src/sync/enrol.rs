//! Enrolment: a one-time code lets one device in, with a key of its own.

use std::collections::HashSet;

use centre_store::boxed;
use chrono::{DateTime, Duration, Utc};
use protocol::ErrorCode;
use protocol::chain::{Hash, Transcript};
use protocol::enrol::{EnrolReply, EnrolRequest, enrol_statement};
use protocol::ids::{DeviceId, Epoch, Generation, Seq, StoreId};
use protocol::limits::as_line;
use protocol::signature::{public_key_from_hex, signature_from_hex};
use protocol::token::Rotation;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QuerySelect,
};

use crate::Centre;
use crate::devices;
use crate::error::ServiceError;
use crate::log::{Entry, Kind, Who};
use centre_store::tables::{device, enrol_code, store};

/// The longest that an enrolment code may be used, in days: a sheet of them travels to a shop that opens next month.
pub const MOST_DAYS: u32 = 30;
/// Codes that are made at once.
const CODES_AT_ONCE: usize = 10_000;
/// Letters of a code: none that is read as another.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters in a code: 60 bits.
const CODE_LETTERS: usize = 12;
/// Characters of a device's name.
const NAME_CHARS: usize = 40;

/// A one-time code, told once.
#[derive(Debug, Clone, serde::Serialize)]
pub struct EnrolCode {
    /// The code, in groups for reading aloud.
    pub code: String,
    /// For which store.
    pub store: StoreId,
    /// Whether the device will check customers out.
    pub checkout: bool,
    /// What the device will be called; empty where whoever enrols it says so.
    pub name: String,
    /// Whose place it takes.
    pub replaces: Option<DeviceId>,
    /// Last moment.
    pub expires_at: DateTime<Utc>,
}

/// What a code is to be for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// For which store.
    pub store: StoreId,
    /// Whether the device will check customers out.
    pub checkout: bool,
    /// What the device will be called; empty where whoever enrols it says so.
    pub name: String,
    /// Whose place it takes.
    pub replaces: Option<DeviceId>,
    /// For how many days it may be used: 1 to [`MOST_DAYS`].
    pub days: u32,
}

impl Wanted {
    /// A code for any device in a store, for a day.
    #[must_use]
    pub fn in_store(store: &StoreId) -> Self {
        Self {
            store: store.clone(),
            checkout: false,
            name: String::new(),
            replaces: None,
            days: 1,
        }
    }
}

/// Makes a code that lets one device into a store.
///
/// # Errors
/// As [`new_enrol_codes`].
#[boxed]
pub async fn new_enrol_code(
    centre: &Centre,
    store_id: &StoreId,
    checkout: bool,
) -> Result<EnrolCode, ServiceError> {
    let wanted = Wanted {
        checkout,
        ..Wanted::in_store(store_id)
    };
    let made = new_enrol_codes(centre, &[wanted]).await?;
    made.into_iter()
        .next()
        .ok_or_else(|| ServiceError::corrupt("enrol_code", store_id, "was not made"))
}

/// Makes codes that let one device each in: all of them, or none.
///
/// # Errors
/// [`ErrorCode::NotFound`] where there is no such store; [`ErrorCode::Malformed`] where one is to be used for too long, or
/// too many are asked for; where the database fails.
#[boxed]
pub async fn new_enrol_codes(
    centre: &Centre,
    wanted: &[Wanted],
) -> Result<Vec<EnrolCode>, ServiceError> {
    let malformed = |why: String| Err(ServiceError::refused(ErrorCode::Malformed, why));
    if wanted.len() > CODES_AT_ONCE {
        return malformed(format!("more than {CODES_AT_ONCE} codes at once"));
    }
    let mut work = centre.work().await?;
    let stores = store::Entity::find().all(work.on()).await?;
    let stores: HashSet<StoreId> = stores.into_iter().map(|s| s.id.into_inner()).collect();
    let mut made = Vec::with_capacity(wanted.len());
    for one in wanted {
        if !stores.contains(&one.store) {
            return Err(ServiceError::refused(
                ErrorCode::NotFound,
                format!("no store {}", one.store),
            ));
        }
        if !(1..=MOST_DAYS).contains(&one.days) {
            return malformed(format!("a code is good for 1 to {MOST_DAYS} days"));
        }
        let code = random_code()?;
        let name = as_line(one.name.trim(), NAME_CHARS);
        let expires_at = work.now() + Duration::days(i64::from(one.days));
        let row = enrol_code::ActiveModel {
            code_hash: Set(code_hash(&code)),
            store_id: Set((&one.store).into()),
            checkout: Set(one.checkout),
            expires_at: Set(expires_at.into()),
            used_at: Set(None),
            used_by: Set(None),
            replaces: Set(one.replaces.map(Into::into)),
            device_name: Set(name.clone()),
        };
        enrol_code::Entity::insert(row)
            .exec_without_returning(work.on())
            .await?;
        let what = format!("store {}, checkout {}", one.store, one.checkout);
        work.note(Entry::of(Kind::EnrolCodeMade).what(what));
        made.push(EnrolCode {
            code,
            store: one.store.clone(),
            checkout: one.checkout,
            name,
            replaces: one.replaces,
            expires_at,
        });
    }
    work.commit().await?;
    Ok(made)
}

/// A code that nobody guesses, in groups for reading aloud.
fn random_code() -> Result<String, ServiceError> {
    let mut random = [0u8; CODE_LETTERS];
    getrandom::fill(&mut random)?;
    let letters: Vec<u8> = random
        .iter()
        .map(|b| LETTERS.get(usize::from(b % 32)).copied().unwrap_or(b'0'))
        .collect();
    let groups = letters
        .chunks(4)
        .map(|group| String::from_utf8_lossy(group).into_owned());
    Ok(groups.collect::<Vec<_>>().join("-"))
}

/// Hash of a code as people type it: without groups, case, and with O, I and L read as digits.
fn code_hash(code: &str) -> String {
    let plain: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    Transcript::new("counterpart.enrol-code.1")
        .part(plain.as_bytes())
        .finish()
        .to_string()
}

/// Lets a device in. A repeated request with the same key gets the same answer: its reply may
/// have been lost.
///
/// # Errors
/// [`ErrorCode::EnrolCodeInvalid`], [`ErrorCode::Malformed`]; where the database fails.
#[boxed]
pub async fn enrol(
    centre: &Centre,
    request: &EnrolRequest,
    phone_base: &str,
) -> Result<EnrolReply, ServiceError> {
    let invalid = || ServiceError::refused(ErrorCode::EnrolCodeInvalid, "no such code");
    let malformed = |what: &str| ServiceError::refused(ErrorCode::Malformed, what);
    if request.code.len() > 64 || request.device_name.len() > 400 {
        return Err(malformed("too long"));
    }
    let key = public_key_from_hex(&request.public_key).ok_or_else(|| malformed("public_key"))?;
    let proof = signature_from_hex(&request.proof).ok_or_else(|| malformed("proof"))?;
    let statement = enrol_statement(&request.code, &request.public_key);
    if !protocol::signature::verify_statement(&key, &statement, &proof) {
        return Err(malformed("the proof does not verify"));
    }
    let public_key = request.public_key.to_ascii_lowercase();
    let now = centre.now();
    let mut work = centre.work().await?;
    let db = work.on();
    let code = enrol_code::Entity::find_by_id(code_hash(&request.code))
        .lock_exclusive()
        .one(db)
        .await?
        .filter(|c| c.expires_at >= now)
        .ok_or_else(invalid)?;
    if let Some(used_by) = code.used_by {
        let known = device::Entity::find_by_id(used_by).one(db).await?;
        let known = known
            .filter(|d| d.public_key == public_key)
            .ok_or_else(invalid)?;
        return Ok(reply(centre, known, phone_base, now));
    }
    if let Some(id) = request.device
        && let Some(known) = device::Entity::find_by_id(id).one(db).await?
    {
        // it is known after all: nothing was forgotten, and nobody takes another's place
        if known.public_key != public_key || known.revoked_at.is_some() {
            return Err(invalid());
        }
        use_up(db, code.code_hash, *known.id, now).await?;
        work.commit().await?;
        return Ok(reply(centre, known, phone_base, now));
    }
    // one that was enrolled before this database's backup has still to tell what it holds
    let reported_generation = match request.device {
        Some(_) => Generation(0),
        None => crate::generation::current(db).await?,
    };
    let id = request.device.unwrap_or_else(DeviceId::fresh);
    if let Some(old) = code.replaces {
        let before = device::Entity::find_by_id(old).one(db).await?;
        // let go or replaced since the code was made: it is a device like any other
        if before.is_some_and(|d| d.revoked_at.is_none() && d.replaced_by.is_none()) {
            devices::take_place(&mut work, *old, id).await?;
        }
    }
    let db = work.on();
    let name = if code.device_name.is_empty() {
        &request.device_name
    } else {
        &code.device_name
    };
    let row = device::Model {
        id: id.into(),
        store_id: code.store_id.clone(),
        name: free_name(db, name).await?,
        public_key,
        checkout: code.checkout,
        epoch: Epoch(1).into(),
        head_seq: Seq(0).into(),
        head_hash: Hash::ZERO.into(),
        enrolled_at: now.into(),
        last_contact_at: now.into(),
        quarantined_at: None,
        revoked_at: None,
        life: None,
        reported_generation: reported_generation.into(),
        given_chain: Hash::ZERO.into(),
        signs_since: None,
        signs_after_epoch: Epoch(0).into(),
        signs_after_seq: Seq(0).into(),
        rotation: Rotation::default().into(),
        rotation_request: String::new(),
        rotation_copied: false,
        tokens_since: None,
        // what is set for the store is brought by its first check-in
        check_in_due: true,
        replaced_by: None,
    };
    device::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(db)
        .await?;
    use_up(db, code.code_hash, *row.id, now).await?;
    work.note(Entry::of(Kind::DeviceEnrolled).by(Who::Device {
        device: *row.id,
        store: row.store_id.0.clone(),
    }));
    work.commit().await?;
    tracing::info!(device = %row.id, store = %row.store_id, "a device was enrolled");
    Ok(reply(centre, row, phone_base, now))
}

/// A code is good once.
async fn use_up<C: ConnectionTrait>(
    db: &C,
    code_hash: String,
    device: DeviceId,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    enrol_code::ActiveModel {
        code_hash: Set(code_hash),
        used_at: Set(Some(now.into())),
        used_by: Set(Some(device.into())),
        ..Default::default()
    }
    .update(db)
    .await?;
    Ok(())
}

async fn free_name<C: ConnectionTrait>(db: &C, wanted: &str) -> Result<String, ServiceError> {
    let plain: String = wanted
        .chars()
        .filter(|c| !c.is_control())
        .take(NAME_CHARS)
        .collect::<String>()
        .trim()
        .to_owned();
    let plain = if plain.is_empty() {
        "counter".to_owned()
    } else {
        plain
    };
    let mut name = plain.clone();
    let mut n = 2;
    loop {
        let taken = device::Entity::find()
            .filter(device::Column::Name.eq(&name))
            .one(db)
            .await?;
        if taken.is_none() {
            return Ok(name);
        }
        name = format!("{plain} {n}");
        n += 1;
    }
}

fn reply(centre: &Centre, row: device::Model, phone_base: &str, now: DateTime<Utc>) -> EnrolReply {
    EnrolReply {
        device: *row.id,
        device_name: row.name,
        store: row.store_id.into_inner(),
        checkout: row.checkout,
        centre: centre.id(),
        generation: centre.generation(),
        epoch: *row.epoch,
        server_time: now,
        phone_base: phone_base.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        let hash = code_hash("0A1B-C2D3-E4F5");
        assert_eq!(hash, code_hash("oa1bc2d3e4f5"));
        assert_eq!(hash, code_hash(" 0AIB C2D3 E4F5 "));
        assert_ne!(hash, code_hash("0A1B-C2D3-E4F6"));
    }
}
