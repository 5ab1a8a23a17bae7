//! A guest joins on a small and slow phone, by the code of a real counter: with the network, with the counter cut off, and
//! by what a provider tells.

#![allow(
    clippy::print_stdout,
    reason = "says what was skipped, and how fast a page was"
)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tests::centre::Serving;
use tests::phone::Phone;
use tests::relay::{Mode, Relay};
use tests::window::bench::TABLET;
use tests::window::finding::masked;
use tests::window::{Album, Window};
use tests::{Shop, http};

const FIRST: &str = "13900006301";
const SECOND: &str = "13900006302";
const THIRD: &str = "13900006303";
/// Taps that joining takes at most: a field, a code asked for, its field, three times on, the skin, the terms.
const TAPS: usize = 8;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn phone(shop: &Shop, name: &str) -> Option<Phone> {
    let pictures = root().join("test-output/screens/360x740/zh-CN/phones");
    let phone = Phone::on(&shop.dir().join(name), &pictures);
    if phone.is_none() {
        println!("skipped: no Chromium here");
    }
    phone
}

/// Number, skin, consent; axe looks at each page.
fn joins(shop: &Shop, phone: &Phone, url: &str, number: &str, axe: Option<&str>) {
    let look = |name: &str| {
        phone.picture(name);
        if let Some(axe) = axe {
            let found = phone.axe(axe);
            assert!(found.is_empty(), "{name}: {found:?}");
        }
    };
    phone.scans(url);
    phone.waits_for("phone-number");
    look("1-number");
    phone.taps("phone-number");
    phone.types(number);
    phone.taps("phone-send");
    phone.waits_for("phone-wait");
    phone.taps("phone-code");
    phone.types(&shop.centre.sms_code(number));
    phone.taps("phone-next");
    phone.waits_for("phone-skin-dry");
    look("2-skin");
    // one of the two things that must be told, and "not sure" would do
    phone.taps("phone-skin-unsure");
    phone.taps("phone-next");
    phone.waits_for("phone-consent-terms");
    look("3-consent");
    let unticked = "return document.querySelectorAll('[role=checkbox][aria-checked=true]').length";
    assert_eq!(
        phone.script(unticked),
        json!(0),
        "nothing is ticked beforehand"
    );
    phone.taps("phone-consent-terms");
    phone.taps("phone-next");
    phone.waits_for("phone-welcome");
    look("4-welcome");
}

fn code_on(app: &Window) -> String {
    app.click("nav-invite");
    app.wait_for("invite-qr");
    app.attribute("invite-qr", "data-url")
        .expect("the code's address")
}

/// Slow, with the counter in step and then cut off.
#[test]
fn a_slow_phone_joins_whether_the_counter_has_a_network_or_not() {
    let shop = Shop::open();
    let Some(slow) = phone(&shop, "slow") else {
        return;
    };
    let relay = Relay::to(shop.centre.port());
    let counter = shop.counter_through("一号柜台", &relay.url());
    let app = Window::open(
        &shop.dir().join("window"),
        &counter.home,
        TABLET,
        Album::of(TABLET, "zh-CN/phones"),
    );
    app.sign_in(&shop.clerk);
    app.wait_pill("in_step");
    let axe = fs::read_to_string(root().join("ui/node_modules/axe-core/axe.min.js"));
    let axe = axe.expect("axe");
    slow.is_slow();
    joins(&shop, &slow, &code_on(&app), FIRST, Some(&axe));
    assert!(slow.tapped() <= TAPS, "{} taps", slow.tapped());
    println!("interactive after {} ms", ready(&slow));
    // nobody touches the counter
    let who = app.text("invite-joined");
    assert!(who.contains(&masked(FIRST)), "{who}");
    app.click("invite-page");
    app.wait_for("member-page");
    assert_eq!(
        digits(&app.text("member-no")),
        digits(&slow.reads("phone-member-no"))
    );

    // the shop's line is down: the code is the counter's own all the same, and the phone has a network
    relay.set(Mode::Hang);
    app.click("nav-find");
    app.wait_pill("offline");
    let url = code_on(&app);
    drop(slow);
    let Some(other) = phone(&shop, "other") else {
        return;
    };
    joins(&shop, &other, &url, SECOND, None);
    // once the line is back the counter knows her
    relay.set(Mode::Pass);
    counter.sync();
    let page = counter.ok(&["find", SECOND]);
    assert!(page.to_string().contains(&masked(SECOND)), "{page}");
    app.close();
    shop.centre.assert_audit_clean();
}

/// When the first page could be used, in milliseconds from the navigation.
fn ready(phone: &Phone) -> f64 {
    let paints =
        phone.script("return performance.getEntriesByType('resource').map((r) => r.responseEnd)");
    let last = paints
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_f64);
    last.fold(0.0_f64, f64::max).round()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// A server of another's making, until it is dropped.
struct Provider(Child, String);

impl Provider {
    fn telling(number: &str) -> Self {
        let mut child = Command::new("node")
            .arg(root().join("tests/oauth-server.mjs"))
            .arg(number)
            .stdout(Stdio::piped())
            .spawn()
            .expect("node");
        let out = child.stdout.take().expect("its output is piped");
        let mut line = String::new();
        BufReader::new(out)
            .read_line(&mut line)
            .expect("its address");
        Self(child, line.trim().to_owned())
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// By an OAuth 2.0 server that knows nothing of us, in a browser that goes there and comes back.
#[test]
fn a_provider_tells_the_number_and_knows_her_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::telling(THIRD);
    let settings = folder.path().join("authorise.json");
    let base = &provider.1;
    let said = json!({ "providers": [{
        "flavour": "plain", "id": "wechat", "client_id": "shop", "client_secret": "hush", "scope": "openid",
        "authorize": format!("{base}/authorize"), "token": format!("{base}/token"), "user": format!("{base}/userinfo"),
    }] });
    fs::write(&settings, said.to_string()).expect("settings");
    let file = settings.to_str().expect("a path");
    let shop = Shop::open_with(&Serving {
        args: &["--authorise", file],
        open_files: None,
    });
    let Some(phone) = phone(&shop, "phone") else {
        return;
    };
    let counter = shop.counter("一号柜台");
    let url = counter.ok(&["join"])["url"]
        .as_str()
        .expect("an address")
        .to_owned();
    phone.scans(&url);
    phone.waits_for("phone-by-wechat");
    phone.picture("5-providers");
    phone.taps("phone-by-wechat");
    // there and back: the number is told, and no message was sent
    phone.taps("phone-skin-dry");
    phone.taps("phone-next");
    phone.taps("phone-consent-terms");
    phone.taps("phone-consent-open_id");
    phone.picture("6-known-again");
    phone.taps("phone-next");
    phone.waits_for("phone-welcome");
    assert_eq!(phone.tapped(), 6);
    let number = phone.reads("phone-member-no");

    phone.scans(&format!("{}/me", shop.centre.url()));
    phone.script("localStorage.clear(); location.reload(); return 1");
    phone.taps("phone-by-wechat");
    phone.waits_for("own-points");
    phone.picture("7-own-page");
    let shown = phone.script("return document.body.innerText");
    assert!(digits(shown.as_str().unwrap_or_default()).contains(&digits(&number)));
    // where nobody is set there is no button
    let plain = Shop::open();
    let (_, begun) = http::get(plain.centre.port(), "/phone/v1/me");
    assert!(!begun.to_string().contains("providers"), "{begun}");
    shop.centre.assert_audit_clean();
}
