//! I7: everything that a snapshot must show stands in the feed of its scope, each kind of thing by a statement
//! of its own. What waits to be told for the first time is left out. That what stands there is right is another
//! check (`feed_body`).

use sea_orm::FromQueryResult;

use super::report::CheckReport;
use super::report::Invariant::I7;
use super::report::LISTED;
use super::snapshot::Snapshot;
use crate::error::ServiceError;
use crate::feed::Kind;

/// Rows of `from` (with `joined` to it) whose entity is not in the feed: what they are called, the scope, the
/// key, and which of them must be there.
struct Lack {
    from: &'static str,
    place: &'static str,
    scope: &'static str,
    key: &'static str,
    only: &'static str,
}

/// What each kind must show. `{today}` is the business date, in quotes.
const fn lack(kind: Kind) -> Lack {
    let (from, place, scope, key, only) = match kind {
        Kind::Brand => ("brand x", "x.only_row", BRAND, "'brand'", ALL),
        Kind::Program => ("program x", "x.version", BRAND, VERSION, ALL),
        Kind::ProgramSchedule => ("program x", "x.version", BRAND, VERSION, ALL),
        Kind::Store => ("store x", "x.id", BRAND, "x.id", ALL),
        Kind::Product => ("product x", "x.sku", BRAND, "x.sku", ALL),
        Kind::Reward => ("reward x", "x.id", BRAND, "x.id", ALL),
        Kind::Clerk => ("clerk x", "x.id", "'store:' || x.store_id", "x.id", ALL),
        Kind::Stock => (
            "reward_stock x",
            "x.store_id || '/' || x.reward_id",
            "'store:' || x.store_id",
            "x.reward_id",
            ALL,
        ),
        Kind::Member => ("member x", "x.id", "'store:' || x.home_store", "x.id", ALL),
        Kind::Receipt => (
            "receipt x JOIN member m ON m.id = x.member_id",
            "x.store_id || '/' || x.receipt_no",
            HOME,
            "x.feed_key",
            ALL,
        ),
        Kind::Redemption => (
            "redemption x JOIN member m ON m.id = x.member_id",
            "x.op_id",
            HOME,
            "x.op_id",
            ALL,
        ),
        Kind::Behaved => (
            "behaviour x JOIN member m ON m.id = x.member_id",
            "x.member_id || '/' || x.op_id",
            HOME,
            "x.member_id || '/' || x.kind",
            ALL,
        ),
        Kind::Movements => (
            "member x",
            "x.id",
            "'store:' || x.home_store",
            "x.id",
            MOVED,
        ),
        Kind::Coupon => (
            "coupon x JOIN member m ON m.id = x.member_id",
            "x.member_id || '/' || x.id",
            HOME,
            "x.id",
            "x.used_by IS NULL AND (x.expires_on IS NULL OR x.expires_on >= {today})",
        ),
        // one whose standing never changed is told of at its hello alone
        Kind::Device => (
            "device x",
            "x.id",
            "'device:' || x.id",
            "'device'",
            "x.quarantined_at IS NOT NULL OR x.epoch > 1",
        ),
        Kind::Recall => (
            "allowance x",
            "x.member_id || '/' || x.id",
            "'device:' || x.device_id",
            "x.id",
            "x.recalled_at IS NOT NULL AND x.outstanding > 0",
        ),
    };
    Lack {
        from,
        place,
        scope,
        key,
        only,
    }
}

/// How what waits to be told for the first time is named in `to_tell`: whose, and which. Other kinds never wait.
const fn waits(kind: Kind) -> Option<(&'static str, &'static str)> {
    match kind {
        Kind::Receipt | Kind::Redemption => Some(("x.member_id", "x.op_id")),
        Kind::Behaved => Some(("x.member_id", "x.kind")),
        Kind::Movements => Some(("x.id", "x.id")),
        Kind::ProgramSchedule => Some(("''", VERSION)),
        Kind::Brand
        | Kind::Program
        | Kind::Store
        | Kind::Product
        | Kind::Reward
        | Kind::Clerk
        | Kind::Stock
        | Kind::Member
        | Kind::Coupon
        | Kind::Device
        | Kind::Recall => None,
    }
}

const BRAND: &str = "'brand'";
const HOME: &str = "'store:' || m.home_store";
const VERSION: &str = "CAST(x.version AS TEXT)";
const ALL: &str = "1 = 1";
/// Members of whom something came or went besides receipts and redemptions; what came and went by one thing at
/// one moment is no movement.
const MOVED: &str = include_str!("sql/i7_moved.sql");

#[derive(FromQueryResult)]
struct Missing {
    place: String,
    scope: String,
    total: i64,
}

/// Looks for all kinds; `today` is the business date, empty where there is no business.
pub(super) async fn check(at: &mut Snapshot<'_>, today: &str) -> Result<(), ServiceError> {
    let mut check = CheckReport::new(I7, "feed_missing");
    check.rows = at.rows("feed").await?;
    let mut total = 0;
    for kind in Kind::ALL {
        let missing: Vec<Missing> = at.ask(&statement(kind, today), Vec::new()).await?;
        total += missing.first().map_or(0, |m| m.total);
        for m in missing {
            check.breaks(m.place, format!("in scope {}", m.scope), "not in the feed");
        }
    }
    check.violations = u64::try_from(total).unwrap_or(0);
    at.done(check);
    Ok(())
}

fn statement(kind: Kind, today: &str) -> String {
    let Lack {
        from,
        place,
        scope,
        key,
        only,
    } = lack(kind);
    let name = kind.name();
    // a date is digits and dashes
    let only = only.replace("{today}", &format!("'{today}'"));
    let told = waits(kind).map_or_else(String::new, |(member, which)| {
        format!(
            "AND NOT EXISTS (SELECT 1 FROM to_tell w WHERE w.entity = '{name}' \
             AND w.member_id = {member} AND w.entity_key = {which}) "
        )
    });
    format!(
        "SELECT '{name} ' || {place} AS place, {scope} AS scope, COUNT(*) OVER () AS total \
         FROM {from} WHERE ({only}) AND NOT EXISTS (SELECT 1 FROM feed f \
         WHERE f.scope = {scope} AND f.entity = '{name}' AND f.entity_key = {key} \
         AND f.body IS NOT NULL) {told}ORDER BY 1 LIMIT {LISTED}"
    )
}
