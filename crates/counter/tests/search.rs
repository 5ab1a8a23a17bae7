//! What a clerk types finds the member, the right one first.

#![allow(clippy::unwrap_used)]

mod search_support;

use counter::search::{self, By, Kind, index};
use identity::{CardNo, Found, MemberCode, MobileNumber};
use protocol::entity::Skin;
use search_support::{bought, cache, hits, ids, kind, member, put, remove, wrong_lists};

#[test]
fn a_hit_has_all_that_a_row_shows() {
    let mut conn = cache();
    let mut m = bought(member("7", "张小美", "13812345678"), 5);
    m.skin = Some(Skin {
        moisture: "dry".into(),
        sensitivity: "sensitive".into(),
        pigmentation: String::new(),
        ageing: "tight".into(),
    });
    m.allergies = vec!["酒精".into(), "水杨酸".into()];
    put(&mut conn, &m);
    let hit = hits(&conn, "zhang xiao").pop().unwrap();
    assert_eq!(hit.member_no, "M0000007");
    assert_eq!(
        (hit.masked_name.as_str(), hit.masked_phone.as_str()),
        ("张*美", "138****5678")
    );
    assert_eq!(hit.tier, "gold");
    let skin = hit.skin.unwrap();
    assert_eq!(
        (
            skin.moisture.as_str(),
            skin.pigmentation.as_str(),
            skin.ageing.as_str()
        ),
        ("dry", "", "tight")
    );
    assert_eq!(hit.allergies, ["酒精", "水杨酸"]);
    assert_eq!(
        hit.last_purchase,
        m.last_purchase.map(|at| at.timestamp_millis())
    );
    assert_eq!(hit.home_store.as_str(), "S01");
    assert_eq!(
        (hit.matched.kind, hit.matched.typed.as_str()),
        (Kind::Pinyin, "zhangxiao")
    );
    let shown = serde_json::to_string(&hits(&conn, "zxm")).unwrap();
    assert!(
        shown.contains("\"kind\":\"initials\"")
            && !shown.contains("12345678")
            && !shown.contains("小")
    );
    assert_eq!(
        index::body(&conn, &"7".into()).unwrap(),
        Some(serde_json::to_string(&m).unwrap())
    );
}

#[test]
fn each_kind_of_key_is_told() {
    let mut conn = cache();
    put(&mut conn, &member("7", "张小美", "13812345678"));
    for (typed, told) in [
        ("138", Kind::Phone),
        ("13812345678", Kind::Phone),
        ("138-1234-5678", Kind::Phone),
        ("+86 13812345678", Kind::Phone),
        ("008613812345678", Kind::Phone),
        ("m", Kind::MemberNo),
        ("5678", Kind::Tail),
        ("1381", Kind::Phone),
        ("张", Kind::Name),
        ("张小美", Kind::Name),
        ("zhangxm", Kind::Pinyin),
        ("z", Kind::Pinyin),
        ("zx", Kind::Initials),
        ("ZXM", Kind::Initials),
        ("m0000007", Kind::MemberNo),
        ("M0", Kind::MemberNo),
        ("0000007", Kind::MemberNo),
        ("CPM:M0000007", Kind::MemberNo),
        ("cpm:m0000007:a8Zq-_\r\n", Kind::MemberNo),
        ("M0000007\r", Kind::MemberNo),
    ] {
        assert_eq!(kind(&conn, typed), Some(told), "{typed}");
    }
    for typed in [
        "678",
        "45678",
        "CPM:M000000",
        "CPM:13812345678",
        "小美",
        "zhangmei",
        "张大",
    ] {
        assert_eq!(ids(&conn, typed), [""; 0], "{typed}");
    }
}

#[test]
fn the_most_recent_comes_first_and_an_exact_match_before_it() {
    let mut conn = cache();
    put(&mut conn, &member("never", "张怡", "13800000001"));
    put(
        &mut conn,
        &bought(member("old", "张一怡", "13800000002"), 10),
    );
    put(
        &mut conn,
        &bought(member("new", "曾雨", "13800000003"), 1_000_000),
    );
    put(
        &mut conn,
        &bought(member("mid", "周莹莹", "13800000004"), 2_000),
    );
    assert_eq!(ids(&conn, "zy"), ["new", "mid", "old", "never"]);
    assert_eq!(ids(&conn, "138"), ["new", "mid", "old", "never"]);
    assert_eq!(ids(&conn, "张怡"), ["never"]);
    assert_eq!(ids(&conn, "zhangyi"), ["never", "old"]);
    put(
        &mut conn,
        &bought(member("never", "张怡", "13800000001"), 2_000_000),
    );
    assert_eq!(ids(&conn, "zy"), ["never", "new", "mid", "old"]);
}

#[test]
fn a_member_comes_once_whatever_of_her_matches() {
    let mut conn = cache();
    let mut m = member("1", "乐乐", "13811381138");
    m.no = "13811381138".into();
    put(&mut conn, &m);
    for typed in ["l", "le", "y", "yue", "1138", "1381", "13811381138"] {
        assert_eq!(ids(&conn, typed), ["1"], "{typed}");
    }
    assert_eq!(kind(&conn, "13811381138"), Some(Kind::MemberNo));
}

#[test]
fn a_changed_member_is_no_longer_found_by_what_she_was() {
    let mut conn = cache();
    put(&mut conn, &member("1", "张小美", "13812345678"));
    put(&mut conn, &member("1", "李小美", "13987654321"));
    for typed in ["张", "zhang", "zxm", "13812345678", "5678", "138"] {
        assert_eq!(ids(&conn, typed), [""; 0], "{typed}");
    }
    for typed in ["李", "lixiaomei", "lxm", "139", "4321", "M0000001"] {
        assert_eq!(ids(&conn, typed), ["1"], "{typed}");
    }
    remove(&mut conn, "1");
    remove(&mut conn, "1");
    let left: i64 = conn
        .query_row(
            "SELECT (SELECT count(*) FROM search_key) + (SELECT count(*) FROM search_row) \
             + (SELECT count(*) FROM member) + (SELECT count(*) FROM search_top)",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(left, 0);
}

#[test]
fn one_member_is_found_by_what_names_her_alone() {
    let mut conn = cache();
    let m = bought(member("1", "张小美", "13812345678"), 5);
    put(&mut conn, &m);
    put(&mut conn, &bought(member("2", "张大美", "13812345678"), 9));
    let mut other = member("3", "李四", "13900000000");
    other.no = "13812345678".into();
    put(&mut conn, &other);
    let phone = |text: &str| {
        let phone = MobileNumber::parse(text).ok()?;
        let hers = search::by_phone(&conn, &phone).unwrap()?;
        Some(hers.id)
    };
    let card = |text: &str| match MemberCode::typed(text) {
        Some(code) => search::by_card(&conn, &code).unwrap().map(|hers| hers.id),
        None => Found::None,
    };
    assert_eq!(phone("+86 138-1234-5678").as_deref(), Some("2"));
    assert_eq!(card("m000-0001"), Found::One("1".to_owned()));
    assert_eq!(card("13812345678"), Found::One("3".to_owned()));
    for text in ["", "1381234567", "M000000", "张", "%", "0000001"] {
        assert_eq!(card(text), Found::None, "{text}");
        assert_eq!(phone(text), None, "{text}");
    }
    // a bare number that is a card's and another's phone
    let both = search::by_number(&conn, "13812345678").unwrap();
    let both = both.map(|named| (named.hers.id, named.by));
    assert_eq!(
        both,
        Found::Several(vec![("2".into(), By::Phone), ("3".into(), By::Card)])
    );
    let scanned = search::by_number(&conn, "CPM:13812345678").unwrap();
    assert_eq!(scanned.map(|named| named.hers.id), Found::One("3".into()));
}

/// A member with this number on her card.
fn carded(id: &str, no: &str) -> protocol::entity::Member {
    let mut m = member(
        id,
        "张小美",
        &format!("1390000{:04}", id.len() * 100 + no.len()),
    );
    m.no = no.into();
    m
}

#[test]
fn a_card_is_found_exactly_and_what_folds_alike_is_asked_about() {
    let mut conn = cache();
    let cards = [
        "沪A00123",
        "京A00123",
        "10-01",
        "100-1",
        "ab-1001",
        "GOLD",
        "沪88001",
        "gold star",
        "a*b",
        "100%",
        "00123",
        "123",
    ];
    for (i, no) in cards.iter().enumerate() {
        put(
            &mut conn,
            &bought(carded(&i.to_string(), no), i64::try_from(i).unwrap()),
        );
    }
    let found = |text: &str| {
        let code = MemberCode::typed(text).unwrap();
        search::by_card(&conn, &code).unwrap().map(|hers| hers.no)
    };
    for no in cards {
        let card = CardNo::parse(no).unwrap();
        for typed in [
            no.to_owned(),
            format!("CPM:{no}"),
            MemberCode::write(&card),
            format!(" {no}\r\n"),
        ] {
            assert_eq!(found(&typed), Found::One(no.to_owned()), "{typed}");
            let first = hits(&conn, &typed)
                .into_iter()
                .next()
                .map(|hit| hit.member_no);
            assert_eq!(first.as_deref(), Some(no), "{typed}");
        }
        // a scanned code lists her alone
        assert_eq!(hits(&conn, &MemberCode::write(&card)).len(), 1, "{no}");
    }
    for (typed, no) in [
        ("AB1001", "ab-1001"),
        ("Gold", "GOLD"),
        ("沪 88001", "沪88001"),
        ("ＧＯＬＤ", "GOLD"),
    ] {
        assert_eq!(found(typed), Found::One(no.to_owned()), "{typed}");
    }
    assert_eq!(
        found("1001"),
        Found::Several(vec!["100-1".into(), "10-01".into()])
    );
    assert_eq!(found("1-001"), found("1001"));
    for typed in ["A00123", "川A00123", "0123", "沪A0012", "GOLD1", "a_c"] {
        assert_eq!(found(typed), Found::None, "{typed}");
    }
    // what is typed of one finds it too
    assert_eq!(hits(&conn, "沪88").len(), 1);
    assert_eq!(hits(&conn, "gold").len(), 2);
}

#[test]
fn a_name_is_found_however_it_is_written() {
    let mut conn = cache();
    let long = "古丽巴图".repeat(15);
    for (id, name) in [
        ("1", "⽅⽂静"),
        ("2", "Zoë Martin"),
        ("3", "阿依古丽·买买提"),
        ("4", "Maria Fernanda de la Concepcion Rodriguez"),
        ("5", "𠮷川"),
        ("6", long.as_str()),
        ("7", "⻩⻰"),
    ] {
        put(&mut conn, &member(id, name, &format!("1370012200{id}")));
    }
    let long_pinyin = "gulibatugulibatu";
    for (typed, id) in [
        ("方文静", "1"),
        ("fangwenjing", "1"),
        ("fwj", "1"),
        ("fangwj", "1"),
        ("Zoë", "2"),
        ("Zoe\u{308}", "2"),
        ("zoe", "2"),
        ("ZOE MARTIN", "2"),
        ("martin", "2"),
        ("阿依古丽。买买提", "3"),
        ("阿依古丽・买买提", "3"),
        ("阿依古丽、买买提", "3"),
        ("阿依古丽･买买提", "3"),
        ("阿依古丽 买买提", "3"),
        ("阿依古丽\u{200B}·买买提", "3"),
        ("ayigulimaimaiti", "3"),
        ("maria fernanda de la concepcion rodriguez", "4"),
        ("rodriguez", "4"),
        ("𠮷川", "5"),
        (long.as_str(), "6"),
        (long_pinyin, "6"),
        ("黄龙", "7"),
        ("\u{202D}137 0012 2007\u{202C}", "7"),
        ("137\u{200B}00122007", "7"),
        ("'13700122007", "7"),
        ("13700122007.0", "7"),
        ("手机：13700122007", "7"),
    ] {
        assert_eq!(ids(&conn, typed), [id], "{typed:?}");
    }
}

#[test]
fn hostile_text_finds_nothing_and_reads_nothing() {
    let mut conn = cache();
    put(&mut conn, &member("1", "张小美", "13812345678"));
    let long = ["9".repeat(200), "张".repeat(5_000), "z".repeat(1_000_000)];
    let typed = [
        "",
        " ",
        "%",
        "_",
        "138%",
        "z*",
        "' OR 1=1 --",
        "\u{0}",
        "z\u{0}",
        "张\u{1B}[0m",
        "😀",
        "张😀",
        "\u{10FFFF}",
        "\u{202E}張",
        "l!",
        "zhangxiaomei!",
        "CPM:",
        "CPM:%",
        "cpm:'",
        ":",
        "-",
        "\u{FFFD}",
        "z\u{1F}",
    ];
    for text in typed.into_iter().chain(long.iter().map(String::as_str)) {
        assert_eq!(
            ids(&conn, text),
            [""; 0],
            "{:?}",
            text.chars().take(20).collect::<String>()
        );
    }
    assert!(search::find(&conn, "z", 0).unwrap().is_empty());
    assert_eq!(search::find(&conn, "z", usize::MAX).unwrap().len(), 1);
}

#[test]
fn no_query_scans_a_table() {
    let conn = cache();
    for sql in [
        "SELECT rank, member, kind FROM search_top WHERE prefix = ?1 ORDER BY rank, member LIMIT ?2",
        "SELECT rank, member, kind FROM search_key WHERE key >= ?1 AND key < ?2 LIMIT ?3",
        "SELECT id FROM search_row WHERE member = ?1",
    ] {
        let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps = plan.raw_bind_parameter(1, "x").and_then(|()| {
            let mut rows = plan.raw_query();
            let mut steps = Vec::new();
            while let Some(row) = rows.next()? {
                steps.push(row.get::<_, String>(3)?);
            }
            Ok(steps)
        });
        for step in steps.unwrap() {
            assert!(step.starts_with("SEARCH"), "{sql}: {step}");
        }
    }
}

#[test]
fn a_bulk_leaves_what_single_writes_leave() {
    let many: Vec<_> = (0..700)
        .map(|i: i64| {
            let name = [
                "张小美",
                "曾乐",
                "单行",
                "Mary Smith",
                "",
                "欧阳娜娜",
                "吕绿",
            ][usize::try_from(i % 7).unwrap()];
            let m = member(&i.to_string(), name, &format!("138{:04}{:04}", i % 3, i));
            if i % 5 == 0 {
                m
            } else {
                bought(m, i * 37 % 1000)
            }
        })
        .collect();
    let (mut one, mut bulk) = (cache(), cache());
    put(&mut bulk, &member("3", "旧名字", "13999999999"));
    for m in &many {
        put(&mut one, m);
    }
    let tx = bulk.transaction().unwrap();
    let mut writer = search::begin_bulk(&tx).unwrap();
    writer
        .put(&tx, &member("5", "写两次", "13999999998"))
        .unwrap();
    for m in &many {
        writer.put(&tx, m).unwrap();
    }
    search::finish_bulk(&tx, writer).unwrap();
    tx.commit().unwrap();
    assert_eq!(wrong_lists(&one), [""; 0]);
    assert_eq!(wrong_lists(&bulk), [""; 0]);
    for typed in [
        "z", "zx", "138", "1380", "旧", "139", "写", "s", "m", "欧阳", "lv", "M00",
    ] {
        let sorted = |conn| {
            let mut found = ids(conn, typed);
            found.truncate(10);
            found
        };
        assert_eq!(sorted(&one).len(), sorted(&bulk).len(), "{typed}");
    }
    let tx = bulk.transaction().unwrap();
    index::clear(&tx).unwrap();
    tx.commit().unwrap();
    assert_eq!(ids(&bulk, "z"), [""; 0]);
}
