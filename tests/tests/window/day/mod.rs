//! The steps of the day.

mod alone;
mod together;

use serde_json::Value;
use std::path::PathBuf;
use tests::counter::{number, text};
use tests::window::bench::TABLET;
use tests::window::{Album, Window};
use tests::{Clerk, Counter, Person, Shop};

/// A phone number that nobody of the brand has.
pub const STRANGER: &str = "13900007341";
/// Receipt numbers of the till.
pub const RECEIPT: &str = "T1-20260018";
/// The second.
pub const STRANGERS_RECEIPT: &str = "T1-20260019";

/// The shop, its two counters and who comes in.
pub struct Day {
    shop: Shop,
    /// The counter with the window.
    a: Counter,
    /// Another counter of the same store.
    b: Counter,
    /// Who stands at the window.
    clerk: Clerk,
    /// She redeems and buys.
    her: Person,
    /// She brings something back.
    other: Person,
    /// The other's receipt, and what it was.
    receipt: Value,
    window: PathBuf,
    /// What happened, to be found again.
    spent: i64,
    earned: i64,
    confirmed: i64,
}

impl Day {
    /// A shop opens with two counters in step.
    pub fn begins() -> Self {
        let shop = Shop::open();
        let (a, b) = (shop.counter("一号柜台"), shop.counter("二号柜台"));
        let people = shop.people(300, 6);
        // she may have a sample by what is kept for this counter, and not all that she has points for
        let fit = |p: &&Person| {
            let kept = a.offline_usable(&p.id);
            spelled(&p.name).is_some() && kept >= 600 && p.points >= kept + 1500
        };
        let her = people.iter().find(fit).expect("a member with points kept");
        let (other, receipt) = people
            .iter()
            .filter(|p| p.id != her.id)
            .find_map(|p| Some((p.clone(), whole_receipt(&a.page(&p.id))?)))
            .expect("a member with a receipt");
        Self {
            her: her.clone(),
            other,
            receipt,
            clerk: shop.clerk.clone(),
            window: shop.dir().join("window"),
            shop,
            a,
            b,
            spent: 0,
            earned: 0,
            confirmed: 0,
        }
    }

    /// Opens the app on counter A.
    pub fn open(&self, album: Album) -> Window {
        Window::open(&self.window, &self.a.home, TABLET, album)
    }

    fn initials(&self) -> String {
        spelled(&self.her.name).expect("a name that can be spelled")
    }
}

/// A receipt of this store of which nothing was brought back and that has money in it.
fn whole_receipt(page: &Value) -> Option<Value> {
    let history = page["history"].as_array()?;
    let whole = |r: &&Value| {
        let lines = r["lines"].as_array().is_some_and(|all| {
            !all.is_empty() && all.iter().all(|line| number(&line["returned"]) == 0)
        });
        lines && r["here"] == true && number(&r["earned"]) > 0 && text(&r["refunded"]) == "0.00"
    };
    history.iter().find(whole).cloned()
}

/// The initials of a name with a common surname; none for what has more than one reading.
fn spelled(name: &str) -> Option<String> {
    use pinyin::ToPinyin;
    const COMMON: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗";
    name.chars()
        .next()
        .filter(|surname| COMMON.contains(*surname))?;
    let letters: Option<Vec<&str>> = name
        .to_pinyin()
        .map(|p| p.map(|p| p.first_letter()))
        .collect();
    letters.map(|all| all.concat())
}
