//! Where the centre's key comes from, and what it is not taken from.

use super::*;

fn nothing() -> Known<'static> {
    Known {
        public: None,
        secret: None,
    }
}

fn public(key: &SigningKey) -> String {
    hex::encode(key.verifying_key().to_bytes())
}

#[test]
fn a_new_database_gets_a_key_of_its_own_for_this_user_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("central.key");
    let key = open(&file, &nothing()).unwrap();
    assert_eq!(open(&file, &nothing()).unwrap().to_bytes(), key.to_bytes());
    let other = open(&folder.path().join("other.key"), &nothing()).unwrap();
    assert_ne!(other.to_bytes(), key.to_bytes());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_key_that_lay_in_the_database_goes_to_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("central.key");
    let old = SigningKey::from_bytes(&random().unwrap());
    let (secret, public) = (hex::encode(old.to_bytes()), public(&old));
    let of_old = Known {
        public: None,
        secret: Some(&secret),
    };
    assert_eq!(open(&file, &of_old).unwrap().to_bytes(), old.to_bytes());
    // the database forgets the secret half now, or a backup of before is put back: both know the file
    for known in [
        Known {
            public: Some(&public),
            secret: None,
        },
        of_old,
    ] {
        assert_eq!(open(&file, &known).unwrap().to_bytes(), old.to_bytes());
    }
}

#[test]
fn a_database_takes_no_other_key_than_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("central.key");
    let own = public(&SigningKey::from_bytes(&random().unwrap()));
    let known = Known {
        public: Some(&own),
        secret: None,
    };
    assert!(matches!(open(&file, &known), Err(KeyError::Missing(_))));
    open(&file, &nothing()).unwrap();
    assert!(matches!(open(&file, &known), Err(KeyError::Other(_))));
    let secret = hex::encode(SigningKey::from_bytes(&random().unwrap()).to_bytes());
    let of_old = Known {
        public: None,
        secret: Some(&secret),
    };
    assert!(matches!(open(&file, &of_old), Err(KeyError::Other(_))));
    for text in ["", "00", "no key at all", &"zz".repeat(32)] {
        fs::write(&file, text).unwrap();
        assert!(matches!(open(&file, &nothing()), Err(KeyError::Invalid(_))));
    }
    fs::write(&file, [0xff, 0xfe, 0x00]).unwrap();
    assert!(matches!(open(&file, &nothing()), Err(KeyError::Invalid(_))));
}

#[test]
fn a_key_that_is_replaced_stays_under_another_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("central.key");
    let old = open(&file, &nothing()).unwrap();
    let new = replace(&file).unwrap();
    assert_ne!(new, old.verifying_key());
    assert_eq!(open(&file, &nothing()).unwrap().verifying_key(), new);
    let aside = open(&file.with_extension("key.old"), &nothing()).unwrap();
    assert_eq!(aside.to_bytes(), old.to_bytes());
}

#[test]
fn processes_that_begin_together_take_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("central.key");
    let keys: Vec<_> = std::thread::scope(|scope| {
        let start = || open(&file, &nothing()).unwrap().to_bytes();
        let started: Vec<_> = (0..16).map(|_| scope.spawn(start)).collect();
        started.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]));
}

#[test]
fn what_is_sealed_opens_with_its_own_key_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("central.sensitive.key");
    let key = open_sealing(&file, None).unwrap();
    let sealed = key.seal("香精").unwrap();
    let again = open_sealing(&file, Some(key.mark())).unwrap();
    assert_eq!(again.open(&sealed).as_deref(), Some("香精"));
    let other = open_sealing(&folder.path().join("other.sensitive.key"), None).unwrap();
    assert!(matches!(
        open_sealing(&file, Some(other.mark())),
        Err(KeyError::SealingOther(_))
    ));
    fs::remove_file(&file).unwrap();
    assert!(matches!(
        open_sealing(&file, Some(key.mark())),
        Err(KeyError::SealingMissing(_))
    ));
    assert!(!file.exists(), "none is made in its place");
}
