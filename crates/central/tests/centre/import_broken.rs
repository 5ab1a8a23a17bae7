//! Files as brands really send them: broken in all the usual ways.

#![allow(missing_docs, clippy::unwrap_used)]

use centre_store::tables::member;
use sea_orm::EntityTrait;

use crate::import_support::{CentreFolder, MAP, MEMBERS, PURCHASES, dump, number};

#[tokio::test]
async fn small_files_are_taken_whole() {
    let folder = CentreFolder::new();
    let report = folder
        .import(&folder.files(MAP, MEMBERS, PURCHASES))
        .await
        .unwrap();
    assert_eq!(report.members.unwrap().taken, 3);
    assert_eq!(report.purchases.unwrap().taken, 4);
    // 100.10 → 100, 50.00 → 50, 0.00 → 0
    assert_eq!((report.receipts_made, report.points_earned), (3, 150));
    let centre = folder.centre().await;
    let named = "SELECT COUNT(*) AS n FROM store WHERE id = 'A' AND name = '江汇广场店'";
    assert_eq!(number(&centre, named).await, 1);
    assert!(!folder.path("rejects").exists(), "nothing was set aside");
}

/// What an import says that must not happen at all, and that it left nothing.
async fn refused(map: &str, members: impl AsRef<[u8]>, purchases: impl AsRef<[u8]>) -> String {
    let folder = CentreFolder::new();
    let before = dump(&folder.centre().await).await;
    let error = folder
        .import(&folder.files(map, members, purchases))
        .await
        .unwrap_err()
        .to_string();
    assert_eq!(dump(&folder.centre().await).await, before, "{error}");
    error
}

#[tokio::test]
async fn a_wrong_column_is_named_with_those_that_are_there() {
    let error = refused(MAP, MEMBERS.replace("phone", "mobile"), "").await;
    assert!(
        error.contains("there is no column \"phone\" (members.phone"),
        "{error}"
    );
    assert!(
        error.contains("\"no\", \"mobile\", \"name\", \"store\""),
        "{error}"
    );
}

#[tokio::test]
async fn doubled_columns_are_named() {
    let error = refused(
        MAP,
        "no,phone,phone,name,store\n1,13800000001,13800000001,a,A\n",
        "",
    )
    .await;
    assert!(error.contains("several columns \"phone\""), "{error}");
}

#[tokio::test]
async fn an_empty_file_is_an_error() {
    assert!(refused(MAP, "\n", "").await.contains("the file is empty"));
    let folder = CentreFolder::new();
    let mut files = folder.files(MAP, MEMBERS, "");
    files.purchases = Some(folder.file("purchases.csv", ""));
    assert!(
        folder
            .import(&files)
            .await
            .unwrap_err()
            .to_string()
            .contains("the file is empty")
    );
}

#[tokio::test]
async fn column_names_alone_are_no_rows() {
    let folder = CentreFolder::new();
    let report = folder
        .import(&folder.files(MAP, "no,phone,name,store\n", ""))
        .await
        .unwrap();
    assert_eq!(report.members.unwrap().read, 0);
}

#[tokio::test]
async fn workbooks_and_missing_files_are_named() {
    assert!(
        refused(MAP, b"PK\x03\x04\x14\x00", "")
            .await
            .contains(".xlsx")
    );
    let folder = CentreFolder::new();
    let mut files = folder.files(MAP, MEMBERS, "");
    files.members = Some(folder.path("nowhere.csv"));
    assert!(
        folder
            .import(&files)
            .await
            .unwrap_err()
            .to_string()
            .contains("nowhere.csv")
    );
}

#[tokio::test]
async fn a_quote_that_swallows_the_rest_is_an_error() {
    let broken = MEMBERS.replace("单雅静", "\"单雅静");
    let error = refused(MAP, broken, "").await;
    assert!(
        error.contains("line 2: a quote is opened and never closed"),
        "{error}"
    );
}

#[tokio::test]
async fn a_map_that_cannot_be_meant_is_an_error() {
    assert!(
        refused(&MAP.replace("CNY", "USD"), MEMBERS, "")
            .await
            .contains("USD")
    );
    assert!(
        refused(&MAP.replace("phone =", "fone ="), MEMBERS, "")
            .await
            .contains("fone")
    );
    let error = refused(
        "timezone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\n",
        MEMBERS,
        "",
    )
    .await;
    assert!(error.contains("the map has no [members]"), "{error}");
}

#[tokio::test]
async fn a_cut_last_line_is_set_aside_with_its_receipt() {
    for cut in [
        // in the middle of a field, of a line, within a quote
        PURCHASES
            .trim_end()
            .strip_suffix(",0,0.00")
            .unwrap()
            .to_owned(),
        PURCHASES
            .trim_end()
            .strip_suffix("0,0.00")
            .unwrap()
            .to_owned(),
        PURCHASES
            .trim_end()
            .strip_suffix("S1,0,0.00")
            .unwrap()
            .to_owned()
            + "\"S",
    ] {
        let folder = CentreFolder::new();
        let report = folder
            .import(&folder.files(MAP, MEMBERS, &cut))
            .await
            .unwrap();
        let purchases = report.purchases.unwrap();
        assert_eq!(
            (purchases.read, purchases.taken, purchases.rejected),
            (4, 3, 1),
            "{cut}"
        );
        assert!(
            purchases.notes[0].contains("may have been cut"),
            "{:?}",
            purchases.notes
        );
        let rejects = folder.rejects("purchases.rejects.csv");
        assert!(rejects[0].contains(",5,"), "{rejects:?}");
    }
}

#[tokio::test]
async fn a_receipt_that_may_go_on_in_a_cut_line_waits_for_the_whole_file() {
    let whole = PURCHASES.replace(
        "3,A,R2,2025-03-18 12:00:00,S1,0,0.00",
        "2,B,R1,2025-03-02 11:00:00,S2,1,7.00",
    );
    let cut = whole
        .trim_end()
        .strip_suffix("1,2025-03-02 11:00:00,S2,1,7.00")
        .unwrap();
    let folder = CentreFolder::new();
    let report = folder
        .import(&folder.files(MAP, MEMBERS, cut))
        .await
        .unwrap();
    let told = report.purchases.unwrap();
    assert_eq!((told.read, told.taken, told.rejected), (4, 2, 2));
    assert_eq!(report.points_earned, 100);
    let report = folder
        .import(&folder.files(MAP, MEMBERS, &whole))
        .await
        .unwrap();
    let told = report.purchases.unwrap();
    assert_eq!((told.already_there, told.taken, told.rejected), (2, 2, 0));
    assert_eq!(report.points_earned, 57);
}

#[tokio::test]
async fn marks_line_ends_and_quoted_newlines_are_read() {
    let members =
        "\u{feff}".to_owned() + &MEMBERS.replace("张丽", "\"张\n丽\"").replace('\n', "\r\n");
    let folder = CentreFolder::new();
    let report = folder
        .import(&folder.files(MAP, members, ""))
        .await
        .unwrap();
    assert_eq!(report.members.unwrap().taken, 3);
    let centre = folder.centre().await;
    assert_eq!(
        number(
            &centre,
            "SELECT COUNT(*) AS n FROM member WHERE name = '张 丽'"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn gb18030_is_read_and_a_broken_byte_sets_its_row_aside() {
    let (gb, _, _) = encoding_rs::GB18030.encode(MEMBERS);
    let folder = CentreFolder::new();
    let report = folder.import(&folder.files(MAP, &gb, "")).await.unwrap();
    assert_eq!(report.members.as_ref().unwrap().encoding, "GB18030");
    assert_eq!(report.members.unwrap().taken, 3);

    let mut bytes = MEMBERS.as_bytes().to_vec();
    let at = MEMBERS.find("尉").unwrap();
    bytes[at] = 0xFF;
    let folder = CentreFolder::new();
    let report = folder.import(&folder.files(MAP, &bytes, "")).await.unwrap();
    let members = report.members.unwrap();
    assert_eq!(
        (members.encoding, members.taken, members.rejected),
        ("UTF-8", 2, 1)
    );
    let rejects = folder.rejects("members.rejects.csv");
    assert!(
        rejects[0].contains(&format!("3,an undecodable byte 0xFF at offset {at}")),
        "{rejects:?}"
    );
}

#[tokio::test]
async fn absurd_values_are_set_aside_with_their_reason() {
    let rows = [
        ("1,A,X1,2025-03-01 10:00:00,S1,-1,9.90", "below zero"),
        ("1,A,X2,2025-03-01 10:00:00,S1,1,-9.90", "below zero"),
        (
            "1,A,X3,2025-03-01 10:00:00,S1,1,1000000000000",
            "above 1000000000",
        ),
        (
            "1,A,X4,2025-03-01 10:00:00,S1,1,9.999",
            "more than two decimals",
        ),
        ("1,A,X5,2025-03-01 10:00:00,S1,1,abc", "not an amount"),
        ("1,A,X6,2099-03-01 10:00:00,S1,1,9.90", "in the future"),
        ("1,A,X7,1800-03-01 10:00:00,S1,1,9.90", "before 1990"),
        ("1,A,X8,2025-02-30 10:00:00,S1,1,9.90", "not a time"),
        (
            "1,A,X9,2025-03-01 10:00:00,S1,1.5,9.90",
            "not a whole number",
        ),
        ("1,A,X10,2025-03-01 10:00:00,S1,5000,9.90", "more than 999"),
        (
            "99,A,X11,2025-03-01 10:00:00,S1,1,9.90",
            "no member \"\"99\"\"",
        ),
        ("1,A,,2025-03-01 10:00:00,S1,1,9.90", "receipt is empty"),
        ("1,A,X12,2025-03-01 10:00:00,,1,9.90", "sku is empty"),
        (
            "1,A,X13,2025-03-01 10:00:00,S1,1",
            "6 fields where the columns are 7",
        ),
        (
            "1,A,X14,2025-03-01 10:00:00,S1,1,9.90,9",
            "8 fields where the columns are 7",
        ),
    ];
    let mut purchases = PURCHASES.to_owned();
    for (row, _) in rows {
        purchases.push_str(row);
        purchases.push('\n');
    }
    let folder = CentreFolder::new();
    let report = folder
        .import(&folder.files(MAP, MEMBERS, &purchases))
        .await
        .unwrap();
    let told = report.purchases.unwrap();
    assert_eq!(
        (told.read, told.taken, told.rejected),
        (4 + rows.len(), 4, rows.len())
    );
    assert_eq!(told.reasons.values().sum::<usize>(), rows.len());
    let rejects = folder.rejects("purchases.rejects.csv");
    for (i, ((row, why), set_aside)) in rows.iter().zip(&rejects).enumerate() {
        assert!(set_aside.contains(why), "{row}: {set_aside}");
        assert!(
            set_aside.contains(&format!(",{},", 6 + i)),
            "line of {row}: {set_aside}"
        );
    }
    assert_eq!(report.points_earned, 150);
}

#[tokio::test]
async fn members_are_set_aside_where_they_cannot_be_told_apart() {
    let members = MEMBERS.to_owned()
        + "4,1380000000,短,A\n5,13800000001,别人,A\n1,13800000009,别人,A\n3,13800000003,张丽,A\n,13800000008,无号,A\n";
    let folder = CentreFolder::new();
    let report = folder
        .import(&folder.files(MAP, &members, ""))
        .await
        .unwrap();
    let told = report.members.unwrap();
    assert_eq!(
        (told.read, told.taken, told.already_there, told.rejected),
        (8, 3, 1, 4)
    );
    let rejects = folder.rejects("members.rejects.csv");
    assert!(rejects[0].contains("not a mobile number"), "{rejects:?}");
    assert!(
        rejects[1].contains("phone: the same as in line 2"),
        "{rejects:?}"
    );
    assert!(
        rejects[2].contains("member number: the same as in line 2"),
        "{rejects:?}"
    );
    assert!(rejects[3].contains("no is empty"), "{rejects:?}");
}

#[tokio::test]
async fn a_receipt_is_taken_whole_or_not_at_all_and_a_mended_one_later() {
    let broken = PURCHASES.replace("S2,2,0.20", "S2,2,x");
    let folder = CentreFolder::new();
    let report = folder
        .import(&folder.files(MAP, MEMBERS, &broken))
        .await
        .unwrap();
    let told = report.purchases.unwrap();
    assert_eq!((told.taken, told.rejected), (2, 2));
    let rejects = folder.rejects("purchases.rejects.csv");
    assert!(
        rejects
            .iter()
            .any(|r| r.contains("another line of its receipt was set aside: line 3")),
        "{rejects:?}"
    );
    // what was set aside, mended, goes in with the same map
    let mended: String = std::fs::read_to_string(folder.path("rejects/purchases.rejects.csv"))
        .unwrap()
        .replace("S2,2,x", "S2,2,0.20");
    let report = folder.import(&folder.files(MAP, "", mended)).await.unwrap();
    assert_eq!(report.purchases.unwrap().taken, 2);
    assert_eq!(report.points_earned, 100);
    // and the whole file, mended, says nothing new; what was set aside before stays where it is
    let report = folder
        .import(&folder.files(MAP, MEMBERS, PURCHASES))
        .await
        .unwrap();
    assert_eq!(report.purchases.unwrap().already_there, 4);
    assert_eq!(folder.rejects("purchases.rejects.csv"), rejects);
}

#[tokio::test]
async fn what_is_there_with_other_content_is_not_changed() {
    let folder = CentreFolder::new();
    folder
        .import(&folder.files(MAP, MEMBERS, PURCHASES))
        .await
        .unwrap();
    let before = dump(&folder.centre().await).await;
    let members = MEMBERS.replace("13800000001", "13800000009");
    let purchases = PURCHASES
        .replace("99.90", "199.90")
        .replace("2,B,R1", "3,B,R1");
    let report = folder
        .import(&folder.files(MAP, members, purchases))
        .await
        .unwrap();
    assert_eq!(report.members.unwrap().rejected, 1);
    assert_eq!(report.purchases.unwrap().rejected, 3);
    assert_eq!(dump(&folder.centre().await).await, before);
}

#[tokio::test]
async fn skin_is_kept_only_with_consent() {
    let map = MAP.replace(
        "home_store = \"store\"",
        "home_store = \"store\"\nallergies = \"allergies\"\n\
         moisture = { column = \"skin\", values = { \"干性\" = \"dry\" } }\n\
         consent_skin = { column = \"ok\", empty = \"否\" }",
    );
    let members = "no,phone,name,store,skin,allergies,ok\n\
        1,13800000001,a,A,干性,香精、酒精,是\n2,13800000002,b,A,干性,香精,\n3,13800000003,c,A,油腻,,是\n";
    let folder = CentreFolder::new();
    let report = folder
        .import(&folder.files(&map, members, ""))
        .await
        .unwrap();
    let told = report.members.unwrap();
    // what the map does not know of an optional field is left out, and said
    assert_eq!((told.taken, told.rejected), (3, 0));
    assert_eq!(told.taken_without.values().sum::<usize>(), 1);
    let sample = told.samples.values().next().unwrap();
    assert_eq!(sample.line, 4);
    assert!(sample.reason.contains("油腻"), "{sample:?}");
    assert!(
        told.notes
            .iter()
            .any(|n| n.contains("of 1 members are not kept")),
        "{:?}",
        told.notes
    );
    let centre = folder.centre().await;
    let members = member::Entity::find()
        .all(centre.db().read())
        .await
        .unwrap();
    let kept = members.iter().filter(|m| m.skin.is_some());
    let kept: Vec<_> = kept.map(|m| m.allergies.text()).collect();
    assert_eq!(kept, [r#"["香精","酒精"]"#]);
    assert_eq!(
        number(
            &centre,
            "SELECT COUNT(*) AS n FROM member WHERE allergies = '[]'"
        )
        .await,
        2
    );
}

#[tokio::test]
async fn history_goes_in_order_of_time_and_expires_up_to_now() {
    let purchases = "no,store,receipt,time,sku,qty,amount\n\
        1,A,LATE,2025-11-01 10:00:00,S1,1,70.00\n1,A,EARLY,2019-03-01 10:00:00,S1,1,30.00\n";
    let folder = CentreFolder::new();
    let report = folder
        .import(&folder.files(MAP, MEMBERS, purchases))
        .await
        .unwrap();
    assert_eq!(report.points_earned, 100);
    let centre = folder.centre().await;
    let expired = "SELECT SUM(points) AS n FROM balance WHERE account = 'expired'";
    let first = "SELECT earned AS n FROM receipt WHERE receipt_no = 'EARLY'";
    assert!(number(&centre, expired).await >= 30);
    assert_eq!(number(&centre, first).await, 30);
    let lots = "SELECT COUNT(*) AS n FROM lot WHERE n = 1 AND earned_on = '2019-03-01'";
    assert_eq!(number(&centre, lots).await, 1);
}
