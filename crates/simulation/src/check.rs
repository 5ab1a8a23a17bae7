//! What must hold once everything is at rest.

use std::collections::{BTreeMap, BTreeSet};

use centre::Centre;
use centre::recovery;
use centre_store::tables::{
    account, allowance, balance, device, lot, manager_list, operation, quarantined, receipt,
    transfer,
};
use protocol::{Epoch, Generation};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::rogue;
use crate::world::World;

/// The centre's books as far as they are compared with counters.
struct Books {
    /// Operations by id: how many rows have an effect, and how many keep it.
    effects: BTreeMap<String, usize>,
    kept: BTreeSet<String>,
    /// Balance by member.
    balance: BTreeMap<String, i64>,
    /// Members of whom something expires once every counter has told what it holds, and not before: counters, which go
    /// by the date, show it as expired already.
    late: BTreeSet<String>,
    /// Outstanding allowance by device, epoch and member.
    held: BTreeMap<(String, Epoch, String), i64>,
    devices: BTreeMap<String, device::Model>,
    wrong: Vec<String>,
    loss: i64,
}

/// Checks everything.
pub(crate) fn all(world: &mut World) {
    if !world.found.is_empty() {
        return;
    }
    audit(world);
    let books = world.with_centre(async |centre| books(centre).await);
    for wrong in &books.wrong {
        world.broken(wrong.clone());
    }
    delivered(world, &books);
    shown(world, &books);
    by_the_rogue(world);
    let excused = world.accidents.forked
        + world.accidents.written_off
        + world.accidents.centre_restored
        + usize::from(world.rogue.is_some());
    if books.loss > 0 && excused == 0 {
        world.broken(format!(
            "{} points lost with no write-off and no fork",
            books.loss
        ));
    }
}

/// `central audit` finds nothing.
fn audit(world: &mut World) {
    let report =
        world.with_centre(async |centre| centre::audit::run(centre.db(), centre.now()).await);
    match report {
        Ok(report) => {
            // that a device spent what nobody gave it, it says as well: as it must
            let rogue = world.rogue.as_ref().map(|r| r.device.to_string());
            let of_rogue = |told: &String| rogue.as_ref().is_some_and(|id| told.contains(id));
            let found: Vec<String> = report
                .violations()
                .map(|v| format!("{v:?}"))
                .filter(|told| !of_rogue(told))
                .collect();
            for violation in found {
                world.broken(violation);
            }
        }
        Err(e) => world.broken(format!("the audit fails: {e}")),
    }
}

/// What a lying device did took nothing from any member, and nothing of another store's; nobody was stopped by it.
fn by_the_rogue(world: &mut World) {
    let Some(ops) = world.rogue.as_ref().map(|r| r.ops.clone()) else {
        return;
    };
    let ids: BTreeSet<String> = ops.iter().map(ToString::to_string).collect();
    let (transfers, receipts, generation) = world.with_centre(async |centre| {
        let db = centre.db().read();
        let transfers = transfer::Entity::find().all(db).await.expect("transfers");
        let receipts = receipt::Entity::find().all(db).await.expect("receipts");
        let generation = centre::generation::current(db).await.expect("a generation");
        (transfers, receipts, generation)
    });
    let by_it = transfers.iter().filter(|t| ids.contains(t.op_id.as_str()));
    let mut wrong = Vec::new();
    for t in by_it {
        let from = t.from_account.as_str();
        let hers = from == "available" || from.starts_with("escrow:") || from == "waiting";
        let another = from.starts_with("loss:") && from != format!("loss:{}", rogue::STORE);
        if hers || another || t.to_account == "debt" || from == "debt" {
            wrong.push(format!(
                "I9: what the rogue did moved {} of {} from {from} to {}",
                t.points, t.member_id, t.to_account
            ));
        }
    }
    let elsewhere =
        |r: &&receipt::Model| ids.contains(r.op_id.as_str()) && r.store_id.as_str() != rogue::STORE;
    wrong.extend(
        receipts
            .iter()
            .filter(elsewhere)
            .map(|r| format!("I9: the rogue's receipt {} is {}'s", r.op_id, r.store_id)),
    );
    if world.accidents.centre_restored == 0 && generation != Generation(1) {
        wrong.push(format!("I9: generation {generation} by hearsay"));
    }
    for what in wrong {
        world.broken(what);
    }
}

/// What an engine called done, and whose disk was not thrown away, is at the centre once.
fn delivered(world: &mut World, books: &Books) {
    let done: Vec<(String, String)> = world
        .units
        .iter()
        .flat_map(|u| u.done.iter().map(|id| (u.name.clone(), id.clone())))
        .collect();
    for (name, id) in done {
        let effects = books.effects.get(&id).copied().unwrap_or(0);
        if effects > 1 || (effects == 0 && !books.kept.contains(&id)) {
            world.broken(format!(
                "an operation of {name} is at the centre {effects} times"
            ));
        }
    }
}

/// What counters show is what the centre has.
fn shown(world: &mut World, books: &Books) {
    let mut wrong = Vec::new();
    for unit in &world.units {
        let Some(device) = books.devices.get(&unit.device) else {
            wrong.push(format!("{}: no such device", unit.name));
            continue;
        };
        let name = &unit.name;
        let state = match unit.read(counter::Engine::sync_state) {
            Ok(state) => state,
            Err(e) => {
                wrong.push(format!("{name}: {e}"));
                continue;
            }
        };
        // one that only delivers reads no more: it shows what it last saw, and holds nothing
        let out = matches!(state.problem.as_deref(), Some("superseded" | "revoked"));
        if state.pending > 0 {
            wrong.push(format!("{name} still has {} to send", state.pending));
        }
        if device.revoked_at.is_some() {
            continue;
        }
        for person in world.people.iter().filter(|p| p.store == unit.store) {
            let page = match unit.read(|e| e.member_page(&person.id)) {
                Ok(page) => page,
                Err(_) if out => continue,
                Err(e) => {
                    wrong.push(format!("{name} has no {}: {e}", person.id));
                    continue;
                }
            };
            let points = page.points;
            let at_centre = books.balance.get(&person.id).copied().unwrap_or(0);
            if books.late.contains(&person.id) {
                continue;
            }
            if !out && points.confirmed.get() != at_centre {
                wrong.push(format!(
                    "{name} shows {} for {}, the centre has {at_centre}",
                    points.confirmed, person.id
                ));
            }
            let pending = points.pending_earned.is_positive() || points.pending_spent.is_positive();
            if !out && pending {
                wrong.push(format!(
                    "{name} still shows something pending of {}",
                    person.id
                ));
            }
            let key = (unit.device.clone(), *device.epoch, person.id.clone());
            let escrow = match books.held.get(&key) {
                Some(held) if !out => *held,
                _ => 0,
            };
            if points.offline_usable.get() != escrow {
                wrong.push(format!(
                    "{name} may spend {} of {}, the centre keeps {escrow} for it",
                    points.offline_usable, person.id
                ));
            }
        }
    }
    for what in wrong {
        world.broken(what);
    }
}

/// Members of whom something is due and must wait: this database was put back from a backup, and some counter has not
/// told what it holds.
async fn late(centre: &Centre) -> BTreeSet<String> {
    let db = centre.db().read();
    let generation = centre::generation::current(db).await.expect("a generation");
    if !recovery::is_on(db, generation).await.expect("recovery") {
        return BTreeSet::new();
    }
    let now = centre.now().timestamp_millis();
    let due = account::Entity::find()
        .filter(account::Column::DueAt.lte(now))
        .all(db)
        .await
        .expect("accounts");
    due.into_iter().map(|a| a.member_id.to_string()).collect()
}

async fn books(centre: &Centre) -> Books {
    let db = centre.db().read();
    let mut wrong = Vec::new();
    let balances = balance::Entity::find().all(db).await.expect("balances");
    let late = late(centre).await;
    let transfers = transfer::Entity::find().all(db).await.expect("transfers");
    let lots = lot::Entity::find().all(db).await.expect("lots");
    let allowances = allowance::Entity::find().all(db).await.expect("allowances");
    let operations = operation::Entity::find().all(db).await.expect("operations");
    let forks = quarantined::Entity::find().all(db).await.expect("forks");
    let devices = device::Entity::find().all(db).await.expect("devices");
    let mut moved: BTreeMap<(String, String), i64> = BTreeMap::new();
    for t in &transfers {
        *moved
            .entry((t.member_id.to_string(), t.from_account.clone()))
            .or_default() -= t.points.get();
        *moved
            .entry((t.member_id.to_string(), t.to_account.clone()))
            .or_default() += t.points.get();
    }
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    let mut balance: BTreeMap<String, i64> = BTreeMap::new();
    let mut loss = 0;
    for b in &balances {
        let key = (b.member_id.to_string(), b.account.clone());
        let by_transfers = moved.remove(&key).unwrap_or(0);
        let points = b.points.get();
        if by_transfers != points {
            wrong.push(format!(
                "I1: {} of {} is {}, its transfers give {by_transfers}",
                b.account, b.member_id, b.points
            ));
        }
        *sums.entry(b.member_id.to_string()).or_default() += points;
        let hers =
            b.account == "available" || b.account == "debt" || b.account.starts_with("escrow:");
        if hers {
            *balance.entry(b.member_id.to_string()).or_default() += points;
        }
        if b.account.starts_with("loss:") {
            loss -= points;
        }
        let source =
            ["earned", "debt"].contains(&b.account.as_str()) || b.account.starts_with("loss:");
        if b.account != "adjusted" && points != 0 && (points < 0) != source {
            wrong.push(format!(
                "I2: {} of {} is {}",
                b.account, b.member_id, b.points
            ));
        }
    }
    wrong.extend(
        moved
            .iter()
            .filter(|(_, p)| **p != 0)
            .map(|(k, p)| format!("I1: {k:?} has {p} and no balance")),
    );
    wrong.extend(
        sums.iter()
            .filter(|(_, p)| **p != 0)
            .map(|(m, p)| format!("I1: the accounts of {m} sum to {p}")),
    );
    let mut held: BTreeMap<(String, Epoch, String), i64> = BTreeMap::new();
    let mut escrow: BTreeMap<String, i64> = BTreeMap::new();
    for a in &allowances {
        *held
            .entry((a.device_id.to_string(), *a.epoch, a.member_id.to_string()))
            .or_default() += a.outstanding.get();
        *escrow.entry(a.member_id.to_string()).or_default() += a.outstanding.get();
    }
    for (member, points) in &escrow {
        let in_lots: i64 = lots
            .iter()
            .filter(|l| l.member_id.as_str() == member)
            .map(|l| l.in_escrow.get())
            .sum();
        if in_lots != *points {
            wrong.push(format!(
                "allowances of {member} hold {points}, her lots {in_lots}"
            ));
        }
    }
    // what counters gave beyond a day's limit without knowing of each other costs the store by itself, and so does what a
    // copy of a disk says was approved, whose keys have ended
    let listed = manager_list::Entity::find().all(db).await.expect("a list");
    loss -= listed
        .iter()
        .filter(|l| ["limit_reached", "approval_unproven"].contains(&l.reason.as_str()))
        .map(|l| l.points.get())
        .sum::<i64>();
    let mut effects: BTreeMap<String, usize> = BTreeMap::new();
    for id in operations
        .iter()
        .filter_map(|o| Some(o.owns_id?.to_string()))
    {
        *effects.entry(id).or_default() += 1;
    }
    let kept = forks
        .iter()
        .filter_map(|q| serde_json_op_id(q.document.text()))
        .chain(operations.iter().map(|o| o.op_id.to_string()))
        .collect();
    Books {
        effects,
        kept,
        balance,
        late,
        held,
        devices: devices.into_iter().map(|d| (d.id.to_string(), d)).collect(),
        wrong,
        loss,
    }
}

/// The id of an operation that is kept as a document.
fn serde_json_op_id(document: &str) -> Option<String> {
    let from = document.split_once("\"op_id\":\"")?.1;
    Some(from.split_once('"')?.0.to_owned())
}
