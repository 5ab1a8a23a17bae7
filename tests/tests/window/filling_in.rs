//! A clerk fills a sign-up in, and the guest agrees on the turned tablet; how far she is by the code on show; the
//! code on paper.

use serde_json::json;
use std::time::Duration;
use tests::window::bench::{TABLET, UPRIGHT};
use tests::window::finding::masked;
use tests::window::{Album, Size, Window};
use tests::{Shop, http};

/// One guest in one look.
struct Guest {
    phone: &'static str,
    name: &'static str,
    called: &'static str,
    size: Size,
    language: &'static str,
    theme: &'static str,
}

const GUESTS: [Guest; 4] = [
    Guest {
        phone: "13900007101",
        name: "陆雪",
        called: "陆女士",
        size: TABLET,
        language: "zh-CN",
        theme: "light",
    },
    Guest {
        phone: "13900007102",
        name: "欧阳",
        called: "欧阳女士",
        size: UPRIGHT,
        language: "zh-CN",
        theme: "dim",
    },
    Guest {
        phone: "13900007103",
        name: "Ann Baker",
        called: "Ms Baker",
        size: UPRIGHT,
        language: "en",
        theme: "light",
    },
    Guest {
        phone: "13900007104",
        name: "Lee",
        called: "Ms Lee",
        size: TABLET,
        language: "en",
        theme: "dim",
    },
];

/// Four guests, each in a look of its own: number, code, the rest, consent.
#[test]
fn a_clerk_fills_in_and_the_guest_agrees() {
    let shop = Shop::open();
    let counter = shop.counter("一号柜台");
    let her = shop.person();
    let app = Window::open(
        &shop.dir().join("window"),
        &counter.home,
        Size(1400, 1300),
        Album::closed(),
    );
    app.sign_in(&shop.clerk);
    app.wait_pill("in_step");

    // a number that is a member's leads to that member
    app.click("nav-invite");
    app.click("invite-tab-fill");
    app.wait_for("fill-number");
    app.type_slowly(&her.phone);
    app.click("fill-next");
    app.is_page_of(&her);

    let mut albums = Vec::new();
    for guest in &GUESTS {
        app.resize(guest.size);
        let album = format!("{}/filling-in-{}", guest.language, guest.theme);
        app.turn_page(Album::of(guest.size, &album));
        if app.theme() != guest.theme {
            app.choose_menu("menu-theme");
        }
        if app.language() != guest.language {
            app.choose_menu("menu-language");
        }
        number_and_code(&shop, &app, guest);
        the_rest(&app, guest);
        she_agrees(&shop, &app, guest);
        albums.push(app.turn_page(Album::closed()));
    }
    app.close();
    counter.settle_with(&[]);
    shop.centre.assert_audit_clean();
    for album in albums {
        album.pass();
    }
}

fn number_and_code(shop: &Shop, app: &Window, guest: &Guest) {
    app.click("nav-invite");
    app.wait_for("work-invite");
    if !app.has("fill-number") {
        app.click("invite-tab-fill");
    }
    app.wait_for("fill-number");
    app.picture("number");
    // on the big keys, and on hardware's
    let (first, rest) = guest.phone.split_at(3);
    for digit in first.chars() {
        app.click(&format!("fill-pad-{digit}"));
    }
    app.type_slowly(rest);
    app.text_where("fill-phone", "the number", |w| {
        w.replace(' ', "") == guest.phone
    });
    app.picture("number-typed");
    app.click("fill-next");
    app.text_where("fill-sent", "where it went", |w| {
        w.contains(&masked(guest.phone))
    });
    let sms = shop.centre.sms_code(guest.phone);
    let wrong = if sms == "000000" { "000001" } else { "000000" };
    app.type_slowly(wrong);
    app.picture("code");
    app.click("fill-next");
    app.text_where("fill-trouble", "its code", |w| w.contains("C-164"));
    app.picture("code-wrong");
    app.type_slowly(&sms);
    app.click("fill-next");
    app.wait_for("fill-told");
}

fn the_rest(app: &Window, guest: &Guest) {
    app.picture("told-nothing");
    app.write("fill-name", guest.name);
    app.picture("told-name");
    app.click("fill-title-ms");
    app.click("fill-moisture-combination");
    app.click("fill-sensitivity-sensitive");
    app.click("fill-ageing-tight");
    app.click("fill-concern-保湿");
    app.write("allergy-field", "香精");
    app.wait_for("allergy-option-0");
    app.picture("told-allergy");
    app.click("allergy-option-0");
    app.wait_for("allergy-chip-香精");
    app.picture("told");
    app.click("fill-next");
    app.wait_for("fill-consent");
}

fn she_agrees(shop: &Shop, app: &Window, guest: &Guest) {
    let members = || {
        let sql = "SELECT count(*) FROM member WHERE phone = ?1";
        shop.centre.ledger().number(sql, [guest.phone])
    };
    app.text_where("fill-told-called", "what she is called", |w| {
        w == guest.called
    });
    app.picture("consent");
    app.click("fill-read-terms");
    app.wait_for("fill-text-terms");
    app.picture("consent-read");
    app.click("fill-read-terms");
    // without the terms nothing comes of it, and back there is what was filled in
    app.click("fill-join");
    app.wait_for("fill-consent");
    app.click("fill-consent-skin");
    app.click("fill-agree-back");
    app.wait_gone("fill-consent");
    assert_eq!(app.value("fill-name"), guest.name);
    app.click("fill-next");
    app.wait_for("fill-consent");
    let ticked = app.attribute("fill-consent-skin", "aria-checked");
    assert_eq!(ticked.as_deref(), Some("false"), "asked anew");
    app.click("fill-consent-terms");
    app.click("fill-consent-skin");
    app.picture("consent-given");
    assert_eq!(members(), 0, "nothing is kept before");
    app.tap_fast("fill-join", 2);
    app.wait_for("invite-joined");
    app.picture("joined");
    assert_eq!(members(), 1);
    app.click("invite-page");
    app.wait_for("member-page");
    app.picture("her-page");
    let held = shop.centre.held_on(guest.phone, "member");
    let kept = |column: &str| held[0][column].to_string();
    assert!(kept("name").contains(guest.name) && kept("called").contains(guest.called));
    assert!(kept("allergies").contains("香精") && kept("skin").contains("combination"));
    // the next one finds nothing of her
    app.click("nav-invite");
    app.click("invite-tab-fill");
    app.wait_for("fill-number");
    no_number(app);
}

fn no_number(app: &Window) {
    app.wait_for("fill-phone");
    app.until("no number", || {
        app.words("fill-phone").is_none().then_some(())
    });
}

/// The steps light up as a guest goes; the code goes on paper; with no network there are other ways.
#[test]
fn the_code_on_show_on_paper_and_with_no_network() {
    const PHONE: &str = "13900007201";
    let mut shop = Shop::open();
    let counter = shop.counter("一号柜台");
    let app = Window::open(
        &shop.dir().join("window"),
        &counter.home,
        TABLET,
        Album::of(TABLET, "zh-CN/inviting"),
    );
    app.sign_in(&shop.clerk);
    app.wait_pill("in_step");
    app.click("nav-invite");
    app.wait_for("invite-step-opened");
    let lit = |step: &str| {
        app.until(&format!("{step} lit"), || {
            let state = app.attribute(&format!("invite-step-{step}"), "data-state");
            (state.as_deref() == Some("done")).then_some(())
        });
    };
    app.picture("shown");
    let url = app.attribute("invite-qr", "data-url").expect("an address");
    let (_, code) = url.rsplit_once("/j/").expect("a code");
    let path = format!("/phone/v1/join/{code}");
    let port = shop.centre.port();
    assert_eq!(http::get(port, &path).0, 200);
    lit("opened");
    let (status, _) = http::post(port, &format!("{path}/verify"), &json!({"phone": PHONE}));
    assert_eq!(status, 200);
    let sms = shop.centre.sms_code(PHONE);
    let typed = json!({"phone": PHONE, "verification": sms});
    assert_eq!(http::post(port, &format!("{path}/check"), &typed).0, 200);
    lit("proven");
    app.picture("proven");

    // on paper
    let paper = shop.dir().join("paper");
    counter.ok(&["printer", "set", "--to", paper.to_str().expect("a path")]);
    app.click("invite-print");
    app.wait_for("slip-paper");
    app.picture("paper");
    app.click("invite-paper-print");
    app.text("invite-paper-done");
    let printed = std::fs::read(&paper).expect("paper");
    assert!(printed.windows(3).any(|w| w == [0x1d, b'v', b'0']), "dots");
    app.click("invite-paper-png");
    app.text_where("invite-paper-done", "where it is", |w| w.contains(".png"));
    app.picture("paper-saved");
    app.click("invite-paper-close");
    app.wait_gone("invite-paper");

    let form = json!({
        "phone": PHONE, "verification": sms,
        "consents": [{"purpose": "terms", "given": true, "version": "2026-01"}],
    });
    assert_eq!(http::post(port, &format!("{path}/join"), &form).0, 200);
    let who = app.text("invite-joined");
    assert!(who.contains(&masked(PHONE)), "{who}");
    app.picture("joined");

    // opened again it is for the next guest
    app.click("nav-find");
    app.click("nav-invite");
    app.wait_for("invite-qr");
    assert!(!app.has("invite-joined"));

    // with no network the number is there for a sale
    app.click("invite-tab-fill");
    app.type_slowly("13900007202");
    shop.centre.kill();
    app.click("fill-next");
    app.within(Duration::from_secs(30), "no network", || {
        app.words("fill-trouble").filter(|w| w.contains("C-301"))
    });
    app.picture("fill-offline");
    app.click("fill-offline-scan");
    app.wait_for("invite-how");
    app.picture("code-offline");
    app.click("invite-tab-fill");
    app.text_where("fill-phone", "still there", |w| {
        w.replace(' ', "") == "13900007202"
    });
    app.click("fill-offline-sale");
    app.wait_for("credited-later");
    app.picture("sale-under-number");

    // what was filled in is gone once nobody is signed in
    app.choose_menu("clerk-switch");
    app.sign_in(&shop.clerk);
    app.click("nav-invite");
    app.click("invite-tab-fill");
    no_number(&app);

    // another guest joins all the same: a member of this counter at once
    app.type_slowly("13900007303");
    app.click("fill-next");
    app.wait_for("fill-offline-join");
    app.click("fill-offline-join");
    app.wait_for("fill-unproven");
    app.picture("told-offline");
    app.click("fill-next");
    app.wait_for("fill-consent");
    app.click("fill-consent-terms");
    app.click("fill-read-out");
    app.picture("consent-offline");
    app.click("fill-join");
    app.text("invite-provisional");
    app.picture("joined-offline");
    app.click("invite-page");
    app.text("member-provisional");
    app.picture("page-offline");
    app.turn_page(Album::closed()).pass();
    app.close();
}
