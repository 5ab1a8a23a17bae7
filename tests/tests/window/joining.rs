//! A customer becomes a member on her own phone by the code that the counter shows.

use std::path::PathBuf;
use tests::Shop;
use tests::window::bench::{PHONE, TABLET};
use tests::window::finding::masked;
use tests::window::{Album, Window};

const PHONE_NUMBER: &str = "13900006218";
/// The plain browser of the web view's own package.
const BROWSER: &str = "webkit2gtk-4.1/MiniBrowser";

/// Three steps on the phone; the counter sees her by itself.
#[test]
fn a_phone_joins_by_the_code_on_the_screen() {
    let Some(browser) = browser() else {
        println!("skipped: no {BROWSER} here");
        return;
    };
    let shop = Shop::open();
    let counter = shop.counter("一号柜台");
    let app = Window::open(
        &shop.dir().join("window"),
        &counter.home,
        TABLET,
        Album::of(TABLET, "zh-CN/joining"),
    );
    app.sign_in(&shop.clerk);
    app.click("nav-invite");
    app.wait_for("invite-qr");
    app.picture("invite");
    let url = app
        .attribute("invite-qr", "data-url")
        .expect("the code's address");
    assert!(url.starts_with(&shop.centre.url()), "{url}");

    let phone = Window::browse(
        &shop.dir().join("phone"),
        &browser,
        PHONE,
        &url,
        Album::of(PHONE, "zh-CN"),
    );
    three_steps(&shop, &phone);

    // nobody touches the counter
    let who = app.text("invite-joined");
    assert!(who.contains(&masked(PHONE_NUMBER)), "{who}");
    app.picture("joined");
    app.click("invite-page");
    app.wait_for("member-page");
    let number = app.text("member-no");
    let told = phone.text("phone-member-no");
    assert_eq!(digits(&number), digits(&told));
    app.picture("new-member");
    phone.close();
    app.close();
}

/// Number, skin, consent.
fn three_steps(shop: &Shop, phone: &Window) {
    phone.wait_for("phone-number");
    // the browser's language is that of the machine
    if phone.language() != "zh-CN" {
        phone.picture("number-in-english");
        phone.click("phone-language");
    }
    phone.picture("number");
    phone.click("phone-next");
    phone.text("phone-error");
    phone.picture("number-missing");
    phone.click("phone-number");
    phone.type_slowly(PHONE_NUMBER);
    phone.click("phone-send");
    phone.wait_for("phone-wait");
    phone.picture("code-sent");
    phone.click("phone-code");
    phone.type_slowly(&shop.centre.sms_code(PHONE_NUMBER));
    phone.click("phone-next");
    phone.click("phone-skin-dry");
    phone.click("phone-sensitive");
    phone.picture("skin");
    phone.click("phone-next");
    phone.wait_for("phone-consent-terms");
    phone.picture("consent");
    phone.click("phone-next");
    phone.text("phone-error");
    phone.picture("consent-missing");
    phone.click("phone-consent-terms");
    phone.click("phone-consent-skin");
    phone.picture("consent-given");
    phone.click("phone-next");
    phone.wait_for("phone-welcome");
    assert_eq!(
        phone.attribute("phone-welcome", "data-status").as_deref(),
        Some("joined")
    );
    phone.picture("welcome");
}

fn digits(words: &str) -> String {
    words.chars().filter(char::is_ascii_digit).collect()
}

fn browser() -> Option<PathBuf> {
    [
        "/usr/lib/x86_64-linux-gnu",
        "/usr/lib64",
        "/usr/libexec",
        "/usr/lib",
    ]
    .iter()
    .map(|dir| PathBuf::from(dir).join(BROWSER))
    .find(|path| path.is_file())
}
