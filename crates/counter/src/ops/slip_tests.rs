//! Receipts of what a counter did, and printers that fail after the commit.

use crate::error::{Error, SlipError};
use crate::outbox;
use crate::scripted::{Shop, member, now};
use crate::view::{
    Act, ActRequest, MemberTarget, Part, PrinterSettings, PrinterTarget, RedeemRequest, RedeemWhat,
    ReturnRequest, SaleRequest, SlipFormat, SlipKind, SlipLanguage, SlipView,
};
use loyalty::Points;
use protocol::entity::EntityKind;
use serde_json::json;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

fn shop() -> Shop {
    let shop = Shop::open();
    let brand = json!({"name": "演示彩妆", "demo": true});
    shop.centre
        .publish("brand", EntityKind::Brand.name(), "brand", &brand);
    let store = json!({"id": "S1", "name": "演示一店"});
    shop.centre
        .publish("brand", EntityKind::Store.name(), "S1", &store);
    shop.engine.sync_now().unwrap();
    shop
}

fn sell(shop: &Shop, receipt: &str) -> crate::view::SaleDone {
    let request = shop.sale(receipt, &[]);
    shop.engine.record_sale(&shop.clerk(), &request).unwrap()
}

fn shown(shop: &Shop, which: &str) -> SlipView {
    shop.engine.slip(which, SlipLanguage::Zh).unwrap()
}

/// The value beside a word, and whether it is pending.
fn value(slip: &SlipView, word: &str) -> Option<(String, bool)> {
    slip.parts.iter().find_map(|p| match p {
        Part::Pair {
            label,
            value,
            pending,
            ..
        } if label == word => Some((value.clone(), *pending)),
        _ => None,
    })
}

fn text(shop: &Shop, which: &str) -> String {
    let bytes = shop.engine.slip_bytes(which, SlipFormat::Text, None, None);
    String::from_utf8(bytes.unwrap()).unwrap()
}

fn set(shop: &Shop, target: PrinterTarget) {
    let settings = PrinterSettings {
        target,
        automatic: true,
        ..PrinterSettings::default()
    };
    shop.engine.set_printer(settings).unwrap();
}

fn file_printer(shop: &Shop) -> PathBuf {
    let path = shop.dir.path().join("printer");
    set(shop, to(&path));
    path
}

fn to(path: &Path) -> PrinterTarget {
    PrinterTarget::File {
        path: path.display().to_string(),
    }
}

/// What a printer file has, as text between the commands.
fn paper(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    encoding_rs::GB18030.decode(&bytes).0.into_owned()
}

fn waiting_sales(shop: &Shop) -> usize {
    let page = shop.engine.sync_page().unwrap();
    page.waiting.iter().filter(|o| o.kind == "sale").count()
}

#[test]
fn a_sale_tells_what_is_confirmed_and_what_is_pending_and_later_that_all_is() {
    let shop = shop();
    let done = sell(&shop, "T1");
    let slip = shown(&shop, &done.op_id);
    assert_eq!(slip, shown(&shop, "T1"), "by its number too");
    assert_eq!(
        (slip.kind, slip.prints, slip.printer),
        (SlipKind::Sale, 0, false)
    );
    assert_eq!(value(&slip, "会员").unwrap().0, "李* 138****0001");
    assert_eq!(value(&slip, "店员").unwrap().0, "王");
    assert_eq!(value(&slip, "实付").unwrap().0, "¥500.00");
    assert_eq!(value(&slip, "本单获得积分"), Some(("+500".into(), true)));
    assert_eq!(value(&slip, "积分余额"), Some(("1,000".into(), false)));
    assert_eq!(value(&slip, "另待确认"), Some(("+500".into(), true)));
    assert!(slip.code_svg.contains("<svg"));
    let told = text(&shop, "T1");
    for word in [
        "演示彩妆",
        "演示一店",
        "演示数据",
        "精华",
        "截至",
        "本单积分待确认",
        "T1",
    ] {
        assert!(told.contains(word), "{word} is not in\n{told}");
    }
    assert!(!told.contains("李四") && !told.contains("13800000001"));

    let mut hers = member("M1", "13800000001");
    hers["balance"] = json!(1480);
    shop.centre
        .publish("store:S1", EntityKind::Member.name(), "M1", &hers);
    shop.engine.sync_now().unwrap();
    answered(
        &shop,
        &done.op_id,
        &json!({"outcome": "applied", "earned": 480, "balance": 1480}),
    );
    let slip = shown(&shop, "T1");
    assert_eq!(value(&slip, "积分余额"), Some(("1,480".into(), false)));
    assert_eq!(value(&slip, "另待确认"), None);
    assert_eq!(value(&slip, "本单获得积分"), Some(("+480".into(), false)));
    assert!(!text(&shop, "T1").contains("待确认"));

    let refused = json!({"outcome": "set_aside", "reason": "malformed"});
    answered(&shop, &done.op_id, &refused);
    assert!(text(&shop, "T1").contains("总部还在核对本单"));
}

/// What the centre said to an operation.
fn answered(shop: &Shop, op_id: &str, outcome: &serde_json::Value) {
    let word = if outcome["outcome"] == "applied" {
        "confirmed"
    } else {
        "set_aside"
    };
    let set = "UPDATE outbox SET outcome = ?2, state = ?3 WHERE op_id = ?1";
    let work = |tx: &rusqlite::Transaction<'_>| {
        tx.execute(set, (op_id, outcome.to_string(), word))?;
        Ok(())
    };
    shop.engine.shared.outbox().write(work).unwrap();
}

#[test]
fn coupons_points_and_returns_stand_on_it() {
    let shop = shop();
    let coupon = json!({"member": "M1", "coupon": {"id": "K1", "kind": "amount_off", "threshold": "300.00", "amount": "50.00"}});
    shop.centre
        .publish("store:S1", EntityKind::Coupon.name(), "K1", &coupon);
    shop.centre.script().coupons.push("K1".into());
    shop.centre.script().points = 1_000;
    shop.engine.sync_now().unwrap();
    let request = SaleRequest {
        pay_points: Points(500),
        ..shop.sale("T1", &["K1"])
    };
    let done = shop.engine.record_sale(&shop.clerk(), &request).unwrap();
    let slip = shown(&shop, "T1");
    assert_eq!(value(&slip, "合计").unwrap().0, "¥500.00");
    assert_eq!(value(&slip, "优惠券 × 1").unwrap().0, "−¥50.00");
    assert!(value(&slip, "积分抵扣 500 分").unwrap().0.starts_with("−¥"));
    assert_eq!(value(&slip, "实付").unwrap().0, format!("¥{}", done.pay));
    assert_eq!(value(&slip, "使用积分"), Some(("−500".into(), true)));

    let back = ReturnRequest {
        receipt: "T1".into(),
        sale: None,
        store: None,
        date: None,
        lines: Vec::new(),
        reason: "other".into(),
        refund: None,
        approver: None,
        reaction: None,
    };
    let done = shop.engine.record_return(&shop.clerk(), &back).unwrap();
    let slip = shown(&shop, &done.op_id);
    assert_eq!(slip.kind, SlipKind::Return);
    assert_eq!(value(&slip, "退款").unwrap().0, format!("¥{}", done.refund));
    assert_eq!(value(&slip, "退回积分"), Some(("+500".into(), true)));
    assert!(value(&slip, "扣回积分").unwrap().0.starts_with('−'));
    assert!(
        slip.parts
            .iter()
            .any(|p| matches!(p, Part::Goods { name, .. } if name == "精华"))
    );
    assert!(
        matches!(slip.parts.iter().rev().find(|p| matches!(p, Part::Code { .. })), Some(Part::Code { data }) if data == "T1")
    );
    // and the sale's own says that all of it came back
    let slip = shown(&shop, "T1");
    assert_eq!(
        value(&slip, "已退款").unwrap().0,
        format!("¥{}", done.refund)
    );
    assert!(
        slip.parts
            .iter()
            .any(|p| matches!(p, Part::Goods { detail, .. } if detail.contains("已退 1")))
    );
}

#[test]
fn a_redemption_has_one_under_its_own_number() {
    let shop = shop();
    shop.centre.script().points = 1_000;
    let request = RedeemRequest {
        presence: None,
        member_id: "M1".into(),
        what: RedeemWhat::Reward {
            id: "R1".into(),
            qty: 2,
        },
    };
    let done = shop.engine.redeem(&shop.clerk(), &request).unwrap();
    let slip = shown(&shop, &done.op_id);
    assert_eq!(slip.kind, SlipKind::Redemption);
    assert_eq!(value(&slip, "使用积分"), Some(("−200".into(), true)));
    assert!(slip.parts.iter().any(
        |p| matches!(p, Part::Goods { name, detail, .. } if name == "小样" && detail == "× 2")
    ));
    let number = value(&slip, "兑换单号").unwrap().0;
    assert_eq!(number.len(), 32);
    assert_eq!(
        shown(&shop, &number),
        slip,
        "what is scanned of it finds it"
    );
    // undone, it has another under the same number
    let undo = ActRequest {
        member_id: "M1".into(),
        act: Act::Reversal {
            redemption: done.op_id,
        },
        reason: "mistake".into(),
        approver: None,
    };
    let undone = shop.engine.record_act(&shop.clerk(), &undo).unwrap();
    let slip = shown(&shop, &undone.op_id);
    assert_eq!(slip.kind, SlipKind::Reversal);
    assert_eq!(value(&slip, "退回积分"), Some(("+200".into(), true)));
    assert_eq!(value(&slip, "兑换单号").unwrap().0, number);
    assert!(slip.parts.iter().any(
        |p| matches!(p, Part::Goods { name, detail, .. } if name == "小样" && detail == "× 2")
    ));
    let acts = shop.engine.member_acts("M1").unwrap();
    let by = acts.redemptions[0].undone_by.as_deref();
    assert_eq!(by, Some(undone.op_id.as_str()));
    let done = shop.redeem("M1", 500).unwrap();
    assert!(value(&shown(&shop, &done.op_id), "抵扣金额").is_some());
}

#[test]
fn what_nobody_knows_has_none_and_neither_has_what_gives_none() {
    let shop = shop();
    let of = |which: &str| shop.engine.slip(which, SlipLanguage::Zh).unwrap_err();
    assert!(matches!(of("T9"), Error::ReceiptUnknown));
    assert!(matches!(
        of(&protocol::OpId::fresh().to_string()),
        Error::ReceiptUnknown
    ));
    assert!(matches!(of(""), Error::ReceiptInvalid));
    shop.engine.reveal(&shop.clerk(), "M1").unwrap();
    let page = shop.engine.sync_page().unwrap();
    assert!(matches!(
        of(&page.waiting[0].op_id),
        Error::Slip(SlipError::None)
    ));
    assert!(matches!(
        shop.engine.print_slip("T9"),
        Err(Error::Slip(SlipError::NoPrinter))
    ));
}

#[test]
fn another_counters_sale_has_one_and_so_has_a_strangers() {
    let shop = shop();
    let receipt = json!({
        "no": "T8", "member": "M1", "store": "S1", "at": now(), "pay": "90.00", "earned": 90,
        "lines": [{"sku": "X9", "name": "停产眉笔", "qty": 1, "amount": "90.00"}],
    });
    shop.centre
        .publish("store:S1", EntityKind::Receipt.name(), "S1/T8", &receipt);
    shop.engine.sync_now().unwrap();
    let slip = shown(&shop, "T8");
    assert_eq!(value(&slip, "本单获得积分"), Some(("+90".into(), false)));
    assert_eq!(
        value(&slip, "店员"),
        None,
        "who sold it there is not known here"
    );

    let request = SaleRequest {
        member: MemberTarget::Phone {
            phone: "13900001234".into(),
        },
        ..shop.sale("T2", &[])
    };
    shop.engine.record_sale(&shop.clerk(), &request).unwrap();
    let told = text(&shop, "T2");
    assert!(told.contains("139****1234") && !told.contains("13900001234"));
    assert!(told.contains("总部找到会员后到账") && !told.contains("积分余额"));
}

#[test]
fn it_is_printed_once_by_itself_and_then_is_a_reprint() {
    let shop = shop();
    let path = file_printer(&shop);
    let done = sell(&shop, "T1");
    let by_itself = || shop.engine.print_slip_by_itself(&done.op_id).unwrap();
    assert!(by_itself().now);
    let first = paper(&path);
    assert!(first.contains("￥500.00") && !first.contains("重印"));
    let again = by_itself();
    assert!(
        !again.now && again.prints == 1,
        "a screen that comes back prints nothing"
    );
    assert_eq!(paper(&path), first);
    // by number or by operation, it is one receipt
    assert_eq!(shop.engine.print_slip("T1").unwrap().prints, 2);
    assert!(paper(&path).contains("重印 第 1 次"));
    assert_eq!(shop.engine.print_slip(&done.op_id).unwrap().prints, 3);
    assert!(paper(&path).contains("重印 第 2 次"));
    assert_eq!(shown(&shop, "T1").prints, 3);
    let shop = shop.again();
    assert_eq!(shown(&shop, "T1").prints, 3, "the count is on the disk");
}

#[test]
fn a_printer_that_fails_costs_a_reprint_and_never_a_second_sale() {
    let shop = shop();
    let gone = shop.dir.path().join("no such folder/printer");
    for (i, target) in [
        to(&gone),
        PrinterTarget::Device {
            path: "/dev/full".into(),
        },
        PrinterTarget::Tcp {
            address: {
                let closed = TcpListener::bind("127.0.0.1:0").unwrap();
                closed.local_addr().unwrap().to_string()
            },
            answers: false,
        },
    ]
    .into_iter()
    .enumerate()
    {
        set(&shop, target);
        let no = format!("T{i}");
        sell(&shop, &no);
        let failed = shop.engine.print_slip(&no).unwrap_err();
        assert!(
            matches!(failed, Error::Slip(SlipError::NotPrinted { .. })),
            "{failed}"
        );
        assert_eq!(failed.problem().number, "C-404");
        assert!(failed.problem().reason.is_some());
        assert_eq!(waiting_sales(&shop), i + 1, "the sale is there, once");
        assert_eq!(shown(&shop, &no).prints, 0, "nothing is on paper");
        // the same sale again is the same sale
        assert!(sell(&shop, &no).exists);
        assert_eq!(waiting_sales(&shop), i + 1);
    }
    let path = file_printer(&shop);
    for i in 0..3 {
        shop.engine.print_slip(&format!("T{i}")).unwrap();
    }
    let told = paper(&path);
    assert!(!told.contains("重印"), "what never came out is no reprint");
    assert_eq!(told.matches("销售小票").count(), 3);
}

#[test]
fn a_printer_that_breaks_off_may_have_printed() {
    let shop = shop();
    let hung = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = hung.local_addr().unwrap().to_string();
    set(
        &shop,
        PrinterTarget::Tcp {
            address,
            answers: true,
        },
    );
    sell(&shop, "T1");
    let gone = std::thread::spawn(move || drop(hung.accept()));
    let failed = shop.engine.print_slip("T1").unwrap_err();
    gone.join().unwrap();
    assert!(
        matches!(failed, Error::Slip(SlipError::BrokeOff { .. })),
        "{failed}"
    );
    let path = file_printer(&shop);
    shop.engine.print_slip("T1").unwrap();
    assert!(paper(&path).contains("重印 第 1 次"));
    assert_eq!(waiting_sales(&shop), 1);
}

#[test]
fn a_counter_that_dies_before_or_in_the_print_has_the_sale_once() {
    let shop = shop();
    let path = file_printer(&shop);
    let done = sell(&shop, "T1");
    let shop = shop.again();
    assert_eq!(waiting_sales(&shop), 1);
    assert!(shop.engine.print_slip_by_itself(&done.op_id).unwrap().now);
    assert!(!paper(&path).contains("重印"), "it had not been printed");

    sell(&shop, "T2");
    // as far as a process gets that is killed with the first byte on its way
    shop.engine
        .shared
        .outbox()
        .write(|tx| outbox::begin_print(tx, "sale:T2"))
        .unwrap();
    let shop = shop.again();
    assert_eq!(waiting_sales(&shop), 2);
    shop.engine.print_slip("T2").unwrap();
    assert!(paper(&path).contains("重印"), "there may be two now");
}

#[test]
fn a_slow_printer_holds_nobody_up() {
    let shop = shop();
    let hung = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = hung.local_addr().unwrap().to_string();
    set(
        &shop,
        PrinterTarget::Tcp {
            address,
            answers: true,
        },
    );
    sell(&shop, "T1");
    std::thread::scope(|s| {
        let printing = s.spawn(|| shop.engine.print_slip("T1"));
        let (open, _) = hung.accept().unwrap();
        // the job is on its way, and the counter goes on selling
        let begun = std::time::Instant::now();
        sell(&shop, "T2");
        shown(&shop, "T2");
        assert!(!printing.is_finished(), "after {:?}", begun.elapsed());
        drop(open);
        assert!(printing.join().unwrap().is_err());
    });
    assert_eq!(waiting_sales(&shop), 2);
}

#[test]
fn files_are_saved_under_names_of_their_own() {
    let shop = shop();
    let request = shop.sale("../../T/1", &[]);
    shop.engine.record_sale(&shop.clerk(), &request).unwrap();
    let folder = shop.dir.path().join("saved");
    let save = |format| {
        let saved = shop
            .engine
            .save_slip("../../T/1", format, None, None, Some(&folder));
        PathBuf::from(saved.unwrap().path)
    };
    let (first, second) = (save(SlipFormat::Text), save(SlipFormat::Text));
    assert_ne!(first, second);
    assert_eq!(
        first.parent(),
        Some(folder.as_path()),
        "no number leads out of the folder"
    );
    assert!(
        std::fs::read_to_string(&first)
            .unwrap()
            .contains("电子小票")
    );
    assert_eq!(shown(&shop, "../../T/1").prints, 0, "a file is no print");

    std::fs::write(shop.dir.path().join("taken"), "").unwrap();
    let settings = PrinterSettings {
        folder: shop.dir.path().join("taken/receipts").display().to_string(),
        ..PrinterSettings::default()
    };
    shop.engine.set_printer(settings).unwrap();
    let failed = shop
        .engine
        .save_slip("../../T/1", SlipFormat::Text, None, None, Some(&folder));
    assert!(matches!(
        failed,
        Err(Error::Slip(SlipError::NotSaved { .. }))
    ));
}
