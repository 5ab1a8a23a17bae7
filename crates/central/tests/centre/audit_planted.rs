//! Every check of `central audit` sees what it is there for: what must never be is planted by SQL, and the
//! audit names that invariant, that check and that row, and no other invariant.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]
use std::collections::BTreeSet;

use crate::audit_support::{self, Story};
use crate::common::Engine;
use centre::audit::{self, Invariant, LISTED};

use protocol::entity::EntityKind;

use Invariant::{I1, I2, I3, I4, I5, I6, I7, I8, I9};

/// What is planted, and what the audit must say of it.
struct Plant {
    invariant: Invariant,
    what: &'static str,
    /// Part of the row's name.
    place: String,
    sql: Vec<String>,
    /// Whether the feed goes along: then nothing but the books is wrong.
    feed_follows: bool,
}

fn plant(invariant: Invariant, what: &'static str, place: impl Into<String>) -> Plant {
    Plant {
        invariant,
        what,
        place: place.into(),
        sql: Vec::new(),
        feed_follows: false,
    }
}

impl Plant {
    fn sql(mut self, sql: impl Into<String>) -> Self {
        self.sql.push(sql.into());
        self
    }

    /// A movement with its balances and its number, as the service would book it.
    fn moved(self, member: &str, from: &str, to: &str, lot: &str, points: &str) -> Self {
        let own = format!("member_id = '{member}'");
        let next = format!("(SELECT next_transfer FROM account WHERE {own})");
        let mut plant = self
            .sql(format!(
                "INSERT INTO transfer (member_id, n, op_id, from_account, to_account, lot, points, at) \
                 VALUES ('{member}', {next}, 'planted', '{from}', '{to}', {lot}, {points}, 0)"
            ))
            .sql(format!(
                "UPDATE account SET next_transfer = next_transfer + 1 WHERE {own}"
            ));
        for (account, sign) in [(from, "-"), (to, "")] {
            plant = plant.sql(format!(
                "INSERT INTO balance (member_id, account, points) \
                 VALUES ('{member}', '{account}', {sign}({points})) \
                 ON CONFLICT (member_id, account) \
                 DO UPDATE SET points = balance.points + excluded.points"
            ));
        }
        plant
    }

    fn feed_follows(mut self) -> Self {
        self.feed_follows = true;
        self
    }
}

fn books(s: &Story) -> Vec<Plant> {
    let rich = &s.rich;
    let own = format!("member_id = '{rich}'");
    let last = format!("(SELECT MAX(n) FROM transfer WHERE {own})");
    let receipt = "store_id = 'S1' AND receipt_no = 'T1'";
    let lots = format!("SELECT n FROM lot WHERE {own} AND available > 1 ORDER BY n LIMIT 1");
    let released = format!("allowance {rich}/{}", s.released);
    vec![
        plant(I1, "transfer_sides", format!("transfer {rich}/"))
            .moved(rich, "earned", "earned", "NULL", "5"),
        plant(I1, "transfer_number", format!("account {rich}")).sql(format!(
            "UPDATE transfer SET n = n + 1000 WHERE {own} AND n = {last}"
        )),
        plant(I1, "balance", format!("balance {rich}/adjusted")).sql(format!(
            "UPDATE balance SET points = points + 1 WHERE {own} AND account = 'adjusted'"
        )),
        plant(I1, "member_sum", format!("member {rich}")).sql(format!(
            "DELETE FROM balance WHERE {own} AND account = 'adjusted'"
        )),
        plant(I1, "account_name", format!("balance {rich}/elsewhere")).sql(format!(
            "UPDATE balance SET account = 'elsewhere' WHERE {own} AND account = 'adjusted'"
        )),
        plant(I1, "lot", format!("lot {rich}/"))
            .sql(format!(
                "UPDATE lot SET available = available + 1 WHERE {own} AND n = ({lots} OFFSET 0)"
            ))
            .sql(format!(
                "UPDATE lot SET available = available - 1 WHERE {own} AND n = ({lots} OFFSET 1)"
            ))
            .feed_follows(),
        plant(I1, "lot_sum", format!("member {rich}"))
            .sql(format!(
                "UPDATE lot SET available = available + 1 WHERE {own} AND n = ({lots})"
            ))
            .feed_follows(),
        plant(I1, "lot_escrow", format!("lot {rich}/")).sql(format!(
            "UPDATE allowance_lot SET outstanding = outstanding + 1 WHERE {own} \
             AND allowance_id = '{}'",
            s.released
        )),
        plant(I1, "lot_number", format!("lot {rich}/"))
            .sql(format!("UPDATE account SET next_lot = 1 WHERE {own}")),
        plant(
            I1,
            "escrow",
            format!("balance {rich}/escrow:{}", s.busy.device),
        )
        .sql(format!(
            "UPDATE allowance SET outstanding = outstanding - 1 WHERE id = '{}'",
            s.released
        )),
        plant(I1, "merged", "movements by planted").moved(rich, "merged", "adjusted", "NULL", "7"),
        plant(I1, "debt", format!("account {}", s.owing))
            .sql(format!(
                "UPDATE account SET debt = debt + 1 WHERE member_id = '{}'",
                s.owing
            ))
            .feed_follows(),
        plant(I1, "allowance", &*released).sql(format!(
            "UPDATE allowance SET outstanding = outstanding + 1 WHERE id = '{}'",
            s.released
        )),
        plant(I1, "allowance_lots", &*released).sql(format!(
            "UPDATE allowance_lot SET granted = granted + 1 WHERE allowance_id = '{}'",
            s.released
        )),
        plant(I1, "redeemed", format!("member {rich}"))
            .sql(format!(
                "UPDATE portion SET given_back = given_back + 1 WHERE {own}"
            ))
            .feed_follows(),
        plant(I1, "paid", format!("portion {rich}/"))
            .sql(format!(
                "UPDATE receipt SET points_paid = points_paid + 1 WHERE {receipt}"
            ))
            .feed_follows(),
        plant(I1, "earned", "receipt S1/T1")
            .sql(format!(
                "UPDATE receipt SET earned = earned + 1 WHERE {receipt}"
            ))
            .feed_follows(),
        plant(I1, "waiting", format!("member {rich}"))
            .sql(format!(
                "UPDATE account SET waiting = waiting + 1 WHERE {own}"
            ))
            .feed_follows(),
        plant(I1, "behaved", format!("behaviour {rich}/")).sql(format!(
            "UPDATE behaviour SET points = points + 1 WHERE {own}"
        )),
        plant(I1, "reversed", format!("redemption {rich}/"))
            .sql(format!(
                "UPDATE redemption SET reversed_at = NULL WHERE {own} AND reversed_at IS NOT NULL"
            ))
            .feed_follows(),
        plant(I1, "taken_back", format!("member {rich}"))
            .sql(format!(
                "UPDATE receipt SET taken_back = taken_back + 1 WHERE {receipt}"
            ))
            .feed_follows(),
        plant(I2, "account_sign", format!("balance {rich}/expired"))
            .moved(rich, "expired", "adjusted", "NULL", "5"),
        below_zero(rich, &own),
        plant(I2, "debt_and_available", format!("account {}", s.owing))
            .moved(&s.owing, "adjusted", "available", "1", "5")
            .sql(format!(
                "UPDATE lot SET available = available + 5 WHERE member_id = '{}' AND n = 1",
                s.owing
            ))
            .feed_follows(),
    ]
}

/// One lot gives more than it has and another takes it in: all sums hold.
fn below_zero(member: &str, own: &str) -> Plant {
    let lot = |which: &str| format!("(SELECT {which}(n) FROM lot WHERE {own} AND available > 1)");
    let (one, two) = (lot("MIN"), lot("MAX"));
    let points = format!("(SELECT available + 1 FROM lot WHERE {own} AND n = {one})");
    plant(I2, "below_zero", format!("lot {member}/"))
        .moved(member, "available", "adjusted", &one, &points)
        .moved(member, "adjusted", "available", &two, &points)
        .sql(format!(
            "UPDATE lot SET available = available + {points} WHERE {own} AND n = {two}"
        ))
        .sql(format!(
            "UPDATE lot SET available = -1 WHERE {own} AND n = {one}"
        ))
        .feed_follows()
}

fn counters(s: &Story) -> Vec<Plant> {
    let busy = s.busy.device;
    let lost = s.lost.device;
    let rich = &s.rich;
    let spent = format!("allowance {rich}/{}", s.spent);
    let released = format!("allowance {rich}/{}", s.released);
    let cap = |name: &str, was: u32| {
        format!(
            r#"UPDATE program SET document = REPLACE(document, '"{name}":{was}', '"{name}":10')"#
        )
    };
    vec![
        plant(I3, "ended_life", &*spent).sql(format!(
            "INSERT INTO life_end (device_id, epoch, cause, at, escrow, branches, by_whom) \
             VALUES ('{busy}', 1, 'write_off', 0, 10000, 1, '')"
        )),
        plant(I3, "life_to_come", &*spent).sql(format!(
            "UPDATE allowance SET epoch = 9 WHERE id = '{}'",
            s.spent
        )),
        plant(I3, "escrow_moved", format!("escrow {rich}/{busy}")).sql(format!(
            "UPDATE allowance SET spent = spent - 1, released = released + 1 WHERE id = '{}'",
            s.spent
        )),
        plant(I3, "spent", &*released)
            .sql(format!(
                "UPDATE allowance SET spent = spent - 10, released = released + 10 WHERE id = '{}'",
                s.spent
            ))
            .sql(format!(
                "UPDATE allowance SET spent = spent + 10, released = released - 10 WHERE id = '{}'",
                s.released
            )),
        plant(I5, "program", "program 1")
            .sql("UPDATE program SET document = REPLACE(document, '\"version\":1', '\"version\":\"one\"')")
            .feed_follows(),
        plant(I5, "device_cap", format!("device {busy}"))
            .sql(cap("device_cap", 10_000))
            .feed_follows(),
        plant(I5, "member_cap", format!("member {rich}"))
            .sql(cap("member_cap", 5_000))
            .feed_follows(),
        plant(I6, "loss_cause", format!("transfer {rich}/"))
            .sql(format!("DELETE FROM life_end WHERE device_id = '{lost}'")),
        plant(I6, "loss_bound", format!("life_end {lost}/1")).sql(format!(
            "UPDATE life_end SET escrow = 89 WHERE device_id = '{lost}'"
        )),
        plant(I6, "loss_listed", "operation id ")
            .sql("UPDATE manager_list SET points = points - 1 WHERE points > 0"),
        plant(I6, "unapproved_loss", format!("transfer {rich}/"))
            .moved(rich, "loss:S1", "adjusted", "NULL", "5")
            .feed_follows(),
        plant(I6, "behaviour_loss", format!("transfer {rich}/"))
            .sql("UPDATE manager_list SET reason = 'frozen' WHERE reason = 'limit_reached'"),
    ]
}

fn operations(s: &Story) -> Vec<Plant> {
    let busy = s.busy.device;
    let reveal = "kind = 'reveal'";
    let place = format!("operation {busy}/1/7");
    let forked = format!("quarantined {}/1/", s.forked.device);
    let outcome = r#"'{"outcome":"applied","earned":7}'"#;
    vec![
        plant(I4, "owned_twice", "operation id ").sql(format!(
            "UPDATE quarantined SET owns_id = (SELECT owns_id FROM operation WHERE {reveal}) \
             WHERE state = 'kept'"
        )),
        plant(I4, "owned_id", &*place).sql(format!(
            "UPDATE operation SET owns_id = 'another' WHERE {reveal}"
        )),
        plant(I4, "ownerless", &*place).sql(format!(
            "UPDATE operation SET owns_id = NULL WHERE {reveal}"
        )),
        plant(I4, "sequence", format!("operation {busy}/1")).sql(format!(
            "UPDATE operation SET seq = seq + 100 WHERE {reveal}"
        )),
        plant(I4, "head", format!("device {busy}")).sql(format!(
            "UPDATE device SET head_seq = head_seq + 1 WHERE id = '{busy}'"
        )),
        plant(I4, "state", format!("operation {busy}/1/2")).sql("DELETE FROM held"),
        plant(I4, "state", &*forked)
            .sql("UPDATE quarantined SET waits_kind = 'phone' WHERE state = 'applied'"),
        plant(
            I4,
            "twin_held",
            format!("operation {}/1/1", s.holder.device),
        )
        .sql(format!(
            "UPDATE operation SET state = 'held', \
                 outcome = '{{\"outcome\":\"held\",\"reason\":\"kind_unknown\"}}' \
                 WHERE device_id = '{}' AND seq = 1",
            s.holder.device
        ))
        .sql(format!(
            "INSERT INTO held (device_id, epoch, seq, waits_kind, waits_for, since) \
                 VALUES ('{}', 1, 1, 'kind', 'another', 0)",
            s.holder.device
        )),
        plant(I4, "transfer_operation", format!("transfer {}/", s.rich))
            .sql(format!(
                "UPDATE transfer SET op_id = '00000000-0000-7000-8000-000000000000' \
                 WHERE op_id = 'adjust' AND member_id = '{}'",
                s.rich
            ))
            .feed_follows(),
        plant(I4, "transfer_member", format!("transfer {}/", s.rich)).sql(format!(
            "UPDATE operation SET member_id = '{}' WHERE device_id = '{busy}' AND seq = 3",
            s.owing
        )),
        plant(I4, "chain", &*place).sql(format!(
            "UPDATE operation SET clerk_id = 'C2' WHERE {reveal}"
        )),
        plant(I4, "chain", &*place).sql(format!(
            "UPDATE operation SET prev_hash = hash WHERE {reveal}"
        )),
        plant(I4, "effect", &*place).sql(format!(
            "UPDATE operation SET outcome = {outcome} WHERE {reveal}"
        )),
        plant(I4, "undigested", "held ").sql(
            "INSERT INTO held (device_id, epoch, seq, waits_kind, waits_for, since) \
             SELECT device_id, epoch, seq, 'service', 'books', 0 FROM operation LIMIT 1",
        ),
        plant(I4, "branch", &*forked).sql(
            "UPDATE quarantined SET document = REPLACE(document, '\"C1\"', '\"C2\"') \
             WHERE state = 'applied'",
        ),
        plant(I4, "branch_effect", &*forked).sql(format!(
            "UPDATE quarantined SET outcome = {outcome} WHERE state = 'applied'"
        )),
    ]
}

fn feed_and_coupons(s: &Story) -> Vec<Plant> {
    let (rich, collector) = (&s.rich, &s.collector);
    let coupon = |id: &str| format!("coupon {collector}/{id}");
    let brand = "scope = 'brand' AND entity = 'brand'";
    let mut plants: Vec<Plant> = EntityKind::ALL.into_iter().map(untold).collect();
    plants.extend(vec![
        plant(I7, "feed_head", "feed_head store:S1")
            .sql("UPDATE feed_head SET n = 1 WHERE scope = 'store:S1'"),
        plant(I7, "feed_number", "feed brand/1")
            .sql("DROP INDEX feed_by_number")
            .sql("UPDATE feed SET n = 1 WHERE scope = 'brand'"),
        plant(I7, "feed_body", "feed brand/brand/brand").sql(format!(
            "UPDATE feed SET body = REPLACE(body, '花间', '别家') WHERE {brand}"
        )),
        plant(I7, "feed_body", format!("feed store:S2/member/{rich}")).sql(format!(
            "UPDATE feed SET scope = 'store:S2', n = 7 \
             WHERE entity = 'member' AND entity_key = '{rich}'"
        ))
        .sql("INSERT INTO feed_head (scope, n, digest) VALUES ('store:S2', 7, '') ON CONFLICT (scope) DO UPDATE SET n = 7"),
        plant(I7, "feed_digest", "feed brand/brand/brand").sql(format!(
            "UPDATE feed SET digest = '00000000000000000000000000000000' WHERE {brand}"
        )),
        plant(I7, "feed_digest", "feed_head brand").sql(
            "UPDATE feed_head SET digest = '00000000000000000000000000000000' \
             WHERE scope = 'brand'",
        ),
        plant(I8, "coupon_twice", "coupon K3")
            .sql("DROP INDEX coupon_by_id")
            .sql(
                "INSERT INTO coupon (member_id, id, document) \
                 SELECT 'nobody', id, document FROM coupon WHERE id = 'K3'",
            ),
        plant(I8, "coupon_holder", coupon("K2"))
            .sql("UPDATE coupon SET holder_grant = NULL WHERE id = 'K2'"),
        plant(I8, "coupon_used_and_held", coupon("K1")).sql(format!(
            "UPDATE coupon SET holder_device = '{}', holder_epoch = 1, holder_grant = 'G' \
             WHERE id = 'K1'",
            s.holder.device
        )),
        plant(I8, "coupon_used_by", coupon("K1")).sql(
            "UPDATE coupon SET used_by = 'T404', document = REPLACE(document, 'T9', 'T404') \
             WHERE id = 'K1'",
        ),
        plant(I8, "coupon_document", coupon("K3"))
            .sql("UPDATE coupon SET expires_on = '2099-01-01' WHERE id = 'K3'"),
    ]);
    plants
}

fn noted() -> Vec<Plant> {
    vec![
        plant(I9, "log_chain", "log_entry 1").sql("UPDATE log_entry SET who = 'x' WHERE n = 1"),
        plant(I9, "log_chain", "log_entry 3").sql("DELETE FROM log_entry WHERE n = 2"),
        plant(I9, "log_chain", "log_head 1").sql("UPDATE log_head SET n = n + 1"),
        plant(I9, "log_checkpoint", "log_checkpoint ").sql("UPDATE log_checkpoint SET n = n - 1"),
        plant(I9, "erasure", "erasure ")
            .sql("UPDATE log_entry SET kind = 'log_read' WHERE kind = 'member_erased'"),
    ]
}

/// Something of each kind that the feed of its scope does not tell.
fn untold(kind: EntityKind) -> Plant {
    let name = kind.name();
    let plant = plant(I7, "feed_missing", format!("{name} "));
    match kind {
        // the story has none of these, or none that must be told
        EntityKind::Stock => plant
            .sql("INSERT INTO reward_stock (store_id, reward_id, pieces) VALUES ('S1', 'untold', 3)"),
        EntityKind::Reward => plant.sql(
            "INSERT INTO reward (id, name, name_en, size, kind, points, min_tier, swatch, allergens, active) \
             VALUES ('untold', 'x', 'x', '', 'sample', 1, NULL, '', '[]', TRUE)",
        ),
        EntityKind::Product => plant.sql(
            "INSERT INTO product (sku, name, name_en, size, category, swatch, allergens, suits, lasts_days, \
             active) VALUES ('untold', 'x', 'x', '', '', '', '[]', '[]', 0, TRUE)",
        ),
        EntityKind::Sample => plant.sql(
            "INSERT INTO sample (op_id, member_id, store_id, clerk_id, at, sku, name, qty, reason) \
             SELECT 'untold', id, home_store, 'A1', 1, NULL, 'x', 1, 'trial' FROM member LIMIT 1",
        ),
        EntityKind::Recall => plant
            .sql("UPDATE allowance SET recalled_at = 1 WHERE recalled_at IS NULL AND outstanding > 0")
            .sql(format!("UPDATE feed SET body = NULL, digest = NULL WHERE entity = '{name}'")),
        EntityKind::Brand
        | EntityKind::Program
        | EntityKind::ProgramSchedule
        | EntityKind::Store
        | EntityKind::Clerk
        | EntityKind::Member
        | EntityKind::Receipt
        | EntityKind::Redemption
        | EntityKind::Behaved
        | EntityKind::Movements
        | EntityKind::Coupon
        | EntityKind::Device
        | EntityKind::Erased => plant.sql(format!(
            "UPDATE feed SET body = NULL, digest = NULL WHERE entity = '{name}'"
        )),
    }
}

async fn every_check_names_what_breaks_it(engine: Engine) {
    let story = audit_support::told(engine).await;
    let clean = audit::run(story.bench.centre.db(), story.bench.centre.now())
        .await
        .unwrap();
    assert!(clean.clean, "{}", clean.text());
    let mut plants = books(&story);
    plants.extend(counters(&story));
    plants.extend(operations(&story));
    plants.extend(feed_and_coupons(&story));
    plants.extend(noted());
    let mut wrong = Vec::new();
    for p in &plants {
        let report = story.with(&p.sql, p.feed_follows).await;
        let named = report
            .violations()
            .any(|v| v.invariant == p.invariant && v.what == p.what && v.place.contains(&p.place));
        let alone = report.violations().all(|v| v.invariant == p.invariant);
        if report.clean || !named || !alone {
            let found: Vec<_> = report.violations().collect();
            wrong.push(format!("{:?} {}: {found:#?}", p.invariant, p.what));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let planted: BTreeSet<&str> = plants.iter().map(|p| p.what).collect();
    for check in &clean.checks {
        assert!(planted.contains(check.what), "{} has no test", check.what);
    }
    let after = audit::run(story.bench.centre.db(), story.bench.centre.now())
        .await
        .unwrap();
    assert_eq!(after, clean, "all of it was taken back");
}

async fn a_flood_is_counted_and_its_beginning_named(engine: Engine) {
    let story = audit_support::told(engine).await;
    let flood = format!(
        "WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 250) \
         INSERT INTO lot (member_id, n, available, in_escrow, earned_on, op_id) \
         SELECT '{}', n + 1000, -1, 0, '2026-01-01', '' FROM many",
        story.rich
    );
    let report = story.with(&[flood], true).await;
    let check = report.checks.iter().find(|c| c.what == "below_zero");
    let check = check.unwrap();
    assert_eq!((check.violations, check.listed.len()), (250, LISTED));
    assert!(report.text().contains("and 150 more"));
    assert!(!report.clean);
}

async fn nothing_personal_is_told(engine: Engine) {
    let story = audit_support::told(engine).await;
    let planted = [
        "UPDATE feed SET body = REPLACE(body, '1380000000', '1390000000') WHERE body IS NOT NULL",
        "UPDATE operation SET clerk_id = 'C2'",
    ]
    .map(str::to_owned);
    let report = story.with(&planted, false).await;
    let told = report.text() + &serde_json::to_string(&report).unwrap();
    assert!(told.contains("other phone"), "{told}");
    for personal in ["1380000000", "1390000000", "13900001111"] {
        assert!(!told.contains(personal), "{told}");
    }
}

on_both_engines!(
    every_check_names_what_breaks_it,
    a_flood_is_counted_and_its_beginning_named,
    nothing_personal_is_told,
);
