//! A database from before receipts had ids of their own is taken over with everything in it.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::postgres::Database;
use centre::Centre;
use centre::{audit, operations};
use centre_store::db;
use centre_store::migration::Migrator;
use centre_store::tables::{held, operation, receipt, receipt_line};
use sea_orm::{
    ColumnTrait, ConnectionTrait, Database as Connect, EntityTrait, FromQueryResult, QueryFilter,
    Statement,
};
use sea_orm_migration::MigratorTrait;

#[derive(FromQueryResult, Debug, PartialEq)]
struct Figures {
    receipts: i64,
    earned: i64,
    taken_back: i64,
    refunded: i64,
    paid: i64,
}

async fn figures<C: ConnectionTrait>(on: &C) -> Figures {
    let sql = "SELECT COUNT(*) AS receipts, CAST(SUM(earned) AS BIGINT) AS earned, \
               CAST(SUM(taken_back) AS BIGINT) AS taken_back, \
               CAST(SUM(refunded_fen) AS BIGINT) AS refunded, CAST(SUM(pay_fen) AS BIGINT) AS paid FROM receipt";
    let statement = Statement::from_string(on.get_database_backend(), sql);
    let row = Figures::find_by_statement(statement).one(on).await;
    row.unwrap().unwrap()
}

#[tokio::test]
async fn a_brand_of_then_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let frozen = include_bytes!("../../../../tests/fixtures/taken_over/central.db.zst");
    let bytes = zstd::decode_all(&frozen[..]).unwrap();
    std::fs::write(folder.path().join("central.db"), bytes).unwrap();
    let centre = Centre::open(&db::sqlite_in(folder.path()).unwrap())
        .await
        .unwrap();
    let read = centre.db().read();
    let then = Figures {
        receipts: 64,
        earned: 62_109,
        taken_back: 560,
        refunded: 56_000,
        paid: 5_153_888,
    };
    assert_eq!(figures(read).await, then);
    assert_eq!(
        receipt_line::Entity::find().all(read).await.unwrap().len(),
        121
    );

    // what waits to be told is no fault of the books
    let before = audit::run(centre.db(), centre.now()).await.unwrap();
    assert!(before.clean, "{}", before.text());
    // the feed tells the ids, once
    assert!(centre::tell_anew::tell_anew(&centre).await.unwrap() >= 64);
    assert_eq!(centre::tell_anew::tell_anew(&centre).await.unwrap(), 0);
    // the second 0100 counts; what was sold to nobody and came back is settled; 000777 still waits for its sale
    operations::retry_known(&centre).await.unwrap();
    assert_eq!(operations::retry_known(&centre).await.unwrap(), 0, "once");
    let mut both = receipt::Entity::find()
        .filter(receipt::Column::ReceiptNo.eq("0100"))
        .all(read)
        .await
        .unwrap();
    both.sort_by_key(|r| r.earned);
    assert_eq!(
        both.iter().map(|r| r.earned.get()).collect::<Vec<_>>(),
        [560, 680]
    );
    let waits: Vec<_> = held::Entity::find()
        .all(read)
        .await
        .unwrap()
        .into_iter()
        .map(|h| (h.waits_kind, h.waits_for))
        .collect();
    let of = |kind: &str, key: &str| (kind.to_owned(), key.to_owned());
    assert_eq!(waits, [of("phone", "13799990001"), of("sale", "S001/777")]);
    let aside = operation::Entity::find()
        .filter(operation::Column::State.eq("set_aside"))
        .all(read)
        .await
        .unwrap();
    assert!(aside.is_empty());
    let clean = audit::run(centre.db(), centre.now()).await.unwrap();
    assert!(clean.clean, "{}", clean.text());
    // numbers are looked for however they are spelt
    let wide = receipt::Entity::find()
        .filter(receipt::Column::NumberKey.eq("a9"))
        .all(read)
        .await
        .unwrap();
    assert_eq!(wide[0].receipt_no.as_str(), "Ａ９");
}

/// The same step on PostgreSQL, on rows such as an older build wrote.
#[tokio::test]
async fn the_step_is_taken_on_postgresql() {
    let database = Database::fresh();
    let then = Connect::connect(database.address()).await.unwrap();
    Migrator::up(&then, Some(7)).await.unwrap();
    then.execute_unprepared(
        "INSERT INTO store VALUES ('S1', '一店', '上海');
         INSERT INTO member (id, card_no, name, home_store, joined_at, channel, allergies, concerns, consent_skin,
             consent_marketing) VALUES ('M1', 'C1', '张三', 'S1', 0, 'counter', '[]', '[]', FALSE, FALSE);
         INSERT INTO receipt VALUES
             ('M1', 'S1', '000０42', 'import:S1/1', 'h', 1, 5, 'store', 100, 100, 100, 1, 0, 0, 0, 0, NULL, '[]'),
             ('M1', 'S1', 'ＡB', 'import:S1/2', 'h', 1, 6, 'store', 100, 100, 100, 1, 0, 0, 0, 0, NULL, '[]');
         INSERT INTO receipt_line VALUES
             ('M1', 'S1', '000０42', 0, 'A1', '面霜', NULL, 1, 0, 100, 100, 0),
             ('M1', 'S1', 'ＡB', 0, 'A1', '面霜', NULL, 1, 0, 100, 100, 0);",
    )
    .await
    .unwrap();
    Migrator::up(&then, None).await.unwrap();
    let mut keys: Vec<_> = receipt::Entity::find()
        .all(&then)
        .await
        .unwrap()
        .into_iter()
        .map(|r| (r.op_id.to_string(), r.number_key, r.feed_key))
        .collect();
    keys.sort();
    let of = |id: &str, key: &str, feed: &str| (id.to_owned(), key.to_owned(), feed.to_owned());
    assert_eq!(
        keys,
        [
            of("import:S1/1", "42", "S1/000０42"),
            of("import:S1/2", "ab", "S1/ＡB")
        ]
    );
    let lines = receipt_line::Entity::find().all(&then).await.unwrap();
    assert_eq!(lines.len(), 2);
    assert!(
        lines
            .iter()
            .all(|l| l.op_id.as_str().starts_with("import:S1/"))
    );
}
