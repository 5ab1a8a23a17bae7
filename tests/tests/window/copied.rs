//! A copied disk: the clerk is told what goes on, and a manager lets both stories count, at another
//! counter's screen.

use tests::counter::text;
use tests::till::{Sale, receipts};
use tests::window::bench::TABLET;
use tests::window::{Album, Window};
use tests::{Books, Brand, Clerk, Counter, Shop};

/// Receipts of the one copy and of the other.
const RECEIPTS: [&str; 3] = ["COPY-A1", "COPY-B1", "COPY-A2"];

/// Two copies of one counter that both have sold, and another counter beside them.
struct Copied {
    shop: Shop,
    first: Counter,
    copy: Counter,
    other: Counter,
    /// Who bought.
    her: String,
    manager: Clerk,
    /// Ids of what was done.
    done: Vec<String>,
}

impl Copied {
    fn begins() -> Self {
        let shop = Shop::open();
        let (first, other) = (shop.counter("一号柜台"), shop.counter("二号柜台"));
        first.settle_with(&[&other]);
        let mut copied = Self {
            her: shop.person().id,
            manager: Brand::demo().clerk_of(&shop.store, "manager"),
            copy: first.copied("copy"),
            done: Vec::new(),
            shop,
            first,
            other,
        };
        copied.sell(&copied.first.clone(), RECEIPTS[0]);
        copied.sell(&copied.copy.clone(), RECEIPTS[1]);
        copied
    }

    fn sell(&mut self, counter: &Counter, receipt: &str) {
        let sold = counter.sell(&Sale::to(&self.her, receipt, &["TH1001"]));
        self.done.push(text(&sold["op_id"]));
        counter.sync();
    }

    fn window(&self, name: &str, counter: &Counter) -> Window {
        let album = Album::of(TABLET, &format!("zh-CN/copied-{name}"));
        Window::open(&self.shop.dir().join(name), &counter.home, TABLET, album)
    }

    /// The clerk at a copy is told what it is, what is safe and what still works.
    fn told_at_the_copy(&self, name: &str, standing: &str) {
        let app = self.window(name, &self.copy);
        app.sign_in(&self.shop.clerk);
        app.wait_standing(standing);
        app.go_sync();
        app.text("device-standing");
        assert!(app.has("can-sell_and_return"));
        assert!(app.has("cannot-redeem_all"));
        app.picture(standing);
        app.close();
    }

    /// At the other counter the manager sees both copies, and lets them count.
    fn settled_at_the_other(&self) {
        let device = self.shop.centre.device_id("一号柜台");
        let app = self.window("manager", &self.other);
        app.sign_in(&self.manager);
        app.go_devices();
        app.picture("who-asks");
        app.approve(&self.manager);
        assert_eq!(app.device_standing(&device), "quarantined");
        let kept = app.text("kept");
        for receipt in &RECEIPTS[1..] {
            assert!(kept.contains(receipt), "{receipt} in {kept}");
        }
        assert!(app.how_many("kept-copy") >= 2, "{kept}");
        app.picture("two-copies");
        app.click("do-resolve");
        app.text_where("approve", "what happens", |w| w.contains("由本店承担"));
        app.picture("what-happens");
        // the counter sells meanwhile
        app.click("nav-sale");
        app.wait_for("pick-member");
        app.go_devices();
        app.approve(&self.manager);
        app.click("do-resolve");
        app.approve(&self.manager);
        app.text("devices-done");
        assert_ne!(app.device_standing(&device), "quarantined");
        app.picture("merged");
        app.close();
    }
}

/// Both copies' sales count once, and the copy that comes later is told to be enrolled anew.
#[test]
fn a_manager_settles_a_copied_disk_at_another_counter() {
    let mut copied = Copied::begins();
    copied.sell(&copied.first.clone(), RECEIPTS[2]);
    copied.told_at_the_copy("quarantined", "quarantined");
    copied.settled_at_the_other();

    copied.first.sync();
    assert_eq!(copied.first.problem(), "");
    copied.told_at_the_copy("superseded", "superseded");
    copied.first.settle_with(&[&copied.other]);
    let all = receipts(&copied.other.page(&copied.her));
    for receipt in RECEIPTS {
        let times = all.iter().filter(|no| *no == receipt).count();
        assert_eq!(times, 1, "{receipt} in {all:?}");
    }
    copied.shop.centre.assert_audit_clean();
    let applied = Books::File(copied.shop.centre.ledger()).applied();
    for done in &copied.done {
        assert_eq!(applied.get(done), Some(&1), "{done}");
    }
}
