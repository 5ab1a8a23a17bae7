//! A till's number at a counter: its store's, and for a time; which sale a clerk means.

use crate::error::Error;
use crate::scripted::{Shop, member, now};
use crate::view;
use crate::view::{
    Approver, LineRequest, MemberTarget, ReturnLineRequest, ReturnRequest, SaleRequest, UnderNumber,
};
use loyalty::Money;
use protocol::entity::EntityKind;
use protocol::operation::{Body, Return, Sale};
use serde_json::{Value, json};

struct Sold<'a> {
    id: &'a str,
    no: &'a str,
    store: &'a str,
    member: &'a str,
    days: i64,
    yuan: &'a str,
}

const HERS: Sold<'static> = Sold {
    id: "op-1",
    no: "0042",
    store: "S1",
    member: "M1",
    days: 0,
    yuan: "500.00",
};

fn told(shop: &Shop, sold: &Sold<'_>) {
    let line = json!({"sku": "P1", "name": "精华", "qty": 1, "amount": sold.yuan});
    let receipt = json!({
        "id": sold.id, "no": sold.no, "member": sold.member, "store": sold.store,
        "at": now() - chrono::Duration::days(sold.days), "channel": "store", "lines": [line],
        "pay": sold.yuan, "earned": 500,
    });
    shop.centre
        .publish("store:S1", EntityKind::Receipt.name(), sold.id, &receipt);
}

/// A counter that knows these sales, and a second member.
fn knowing(sales: &[Sold<'_>]) -> Shop {
    let shop = Shop::open();
    let other = member("M2", "13800000002");
    shop.centre
        .publish("store:S1", EntityKind::Member.name(), "M2", &other);
    for sold in sales {
        told(&shop, sold);
    }
    shop.engine.sync_now().unwrap();
    shop
}

fn back(receipt: &str) -> ReturnRequest {
    ReturnRequest {
        receipt: receipt.into(),
        reason: "other".into(),
        ..ReturnRequest::default()
    }
}

fn to(member: &str, request: SaleRequest) -> SaleRequest {
    SaleRequest {
        member: MemberTarget::Member { id: member.into() },
        ..request
    }
}

fn manager() -> Option<Approver> {
    Some(Approver {
        manager: "C1".into(),
        pin: "1234".into(),
    })
}

fn code<T: std::fmt::Debug>(answer: Result<T, Error>) -> &'static str {
    answer.map_err(|e| e.code().0).unwrap_err()
}

/// What the counter appended, in order.
fn sent(shop: &Shop) -> Vec<Body> {
    shop.engine.sync_now().unwrap();
    let script = shop.centre.script();
    let bodies = script.ops.iter().map(|op| op.body().unwrap().unwrap());
    bodies.collect()
}

fn sales(bodies: &[Body]) -> Vec<&Sale> {
    let all = bodies.iter();
    all.filter_map(|b| match b {
        Body::Sale(sale) => Some(sale),
        _ => None,
    })
    .collect()
}

fn returns(bodies: &[Body]) -> Vec<&Return> {
    let all = bodies.iter();
    all.filter_map(|b| match b {
        Body::Return(back) => Some(back),
        _ => None,
    })
    .collect()
}

#[test]
fn another_stores_number_bars_nothing_and_is_never_taken_for_this_ones() {
    let theirs = Sold {
        id: "op-2",
        store: "S2",
        member: "M2",
        yuan: "680.00",
        ..HERS
    };
    let shop = knowing(&[theirs]);
    // nothing of this store: which one it may be is asked, and the store can be said
    let Err(Error::WhichReceipt { sales: asked }) = shop.engine.quote_return(&back("0042")) else {
        panic!("another store's receipt was taken")
    };
    assert_eq!(
        (asked.len(), asked[0].here, asked[0].store.id.as_str()),
        (1, false, "S2")
    );
    let there = ReturnRequest {
        store: Some("S2".into()),
        ..back("0042")
    };
    let refund = shop.engine.quote_return(&there).unwrap().refund;
    assert_eq!(refund, Money::from_fen(68_000));
    let opened = shop.engine.open_return("0042", Some("op-2")).unwrap();
    assert_eq!(opened.receipt.id, "op-2");
    // the number is free here, and then it is this store's that comes back
    let sold = shop
        .engine
        .record_sale(&shop.clerk(), &shop.sale("0042", &[]))
        .unwrap();
    assert!(!sold.exists);
    let done = shop
        .engine
        .record_return(&shop.clerk(), &back("0042"))
        .unwrap();
    assert_eq!(done.refund, Money::from_fen(50_000));
    let bodies = sent(&shop);
    let of = returns(&bodies)[0].of.clone().unwrap();
    assert_eq!((of.store.as_str(), of.id), ("S1", Some(sold.op_id)));
}

#[test]
fn one_number_in_several_spellings_is_one_sale() {
    let shop = knowing(&[]);
    let first = shop
        .engine
        .record_sale(&shop.clerk(), &shop.sale("Ａ１００１", &[]))
        .unwrap();
    for no in ["A1001", "a1001", "a\u{200B}1001"] {
        let again = shop
            .engine
            .record_sale(&shop.clerk(), &shop.sale(no, &[]))
            .unwrap();
        assert_eq!((again.exists, &again.op_id), (true, &first.op_id), "{no}");
        assert_eq!(
            shop.engine.open_return(no, None).unwrap().receipt.no,
            "Ａ１００１"
        );
    }
    // zeros that a spreadsheet lost: asked about, not decided
    let zeros = knowing(&[Sold {
        no: "000123",
        ..HERS
    }]);
    let request = zeros.sale("123", &[]);
    assert_eq!(
        code(zeros.engine.record_sale(&zeros.clerk(), &request)),
        "receipt_seen"
    );
    assert_eq!(
        zeros.engine.open_return("123", None).unwrap().receipt.no,
        "000123"
    );
}

#[test]
fn a_number_that_comes_again_is_a_new_sale_and_asked_about_where_in_doubt() {
    for (days, member, right) in [
        (150, "M1", "new"),
        (31, "M1", "new"),
        (30, "M1", "receipt_seen"),
        (3, "M2", "receipt_seen"),
        (4, "M2", "new"),
        (0, "M2", "receipt_conflict"),
    ] {
        let shop = knowing(&[Sold { days, ..HERS }]);
        let request = to(member, shop.sale("0042", &[]));
        match shop.engine.record_sale(&shop.clerk(), &request) {
            Ok(done) => assert_eq!((right, done.exists), ("new", false), "{days} {member}"),
            Err(e) => {
                let problem = e.problem();
                assert_eq!(problem.code, right, "{days} {member}");
                assert_eq!(
                    (problem.sales.len(), problem.sales[0].id.as_str()),
                    (1, "op-1")
                );
            }
        }
    }
    // the answer to the question
    let shop = knowing(&[Sold { days: 20, ..HERS }]);
    let told = SaleRequest {
        number: UnderNumber::NewSale,
        ..shop.sale("0042", &[])
    };
    assert!(
        !shop
            .engine
            .record_sale(&shop.clerk(), &told)
            .unwrap()
            .exists
    );
    assert!(sales(&sent(&shop))[0].new_sale);
}

#[test]
fn only_a_sale_that_stands_and_is_hers_is_said_to_exist() {
    let shop = knowing(&[]);
    let first = shop
        .engine
        .record_sale(&shop.clerk(), &shop.sale("X-1", &[]))
        .unwrap();
    let rightly = to("M2", shop.sale("X-1", &[]));
    assert_eq!(
        code(shop.engine.record_sale(&shop.clerk(), &rightly)),
        "receipt_conflict"
    );
    shop.engine
        .record_return(&shop.clerk(), &back("X-1"))
        .unwrap();
    let done = shop.engine.record_sale(&shop.clerk(), &rightly).unwrap();
    assert!(!done.exists && done.op_id != first.op_id);
    assert!(
        shop.engine
            .record_sale(&shop.clerk(), &rightly)
            .unwrap()
            .exists
    );
    // held for a number that is nobody's, returned, and the centre has settled both
    let nobodys = SaleRequest {
        member: MemberTarget::Phone {
            phone: "13799990001".into(),
        },
        ..shop.sale("X-3", &[])
    };
    shop.engine.record_sale(&shop.clerk(), &nobodys).unwrap();
    let hers = shop.sale("X-3", &[]);
    assert_eq!(
        code(shop.engine.record_sale(&shop.clerk(), &hers)),
        "receipt_conflict"
    );
    shop.engine
        .record_return(&shop.clerk(), &back("X-3"))
        .unwrap();
    shop.engine.sync_now().unwrap();
    shop.engine.sync_now().unwrap();
    assert!(
        !shop
            .engine
            .record_sale(&shop.clerk(), &hers)
            .unwrap()
            .exists
    );
}

#[test]
fn a_manager_says_what_a_number_of_today_is() {
    let shop = knowing(&[HERS]);
    let wrong = |number, approver| SaleRequest {
        lines: vec![LineRequest {
            sku: "P1".into(),
            qty: 1,
            amount: Some(Money::from_fen(49_000)),
            amount_of: None,
        }],
        number,
        approver,
        ..shop.sale("0042", &[])
    };
    let record = |request: &SaleRequest| shop.engine.record_sale(&shop.clerk(), request);
    let asked = wrong(UnderNumber::Ask, None);
    assert_eq!(code(record(&asked)), "receipt_conflict");
    let unapproved = wrong(UnderNumber::NewSale, None);
    assert_eq!(code(record(&unapproved)), "approval_needed");
    // keyed wrongly: taken back whole and recorded rightly, together or not at all
    assert!(
        !record(&wrong(UnderNumber::Corrects, manager()))
            .unwrap()
            .exists
    );
    let bodies = sent(&shop);
    let (undone, rightly) = (returns(&bodies), sales(&bodies));
    assert_eq!(undone[0].of.clone().unwrap().id.as_deref(), Some("op-1"));
    assert_eq!(undone[0].shown_refund, Money::from_fen(50_000));
    assert_eq!(rightly[0].shown_pay, Money::from_fen(49_000));
    assert!(rightly[0].approval.is_some() && !rightly[0].new_sale);
    // two tills: the second counts beside the first
    let other = to("M2", wrong(UnderNumber::NewSale, manager()));
    assert!(!record(&other).unwrap().exists);
    let bodies = sent(&shop);
    let second = sales(&bodies)[1];
    assert!(second.new_sale && second.approval.is_some());
}

#[test]
fn a_return_without_a_date_is_asked_which() {
    let may = Sold {
        id: "op-may",
        days: 60,
        yuan: "300.00",
        ..HERS
    };
    let shop = knowing(&[HERS, may]);
    let Err(Error::WhichReceipt { sales: asked }) = shop.engine.quote_return(&back("0042")) else {
        panic!("one of two was taken")
    };
    let ids: Vec<_> = asked.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids, ["op-1", "op-may"], "the newest first");
    let of_day = ReturnRequest {
        date: Some(asked[1].date.clone()),
        ..back("0042")
    };
    let quote = |request: &ReturnRequest| shop.engine.quote_return(request).unwrap().refund;
    assert_eq!(quote(&of_day), Money::from_fen(30_000));
    let by_id = ReturnRequest {
        sale: Some("op-may".into()),
        ..back("0042")
    };
    assert_eq!(quote(&by_id), Money::from_fen(30_000));
    // what came back whole is no question any more
    shop.engine.record_return(&shop.clerk(), &by_id).unwrap();
    assert_eq!(quote(&back("0042")), Money::from_fen(50_000));
    let unread = ReturnRequest {
        date: Some("8 June".into()),
        ..back("0042")
    };
    assert_eq!(code(shop.engine.quote_return(&unread)), "date_invalid");
}

#[test]
fn a_return_names_the_line() {
    let shop = knowing(&[]);
    let line = |fen| LineRequest {
        sku: "P1".into(),
        qty: 1,
        amount: Some(Money::from_fen(fen)),
        amount_of: None,
    };
    let two = SaleRequest {
        lines: vec![line(68_000), line(34_000)],
        ..shop.sale("T2", &[])
    };
    shop.engine.record_sale(&shop.clerk(), &two).unwrap();
    let of = |lines: &[(&str, u32, Option<u32>)]| ReturnRequest {
        lines: lines
            .iter()
            .map(|(sku, qty, line)| ReturnLineRequest {
                sku: (*sku).into(),
                qty: *qty,
                line: *line,
            })
            .collect(),
        ..back("T2")
    };
    let Err(Error::WhichLine { lines, .. }) = shop.engine.quote_return(&of(&[("P1", 1, None)]))
    else {
        panic!("a line was guessed")
    };
    let choices: Vec<_> = lines.iter().map(|l| (l.line, l.amount, l.left)).collect();
    assert_eq!(
        choices,
        [
            (1, Money::from_fen(68_000), 1),
            (2, Money::from_fen(34_000), 1)
        ]
    );
    let quote = |request: &ReturnRequest| shop.engine.quote_return(request).unwrap().refund;
    assert_eq!(quote(&of(&[("P1", 1, Some(2))])), Money::from_fen(34_000));
    assert_eq!(quote(&of(&[("", 1, Some(1))])), Money::from_fen(68_000));
    // both pieces are both lines
    assert_eq!(quote(&of(&[("P1", 2, None)])), Money::from_fen(102_000));
    assert_eq!(
        quote(&of(&[("P1", 1, None), ("P1", 1, None)])),
        Money::from_fen(102_000)
    );
    for beyond in [of(&[("P1", 1, Some(3))]), of(&[("P9", 1, Some(1))])] {
        assert_eq!(code(shop.engine.quote_return(&beyond)), "product_unknown");
    }
    shop.engine
        .record_return(&shop.clerk(), &of(&[("P1", 1, Some(1))]))
        .unwrap();
    // then there is one line left to mean
    assert_eq!(quote(&of(&[("P1", 1, None)])), Money::from_fen(34_000));
    let bodies = sent(&shop);
    assert_eq!(returns(&bodies)[0].lines[0].line, Some(1));
}

#[test]
fn prints_are_counted_by_the_sale() {
    let old = Sold {
        id: "op-old",
        days: 200,
        ..HERS
    };
    let shop = knowing(&[old]);
    let paper = shop.dir.path().join("paper");
    std::fs::create_dir(&paper).unwrap();
    let settings = view::PrinterSettings {
        target: view::PrinterTarget::File {
            path: paper.display().to_string(),
        },
        ..view::PrinterSettings::default()
    };
    shop.engine.set_printer(settings).unwrap();
    assert_eq!(shop.engine.print_slip("op-old").unwrap().prints, 1);
    let sold = shop
        .engine
        .record_sale(&shop.clerk(), &shop.sale("0042", &[]))
        .unwrap();
    assert_eq!(
        shop.engine.print_slip(&sold.op_id).unwrap().prints,
        1,
        "no reprint of another sale"
    );
    assert_eq!(shop.engine.print_slip("op-old").unwrap().prints, 2);
    let which: Value =
        serde_json::to_value(shop.engine.print_slip("0042").unwrap_err().problem()).unwrap();
    assert_eq!(which["code"], "which_receipt", "{which}");
}

#[test]
fn a_counter_from_before_receipts_had_ids_goes_on_with_its_files() {
    let frozen = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures/taken_over/counter");
    let dir = tempfile::tempdir().unwrap();
    for file in ["cache.db", "outbox.db", "device.key"] {
        std::fs::copy(frozen.join(file), dir.path().join(file)).unwrap();
    }
    let engine =
        crate::engine::Engine::open(dir.path(), &crate::keys::KeyAccess::insecure()).unwrap();
    assert_eq!(
        engine.sync_page().unwrap().waiting.len(),
        3,
        "nothing of it is lost"
    );
    // numbers are found however they are spelt, and sales by what they are
    assert_eq!(engine.open_return("a9", None).unwrap().receipt.no, "Ａ９");
    let second = ReturnRequest {
        lines: vec![ReturnLineRequest {
            sku: "TH1001".into(),
            qty: 1,
            line: Some(2),
        }],
        ..back("F-2")
    };
    assert_eq!(
        engine.quote_return(&second).unwrap().refund,
        Money::from_fen(34_000)
    );
    // what came back, and waits to be told, has come back; its prints are counted on
    assert_eq!(code(engine.quote_return(&back("0042"))), "over_returned");
    let language = engine.printer().unwrap().language;
    assert_eq!(engine.slip("0042", language).unwrap().prints, 2);
}

#[test]
fn the_clerk_is_offered_the_brands_stores_her_own_first() {
    let shop = Shop::open();
    for (id, name) in [("S9", "虹桥店"), ("S1", "静安店"), ("S2", "徐汇店")] {
        let store = json!({"id": id, "name": name, "city": "上海"});
        shop.centre
            .publish("brand", EntityKind::Store.name(), id, &store);
    }
    shop.engine.sync_now().unwrap();
    let stores = shop.engine.stores().unwrap();
    let ids: Vec<&str> = stores.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids, ["S1", "S2", "S9"]);
}
