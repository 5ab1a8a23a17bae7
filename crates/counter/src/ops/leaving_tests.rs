//! A counter goes from its machine: with all that it recorded delivered, or not at all.

use crate::engine::Engine;
use crate::error::Error;
use crate::keys::KeyAccess;
use crate::scripted::Shop;
use crate::view::Left;
use std::fs;
use std::path::Path;

fn leave(dir: &Path, confirm: bool) -> crate::Result<Left> {
    Engine::leave(dir, &KeyAccess::insecure(), confirm)
}

fn names(dir: &Path) -> Vec<String> {
    let all = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
    let mut names: Vec<String> = all
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn nothing_goes_while_a_sale_waits_and_all_goes_once_it_is_delivered() {
    let shop = Shop::open();
    shop.engine
        .record_sale(&shop.clerk(), &shop.sale("T1", &[]))
        .unwrap();
    let Shop {
        centre,
        engine,
        dir,
    } = shop;
    drop(engine);
    let before = names(dir.path());
    let waits = Left {
        waits: true,
        erased: false,
    };
    assert_eq!(leave(dir.path(), false).unwrap(), waits);
    assert!(matches!(leave(dir.path(), true), Err(Error::StillWaiting)));
    assert_eq!(names(dir.path()), before, "all of it is there");

    let engine = Engine::open_simulated(dir.path(), std::sync::Arc::new(centre)).unwrap();
    engine.sync_now().unwrap();
    drop(engine);
    fs::create_dir(dir.path().join("receipts")).unwrap();
    let would = leave(dir.path(), false).unwrap();
    assert_eq!(would, Left::default());
    assert!(dir.path().join("outbox.db").exists(), "only asked");
    assert!(leave(dir.path(), true).unwrap().erased);
    assert_eq!(names(dir.path()), ["receipts"], "what is the shop's stays");
    // and once more, where there is nothing
    assert_eq!(leave(dir.path(), true).unwrap(), Left::default());
    assert_eq!(names(dir.path()), ["receipts"]);
}

#[test]
fn what_was_cut_off_is_done_to_its_end() {
    let shop = Shop::open();
    let Shop { engine, dir, .. } = shop;
    drop(engine);
    // as if it had ended after the files and before the keys
    for name in names(dir.path()) {
        if !name.starts_with("device.") {
            fs::remove_file(dir.path().join(name)).unwrap();
        }
    }
    assert!(!names(dir.path()).is_empty(), "a key is left");
    leave(dir.path(), true).unwrap();
    assert!(!dir.path().exists(), "nothing is left");
}

#[test]
fn a_counter_in_use_stays() {
    let shop = Shop::open();
    let lock = fs::File::create(shop.dir.path().join("sync.lock")).unwrap();
    lock.lock().unwrap();
    assert!(matches!(leave(shop.dir.path(), true), Err(Error::Busy)));
}
