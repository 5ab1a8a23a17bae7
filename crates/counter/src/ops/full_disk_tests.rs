//! What goes on where the outbox can take nothing more.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::error::Error;
use crate::scripted::Shop;

/// Fills what room the outbox's file has.
fn fill(shop: &Shop) {
    let clerk = shop.clerk();
    let now_only = |c: &rusqlite::Connection| {
        let pages: i64 = c.pragma_query_value(None, "page_count", |r| r.get(0))?;
        c.pragma_update(None, "max_page_count", pages)
    };
    shop.engine
        .shared
        .outbox()
        .write(|tx| now_only(tx).map_err(crate::outbox::failure))
        .unwrap();
    let full = (0..10_000).find_map(|_| shop.engine.looked(&clerk, "fill", None).err());
    assert!(matches!(full, Some(Error::DiskFull)), "{full:?}");
}

/// Who is signed in goes on with the customers before her.
#[test]
fn members_are_still_found_and_nothing_is_half_recorded() {
    let shop = Shop::open();
    let clerk = shop.clerk();
    let before = shop.engine.member_page("M1").unwrap();
    fill(&shop);
    let found = shop.engine.find("13800000001", 20).unwrap();
    assert_eq!(found[0].id, "M1");
    let page = shop.engine.member_page("M1").unwrap();
    assert_eq!((page.no, page.tier), (before.no, before.tier));
    // where a row still fits it is taken whole, and where none does it is refused whole
    let sell = |n: u32| {
        let sale = shop.sale(&format!("R-{n}"), &[]);
        shop.engine.record_sale(&clerk, &sale)
    };
    let (taken, refused) = (0..10_000u32)
        .find_map(|n| sell(n).err().map(|e| (n, e)))
        .unwrap();
    assert!(matches!(refused, Error::DiskFull), "{refused:?}");
    let waiting = shop.engine.shared.outbox().read(|c| {
        c.query_row("SELECT count(*) FROM outbox", [], |r| r.get::<_, u32>(0))
            .map_err(crate::outbox::failure)
    });
    assert_eq!(waiting.unwrap(), taken);
}
