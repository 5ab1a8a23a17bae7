//! What the centre signed, kept to be shown to it: a database that was put back from a backup has forgotten it.

use super::meta::{get, set};
use super::{failure, identity};
use crate::error::{Error, Result};
use protocol::attestation::{Answered, Attestation, Attested, Given};
use protocol::chain::Hash;
use protocol::grant::GrantRequest;
use protocol::{Epoch, Generation, Seq, limits};
use rusqlite::{Connection, Transaction, params};

/// Notes how far an epoch is answered; what was said of less, in the same generation, is not kept.
pub(crate) fn note_answered(tx: &Transaction<'_>, told: &Attested<Answered>) -> Result<()> {
    let said = &told.said;
    let seq = i64::try_from(said.seq.0).map_err(|_| Error::TooLarge)?;
    tx.prepare_cached(include_str!("attested.sql"))
        .and_then(|mut s| {
            s.execute(params![
                said.epoch.0,
                seq,
                said.hash.to_string(),
                said.generation.0,
                told.attestation.to_string(),
            ])
        })
        .map_err(failure)?;
    Ok(())
}

/// How far the centre said that it answered each epoch, the newest epochs first.
pub(crate) fn attested(conn: &Connection, most: usize) -> Result<Vec<Attested<Answered>>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut s = conn
        .prepare_cached(
            "SELECT epoch, seq, hash, generation, attestation FROM attested ORDER BY epoch DESC LIMIT ?1",
        )
        .map_err(failure)?;
    let rows = s
        .query_map([most], |r| {
            Ok((
                r.get::<_, u32>(0)?,
                r.get::<_, i64>(1)?,
                r.get::<_, String>(2)?,
                r.get::<_, u32>(3)?,
                r.get::<_, String>(4)?,
            ))
        })
        .map_err(failure)?;
    let damaged = |e: &dyn std::fmt::Display| Error::OutboxDamaged(format!("an attestation: {e}"));
    rows.map(|row| {
        let (epoch, seq, hash, generation, attestation) = row.map_err(failure)?;
        Ok(Attested {
            said: Answered {
                epoch: Epoch(epoch),
                seq: Seq(u64::try_from(seq).map_err(|e| damaged(&e))?),
                hash: Hash::from_hex(&hash).map_err(|e| damaged(&e))?,
                generation: Generation(generation),
            },
            attestation: attestation.parse().map_err(|e| damaged(&e))?,
        })
    })
    .collect()
}

/// Notes what the centre said that it gave, in answer to a request that showed these statements: whoever answered it knows
/// what they say, so that the new one says it too. One that it was not shown stays beside it, as two requests may have been
/// under way at once and the centre have been put back from a backup between them.
pub(crate) fn note_given(
    tx: &Transaction<'_>,
    shown: &[Attested<Given>],
    told: &Attested<Given>,
) -> Result<()> {
    let before = all_given(tx)?;
    let mut kept: Vec<_> = before.iter().filter(|g| !shown.contains(g)).collect();
    if !kept.contains(&told) {
        kept.push(told);
    }
    if kept.iter().copied().eq(&before) {
        return Ok(());
    }
    set(tx, "given", &serde_json::to_string(&kept)?)
}

/// What the centre said that it gave to this outbox, as a request shows it.
pub(crate) fn given(conn: &Connection) -> Result<Vec<Attested<Given>>> {
    let mut shown = all_given(conn)?;
    shown.truncate(limits::GIVEN_SHOWN);
    Ok(shown)
}

fn all_given(conn: &Connection) -> Result<Vec<Attested<Given>>> {
    let text = get(conn, "given")?;
    Ok(text.map_or_else(|| Ok(Vec::new()), |text| serde_json::from_str(&text))?)
}

/// The centre's signature over the generation that this counter knows.
pub(crate) fn generation_attestation(conn: &Connection) -> Result<Option<Attestation>> {
    #[derive(serde::Deserialize)]
    struct Kept {
        generation: Generation,
        attestation: Attestation,
    }
    let Some(text) = get(conn, "generation_attestation")? else {
        return Ok(None);
    };
    let kept: Kept = serde_json::from_str(&text)?;
    Ok((kept.generation == identity::generation(conn)?).then_some(kept.attestation))
}

/// Notes that signature.
pub(crate) fn note_generation(
    tx: &Transaction<'_>,
    generation: Generation,
    attestation: Attestation,
) -> Result<()> {
    let kept = serde_json::json!({ "generation": generation, "attestation": attestation });
    set(tx, "generation_attestation", &kept.to_string())
}

/// Requests whose allowances came from a centre that signed nothing yet.
pub(crate) fn unsigned(conn: &Connection, most: usize) -> Result<Vec<GrantRequest>> {
    let epoch = identity::epoch(conn)?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut s = conn
        .prepare_cached(include_str!("unsigned.sql"))
        .map_err(failure)?;
    let rows = s
        .query_map((epoch.0, most), |r| r.get::<_, String>(0))
        .map_err(failure)?;
    rows.map(|r| Ok(serde_json::from_str(&r.map_err(failure)?)?))
        .collect()
}

/// Keeps the signatures of allowances that are here.
pub(crate) fn sign(tx: &Transaction<'_>, reply: &protocol::grant::GrantReply) -> Result<()> {
    for grant in &reply.grants {
        let Some(attestation) = grant.attestation else {
            continue;
        };
        tx.prepare_cached("UPDATE allowance SET attestation = ?2 WHERE grant_id = ?1")
            .and_then(|mut s| s.execute((grant.grant.to_string(), attestation.to_string())))
            .map_err(failure)?;
    }
    Ok(())
}
