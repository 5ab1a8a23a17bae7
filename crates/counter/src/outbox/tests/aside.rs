//! Replacing a damaged outbox: nothing is deleted, and the new one knows who it is.

use super::*;

fn home_of(dir: &std::path::Path) -> (Home, FileKey) {
    let home = Home::open(dir).unwrap();
    let key = device_key(&home).unwrap();
    (home, key)
}

fn identity_of(outbox: &Outbox) -> Identity {
    outbox.read(identity::identity).unwrap().unwrap()
}

#[test]
fn a_sound_outbox_stays() {
    let dir = tempfile::tempdir().unwrap();
    let me = identity_of(&enrolled(dir.path()));
    let (home, key) = home_of(dir.path());
    let refused = put_aside(&home, &key, Some(&me));
    assert!(matches!(refused, Err(Error::OutboxSound)));
    assert_eq!(identity_of(&enrolled(dir.path())).device, me.device);
}

#[test]
fn a_damaged_one_is_kept_and_the_new_one_has_the_identity_and_no_epoch() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path());
    for _ in 0..200 {
        outbox.write(|tx| append(tx, &draft())).unwrap();
    }
    let me = identity_of(&outbox);
    drop(outbox);
    let (home, key) = home_of(dir.path());
    let mut bytes = std::fs::read(home.outbox()).unwrap();
    let middle = bytes.len() / 2;
    for b in &mut bytes[middle..middle + 5_000] {
        *b ^= 0x5a;
    }
    std::fs::write(home.outbox(), &bytes).unwrap();

    let done = put_aside(&home, &key, Some(&me)).unwrap();
    assert!(done.enrolled);
    let kept = done.kept.unwrap();
    assert_eq!(std::fs::read(kept).unwrap().len(), bytes.len());
    let fresh = Outbox::open(&home, &key).unwrap();
    assert_eq!(identity_of(&fresh).device, me.device);
    assert_eq!(
        identity_of(&fresh).signing_key().unwrap().to_bytes(),
        me.signing_key().unwrap().to_bytes()
    );
    assert_eq!(fresh.read(identity::epoch).unwrap(), Epoch(0));
    assert!(fresh.read(identity::life).unwrap().is_some());
}

#[test]
fn one_that_is_gone_is_begun_anew_where_that_is_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let me = identity_of(&enrolled(dir.path()));
    let (home, key) = home_of(dir.path());
    // there was a cache, so there was an outbox
    std::fs::write(home.cache(), b"x").unwrap();
    std::fs::remove_file(home.outbox()).unwrap();
    assert!(matches!(
        Outbox::open(&home, &key),
        Err(Error::OutboxDamaged(_))
    ));
    let done = put_aside(&home, &key, Some(&me)).unwrap();
    assert_eq!(done.kept, None);
    assert_eq!(
        identity_of(&Outbox::open(&home, &key).unwrap()).device,
        me.device
    );
}
