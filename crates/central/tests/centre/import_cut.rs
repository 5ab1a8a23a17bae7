//! Exports that were cut within a receipt, or that come in another order: what is there is known again, and what is
//! missing of a receipt is added to it.

use brand_tools::import::ImportReport;
use centre::audit;
use centre::ledger::{By, Ledger, Need, StoredReceipt, receipt_by_id};
use loyalty::{ReturnLine, ReturnOf, Standing};

use crate::import_support::{CentreFolder, MAP, MEMBERS, PURCHASES, dump, number, texts};

const HEAD: &str = "no,store,receipt,time,sku,qty,amount\n";
const R1: &str = "1,A,R1,2025-03-01 10:00:00,S1,1,100.00\n";
const R2A: &str = "1,A,R2,2025-03-02 10:00:00,S1,1,100.60\n";
const R2B: &str = "1,A,R2,2025-03-02 10:00:00,S2,2,50.60\n";
const R2C: &str = "1,A,R2,2025-03-02 10:00:00,S3,1,20.00\n";
const R3: &str = "1,A,R3,2025-03-03 10:00:00,S1,1,100.00\n";

fn file(rows: &[&str]) -> String {
    HEAD.to_owned() + &rows.concat()
}

/// Taken, already there, set aside.
fn figures(report: &ImportReport) -> (usize, usize, usize) {
    let told = report.purchases.as_ref().unwrap();
    (told.taken, told.already_there, told.rejected)
}

async fn imported(folder: &CentreFolder, rows: &[&str]) -> ImportReport {
    folder
        .import(&folder.files(MAP, MEMBERS, file(rows)))
        .await
        .unwrap()
}

async fn clean(folder: &CentreFolder) {
    let centre = folder.centre().await;
    let report = audit::run(centre.db(), centre.now()).await.unwrap();
    assert!(report.clean, "{}", report.text());
}

/// Everything about purchases and points that does not say by what it was entered.
async fn books(folder: &CentreFolder) -> Vec<String> {
    let centre = folder.centre().await;
    let mut all = Vec::new();
    for sql in [
        "SELECT receipt_no || ' ' || net_fen || ' ' || pay_fen || ' ' || shown_pay_fen || ' ' || earned AS t \
         FROM receipt ORDER BY receipt_no",
        "SELECT r.receipt_no || ' ' || l.sku || ' ' || l.qty || ' ' || l.amount_fen || ' ' || l.name AS t \
         FROM receipt_line l JOIN receipt r ON r.op_id = l.op_id ORDER BY r.receipt_no, l.sku",
        "SELECT account || ' ' || points AS t FROM balance ORDER BY account",
        "SELECT qualifying_fen || ' ' || receipts AS t FROM account ORDER BY member_id",
        "SELECT expires_on || ' ' || SUM(available) AS t FROM lot GROUP BY expires_on ORDER BY expires_on",
    ] {
        all.extend(texts(&centre, sql).await);
    }
    all
}

async fn whole() -> Vec<String> {
    let folder = CentreFolder::new();
    imported(&folder, &[R1, R2A, R2B, R2C, R3]).await;
    books(&folder).await
}

#[tokio::test]
async fn a_receipt_that_was_cut_is_completed_by_the_next_part_or_by_the_whole() {
    let expected = whole().await;
    let (first, second): ([&str; 3], [&str; 2]) = ([R1, R2A, R2B], [R2C, R3]);
    let all = [R1, R2A, R2B, R2C, R3];
    for parts in [
        vec![&first[..], &second[..]],
        vec![&second[..], &first[..]],
        vec![&first[..], &all[..]],
        // a receipt that goes through a file from its beginning to its end
        vec![&[R1, R2A][..], &[R2B][..], &[R2C, R3][..]],
    ] {
        let folder = CentreFolder::new();
        for (i, part) in parts.iter().enumerate() {
            let report = imported(&folder, part).await;
            assert_eq!(figures(&report).2, 0, "{:?}", report.purchases);
            assert_eq!(report.receipts_completed, usize::from(i > 0), "{i}");
            clean(&folder).await;
        }
        assert_eq!(books(&folder).await, expected);
        // and then it is there, whole and in part, in whatever order
        let before = dump(&folder.centre().await).await;
        for again in [
            &all[..],
            &first[..],
            &second[..],
            &[R3, R2C, R1, R2B, R2A][..],
        ] {
            let report = imported(&folder, again).await;
            assert_eq!(figures(&report), (0, again.len(), 0));
        }
        let after: Vec<String> = dump(&folder.centre().await).await;
        let but_edges = |rows: &[String]| -> Vec<String> {
            rows.iter()
                .filter(|r| !r.starts_with("import_edge"))
                .cloned()
                .collect()
        };
        assert_eq!(but_edges(&after), but_edges(&before));
    }
}

#[tokio::test]
async fn the_last_receipt_is_noted_and_the_lines_are_counted_one_by_one() {
    let folder = CentreFolder::new();
    let report = imported(&folder, &[R1, R2A, R2B]).await;
    let notes = &report.purchases.as_ref().unwrap().notes;
    assert!(
        notes
            .iter()
            .any(|n| n.starts_with("line 4: receipt \"R2\"")),
        "{notes:?}"
    );
    let report = imported(&folder, &[R1, R2A, R2B, R2C, R3]).await;
    assert_eq!(figures(&report), (2, 3, 0));
    assert_eq!((report.receipts_made, report.receipts_completed), (1, 1));
    // 100.60 + 50.60 + 20.00 is 171.20: the first two lines had earned 151
    assert_eq!(report.points_earned, 20 + 100);
    assert_eq!(report.yuan.to_string(), "120.00");
}

#[tokio::test]
async fn only_the_rest_of_a_receipt_is_added() {
    for (second, why) in [
        // of another time, or with other lines: each is another thing
        (vec![R2C.replace("10:00:00", "11:00:00")], "other content"),
        (
            vec![R2A.replace("100.60", "99.60"), R2B.to_owned()],
            "other content",
        ),
        // its lines were not at the end of that file, or are not at an end of this one
        (vec![R1.replace("S1", "S9")], ""),
        (
            vec![R3.to_owned(), R2C.to_owned(), R3.replace("R3", "R4")],
            "other content",
        ),
    ] {
        let folder = CentreFolder::new();
        imported(&folder, &[R1, R3, R2A, R2B]).await;
        // R1 is at the beginning of its file, and may have had lines before
        let rows: Vec<&str> = second.iter().map(String::as_str).collect();
        let report = imported(&folder, &rows).await;
        if why.is_empty() {
            assert_eq!(report.receipts_completed, 1);
            continue;
        }
        let told = report.purchases.unwrap();
        assert_eq!(report.receipts_completed, 0, "{second:?}");
        assert!(
            told.reasons.keys().any(|r| r.contains(why)),
            "{second:?}: {:?}",
            told.reasons
        );
    }
    // nor is what another member bought
    let folder = CentreFolder::new();
    imported(&folder, &[R1, R2A]).await;
    let report = imported(&folder, &[&R2C.replace("1,A", "2,A")]).await;
    assert_eq!(report.receipts_completed, 0);
    // one that stood within its file is whole
    let folder = CentreFolder::new();
    imported(&folder, &[R1, R2A, R3]).await;
    let report = imported(&folder, &[R2C]).await;
    assert_eq!(figures(&report), (0, 0, 1));
    // but a file with all of it may have more
    let report = imported(&folder, &[R2C, R2A]).await;
    assert_eq!(figures(&report), (1, 1, 0));
    clean(&folder).await;
}

#[tokio::test]
async fn what_came_back_meanwhile_has_its_share_of_the_whole() {
    let folder = CentreFolder::new();
    imported(&folder, &[R1, R2A, R2B]).await;
    let centre = folder.centre().await;
    let op_id = texts(
        &centre,
        "SELECT op_id AS t FROM receipt WHERE receipt_no = 'R2'",
    )
    .await
    .remove(0);
    let sale = loyalty::OpId::from(op_id);
    let back = async |what: ReturnOf| {
        let program = centre.current_program().await.unwrap();
        let mut work = centre.work().await.unwrap();
        let row = receipt_by_id(work.on(), &sale).await.unwrap().unwrap();
        let member = row.member_id.clone();
        let stored = StoredReceipt::load(work.on(), row).await.unwrap();
        let need = Need {
            lots: stored.receipt.lots().collect(),
            ..Need::default()
        };
        let at = centre::Clock::default().now();
        let mut ledger = Ledger::load(work.on(), &program, &member, at, &need)
            .await
            .unwrap()
            .unwrap();
        let (now, _) = ledger.advance(&program, at);
        ledger
            .return_goods(
                &program,
                &now,
                stored,
                &what,
                By {
                    op_id: &"return:1".into(),
                    store: Some(&"A".into()),
                    whom: "",
                },
                Standing::Happened,
            )
            .unwrap();
        ledger.save(&mut work, &program).await.unwrap();
        work.commit().await.unwrap();
    };
    back(ReturnOf::Lines(vec![ReturnLine {
        sku: "S1".into(),
        qty: 1,
        line: None,
    }]))
    .await;
    clean(&folder).await;
    let report = imported(&folder, &[R2C, R3]).await;
    assert_eq!(report.receipts_completed, 1);
    clean(&folder).await;
    let asked = |column: &str| format!("SELECT {column} AS n FROM receipt WHERE receipt_no = 'R2'");
    assert_eq!(number(&centre, &asked("earned")).await, 171);
    // 100.60 of 171.20 of 171
    assert_eq!(number(&centre, &asked("taken_back")).await, 100);
    assert_eq!(number(&centre, &asked("refunded_fen")).await, 10_060);
    back(ReturnOf::All).await;
    assert_eq!(number(&centre, &asked("taken_back")).await, 171);
    assert_eq!(number(&centre, &asked("refunded_fen")).await, 17_120);
    clean(&folder).await;
    // the feed has the whole receipt
    let lines = "SELECT COUNT(*) AS n FROM feed WHERE entity = 'receipt' AND body LIKE '%S3%' AND body LIKE '%S2%'";
    assert_eq!(number(&centre, lines).await, 1);
}

#[tokio::test]
async fn the_same_export_in_another_order_is_there() {
    let folder = CentreFolder::new();
    folder
        .import(&folder.files(MAP, MEMBERS, PURCHASES))
        .await
        .unwrap();
    let before = dump(&folder.centre().await).await;
    let mut rows: Vec<&str> = PURCHASES.lines().skip(1).collect();
    rows.reverse();
    let turned = HEAD.to_owned() + &rows.join("\n") + "\n";
    let report = folder
        .import(&folder.files(MAP, MEMBERS, turned))
        .await
        .unwrap();
    assert_eq!(figures(&report), (0, 4, 0));
    assert_eq!(dump(&folder.centre().await).await, before);
}
