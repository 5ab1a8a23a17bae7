//! The customer's receipt from a shell: shown, printed, saved; and printers that fail after the sale.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use std::net::TcpListener;
use std::path::Path;
use tests::counter::{number, text};
use tests::till::Sale;
use tests::{Counter, Shop};

/// ESC @ and Chinese mode: how every job begins.
const BEGINS: [u8; 4] = [0x1b, b'@', 0x1c, b'&'];
/// 重印 in GB18030.
const REPRINT: [u8; 4] = [0xd6, 0xd8, 0xd3, 0xa1];

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|w| w == part)
}

fn shown(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// How many sales of this number the counter has.
fn sales(counter: &Counter, receipt: &str) -> usize {
    let (_, page) = counter.status();
    ["waiting", "confirmed", "attention"]
        .iter()
        .filter_map(|list| page[list].as_array())
        .flatten()
        .filter(|o| o["kind"] == "sale" && o["receipt"] == receipt)
        .count()
}

#[test]
fn a_sale_is_shown_printed_and_saved() {
    let shop = Shop::open();
    let counter = shop.counter("一号柜台");
    let her = shop.person();
    counter.sell(&Sale::to(&her.id, "R-1001", &["TH1001", "TH1003*2"]));

    let slip = counter.ok(&["receipt", "show", "R-1001"]);
    assert_eq!(slip["kind"], "sale");
    assert!(!slip.to_string().contains(&her.phone), "masked");
    counter.refused("receipt_unknown", &["receipt", "show", "R-9999"]);
    counter.refused("no_printer", &["receipt", "print", "R-1001"]);
    counter.refused("printer_invalid", &["printer", "set", "--to", "lp0"]);

    let file = counter.home.join("paper");
    counter.ok(&["printer", "set", "--to", shown(&file), "--width", "58"]);
    counter.ok(&["printer", "test"]);
    let tested = std::fs::read(&file).unwrap();
    assert!(tested.starts_with(&BEGINS));
    assert_eq!(
        number(&counter.ok(&["receipt", "print", "R-1001"])["prints"]),
        1
    );
    let once = std::fs::read(&file).unwrap();
    assert!(has(&once, b"R-1001") && !has(&once, &REPRINT));
    assert_eq!(
        number(&counter.ok(&["receipt", "print", "R-1001"])["prints"]),
        2
    );
    let twice = std::fs::read(&file).unwrap();
    assert!(has(&twice[once.len()..], &REPRINT));

    for (format, magic) in [
        ("pdf", &b"%PDF-"[..]),
        ("png", b"\x89PNG"),
        ("text", "".as_bytes()),
    ] {
        let to = counter.home.join(format!("out.{format}"));
        let save = [
            "receipt",
            "save",
            "R-1001",
            "--format",
            format,
            "--to",
            shown(&to),
        ];
        counter.ok(&save);
        assert!(std::fs::read(&to).unwrap().starts_with(magic), "{format}");
        counter.refused("slip_not_saved", &save);
    }
    let kept = text(&counter.ok(&["receipt", "save", "R-1001"])["path"]);
    assert!(kept.ends_with(".pdf") && Path::new(&kept).starts_with(&counter.home));
}

#[test]
fn a_process_that_dies_at_the_printer_leaves_one_sale_and_a_reprint() {
    let shop = Shop::open();
    let counter = shop.counter("一号柜台");
    let her = shop.person();
    let hung = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = format!("tcp://{}", hung.local_addr().unwrap());
    counter.ok(&["printer", "set", "--to", &at, "--answers", "true"]);
    counter.sell(&Sale::to(&her.id, "R-2001", &["TH1001"]));

    let mut printing = counter
        .command(&["receipt", "print", "R-2001"])
        .spawn()
        .unwrap();
    let (open, _) = hung.accept().unwrap();
    printing.kill().unwrap();
    printing.wait().unwrap();
    drop(open);
    assert_eq!(sales(&counter, "R-2001"), 1);
    // the same sale once more is the same sale
    counter.sell(&Sale::to(&her.id, "R-2001", &["TH1001"]));
    assert_eq!(sales(&counter, "R-2001"), 1);

    let file = counter.home.join("paper");
    counter.ok(&["printer", "set", "--to", shown(&file)]);
    counter.ok(&["receipt", "print", "R-2001"]);
    assert!(
        has(&std::fs::read(&file).unwrap(), &REPRINT),
        "there may be two on paper"
    );
    counter.settle_with(&[]);
    shop.centre.assert_audit_clean();
}
