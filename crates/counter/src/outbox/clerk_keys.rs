//! Keys that clerks have on this device: the private halves sealed, each under its clerk's PIN.

use super::failure;
use crate::error::{Error, Result};
use crate::hand::Hand;
use crate::seal::Sealed;
use protocol::ClerkId;
use protocol::clerk::{Certificate, ClerkKey};
use rusqlite::{Connection, OptionalExtension, Transaction};

/// A clerk's key as it lies here.
pub(crate) struct KeptKey {
    pub(crate) clerk: ClerkId,
    pub(crate) public_key: String,
    /// Mark of the PIN that it is sealed under.
    pub(crate) pin_mark: String,
    pub(crate) sealed: Sealed,
    /// The centre's word for it; none until the centre has said that it knows it.
    pub(crate) certificate: Option<Certificate>,
}

const COLUMNS: &str = "SELECT clerk, public_key, pin_mark, sealed, certificate FROM clerk_key \
                       WHERE sealed IS NOT NULL";

type Raw = (String, String, String, String, Option<String>);

fn raw(r: &rusqlite::Row<'_>) -> rusqlite::Result<Raw> {
    Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?))
}

fn kept((clerk, public_key, pin_mark, sealed, certificate): Raw) -> Result<KeptKey> {
    Ok(KeptKey {
        clerk: clerk.into(),
        public_key,
        pin_mark,
        sealed: serde_json::from_str(&sealed)?,
        certificate: certificate
            .map(|text| serde_json::from_str(&text))
            .transpose()?,
    })
}

/// A clerk's key that has not ended.
pub(crate) fn clerk_key(conn: &Connection, clerk: &str) -> Result<Option<KeptKey>> {
    let found = conn
        .prepare_cached(&format!("{COLUMNS} AND clerk = ?1"))
        .and_then(|mut s| s.query_row([clerk], raw).optional())
        .map_err(failure)?;
    found.map(kept).transpose()
}

/// All that have not ended.
pub(crate) fn clerk_keys(conn: &Connection) -> Result<Vec<KeptKey>> {
    let mut statement = conn
        .prepare_cached(&format!("{COLUMNS} ORDER BY clerk"))
        .map_err(failure)?;
    let rows = statement.query_map([], raw).map_err(failure)?;
    rows.map(|row| kept(row.map_err(failure)?)).collect()
}

/// Their public halves, as a hello names them.
pub(crate) fn public_keys(conn: &Connection, most: usize) -> Result<Vec<ClerkKey>> {
    let mut all = clerk_keys(conn)?;
    all.truncate(most);
    let named = all.into_iter().map(|kept| ClerkKey {
        clerk: kept.clerk,
        public_key: kept.public_key,
    });
    Ok(named.collect())
}

/// Keeps a clerk's key, in the place of any that was here.
pub(crate) fn keep_clerk_key(tx: &Transaction<'_>, key: &KeptKey) -> Result<()> {
    let sealed = serde_json::to_string(&key.sealed)?;
    let certificate = key
        .certificate
        .as_ref()
        .map(serde_json::to_string)
        .transpose()?;
    tx.prepare_cached(include_str!("keep_clerk_key.sql"))
        .and_then(|mut s| {
            s.execute((
                key.clerk.as_str(),
                &key.public_key,
                &key.pin_mark,
                sealed,
                certificate,
            ))
        })
        .map_err(failure)?;
    Ok(())
}

/// Notes keys that are of no use in this file: it is another device's than they were made on.
pub(crate) fn keep_ended(tx: &Transaction<'_>, keys: &[ClerkKey]) -> Result<()> {
    for key in keys {
        tx.prepare_cached(
            "INSERT OR REPLACE INTO clerk_key (clerk, public_key, pin_mark) VALUES (?1, ?2, '')",
        )
        .and_then(|mut s| s.execute((key.clerk.as_str(), &key.public_key)))
        .map_err(failure)?;
    }
    Ok(())
}

/// The centre has said that it knows a key, or that it does not take its own word for it any more.
pub(crate) fn certify(
    tx: &Transaction<'_>,
    clerk: &ClerkId,
    public_key: &str,
    certificate: Option<&Certificate>,
) -> Result<()> {
    let text = certificate.map(serde_json::to_string).transpose()?;
    tx.prepare_cached("UPDATE clerk_key SET certificate = ?3 WHERE clerk = ?1 AND public_key = ?2")
        .and_then(|mut s| s.execute((clerk.as_str(), public_key, text)))
        .map_err(failure)?;
    Ok(())
}

/// A clerk's key ends here: what was sealed is erased, and nothing more is recorded by who signed in with it.
pub(crate) fn end_clerk_key(tx: &Transaction<'_>, clerk: &ClerkId) -> Result<()> {
    tx.prepare_cached("UPDATE clerk_key SET sealed = NULL, certificate = NULL WHERE clerk = ?1")
        .and_then(|mut s| s.execute([clerk.as_str()]))
        .map_err(failure)?;
    Ok(())
}

/// Whether the key that somebody signed in with has ended since. One of which this file knows nothing has not: the file of
/// before was moved aside.
pub(crate) fn has_ended(conn: &Connection, hand: &Hand) -> Result<bool> {
    let here: Option<(String, bool)> = conn
        .prepare_cached("SELECT public_key, sealed IS NULL FROM clerk_key WHERE clerk = ?1")
        .and_then(|mut s| {
            s.query_row([hand.clerk().as_str()], |r| Ok((r.get(0)?, r.get(1)?)))
                .optional()
        })
        .map_err(failure)?;
    Ok(here.is_some_and(|(key, ended)| ended || key != hand.public_key()))
}

/// Nothing is recorded by a key that has ended.
pub(super) fn check(conn: &Connection, hand: &Hand) -> Result<()> {
    if has_ended(conn, hand)? {
        return Err(Error::NotSignedIn);
    }
    Ok(())
}
