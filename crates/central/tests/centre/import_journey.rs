//! Real baskets, imported with the map that comes with the project. What must come of them is
//! worked out here straight from the CSV, with nothing of the importer's.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use crate::import_support::{CentreFolder, dump, example, number};
use brand_tools::import::ImportFiles;

/// The files, or none where they are not at hand; in CI they must be.
fn journey() -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/journey");
    if source.join("purchases.csv").exists() {
        return Some(source);
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "{} is missing",
        source.display()
    );
    println!("skipped: {} is not here", source.display());
    None
}

fn files(folder: &CentreFolder, source: &Path) -> ImportFiles {
    ImportFiles {
        map: example("journey.toml"),
        members: Some(source.join("members.csv")),
        products: Some(source.join("products.csv")),
        purchases: Some(source.join("purchases.csv")),
        rejects: folder.path("rejects"),
        ..ImportFiles::default()
    }
}

/// What the purchases' file says, by plain arithmetic in hundredths.
struct Expected {
    rows: usize,
    receipts: usize,
    fen: i64,
    points: i64,
    lines_of_none: i64,
    stores: usize,
    fen_by_household: BTreeMap<String, i64>,
}

fn expected(source: &Path) -> Expected {
    let purchases = std::fs::read_to_string(source.join("purchases.csv")).unwrap();
    let members = std::fs::read_to_string(source.join("members.csv")).unwrap();
    let mut baskets: HashMap<(&str, &str), i64> = HashMap::new();
    let mut stores: BTreeSet<&str> = BTreeSet::new();
    let mut fen_by_household: BTreeMap<String, i64> = BTreeMap::new();
    let (mut rows, mut lines_of_none) = (0, 0);
    for line in purchases.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [household, store, basket, _, quantity, value, ..] = fields[..] else {
            panic!("{line}")
        };
        let (yuan, part) = value.split_once('.').unwrap();
        let fen =
            yuan.parse::<i64>().unwrap() * 100 + format!("{part:0<2}").parse::<i64>().unwrap();
        rows += 1;
        lines_of_none += i64::from(quantity == "0");
        *baskets.entry((store, basket)).or_default() += fen;
        *fen_by_household.entry(household.to_owned()).or_default() += fen;
        stores.insert(store);
    }
    for line in members.lines().skip(1) {
        stores.insert(line.rsplit(',').next().unwrap());
    }
    Expected {
        rows,
        receipts: baskets.len(),
        fen: baskets.values().sum(),
        // one point a yuan, each receipt rounded down
        points: baskets.values().map(|fen| fen / 100).sum(),
        lines_of_none,
        stores: stores.len(),
        fen_by_household,
    }
}

#[tokio::test]
async fn real_baskets_come_out_as_the_file_says() {
    let Some(source) = journey() else { return };
    let want = expected(&source);
    let folder = CentreFolder::new();
    let files = files(&folder, &source);
    let report = folder.import(&files).await.unwrap();

    let purchases = report.purchases.as_ref().unwrap();
    assert_eq!(
        (purchases.read, purchases.taken, purchases.rejected),
        (want.rows, want.rows, 0)
    );
    assert_eq!(report.members.as_ref().unwrap().taken, 903);
    assert_eq!(report.products.as_ref().unwrap().taken, 4_017);
    assert_eq!(report.receipts_made, want.receipts);
    assert_eq!(report.yuan.fen(), want.fen);
    assert_eq!(report.points_earned, want.points);
    assert_eq!(report.stores_made, want.stores);

    let centre = folder.centre().await;
    let n = async |sql: &str| number(&centre, sql).await;
    assert_eq!(n("SELECT COUNT(*) AS n FROM member").await, 903);
    assert_eq!(
        n("SELECT COUNT(*) AS n FROM store").await,
        want.stores as i64
    );
    assert_eq!(
        n("SELECT COUNT(*) AS n FROM receipt").await,
        want.receipts as i64
    );
    assert_eq!(
        n("SELECT COUNT(*) AS n FROM receipt_line").await,
        want.rows as i64
    );
    assert_eq!(n("SELECT SUM(pay_fen) AS n FROM receipt").await, want.fen);
    assert_eq!(
        n("SELECT SUM(net_fen) AS n FROM receipt_line").await,
        want.fen
    );
    assert_eq!(n("SELECT SUM(earned) AS n FROM receipt").await, want.points);
    assert_eq!(
        n("SELECT COUNT(*) AS n FROM receipt_line WHERE qty = 0").await,
        want.lines_of_none
    );
    // points of 2017 have long expired: nothing is left, nothing is lost
    assert_eq!(
        n("SELECT -SUM(points) AS n FROM balance WHERE account = 'earned'").await,
        want.points
    );
    assert_eq!(
        n("SELECT SUM(points) AS n FROM balance WHERE account = 'expired'").await,
        want.points
    );
    assert_eq!(n("SELECT SUM(points) AS n FROM balance").await, 0);
    for (household, fen) in &want.fen_by_household {
        let sql = format!(
            "SELECT SUM(r.pay_fen) AS n FROM receipt r JOIN member m ON m.id = r.member_id \
             WHERE m.card_no = '{household}'"
        );
        assert_eq!(n(&sql).await, *fen, "household {household}");
    }
    // local time is read as Shanghai's
    let first = "SELECT MIN(at) AS n FROM receipt WHERE receipt_no = '31198500220'";
    assert_eq!(n(first).await, 1_483_256_892_000);

    let before = dump(&centre).await;
    let again = folder.import(&files).await.unwrap();
    let purchases = again.purchases.as_ref().unwrap();
    assert_eq!(
        (purchases.read, purchases.already_there),
        (want.rows, want.rows)
    );
    assert_eq!(
        (again.receipts_made, again.points_earned, again.stores_made),
        (0, 0, 0)
    );
    assert_eq!(
        dump(&centre).await,
        before,
        "a second import changed something"
    );
}

#[tokio::test]
async fn a_gb18030_copy_gives_the_same() {
    let Some(source) = journey() else { return };
    let want = expected(&source);
    let folder = CentreFolder::new();
    let mut copies = files(&folder, &source);
    for path in [
        &mut copies.members,
        &mut copies.products,
        &mut copies.purchases,
    ]
    .into_iter()
    .flatten()
    {
        let text = std::fs::read_to_string(&path)
            .unwrap()
            .replace('\n', "\r\n");
        let (bytes, _, _) = encoding_rs::GB18030.encode(&text);
        *path = folder.file(path.file_name().unwrap().to_str().unwrap(), bytes);
    }
    let report = folder.import(&copies).await.unwrap();
    assert_eq!(report.members.as_ref().unwrap().encoding, "GB18030");
    assert_eq!(report.purchases.as_ref().unwrap().taken, want.rows);
    assert_eq!(
        (report.yuan.fen(), report.points_earned),
        (want.fen, want.points)
    );
    let centre = folder.centre().await;
    let named = "SELECT COUNT(*) AS n FROM member WHERE card_no = '1' AND name = '陈凯'";
    assert_eq!(number(&centre, named).await, 1);
    // the originals then say nothing new
    let again = folder.import(&files(&folder, &source)).await.unwrap();
    assert_eq!(again.purchases.unwrap().already_there, want.rows);
    assert_eq!(again.members.unwrap().already_there, 903);
}

#[tokio::test]
async fn a_dry_run_keeps_nothing() {
    let Some(source) = journey() else { return };
    let folder = CentreFolder::new();
    let before = dump(&folder.centre().await).await;
    let mut files = files(&folder, &source);
    files.dry_run = true;
    let report = folder.import(&files).await.unwrap();
    assert!(report.dry_run);
    assert_eq!(report.purchases.unwrap().taken, expected(&source).rows);
    assert_eq!(dump(&folder.centre().await).await, before);
}
