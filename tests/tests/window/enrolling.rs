//! A counter that was never enrolled.

use tests::window::bench::TABLET;
use tests::window::{Album, Window, keys};
use tests::{Brand, Shop};

/// A counter that was never enrolled enrols on its own page with a one-time code.
#[test]
fn a_new_counter_enrols_by_its_code() {
    let shop = Shop::open();
    let counter = shop.bare("new");
    let app = Window::open(
        &shop.dir().join("window"),
        &counter.home,
        TABLET,
        Album::of(TABLET, "zh-CN/enrolling"),
    );
    app.wait_for("not-enrolled");
    app.picture("not-enrolled");

    let code = shop.centre.enrol_code(&shop.store, true);
    let url = shop.centre.url();
    app.fill_enrolment(&url, "WRONG-CODE", "二号柜台");
    app.picture("filled-in");
    app.click("enrol-submit");
    app.text("enrol-error");
    app.picture("code-refused");

    app.empty("enrol-code");
    app.write("enrol-code", &code);
    app.press(keys::ENTER);
    app.wait_for(&format!("clerk-{}", shop.clerk.id));
    app.text_where("device", "its name", |w| w.contains("二号柜台"));
    app.wait_pill("in_step");
    app.picture("enrolled");

    app.sign_in(&Brand::demo().clerk("manager"));
    app.open_member(&shop.people(1, 1)[0]);
    app.close();
}
