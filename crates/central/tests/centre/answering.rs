//! That every answer says which centre it is from, that the centre proves who it is, and how answers are packed.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::bench;
use protocol::centre::{CENTRE_HEADER, CentreReply, CentreRequest};
use protocol::hello::HelloReply;
use serde_json::json;

#[tokio::test]
async fn every_answer_is_marked() {
    let bench = bench().await;
    let own = bench.centre.id().to_string();
    for (path, status) in [
        ("/healthz", 200),
        ("/v1/nothing", 404),
        ("/v1/push", 404),
        ("/phone/v1/join/AAAA", 400),
        ("/v1/live", 401),
    ] {
        let url = format!("{}{path}", bench.base);
        let reply = bench.client.get(url).send().await.unwrap();
        assert_eq!(reply.status(), status, "{path}");
        assert_eq!(reply.headers()[CENTRE_HEADER], own, "{path}");
    }
    let refused = bench.post("/v1/hello", b"{}".to_vec(), &[]).await;
    assert_eq!(
        (
            refused.status,
            refused.headers[CENTRE_HEADER].to_str().unwrap()
        ),
        (401, &*own)
    );
}

#[tokio::test]
async fn a_centre_proves_who_it_is_and_stays_so() {
    let bench = bench().await;
    let asked = |n: u8| CentreRequest {
        nonce: hex::encode([n; 32]),
    };
    let mut known = None;
    for n in [1, 2] {
        let body = serde_json::to_vec(&asked(n)).unwrap();
        let said = bench.post("/v1/centre", body, &[]).await;
        let reply: CentreReply = serde_json::from_slice(&said.body).unwrap();
        assert_eq!(reply.centre, bench.centre.id());
        assert!(reply.is_proof(&asked(n)) && !reply.is_proof(&asked(n + 1)));
        let before = known.replace(reply.public_key.clone());
        assert!(before.is_none_or(|k| k == reply.public_key));
    }
    // as counters are told, and as another process of the same database says
    let counter = bench.counter(true).await;
    let hello = json!({
        "proto_min": 1, "proto_max": 2, "generation": counter.generation, "epoch": 1, "head_seq": 0,
        "head_hash": "0".repeat(64),
    });
    let hello: HelloReply = counter.ask(&bench, "/v1/hello", &hello).await;
    assert_eq!(hello.centre_key, known);
    let again = bench.store.open().await.unwrap();
    assert_eq!(Some(again.public_key()), known);
    again.close().await.unwrap();
    for nonce in ["", "zz", &"0".repeat(63), &"0".repeat(6_400)] {
        let body = json!({ "nonce": nonce }).to_string().into_bytes();
        assert_eq!(
            bench.post("/v1/centre", body, &[]).await.code(),
            "malformed"
        );
    }
}

#[tokio::test]
async fn nothing_is_packed_for_those_who_do_not_take_it() {
    let bench = bench().await;
    for n in 0..20 {
        bench.member(&format!("138000000{n:02}"), 300).await;
    }
    let counter = bench.counter(true).await;
    let pull = json!({
        "scope": "store:S1", "cursor": 0, "generation": counter.generation, "limit": 5000,
    });
    for (said, packed) in [
        ("zstd", true),
        ("gzip, zstd;q=0.5", true),
        ("*", true),
        ("zstd;q=0", false),
        ("zstd; q=0.000, *", false),
        ("*;q=0", false),
        ("gzip, identity", false),
    ] {
        let body = pull.to_string().into_bytes();
        let reply = counter
            .send_bytes(&bench, "/v1/pull", body, &[("accept-encoding", said)])
            .await;
        assert_eq!(reply.status, 200, "{said}");
        let encoding = reply.headers.get("content-encoding");
        assert_eq!(encoding.is_some_and(|v| v == "zstd"), packed, "{said}");
        assert_eq!(
            serde_json::from_slice::<serde_json::Value>(&reply.body).is_ok(),
            !packed
        );
    }
}
