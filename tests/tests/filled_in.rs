//! A clerk fills a sign-up in, from a shell: a real counter at a real centre.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use serde_json::{Value, json};
use tests::counter::text;
use tests::till::Sale;
use tests::{Counter, Shop, http};

const PHONE: &str = "13900006301";
const TERMS: &str = "--agreed=terms";

/// Her number is told: the code that all goes on by, and its id.
fn told(counter: &Counter, phone: &str) -> (String, String) {
    let sent = counter.ok(&["sign-up", "number", phone]);
    assert_eq!(sent["state"], "sent", "{sent}");
    (text(&sent["code"]), text(&sent["id"]))
}

fn steps(counter: &Counter, id: &str) -> Value {
    let all = counter.ok(&["sign-up", "steps", id]);
    all.as_array().unwrap().first().cloned().unwrap_or_default()
}

#[test]
fn she_is_a_member_at_once_and_the_sale_that_waited_is_hers() {
    let shop = Shop::open();
    let counter = shop.counter("一号柜台");
    counter.sell(&Sale::to(PHONE, "F-1", &["TH1001"]).phone());
    counter.sync();
    let (code, id) = told(&counter, PHONE);
    counter.refused(
        "sms_too_many",
        &["sign-up", "number", PHONE, "--code", &code],
    );
    let sms = shop.centre.sms_code(PHONE);
    let wrong = if sms == "000000" { "000001" } else { "000000" };
    let join = |verification: &str, agreed: &str| {
        [
            "sign-up",
            "join",
            PHONE,
            "--code",
            &code,
            "--verification",
            verification,
            "--name=陆雪",
            "--title=ms",
            "--birthday=05-06",
            "--moisture=dry",
            "--allergy=酒精",
            agreed,
        ]
        .map(str::to_owned)
    };
    counter.refused("sms_code_wrong", &join(wrong, TERMS));
    counter.refused("profile_invalid", &join(&sms, "--agreed=marketing"));
    assert_eq!(
        shop.centre
            .ledger()
            .number("SELECT count(*) FROM member WHERE phone = ?1", [PHONE]),
        0
    );
    let at = steps(&counter, &id);
    assert!(at["proven"].is_number() && at["joined"].is_null(), "{at}");

    let done = counter.ok(&join(&sms, TERMS));
    assert_eq!(done["already"], false, "{done}");
    let her = text(&done["who"]["member_id"]);
    let agreed = shop.centre.ledger().column(
        "SELECT DISTINCT source FROM consent WHERE member_id = ?1",
        [&her],
    );
    let device = shop.centre.device_id("一号柜台");
    assert_eq!(agreed, [format!("counter:{device}")], "where she ticked it");
    assert!(!done.to_string().contains(PHONE), "masked");
    assert!(steps(&counter, &id)["joined"].is_number());
    // here without another contact, with what she bought
    let page = counter.page(&her);
    assert_eq!(page["history"].as_array().unwrap().len(), 1, "{page}");
    let row = |sql: &str| shop.centre.ledger().number(sql, [PHONE]);
    let without = "SELECT count(*) FROM member WHERE phone = ?1 AND skin IS NULL AND allergies = '[]' \
                   AND name = '陆雪' AND called = '陆女士' AND birthday = '1604-05-06'";
    assert_eq!(row(without), 1, "what she did not agree to is not kept");
    // the same again changes nothing, and by now the number is a member's
    let again = counter.ok(&join(&sms, TERMS));
    assert_eq!(again["who"]["member_id"], json!(her));
    assert_eq!(row("SELECT count(*) FROM member WHERE phone = ?1"), 1);
    let known = counter.ok(&["sign-up", "number", PHONE]);
    assert_eq!(
        (&known["state"], &known["member_id"]),
        (&json!("member"), &json!(her))
    );
    shop.centre.assert_audit_clean();
}

#[test]
fn a_code_on_paper_leads_to_the_page_and_its_steps_come_back() {
    let shop = Shop::open();
    let counter = shop.counter("一号柜台");
    let other = shop.counter("二号柜台");
    let made = counter.ok(&["join"]);
    let (code, id) = (text(&made["code"]), text(&made["id"]));
    let paper = counter.home.join("paper");
    let shown = paper.to_str().unwrap();
    counter.refused("no_printer", &["sign-up", "paper", &code]);
    counter.ok(&["printer", "set", "--to", shown, "--width", "58"]);
    counter.ok(&["sign-up", "paper", &code]);
    let bytes = std::fs::read(&paper).unwrap();
    assert!(bytes.windows(4).any(|w| w == [0x1d, b'v', b'0', 0]), "dots");
    let to = counter.home.to_str().unwrap().to_owned();
    let saved = counter.ok(&["sign-up", "paper", &code, "--format", "text", "--to", &to]);
    let told = std::fs::read_to_string(text(&saved["path"])).unwrap();
    assert!(told.contains(&text(&made["url"])), "{told}");

    assert_eq!(steps(&counter, &id), Value::Null);
    let (status, _) = http::get(shop.centre.port(), &format!("/phone/v1/join/{code}"));
    assert_eq!(status, 200);
    assert!(steps(&counter, &id)["opened"].is_number());
    assert_eq!(steps(&other, &id), Value::Null, "another counter's code");
    let elsewhere = ["sign-up", "paper", &code, "--format", "text"];
    other.refused("sign_up_code_over", &elsewhere);
}
