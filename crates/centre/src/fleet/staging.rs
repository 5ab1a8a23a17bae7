//! Which devices are to have a version: a share of a store's, or of all, always the same ones; and when a version is held.

use protocol::chain::Transcript;
use protocol::{DeviceId, StoreId};
use semver::Version;
use serde::Serialize;

/// Devices on which a version may fail before it is given out no more.
const FAILURES: usize = 2;
/// And of a hundred on which it was tried.
const FAILURES_OF_HUNDRED: usize = 5;

/// How many of a store's devices are to have a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stage {
    /// Which store; none for all that have no stage of their own.
    pub store: Option<StoreId>,
    /// In hundredths: 0 to 100.
    pub share: u32,
}

/// Whether a version is for a device of a store. A larger share takes in those of a smaller one.
pub(super) fn is_for(device: DeviceId, store: &StoreId, version: &str, stages: &[Stage]) -> bool {
    let own = stages.iter().find(|s| s.store.as_ref() == Some(store));
    let stage = own.or_else(|| stages.iter().find(|s| s.store.is_none()));
    stage.is_some_and(|stage| place(device, version) < stage.share)
}

/// A device's place among a hundred for a version: by chance, and always the same. Another version begins with others, so
/// that the same shop does not try each.
fn place(device: DeviceId, version: &str) -> u32 {
    let hash = Transcript::new("counterpart.release.1")
        .part(version.as_bytes())
        .part(device.to_string().as_bytes())
        .finish()
        .to_string();
    let first = hash
        .get(..8)
        .and_then(|hex| u32::from_str_radix(hex, 16).ok());
    first.unwrap_or(u32::MAX) % 100
}

/// Whether a version that failed on some of the devices that have tried it to an end is given out no more.
pub(super) fn is_to_be_held(good: usize, failed: usize) -> bool {
    failed >= FAILURES && failed * 100 >= (good + failed) * FAILURES_OF_HUNDRED
}

/// Whether a version is newer than what a device has; not where either is none.
pub(super) fn is_newer(version: &str, has: &str) -> bool {
    match (Version::parse(version), Version::parse(has)) {
        (Ok(version), Ok(has)) => version > has,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn devices(n: usize) -> Vec<DeviceId> {
        (0..n).map(|_| DeviceId::fresh()).collect()
    }

    #[test]
    fn a_share_is_about_that_many_and_grows_without_leaving_anybody_out() {
        let (all, store) = (devices(2_000), StoreId::from("S1"));
        let of = |share| {
            let stages = [Stage { store: None, share }];
            let chosen = all.iter().filter(|d| is_for(**d, &store, "1.2.3", &stages));
            chosen.copied().collect::<Vec<_>>()
        };
        assert!(of(0).is_empty());
        assert_eq!(of(100).len(), all.len());
        let (tenth, half) = (of(10), of(50));
        assert!((120..280).contains(&tenth.len()), "{}", tenth.len());
        assert!((880..1_120).contains(&half.len()), "{}", half.len());
        assert!(tenth.iter().all(|d| half.contains(d)));
        // and another version begins with others
        let stages = [Stage {
            store: None,
            share: 10,
        }];
        let others = all.iter().filter(|d| is_for(**d, &store, "1.2.4", &stages));
        let both = others.filter(|d| tenth.contains(d)).count();
        assert!(both < tenth.len() / 2, "{both}");
    }

    #[test]
    fn a_stores_own_stage_goes_before_that_of_all() {
        let device = DeviceId::fresh();
        let stages = [
            Stage {
                store: None,
                share: 100,
            },
            Stage {
                store: Some("S2".into()),
                share: 0,
            },
        ];
        assert!(is_for(device, &"S1".into(), "1.0.0", &stages));
        assert!(!is_for(device, &"S2".into(), "1.0.0", &stages));
        assert!(!is_for(device, &"S1".into(), "1.0.0", &stages[1..]));
    }

    #[test]
    fn a_version_that_fails_here_and_there_is_held() {
        assert!(!is_to_be_held(0, 0));
        assert!(!is_to_be_held(0, 1), "one may be a machine's own");
        assert!(is_to_be_held(0, 2));
        assert!(is_to_be_held(38, 2));
        assert!(!is_to_be_held(39, 2));
    }

    #[test]
    fn newer_is_by_the_numbers() {
        assert!(is_newer("0.10.0", "0.9.9"));
        assert!(is_newer("1.0.0", "1.0.0-rc.1"));
        for (version, has) in [
            ("1.0.0", "1.0.0"),
            ("0.9.0", "1.0.0"),
            ("new", "1.0.0"),
            ("1.0.0", ""),
        ] {
            assert!(!is_newer(version, has), "{version} {has}");
        }
    }
}
