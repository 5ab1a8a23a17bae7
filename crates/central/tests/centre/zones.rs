//! Business dates are of the timezone that the brand's rules say, wherever the business and the machine are.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{Engine, bench_on};
use centre::feed::{self, Changed};
use centre::{catalogue, coupons, zone};
use centre_store::tables::member;
use chrono::Days;
use loyalty::Program;
use protocol::entity as wire;
use protocol::entity::EntityKind;
use protocol::ids::MemberId;
use sea_orm::EntityTrait;
use serde_json::json;
use std::collections::BTreeSet;

async fn coupons_live_to_the_end_of_the_business_day(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 300).await;
    for (version, zone) in [
        "America/Los_Angeles",
        "Pacific/Pago_Pago",
        "Asia/Shanghai",
        "Pacific/Kiritimati",
        "Asia/Kathmandu",
    ]
    .into_iter()
    .enumerate()
    {
        let version = version + 2;
        let document = format!(r#"{{"version": {version}, "timezone": "{zone}"}}"#);
        let program = Program::from_json(&document).unwrap();
        let mut work = bench.centre.work().await.unwrap();
        catalogue::publish_program(&mut work, &program, centre::Clock::default().now())
            .await
            .unwrap();
        work.commit().await.unwrap();
        let db = bench.centre.db().read();
        assert_eq!(
            zone::of_business(db, centre::Clock::default().now())
                .await
                .unwrap()
                .name(),
            zone
        );
        let today = program.business_date(centre::Clock::default().now());
        for (last, there) in [
            (today.checked_sub_days(Days::new(1)).unwrap(), false),
            (today, true),
            (today.checked_add_days(Days::new(1)).unwrap(), true),
        ] {
            let id = format!("K-{zone}-{last}");
            let given = json!({"id": id, "kind": "amount_off", "amount": "5.00", "expires": last});
            let given: loyalty::Coupon = serde_json::from_value(given).unwrap();
            coupons::give(&bench.centre, "13800005678", given)
                .await
                .unwrap();
            let hers = Changed::of(EntityKind::Coupon, MemberId::from(&*member), id.clone());
            let changed = BTreeSet::from([hers]);
            let rows = feed::rendered(db, &changed, centre::Clock::default().now())
                .await
                .unwrap();
            let row = rows.iter().find(|r| r.kind == EntityKind::Coupon).unwrap();
            assert_eq!(
                row.body.is_some(),
                there,
                "{zone}: last day {last}, today {today}"
            );
        }
        let shown: wire::Member =
            feed::render_member(db, &(&*member).into(), centre::Clock::default().now())
                .await
                .unwrap()
                .unwrap();
        let row = member::Entity::find_by_id(member.as_str())
            .one(db)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            shown.joined,
            program.business_date(*row.joined_at),
            "{zone}"
        );
    }
}

on_both_engines!(coupons_live_to_the_end_of_the_business_day);
