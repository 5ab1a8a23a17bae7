//! Files as people, spreadsheets and ERPs export them: in other encodings, with other marks in numbers, with words for
//! nothing, with titles above and sums below. Each is understood, or set aside with a reason that says what to do.

use crate::import_support::{CentreFolder, MAP, MEMBERS, PURCHASES, number, texts};

const BIRTHDAYS: &str = "home_store = \"store\"\nbirthday = \"birthday\"\njoined = \"joined\"";

/// A purchases' file with these amounts, one receipt each.
fn sold(amounts: &[&str]) -> String {
    let mut text = "no;store;receipt;time;sku;qty;amount\n".to_owned();
    for (i, amount) in amounts.iter().enumerate() {
        text.push_str(&format!(
            "1;A;D{i};2025-03-0{} 10:00:00;S1;1;{amount}\n",
            i + 1
        ));
    }
    text
}

async fn fen(folder: &CentreFolder) -> Vec<String> {
    let sql = "SELECT receipt_no || '=' || net_fen AS t FROM receipt ORDER BY receipt_no";
    texts(&folder.centre().await, sql).await
}

#[tokio::test]
async fn a_decimal_comma_is_read_where_the_map_says_so_and_else_doubted() {
    let amounts = ["49,90", "1.249,00", "12,5", "1,249.00", "680", "1 249,00"];
    let folder = CentreFolder::new();
    let report = folder
        .import(&folder.files(MAP, MEMBERS, sold(&amounts)))
        .await
        .unwrap();
    let told = report.purchases.unwrap();
    assert_eq!((told.taken, told.rejected), (2, 4));
    assert_eq!(fen(&folder).await, ["D3=124900", "D4=68000"]);
    let why = told.reasons.keys().next().unwrap();
    assert!(why.contains("`decimal`"), "{why}");
    let sample = &told.samples[why];
    assert_eq!(sample.line, 2);
    assert!(sample.reason.contains("\"49,90\""), "{sample:?}");
    assert!(
        told.lines("purchases")
            .iter()
            .any(|l| l.contains("line 2: ") && l.contains("49,90"))
    );

    for map in [
        format!("decimal = \",\"\n{MAP}"),
        MAP.replace("[purchases]", "[purchases]\nfile = { decimal = \",\" }"),
    ] {
        let folder = CentreFolder::new();
        let report = folder
            .import(&folder.files(&map, MEMBERS, sold(&amounts)))
            .await
            .unwrap();
        let told = report.purchases.unwrap();
        assert_eq!((told.taken, told.rejected), (5, 1), "{:?}", told.reasons);
        assert_eq!(
            fen(&folder).await,
            ["D0=4990", "D1=124900", "D2=1250", "D4=68000", "D5=124900"]
        );
    }
}

#[tokio::test]
async fn one_decimal_comma_puts_every_doubtful_comma_aside() {
    let folder = CentreFolder::new();
    let files = folder.files(MAP, MEMBERS, sold(&["1,249", "680"]));
    assert_eq!(
        folder
            .import(&files)
            .await
            .unwrap()
            .purchases
            .unwrap()
            .taken,
        2
    );
    assert_eq!(fen(&folder).await, ["D0=124900", "D1=68000"]);
    let folder = CentreFolder::new();
    let files = folder.files(MAP, MEMBERS, sold(&["1,249", "680", "49,90"]));
    let told = folder.import(&files).await.unwrap().purchases.unwrap();
    assert_eq!((told.taken, told.rejected), (1, 2));
    assert_eq!(fen(&folder).await, ["D1=68000"]);
}

#[tokio::test]
async fn quantities_and_prices_are_read_alike() {
    let folder = CentreFolder::new();
    let purchases = "no;store;receipt;time;sku;qty;amount\n1;A;Q1;2025-03-01 10:00:00;S1;1,5;9.90\n\
        1;A;Q2;2025-03-02 10:00:00;S1;２;９．９０\n";
    let mut files = folder.files(MAP, MEMBERS, purchases);
    files.products = Some(folder.file(
        "products.csv",
        "sku;name;price\nP1;唇膏;49,90\nP2;面霜;¥1,249.00\n",
    ));
    let report = folder.import(&files).await.unwrap();
    let told = report.purchases.unwrap();
    assert_eq!((told.taken, told.rejected), (1, 1));
    assert!(told.reasons.keys().all(|why| why.starts_with("qty")));
    // a price need not be there: the product is taken without it
    let told = report.products.unwrap();
    assert_eq!(
        (told.taken, told.taken_without.values().sum::<usize>()),
        (2, 1)
    );
    assert!(
        told.taken_without
            .keys()
            .all(|why| why.contains("`decimal`"))
    );
    let prices = "SELECT sku || '=' || COALESCE(price_fen, -1) AS t FROM product ORDER BY sku";
    assert_eq!(
        texts(&folder.centre().await, prices).await,
        ["P1=-1", "P2=124900"]
    );
}

#[tokio::test]
async fn nothing_in_an_optional_field_keeps_nobody_out() {
    let map = MAP.replace("home_store = \"store\"", BIRTHDAYS);
    let words = [
        "0000-00-00",
        "1900/1/0",
        "1900-01-00",
        "1900-01-01",
        "9999-12-31",
        "0",
        "00000000",
        "-",
        "无",
        "NULL",
        "\\N",
        "未知",
        "tomorrow",
        "1990-02-30",
        "90-05-12",
        "",
    ];
    for (place_of_word, other) in [("birthday", "2024-03-01"), ("joined", "1990-05-12")] {
        let mut members = format!("no,phone,name,store,{place_of_word},other\n");
        for (i, word) in words.iter().enumerate() {
            members.push_str(&format!("{i},138000000{i:02},a,A,{word},{other}\n"));
        }
        let other_name = if place_of_word == "birthday" {
            "joined"
        } else {
            "birthday"
        };
        let folder = CentreFolder::new();
        let members = members.replace("other\n", &format!("{other_name}\n"));
        let report = folder
            .import(&folder.files(&map, members, ""))
            .await
            .unwrap();
        let told = report.members.unwrap();
        assert_eq!(
            (told.taken, told.rejected),
            (words.len(), 0),
            "{:?}",
            told.reasons
        );
        // said, but for what programs write for nothing
        assert_eq!(
            told.taken_without.values().sum::<usize>(),
            words.len() - 3,
            "{:?}",
            told.taken_without
        );
        let sample = told
            .samples
            .values()
            .find(|s| s.reason.contains("0000-00-00"))
            .unwrap();
        assert_eq!(sample.line, 2);
        assert!(
            told.lines("members")
                .iter()
                .any(|l| l.contains("taken, but:"))
        );
        let centre = folder.centre().await;
        let with = "SELECT COUNT(*) AS n FROM member WHERE birthday IS NOT NULL";
        let expected = if place_of_word == "birthday" {
            0
        } else {
            words.len() as i64
        };
        assert_eq!(number(&centre, with).await, expected);
    }
}

#[tokio::test]
async fn the_map_says_what_means_nothing() {
    let map = MAP.replace("home_store = \"store\"", BIRTHDAYS);
    let members = "no,phone,name,store,birthday,joined\n1,13800000001,a,A,0000-00-00,-\n";
    for map in [
        format!("nothing = [\"0000-00-00\", \"-\"]\n{map}"),
        map.replace(
            "[members]",
            "[members]\nfile = { nothing = [\"0000-00-00\", \"-\"] }",
        ),
        map.replace(
            "birthday = \"birthday\"",
            "birthday = { column = \"birthday\", nothing = [\"0000-00-00\"] }",
        )
        .replace(
            "joined = \"joined\"",
            "joined = { column = \"joined\", nothing = [\"-\"] }",
        ),
    ] {
        let folder = CentreFolder::new();
        let report = folder
            .import(&folder.files(&map, members, ""))
            .await
            .unwrap();
        let told = report.members.unwrap();
        assert_eq!(
            (told.taken, told.taken_without.len()),
            (1, 0),
            "{:?}",
            told.taken_without
        );
    }
}

#[tokio::test]
async fn no_optional_field_sets_its_row_aside() {
    let map = MAP
        .replace(
            "home_store = \"store\"",
            "home_store = \"store\"\nmoisture = \"skin\"\nconcerns = \"tags\"\nconsent_marketing = \"ok\"",
        )
        .replace(
            "price = \"price\"",
            "price = \"price\"\nbarcode = \"code\"\nactive = \"active\"\nlasts_days = \"days\"\nsize = \"size\"",
        )
        .replace("amount = \"amount\"", "amount = \"amount\"\nchannel = \"channel\"\ncategory = \"category\"");
    let long = "长".repeat(200);
    let folder = CentreFolder::new();
    let mut files = folder.files(
        &map,
        format!("no,phone,name,store,skin,tags,ok\n1,13800000001,{long},A,油腻,{long},也许\n"),
        format!(
            "no,store,receipt,time,sku,qty,amount,channel,category\n\
             1,A,R1,2025-03-01 10:00:00,S1,1,9.90,{long},{long}\n"
        ),
    );
    files.products = Some(folder.file(
        "products.csv",
        format!("sku,name,price,code,active,days,size\nS1,a,六百,6.99042E+12,也许,半年,{long}\n"),
    ));
    let report = folder.import(&files).await.unwrap();
    for (told, without) in [
        (report.members.unwrap(), 4),
        (report.products.unwrap(), 5),
        (report.purchases.unwrap(), 2),
    ] {
        assert_eq!((told.taken, told.rejected), (1, 0), "{:?}", told.reasons);
        assert_eq!(
            told.taken_without.values().sum::<usize>(),
            without,
            "{:?}",
            told.taken_without
        );
        assert!(told.samples.values().all(|s| s.line == 2));
    }
}

#[tokio::test]
async fn a_birthday_made_of_a_moment_is_the_business_day() {
    for (format, text) in [
        ("%Y-%m-%dT%H:%M:%S%.3fZ", "1990-05-11T16:00:00.000Z"),
        ("%Y-%m-%dT%H:%M:%S%:z", "1990-05-11T16:00:00+00:00"),
        ("%Y-%m-%dT%H:%M:%S%:z", "1990-05-12T01:00:00+09:00"),
        ("", "1990-05-11T16:00:00Z"),
        ("", "33005"),
    ] {
        let format = if format.is_empty() {
            String::new()
        } else {
            format!(", format = \"{format}\"")
        };
        let map = MAP.replace(
            "home_store = \"store\"",
            &format!("home_store = \"store\"\nbirthday = {{ column = \"birthday\"{format} }}"),
        );
        let folder = CentreFolder::new();
        let members = format!("no,phone,name,store,birthday\n1,13800000001,a,A,{text}\n");
        let report = folder
            .import(&folder.files(&map, members, ""))
            .await
            .unwrap();
        assert_eq!(report.members.unwrap().taken, 1);
        let born = texts(&folder.centre().await, "SELECT birthday AS t FROM member").await;
        assert_eq!(born, ["1990-05-12"], "{text}");
    }
}

#[tokio::test]
async fn names_in_gbk_are_kept_and_a_map_in_gbk_is_read() {
    let members = "会员卡号,姓名,手机,门店\nF1,陳喆,13800000001,A\nF2,龔堃,13800000002,A\nF3,鄺祎,1380000000,A\n";
    let map = "timezone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\n[members]\nno = \"会员卡号\"\nname = \"姓名\"\n\
        phone = \"手机\"\nhome_store = \"门店\"\n";
    let gbk = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    let folder = CentreFolder::new();
    let mut files = folder.files("", gbk(members), "");
    files.map = folder.file("map.toml", gbk(map));
    let report = folder.import(&files).await.unwrap();
    let told = report.members.unwrap();
    assert_eq!(
        (told.encoding, told.taken, told.rejected),
        ("GB18030", 2, 1)
    );
    assert!(
        told.notes
            .iter()
            .any(|n| n.contains("save the file as UTF-8")),
        "{:?}",
        told.notes
    );
    let names = texts(
        &folder.centre().await,
        "SELECT name AS t FROM member ORDER BY card_no",
    )
    .await;
    assert_eq!(names, ["陳喆", "龔堃"]);
    // what is set aside can be read by a spreadsheet and by the next import
    let rejects = std::fs::read(folder.path("rejects/members.rejects.csv")).unwrap();
    assert!(rejects.starts_with(b"\xEF\xBB\xBF"));
    assert!(String::from_utf8(rejects).unwrap().contains("鄺祎"));
    // UTF-16, as "Unicode text" of a spreadsheet
    let folder = CentreFolder::new();
    let mut files = folder.files(map, "", "");
    let wide = format!("\u{FEFF}{}", members.replace(',', "\t"));
    let bytes: Vec<u8> = wide.encode_utf16().flat_map(u16::to_le_bytes).collect();
    files.members = Some(folder.file("members.txt", bytes));
    assert_eq!(
        folder.import(&files).await.unwrap().members.unwrap().taken,
        2
    );
    // another encoding, and nothing is written
    let folder = CentreFolder::new();
    let big5 = encoding_rs::BIG5
        .encode("no,name,phone,store\n1,陳大文,13800000001,A\n")
        .0
        .into_owned();
    let error = folder
        .import(&folder.files(MAP, big5, ""))
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("Big5") && error.contains("陳大文"),
        "{error}"
    );
}

#[tokio::test]
async fn titles_sums_and_empty_rows_are_no_data() {
    let purchases = format!(
        "销售明细,,,,,,\n导出时间：2026-05-01,,,,,,\n{PURCHASES},,,,,,\n合计,,,,,4,150.10\n"
    );
    let folder = CentreFolder::new();
    let report = folder
        .import(&folder.files(MAP, MEMBERS, purchases))
        .await
        .unwrap();
    let told = report.purchases.unwrap();
    assert_eq!(
        (told.read, told.taken, told.rejected),
        (5, 4, 1),
        "{:?}",
        told.reasons
    );
    assert!(told.reasons.keys().all(|why| why.contains("sums")));
    assert!(
        told.notes.iter().any(|n| n.contains("销售明细")),
        "{:?}",
        told.notes
    );
    assert_eq!(report.points_earned, 150);
}

#[tokio::test]
async fn what_was_set_aside_before_is_never_written_over() {
    let folder = CentreFolder::new();
    let bad = "no,phone,name,store\n1,139000,甲,A\n";
    let sold = "no,store,receipt,time,sku,qty,amount\n9,A,R1,2025-03-01 10:00:00,S1,1,9.90\n";
    std::fs::create_dir(folder.path("a")).unwrap();
    std::fs::create_dir(folder.path("b")).unwrap();
    let mut files = folder.files(MAP, "", "");
    // two files of one name, in one import
    files.members = Some(folder.file("a/export.csv", bad));
    files.purchases = Some(folder.file("b/export.csv", sold));
    let report = folder.import(&files).await.unwrap();
    let (members, purchases) = (report.members.unwrap(), report.purchases.unwrap());
    assert_ne!(members.rejects, purchases.rejects);
    let read = |path: Option<String>| std::fs::read_to_string(path.unwrap()).unwrap();
    assert!(read(members.rejects.clone()).contains("139000"));
    assert!(read(purchases.rejects.clone()).contains("R1"));
    // the same again is the same; another file of that name, and one without anything to set aside, leave them
    let again = folder.import(&files).await.unwrap();
    assert_eq!(again.members.unwrap().rejects, members.rejects);
    for text in [sold.replace("R1", "R2"), PURCHASES.to_owned()] {
        let mut files = folder.files(MAP, MEMBERS, "");
        files.purchases = Some(folder.file("b/export.csv", text));
        folder.import(&files).await.unwrap();
        assert!(read(members.rejects.clone()).contains("139000"));
        assert!(read(purchases.rejects.clone()).contains("R1"));
    }
    assert_eq!(
        std::fs::read_dir(folder.path("rejects")).unwrap().count(),
        3
    );
}

#[tokio::test]
async fn a_file_of_rows_set_aside_runs_no_formula_and_is_read_as_it_was() {
    let map = MAP.replace(
        "home_store = \"store\"",
        "home_store = \"store\"\nconcerns = \"tags\"",
    );
    let members = "no,phone,name,store,tags\n\
        1,+86 1380000000,=cmd|' /C calc'!A0,A,@SUM(A1)\n2,138000,-张丽,A,\"\tx\"\n3,138000,＝1+1,A,'=x\n";
    let folder = CentreFolder::new();
    folder
        .import(&folder.files(&map, members, ""))
        .await
        .unwrap();
    let path = folder.path("rejects/members.rejects.csv");
    let mut csv = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_path(&path)
        .unwrap();
    for record in csv.records() {
        for cell in record.unwrap().iter() {
            let dangerous = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
            assert!(!cell.starts_with(dangerous), "{cell:?}");
        }
    }
    // mended where it was wrong, the rest is what it was
    let text = std::fs::read_to_string(&path).unwrap();
    let mended = text
        .replace("1380000000", "13800000001")
        .replacen("138000,", "13800000002,", 1);
    let mended = mended.replace("3,138000,", "3,13800000003,");
    let report = folder
        .import(&folder.files(&map, mended, ""))
        .await
        .unwrap();
    assert_eq!(report.members.unwrap().taken, 3);
    let names = texts(
        &folder.centre().await,
        "SELECT name AS t FROM member ORDER BY card_no",
    )
    .await;
    assert_eq!(names, ["=cmd|' /C calc'!A0", "-张丽", "＝1+1"]);
    let tags = texts(
        &folder.centre().await,
        "SELECT concerns AS t FROM member ORDER BY card_no",
    )
    .await;
    assert_eq!(tags[0], "[\"@SUM(A1)\"]");
}
