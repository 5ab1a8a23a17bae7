//! A redemption with its allowance at hand, until it is done and until it is confirmed; and many
//! operations on points pushed together.

use super::centre::Centre;
use super::figures::{Times, bar, rate, say};
use super::floor::Floor;
use super::rows::member;
use counter::view::{
    LineRequest, MemberTarget, PresenceGiven, RedeemRequest, RedeemWhat, RewardStatus, SaleRequest,
};
use counter::{Engine, SignedIn};
use loyalty::{Money, Points};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

pub fn measure(
    centre: &Centre,
    dir: &Path,
    floor: &Floor,
    redemptions: usize,
    sales: usize,
) -> (Value, Value) {
    let store = centre.stores[1].clone();
    let engine = centre.counter(&dir.join("redeem"), &store, &centre.address);
    engine.sync_now().expect("in step, with allowances");
    let clerk = centre.clerk(&engine, &store);
    let ledger = push_many(&engine, &clerk, sales);
    engine.sync_now().expect("in step");
    let wanted = redeemable(&engine, redemptions);
    engine.start_sync();
    std::thread::sleep(Duration::from_secs(2));
    let (mut done, mut confirmed) = (Times::default(), Times::default());
    for request in &wanted {
        settle(&engine);
        let mut events = engine.subscribe();
        let begun = Instant::now();
        engine.redeem(&clerk, request).expect("redeemed");
        done.add(begun.elapsed());
        while engine.sync_state().expect("a look").pending > 0 {
            let _ = events.blocking_recv();
        }
        confirmed.add(begun.elapsed());
    }
    let (commit, trip) = (floor.commit.p50(), floor.trip.p50());
    let done_bar = 1.5 * commit + 1.0;
    let confirmed_bar = 1.5 * (2.0 * commit + trip) + 2.0;
    for (name, times, most) in [
        ("done", &done, done_bar),
        ("confirmed", &confirmed, confirmed_bar),
    ] {
        say(
            &format!(
                "redemption until {name}, {} times: p50 / p99 ms",
                times.len()
            ),
            &format!(
                "{:.2} / {:.2}   bar p50 ≤ {most:.2}: {}",
                times.p50(),
                times.p99(),
                bar(times.p50() <= most)
            ),
        );
    }
    let redeemed = json!({
        "done": done.json(),
        "confirmed": confirmed.json(),
        "done_bar_ms": done_bar,
        "confirmed_bar_ms": confirmed_bar,
    });
    (redeemed, ledger)
}

/// Redemptions that this counter can make with no network, as many as there are, at most so many.
fn redeemable(engine: &Engine, most: usize) -> Vec<RedeemRequest> {
    let mut found = Vec::new();
    for (id, last_four) in everybody(engine) {
        let options = engine.redeem_options(&id).expect("options");
        let mut left = options.points.offline_usable;
        let cheapest = options
            .rewards
            .iter()
            // one that the shop cannot run out of
            .filter(|r| r.status == RewardStatus::Possible && r.stock.is_none())
            .min_by_key(|r| r.points);
        let Some(reward) = cheapest else { continue };
        while left >= reward.points && found.len() < most {
            left -= reward.points;
            found.push(RedeemRequest {
                // as she says it where it is asked
                presence: Some(PresenceGiven {
                    last_four: last_four.clone(),
                    approver: None,
                }),
                member_id: id.clone(),
                what: RedeemWhat::Reward {
                    id: reward.id.clone(),
                    qty: 1,
                },
            });
        }
    }
    found
}

/// Ids of members of the store, found as a clerk would, and the last four digits of their numbers.
fn everybody(engine: &Engine) -> Vec<(String, String)> {
    let mut ids: Vec<(String, String)> = (0..10_000)
        .step_by(1)
        .take(10_000)
        .filter(|n| n % 7 == 0)
        .flat_map(|n| engine.find(&format!("{n:04}"), 50).expect("hits"))
        .map(|hit| {
            let ahead = hit.masked_phone.chars().count().saturating_sub(4);
            (hit.id, hit.masked_phone.chars().skip(ahead).collect())
        })
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

fn settle(engine: &Engine) {
    // the contact that follows a confirmation is not part of the next one's time
    std::thread::sleep(Duration::from_millis(60));
    while engine.sync_state().expect("a look").pending > 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Sales recorded while nothing is sent, then pushed.
fn push_many(engine: &Engine, clerk: &SignedIn, sales: usize) -> Value {
    let members = everybody(engine);
    let sku = engine
        .find_products("a", 1)
        .ok()
        .and_then(|mut p| p.pop())
        .map_or_else(|| "X".to_owned(), |p| p.sku);
    for n in 0..sales {
        let request = SaleRequest {
            presence: None,
            receipt: format!("BENCH-{n}"),
            member: MemberTarget::Member {
                id: members[n % members.len()].0.clone(),
            },
            lines: vec![LineRequest {
                sku: sku.clone(),
                qty: 1,
                amount: Some(Money::from_fen(12_300)),
                amount_of: None,
            }],
            pay_points: Points::ZERO,
            coupons: Vec::new(),
            fit_points: false,
            propose: false,
            credit: None,
            number: Default::default(),
            approver: None,
        };
        engine.record_sale(clerk, &request).expect("recorded");
    }
    let begun = Instant::now();
    let sent = engine.send_now().expect("sent");
    let each = rate(sent as usize, begun.elapsed());
    say(
        &format!("push of {sent} sales through the ledger: operations/s"),
        &format!("{each:.0}"),
    );
    json!({ "sales": sent, "sales_per_s": each })
}

/// Some members that were imported, for other parts.
pub fn imported(engine: &Engine, count: usize) -> Vec<String> {
    (0..count).map(|n| member(engine, n)).collect()
}
