//! Numbers of cards, receipts, products and phones, as spreadsheets and people leave them in a file.

use crate::import_support::{CentreFolder, MAP, MEMBERS, PURCHASES, texts};

#[tokio::test]
async fn what_a_spreadsheet_did_to_a_number_sets_its_row_aside() {
    let header = "no,store,receipt,time,sku,qty,amount\n";
    for (row, field) in [
        ("1.00023E+11,A,R1,2025-03-01 10:00:00,S1,1,9.90", "member"),
        ("1,00023E+11", "member"),
        ("1,A,2.02611E+13,2025-03-01 10:00:00,S1,1,9.90", "receipt"),
        (
            "1,A,202611020001234000,2025-03-01 10:00:00,S1,1,9.90",
            "receipt",
        ),
        ("1,A,100023.0,2025-03-01 10:00:00,S1,1,9.90", "receipt"),
        ("1,A,#N/A,2025-03-01 10:00:00,S1,1,9.90", "receipt"),
        ("1,A,3月5日,2025-03-01 10:00:00,S1,1,9.90", "receipt"),
        ("1,A,R1,2025-03-01 10:00:00,6.99042E+12,1,9.90", "sku"),
        ("1,1.2E+10,R1,2025-03-01 10:00:00,S1,1,9.90", "store"),
    ] {
        let row = match row {
            "1,00023E+11" => "\"1,00023E+11\",A,R1,2025-03-01 10:00:00,S1,1,9.90",
            row => row,
        };
        let folder = CentreFolder::new();
        let report = folder
            .import(&folder.files(MAP, MEMBERS, format!("{header}{row}\n")))
            .await
            .unwrap();
        let told = report.purchases.unwrap();
        assert_eq!(told.rejected, 1, "{row}");
        let why = told.samples.values().next().unwrap();
        assert!(why.reason.starts_with(field), "{row}: {why:?}");
    }
    let members = "no,phone,name,store\n1.00023E+11,13800000001,a,A\n1000.0,13800000002,b,A\nX1,13800000003,c,1E+10\n";
    let folder = CentreFolder::new();
    let mut files = folder.files(MAP, members, "");
    files.products = Some(folder.file("products.csv", "sku,name,price\n6.99042E+12,a,1\n"));
    let report = folder.import(&files).await.unwrap();
    assert_eq!(report.members.unwrap().rejected, 3);
    assert_eq!(report.products.unwrap().rejected, 1);
}

#[tokio::test]
async fn lost_zeros_show_beside_those_that_were_kept() {
    let members =
        "no,phone,name,store\n000123,13800000001,a,A\n004567,13800000002,b,A\n89,13800000003,c,A\n";
    let folder = CentreFolder::new();
    let report = folder
        .import(&folder.files(MAP, members, ""))
        .await
        .unwrap();
    let told = report.members.unwrap();
    assert_eq!((told.taken, told.rejected), (2, 1));
    let why = told.reasons.keys().next().unwrap();
    assert!(why.contains("zeros"), "{why}");
    // where the map says that they are as they are written, they are taken so
    let map = MAP.replacen(
        "no = \"no\"",
        "no = { column = \"no\", as_written = true }",
        1,
    );
    let folder = CentreFolder::new();
    let report = folder
        .import(&folder.files(&map, members, ""))
        .await
        .unwrap();
    assert_eq!(report.members.unwrap().taken, 3);
}

#[tokio::test]
async fn phones_and_names_as_people_copy_them() {
    let members = "no,phone,name,store\n\
        1,\u{202D}138 0000 0001\u{202C},⽅⽂静,A\n2,'13800000002,Zoe\u{308} Martin,A\n3,13800000003.0,阿依古丽·买买提,A\n\
        4,138\u{200B}00000004,Maria Fernanda de la Concepcion Rodriguez,A\n5,138–0000–0005,丁,A\n\
        6,138×0000×006,戊,A\n";
    let folder = CentreFolder::new();
    let report = folder
        .import(&folder.files(MAP, members, ""))
        .await
        .unwrap();
    let told = report.members.unwrap();
    assert_eq!((told.taken, told.rejected), (5, 1), "{:?}", told.reasons);
    let why = told.reasons.keys().next().unwrap();
    assert!(why.contains("U+00D7"), "{why}");
    let centre = folder.centre().await;
    let phones = texts(&centre, "SELECT phone AS t FROM member ORDER BY card_no").await;
    let expected: Vec<String> = (1..=5).map(|i| format!("1380000000{i}")).collect();
    assert_eq!(phones, expected);
    let names = texts(&centre, "SELECT name AS t FROM member ORDER BY card_no").await;
    assert_eq!(names[..2], ["方文静", "Zoë Martin"]);
    assert_eq!(names[3], "Maria Fernanda de la Concepcion Rodriguez");
}

#[tokio::test]
async fn a_card_that_no_till_can_say_is_refused_and_others_are_brought_to_one_form() {
    let members = "no,phone,name,store\nab-1001,13800000001,a,A\nGOLD,13800000002,b,A\n沪88001,13800000003,c,A\n\
        ＶＩＰ–７,13800000004,d,A\n---,13800000005,e,A\nCPM:GOLD,13800000006,f,A\nA\u{7}1,13800000007,g,A\n";
    let purchases = PURCHASES
        .replace("1,A,R1", "VIP-7,A,R1")
        .replace("2,B,R1", "ＶＩＰ－７,B,R1");
    let folder = CentreFolder::new();
    let report = folder
        .import(&folder.files(MAP, members, purchases))
        .await
        .unwrap();
    let told = report.members.unwrap();
    assert_eq!((told.taken, told.rejected), (4, 3), "{:?}", told.reasons);
    let cards = texts(
        &folder.centre().await,
        "SELECT card_no AS t FROM member ORDER BY phone",
    )
    .await;
    assert_eq!(cards, ["ab-1001", "GOLD", "沪88001", "VIP-7"]);
    assert_eq!(report.purchases.unwrap().taken, 3);
}

#[tokio::test]
async fn bar_codes_keep_what_can_be_read() {
    let map = MAP.replace("price = \"price\"", "price = \"price\"\nbarcode = \"code\"");
    let folder = CentreFolder::new();
    let mut files = folder.files(&map, "", "");
    files.products = Some(folder.file(
        "products.csv",
        "sku,name,price,code\nS1,a,1,6990417090012\nS2,b,1,6990417090012.0\nS3,c,1,6.99042E+12\nS4,d,1,099041709102\n\
         S5,e,1,'6990417090012\nS6,f,1,\n",
    ));
    let report = folder.import(&files).await.unwrap();
    let told = report.products.unwrap();
    assert_eq!((told.taken, told.rejected), (6, 0));
    let codes = "SELECT sku || '=' || COALESCE(barcode, '') AS t FROM product ORDER BY sku";
    assert_eq!(
        texts(&folder.centre().await, codes).await,
        [
            "S1=6990417090012",
            "S2=6990417090012",
            "S3=",
            "S4=099041709102",
            "S5=6990417090012",
            "S6="
        ]
    );
}

#[tokio::test]
async fn what_a_clerk_may_take_for_one_another_is_said() {
    let map = MAP.replace(
        "price = \"price\"",
        "price = \"price\"\nbarcode = \"code\"\nactive = \"active\"",
    );
    let members = "no,phone,name,store\n10-01,13800000001,a,A\n100-1,13800000002,b,A\n沪A00123,13800000003,c,A\n\
        京A00123,13800000004,d,A\n";
    let products = "sku,name,price,code,active\nS1,旧,1,6990417090012,否\nS2,新,1,6990417090012,是\n\
        S3,a,1,099041709102,是\nS4,b,1,0099041709102,是\n";
    let folder = CentreFolder::new();
    let mut files = folder.files(&map, members, "");
    files.products = Some(folder.file("products.csv", products));
    let report = folder.import(&files).await.unwrap();
    let told = report.members.unwrap();
    assert_eq!((told.taken, told.rejected), (4, 0));
    assert_eq!(told.notes.len(), 1, "{:?}", told.notes);
    assert!(
        told.notes[0].contains("\"10-01\" (line 2) and \"100-1\" (line 3)"),
        "{:?}",
        told.notes
    );
    let told = report.products.unwrap();
    assert_eq!(told.taken, 4);
    assert_eq!(told.notes.len(), 1, "{:?}", told.notes);
    assert!(
        told.notes[0].contains("\"S3\" (line 4) and \"S4\" (line 5)"),
        "{:?}",
        told.notes
    );
    // against what is there
    let folder = CentreFolder::new();
    folder
        .import(&folder.files(&map, "no,phone,name,store\nGOLD,13800000001,a,A\n", ""))
        .await
        .unwrap();
    let report = folder
        .import(&folder.files(&map, "no,phone,name,store\ngold,13800000002,b,A\n", ""))
        .await
        .unwrap();
    let told = report.members.unwrap();
    assert_eq!(told.taken, 1);
    assert!(
        told.notes[0].contains("\"GOLD\" and \"gold\" (line 2)"),
        "{:?}",
        told.notes
    );
}

#[tokio::test]
async fn zeros_that_another_file_has_are_missed() {
    let members = "no,phone,name,store\n000123,13800000001,a,021\n000124,13800000002,b,021\n";
    let folder = CentreFolder::new();
    folder
        .import(&folder.files(MAP, members, ""))
        .await
        .unwrap();
    for (row, other) in [
        ("123,021,R1,2025-03-01 10:00:00,S1,1,9.90", "but \"000123\""),
        ("000124,21,R2,2025-03-01 10:00:00,S1,1,9.90", "but \"021\""),
    ] {
        let purchases = format!("no,store,receipt,time,sku,qty,amount\n{row}\n");
        let report = folder
            .import(&folder.files(MAP, "", purchases))
            .await
            .unwrap();
        let told = report.purchases.unwrap();
        assert_eq!((told.rejected, report.stores_made), (1, 0));
        assert!(
            told.samples
                .values()
                .all(|s| s.line == 2 && s.reason.contains(other)),
            "{:?}",
            told.samples
        );
    }
}

#[tokio::test]
async fn a_card_that_is_anothers_phone_is_said() {
    let members = "no,phone,name,store\n13800000002,13800000001,a,A\nX2,13800000002,b,A\n13800000003,13800000003,c,A\n";
    let folder = CentreFolder::new();
    let report = folder
        .import(&folder.files(MAP, members, ""))
        .await
        .unwrap();
    let told = report.members.unwrap();
    assert_eq!(told.taken, 3);
    assert!(
        told.notes[0].starts_with("1 cards") && told.notes[0].contains("line 2"),
        "{:?}",
        told.notes
    );
}

#[tokio::test]
async fn a_very_long_cell_costs_its_field_and_no_minutes() {
    let long = "长".repeat(1_000_000);
    let members = format!("no,phone,name,store\n1,13800000001,{long},A\n2,13800000002,b,A\n");
    let folder = CentreFolder::new();
    let begun = std::time::Instant::now();
    let report = folder
        .import(&folder.files(MAP, members, ""))
        .await
        .unwrap();
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
    let told = report.members.unwrap();
    assert_eq!((told.taken, told.taken_without.len()), (2, 1));
}
