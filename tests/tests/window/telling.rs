//! What a customer tells of a reaction and of an allergy, in the window: asked quietly, left out with one tap, kept
//! while the centre is gone, and for the brand alone.

use tests::counter::{number, text};
use tests::window::bench::{TABLET, UPRIGHT};
use tests::window::keys::F12;
use tests::window::{Album, Window};
use tests::{Person, Shop};

/// What no product's list has.
const FREE: &str = "zzpeach";

/// Somebody who allows allergies to be kept, and a receipt of hers of which nothing has come back.
fn somebody(shop: &Shop, counter: &tests::Counter) -> (Person, String) {
    let people = shop.people(300, 12);
    let found = people.into_iter().find_map(|p| {
        let page = counter.page(&p.id);
        let history = page["history"].as_array()?;
        let whole = |r: &&serde_json::Value| {
            let lines = r["lines"].as_array().into_iter().flatten();
            r["here"] == true
                && lines.clone().count() > 0
                && lines.into_iter().all(|l| number(&l["returned"]) == 0)
        };
        let receipt = text(&history.iter().find(whole)?["no"]);
        Some((p, receipt))
    });
    found.expect("a member with a receipt")
}

/// Opens her receipt and says that the first of it did her no good.
fn bring_back(app: &Window, receipt: &str) {
    app.open_receipt(receipt);
    app.click("return-check-0");
    app.click("return-reason-reaction");
    app.wait_for("reaction");
    // a drawer that still slides in would be tapped beside what is meant
    app.still();
}

fn tell(app: &Window) {
    for chip in [
        "sign-redness",
        "sign-itching",
        "place-face",
        "onset-day",
        "course-still",
        "doctor-no",
    ] {
        app.click(&format!("reaction-{chip}"));
    }
}

/// What her profile says of allergies: a word that warns of nothing says so at once.
fn her_allergies(app: &Window, her: &Person) {
    app.open_member(her);
    app.click("profile-edit");
    app.wait_for("consent-skin");
    if !app.has("allergy-picker") {
        app.click("consent-skin-toggle");
        app.wait_for("allergy-picker");
    }
    app.write("allergy-field", "parfum");
    app.wait_for("allergy-option-0");
    app.picture("profile-allergy-options");
    app.click("allergy-option-0");
    app.write("allergy-field", FREE);
    app.wait_for("allergy-free");
    app.click("allergy-free");
    app.wait_for(&format!("allergy-chip-{FREE}"));
    app.wait_for("allergy-nothing");
    app.picture("profile-allergy-silent");
    app.click("strip-change");
    app.wait_for("profile-leave");
    app.click("profile-drop");
    app.wait_gone("profile");
}

/// A paper of another store, of a day that the clerk can read on it.
fn paper_of_elsewhere(app: &Window) {
    app.click("nav-return");
    if app.has("return-other") {
        app.click("return-other");
    }
    app.write("return-receipt", "NO-SUCH-9");
    app.click("return-open");
    app.click("return-unknown");
    app.wait_for("unknown-store");
    app.write("unknown-year", "2026");
    app.picture("return-paper-of");
    app.click("unknown-back");
}

#[test]
fn a_reaction_is_told_or_left_out_and_reaches_the_brand_alone() {
    let mut shop = Shop::open();
    let counter = shop.counter("一号柜台");
    let (her, receipt) = somebody(&shop, &counter);
    let dir = shop.dir().join("window");
    let app = Window::open(
        &dir,
        &counter.home,
        TABLET,
        Album::of(TABLET, "zh-CN/telling"),
    );
    app.sign_in(&shop.clerk);
    app.wait_pill("in_step");
    let mut albums = Vec::new();
    for (size, language, theme) in [
        (TABLET, "zh-CN", "light"),
        (UPRIGHT, "zh-CN", "dim"),
        (UPRIGHT, "en", "light"),
        (TABLET, "en", "dim"),
    ] {
        app.resize(size);
        let album = Album::of(size, &format!("{language}/telling-{theme}"));
        albums.push(app.turn_page(album));
        if app.theme() != theme {
            app.choose_menu("menu-theme");
        }
        if app.language() != language {
            app.choose_menu("menu-language");
        }
        bring_back(&app, &receipt);
        app.picture("reaction-asked");
        tell(&app);
        app.picture("reaction-told");
        app.click("reaction-keep");
        app.wait_gone("reaction");
        app.picture("return-with-reaction");
        // she would rather not, after all: one tap
        app.click("reaction-ask");
        app.click("reaction-none");
        app.wait_gone("reaction");
        app.picture("return-without-reaction");
        app.click("return-other");
        her_allergies(&app, &her);
        paper_of_elsewhere(&app);
    }
    albums.push(app.turn_page(Album::closed()));
    app.choose_menu("menu-language");

    shop.centre.kill();
    app.wait_pill("offline");
    bring_back(&app, &receipt);
    tell(&app);
    app.click("reaction-keep");
    app.wait_gone("reaction");
    app.text_where("reaction-row", "what she told", |w| w.contains("瘙痒"));
    app.press(F12);
    app.wait_for("return-done");
    app.close();

    shop.centre.restart();
    counter.sync();
    let held = shop.centre.held_on(&her.id, "reaction");
    assert_eq!(held.len(), 1);
    assert_eq!(held[0]["serious"], false);
    let told = held[0]["told"].to_string();
    assert!(told.contains("redness") && told.contains("itching"));
    shop.centre.assert_audit_clean();
    for album in albums {
        album.pass();
    }
}
