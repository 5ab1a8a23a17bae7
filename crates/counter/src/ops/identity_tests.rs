//! Whom and what a number means, at a scripted centre.

use crate::error::{Error, Result};
use crate::scripted::{Shop, member};
use crate::view::{LineRequest, MemberBy, MemberTarget, SaleRequest, Scanned, UnderNumber};
use protocol::entity::EntityKind;
use protocol::operation::{Body, MemberRef};
use serde_json::{Value, json};

fn carded(id: &str, no: &str, phone: &str) -> Value {
    let mut her = member(id, phone);
    her["no"] = json!(no);
    her
}

fn product(sku: &str, barcode: &str, active: bool) -> Value {
    json!({"sku": sku, "name": format!("精华{sku}"), "price": "500.00", "barcode": barcode, "active": active})
}

/// A shop with these cards and phones, and products with shared bar codes.
fn shop() -> Shop {
    let shop = Shop::open();
    for (id, no, phone) in [
        ("H", "沪A00123", "13700040001"),
        ("J", "京A00123", "13700040002"),
        ("A", "10-01", "13700040003"),
        ("B", "100-1", "13700040004"),
        ("OLD", "13700130001", "13700130009"),
        ("NEW", "F13002", "13700130001"),
    ] {
        let her = carded(id, no, phone);
        shop.centre
            .publish("store:S1", EntityKind::Member.name(), id, &her);
    }
    for (sku, barcode, active) in [
        ("A9001", "6990417090012", false),
        ("B9001", "6990417090012", true),
        ("U9102", "099041709102", true),
        ("T1", "4006381333931", true),
        ("T2", "4006381333931", true),
        ("S1", "96385074", false),
    ] {
        let body = product(sku, barcode, active);
        shop.centre
            .publish("brand", EntityKind::Product.name(), sku, &body);
    }
    shop.engine.sync_now().unwrap();
    shop
}

fn sale(member: MemberTarget, receipt: &str, sku: &str) -> SaleRequest {
    SaleRequest {
        presence: None,
        receipt: receipt.into(),
        member,
        lines: vec![LineRequest {
            sku: sku.into(),
            qty: 1,
            amount: None,
            amount_of: None,
        }],
        pay_points: loyalty::Points(0),
        coupons: Vec::new(),
        fit_points: false,
        propose: false,
        credit: None,
        number: UnderNumber::default(),
        approver: None,
    }
}

fn code(code: &str) -> MemberTarget {
    MemberTarget::Code { code: code.into() }
}

/// The product of a line for what was typed.
fn sold(shop: &Shop, typed: &str) -> Result<String> {
    let her = MemberTarget::Member { id: "H".into() };
    let quote = shop.engine.quote_sale(&sale(her, "", typed))?;
    Ok(quote.lines[0].sku.clone())
}

#[test]
fn a_number_that_means_several_is_asked_about() {
    let shop = shop();
    let id = |text: &str| shop.engine.member_id(text);
    for (typed, is) in [
        ("沪A00123", "H"),
        ("京A00123", "J"),
        ("10-01", "A"),
        ("100-1", "B"),
        ("CPM:13700130001", "OLD"),
        ("f13002", "NEW"),
        ("137 0004 0002", "J"),
        ("\u{202D}13700040002\u{202C}", "J"),
    ] {
        assert_eq!(id(typed).unwrap().as_deref(), Some(is), "{typed}");
    }
    for (typed, asked) in [
        ("13700130001", ["OLD", "NEW"]),
        ("1001", ["A", "B"]),
        ("1-001", ["A", "B"]),
        ("CPM:1001", ["A", "B"]),
    ] {
        let Err(Error::MemberAmbiguous { members }) = id(typed) else {
            panic!("{typed} is not asked about");
        };
        let mut ids: Vec<_> = members.iter().flat_map(|m| m.id.as_deref()).collect();
        ids.sort_unstable();
        let mut asked = asked.to_vec();
        asked.sort_unstable();
        assert_eq!(ids, asked, "{typed}");
        assert!(members.iter().all(|m| m.masked_phone.contains("****")));
    }
    assert_eq!(id("A00123").unwrap(), None);
}

#[test]
fn a_sale_by_code_is_a_cards_and_by_phone_a_phones() {
    let shop = shop();
    let clerk = shop.clerk();
    let whose = |target, receipt: &str| {
        shop.engine
            .record_sale(&clerk, &sale(target, receipt, "B9001"))
            .unwrap();
        shop.engine.sync_now().unwrap();
        let op = shop.centre.script().ops.last().unwrap().clone();
        match op.body().unwrap() {
            Some(Body::Sale(sale)) => sale.member,
            other => panic!("{other:?}"),
        }
    };
    let is = |id: &str| MemberRef::Id { member: id.into() };
    let phone = MemberTarget::Phone {
        phone: "13700130001".into(),
    };
    assert_eq!(whose(code("13700130001"), "1"), is("OLD"));
    assert_eq!(whose(code("CPM:13700130001"), "2"), is("OLD"));
    assert_eq!(whose(phone, "3"), is("NEW"));
    // who is not here is sent as she was scanned
    let by = |code: &str| MemberRef::Code { code: code.into() };
    for (n, scanned, sent) in [
        (4, "ab-1001", "ab-1001"),
        (5, "CPM:GOLD", "GOLD"),
        (6, "CPM:沪88001", "沪88001"),
        (7, "ｃｐｍ：gold\r", "gold"),
        (8, "CPM:A:x1", "CPM:A:x1"),
    ] {
        assert_eq!(whose(code(scanned), &n.to_string()), by(sent), "{scanned}");
    }
    let asked = shop
        .engine
        .record_sale(&clerk, &sale(code("1001"), "9", "B9001"));
    assert_eq!(asked.unwrap_err().code().0, "member_ambiguous");
    for nothing in ["CPM:", "CPM:::", "", "---", "\u{7}1"] {
        let refused = shop
            .engine
            .record_sale(&clerk, &sale(code(nothing), "9", "B9001"));
        assert_eq!(refused.unwrap_err().code().0, "code_invalid", "{nothing:?}");
    }
    let bad = MemberTarget::Phone {
        phone: "137×00130001".into(),
    };
    let problem = shop
        .engine
        .record_sale(&clerk, &sale(bad, "9", "B9001"))
        .unwrap_err()
        .problem();
    assert_eq!(problem.code, "phone_invalid");
    assert_eq!(problem.character.as_deref(), Some("U+00D7 ×"));
}

#[test]
fn a_bar_code_is_that_of_what_is_sold() {
    let shop = shop();
    for (typed, sku) in [
        ("6990417090012", "B9001"),
        ("06990417090012", "B9001"),
        ("(01)06990417090012", "B9001"),
        ("099041709102", "U9102"),
        ("0099041709102", "U9102"),
        ("b9001", "B9001"),
        ("T1", "T1"),
    ] {
        assert_eq!(sold(&shop, typed).unwrap(), sku, "{typed}");
    }
    let Err(Error::ProductAmbiguous { products, .. }) = sold(&shop, "4006381333931") else {
        panic!("two that are sold are not asked about");
    };
    let skus: Vec<_> = products.iter().map(|p| p.sku.as_str()).collect();
    assert_eq!(skus, ["T1", "T2"]);
    for typed in ["A9001", "96385074", "99041709102", "6990417090013", ""] {
        let refused = sold(&shop, typed).unwrap_err();
        assert_eq!(refused.code().0, "product_unknown", "{typed}");
    }
    let found = |typed: &str| -> Vec<String> {
        let hits = shop.engine.find_products(typed, 20).unwrap();
        hits.into_iter().map(|p| p.sku).collect()
    };
    assert_eq!(found("0099041709102"), ["U9102"]);
    assert_eq!(found("99041"), ["U9102"]);
    assert_eq!(found("ｕ９１"), ["U9102"]);
    assert_eq!(found("400638"), ["T1", "T2"]);
}

#[test]
fn a_scan_is_a_whole_thing() {
    let shop = shop();
    let clerk = shop.clerk();
    let her = MemberTarget::Member { id: "H".into() };
    for receipt in ["197001", "2026112800008", "13700040001"] {
        shop.engine
            .record_sale(&clerk, &sale(her.clone(), receipt, "T1"))
            .unwrap();
    }
    let scan = |text: &str| shop.engine.scanned(text).unwrap();
    let member = |text: &str| match scan(text) {
        Scanned::Member { member, .. } => member.id.unwrap(),
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(member("CPM:13700130001"), "OLD");
    assert_eq!(member("沪A00123"), "H");
    assert_eq!(member("13700040002"), "J");
    let members = |text: &str| match scan(text) {
        Scanned::Members { members, .. } => members.len(),
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(members("13700130001"), 2);
    assert_eq!(members("CPM:1001"), 2);
    let product = |text: &str| match scan(text) {
        Scanned::Product { product } => product.sku,
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(product("6990417090012"), "B9001");
    assert_eq!(product("0099041709102"), "U9102");
    assert!(matches!(scan("4006381333931"), Scanned::Products { products } if products.len() == 2));
    // a till's numbers, whatever they begin with or check as
    for text in ["197001", "2026112800008"] {
        let is = Scanned::Receipt {
            receipt: text.into(),
        };
        assert_eq!(scan(text), is);
    }
    assert!(
        matches!(scan("13700040001"), Scanned::Several { .. }),
        "her phone, and a receipt"
    );
    // a beginning is nothing; a folded card neither, where it was not scanned as a code
    for text in [
        "137000",
        "1370004000",
        "1001",
        "F1300",
        "6990417",
        "96385074",
    ] {
        assert!(
            matches!(scan(text), Scanned::Unknown { .. }),
            "{text}: {:?}",
            scan(text)
        );
    }
    for text in ["", "CPM:", "\u{7}", "--"] {
        assert_eq!(scan(text), Scanned::Nothing, "{text:?}");
    }
}

fn answered(shop: &Shop, reply: &protocol::lookup::LookupReply) {
    let reply = serde_json::to_value(reply).unwrap();
    let instead = &mut shop.centre.script().instead;
    instead.insert("/v1/lookup".into(), Ok(reply));
}

#[test]
fn looking_up_says_what_the_number_is_and_asks_where_it_is_both() {
    use protocol::lookup::{LookupBy, LookupReply, LookupRequest};
    let shop = shop();
    let asked = |query: &str, by| {
        answered(&shop, &LookupReply::default());
        shop.engine.look_up(query, by).unwrap();
        shop.centre.last::<LookupRequest>("/v1/lookup")
    };
    for (query, by, sent, as_what) in [
        ("CPM:GOLD", None, "GOLD", Some(LookupBy::Card)),
        ("CPM:13799990001", None, "13799990001", Some(LookupBy::Card)),
        ("沪99", None, "沪99", Some(LookupBy::Card)),
        ("137 9999 0001", None, "13799990001", None),
        (
            "13799990001",
            Some(MemberBy::Card),
            "13799990001",
            Some(LookupBy::Card),
        ),
        (
            "13799990001",
            Some(MemberBy::Phone),
            "13799990001",
            Some(LookupBy::Phone),
        ),
    ] {
        let request = asked(query, by);
        assert_eq!(
            (request.query.as_str(), request.by),
            (sent, as_what),
            "{query}"
        );
    }
    // here, and nobody else's: no network
    shop.centre.paths();
    assert!(shop.engine.look_up("CPM:沪A00123", None).unwrap().is_some());
    assert!(shop.engine.look_up("10-01", None).unwrap().is_some());
    assert_eq!(shop.centre.paths(), Vec::<String>::new());
    let several = LookupReply {
        may_be: vec![
            protocol::lookup::LookupCandidate {
                by: LookupBy::Card,
                card: "13799990001".into(),
            },
            protocol::lookup::LookupCandidate {
                by: LookupBy::Phone,
                card: "F2".into(),
            },
        ],
        ..LookupReply::default()
    };
    answered(&shop, &several);
    let Err(Error::MemberAmbiguous { members }) = shop.engine.look_up("13799990001", None) else {
        panic!("not asked about");
    };
    let by: Vec<_> = members.iter().map(|m| (m.by, m.no.as_str())).collect();
    assert_eq!(
        by,
        [(MemberBy::Card, "13799990001"), (MemberBy::Phone, "F2")]
    );
}
