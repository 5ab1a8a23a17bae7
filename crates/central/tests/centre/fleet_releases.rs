//! Versions of the counters' program: signed, by stages, held where they fail.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{Bench, Counter, Engine, bench_on};
use crate::fleet::{TARGET, health, store, tells};
use centre::fleet::{self, Folder, NewRelease};
use protocol::check_in::{DeviceHealth, UpdateReport, UpdateStage};
use protocol::package::PackageKey;

/// A brand that signs packages.
struct Brand {
    pair: minisign::KeyPair,
    folder: Folder,
}

impl Brand {
    fn new(bench: &Bench) -> Self {
        Self {
            pair: minisign::KeyPair::generate_unencrypted_keypair().unwrap(),
            folder: Folder::at(bench.folder.path().join("packages")),
        }
    }

    fn key(&self) -> PackageKey {
        PackageKey::read(&self.pair.pk.to_box().unwrap().to_string()).unwrap()
    }

    fn signed(&self, bench: &Bench, version: &str, text: &str) -> NewRelease {
        let file = bench.folder.path().join(format!("setup-{version}.exe"));
        std::fs::write(&file, text).unwrap();
        let signature = minisign::sign(None, &self.pair.sk, text.as_bytes(), None, None).unwrap();
        NewRelease {
            version: version.into(),
            target: TARGET.into(),
            notes: "neu".into(),
            file,
            signature: signature.to_string(),
        }
    }

    async fn add(&self, bench: &Bench, version: &str) {
        let new = self.signed(bench, version, version);
        fleet::add(&bench.centre, &self.folder, &self.key(), &new)
            .await
            .unwrap();
    }
}

async fn a_version_is_given_out_by_stages_and_held_where_it_fails(engine: Engine) {
    let bench = bench_on(engine).await;
    let brand = Brand::new(&bench);
    let mut counters = Vec::new();
    for _ in 0..6 {
        counters.push(bench.counter(true).await);
    }
    let offered = async |counter: &Counter, has: &str| {
        let reply = tells(&bench, counter, health(has)).await;
        reply.release.map(|offer| offer.version)
    };
    // what the brand has not signed is no version; nor is what was signed and changed since
    let mut forged = brand.signed(&bench, "0.2.0", "0.2.0");
    std::fs::write(&forged.file, "another").unwrap();
    let refused = fleet::add(&bench.centre, &brand.folder, &brand.key(), &forged).await;
    assert!(refused.is_err());
    forged.version = "new".into();
    assert!(
        fleet::add(&bench.centre, &brand.folder, &brand.key(), &forged)
            .await
            .is_err()
    );
    brand.add(&bench, "0.2.0").await;
    // another package under the same version is refused, the same is not
    let other = brand.signed(&bench, "0.2.0", "other");
    assert!(
        fleet::add(&bench.centre, &brand.folder, &brand.key(), &other)
            .await
            .is_err()
    );
    brand.add(&bench, "0.2.0").await;
    assert_eq!(
        offered(&counters[0], "0.1.0").await,
        None,
        "it is not staged"
    );
    fleet::stage(&bench.centre, "0.2.0", None, 100, false)
        .await
        .unwrap();
    assert_eq!(
        offered(&counters[0], "0.1.0").await.as_deref(),
        Some("0.2.0")
    );
    assert_eq!(offered(&counters[0], "0.2.0").await, None, "it has it");
    assert_eq!(
        offered(&counters[0], "0.3.0-beta").await,
        None,
        "it has a later one"
    );
    // a store may wait
    fleet::stage(&bench.centre, "0.2.0", Some(&store("S1")), 0, false)
        .await
        .unwrap();
    assert_eq!(offered(&counters[0], "0.1.0").await, None);
    let there = bench.counter_of("S2", true).await;
    assert_eq!(offered(&there, "0.1.0").await.as_deref(), Some("0.2.0"));
    fleet::stage(&bench.centre, "0.2.0", Some(&store("S1")), 100, false)
        .await
        .unwrap();
    // the package is served, whole or in part, and nothing else is
    let get = async |path: &str, range: Option<&str>| {
        let mut request = bench.client.get(format!("{}{path}", bench.base));
        if let Some(range) = range {
            request = request.header("range", range);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let path = format!("/updates/0.2.0/{TARGET}");
    assert_eq!(get(&path, None).await, (200, "0.2.0".into()));
    assert_eq!(get(&path, Some("bytes=2-")).await, (206, "2.0".into()));
    assert_eq!(get("/updates/0.2.0/linux-x86_64", None).await.0, 404);
    assert_eq!(get("/updates/..%2F..%2Fcentral.key/x", None).await.0, 404);
    assert_eq!(get("/updates/windows/x86_64/0.1.0", None).await.0, 200);
    assert_eq!(get("/updates/windows/x86_64/0.2.0", None).await.0, 204);
    // one goes back: it is not offered it again; after two nobody is
    let fails = async |counter: &Counter| {
        let told = DeviceHealth {
            update: Some(UpdateReport {
                version: "0.2.0".into(),
                stage: UpdateStage::Failed,
                reason: Some("not_reached".into()),
            }),
            ..health("0.1.0")
        };
        tells(&bench, counter, told).await.release
    };
    assert_eq!(fails(&counters[0]).await, None);
    assert_eq!(offered(&counters[0], "0.1.0").await, None);
    assert!(offered(&counters[1], "0.1.0").await.is_some());
    fails(&counters[1]).await;
    for counter in &counters {
        assert_eq!(offered(counter, "0.1.0").await, None);
    }
    assert_eq!(
        get(&path, None).await.0,
        404,
        "what is held is given to nobody"
    );
    let all = fleet::releases(&bench.centre).await.unwrap();
    let (_, why) = all[0].held.clone().unwrap();
    assert_eq!(why, "2 of 2 counters went back");
    // somebody decides to try once more, with those on which it failed too
    fleet::stage(&bench.centre, "0.2.0", None, 100, true)
        .await
        .unwrap();
    assert!(offered(&counters[0], "0.1.0").await.is_some());
    // a later one goes before it; held, the one before is offered again
    brand.add(&bench, "0.10.0").await;
    fleet::stage(&bench.centre, "0.10.0", None, 100, false)
        .await
        .unwrap();
    assert_eq!(
        offered(&counters[2], "0.1.0").await.as_deref(),
        Some("0.10.0")
    );
    fleet::hold(&bench.centre, "0.10.0", "a fault")
        .await
        .unwrap();
    assert_eq!(
        offered(&counters[2], "0.1.0").await.as_deref(),
        Some("0.2.0")
    );
    for unknown in ["9.9.9", ""] {
        assert!(
            fleet::stage(&bench.centre, unknown, None, 1, false)
                .await
                .is_err()
        );
        assert!(fleet::hold(&bench.centre, unknown, "").await.is_err());
    }
    assert!(
        fleet::stage(&bench.centre, "0.2.0", None, 101, false)
            .await
            .is_err()
    );
    assert!(
        fleet::stage(&bench.centre, "0.2.0", Some(&store("S9")), 1, false)
            .await
            .is_err()
    );
}

on_both_engines!(a_version_is_given_out_by_stages_and_held_where_it_fails,);
