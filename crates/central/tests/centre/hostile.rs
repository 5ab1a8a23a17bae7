//! What nobody should send: each gets a clean refusal, and nothing changes.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{Engine, Raw, bench_on, by_id, sale};
use protocol::WireError;
use protocol::operation::Body;
use protocol::pull::PullRequest;
use protocol::signature::{DEVICE_HEADER, SIGNATURE_HEADER};

fn refused(raw: &Raw, status: u16, code: &str) {
    let text = String::from_utf8_lossy(&raw.body).into_owned();
    assert_eq!((raw.status, raw.code().as_str()), (status, code), "{text}");
    let _: WireError = serde_json::from_str(&text).unwrap();
}

async fn strangers_and_tampered_requests_are_not_heard(engine: Engine) {
    let bench = bench_on(engine).await;
    let counter = bench.counter(true).await;
    let device = counter.device.to_string();
    refused(
        &bench.post("/v1/hello", b"{}".to_vec(), &[]).await,
        401,
        "not_authenticated",
    );
    let zeros = "00".repeat(64);
    for signature in ["", "zz", zeros.as_str()] {
        let headers = [
            (DEVICE_HEADER, device.as_str()),
            (SIGNATURE_HEADER, signature),
        ];
        let raw = bench.post("/v1/hello", b"{}".to_vec(), &headers).await;
        refused(&raw, 401, "not_authenticated");
    }
    refused(
        &bench.post("/v1/nothing", Vec::new(), &[]).await,
        404,
        "not_found",
    );
    refused(
        &bench.post("/v1/enrol", b"[]".to_vec(), &[]).await,
        400,
        "malformed",
    );
}

async fn garbage_and_bombs_are_refused(engine: Engine) {
    let bench = bench_on(engine).await;
    let counter = bench.counter(true).await;
    for body in [
        &b""[..],
        b"null",
        b"{\"device\":",
        b"\xff\xfe",
        &[b'['; 100_000],
    ] {
        let raw = counter
            .send_bytes(&bench, "/v1/push", body.to_vec(), &[])
            .await;
        refused(&raw, 400, "malformed");
    }
    let huge = vec![b' '; 2 * 1024 * 1024];
    let raw = counter
        .send_bytes(&bench, "/v1/push", huge.clone(), &[])
        .await;
    refused(&raw, 413, "too_large");
    let bomb = zstd::bulk::compress(&vec![0u8; 512 * 1024 * 1024], 3).unwrap();
    let zstd_header = [("content-encoding", "zstd")];
    let raw = counter
        .send_bytes(&bench, "/v1/push", bomb, &zstd_header)
        .await;
    assert!(
        ["too_large", "malformed"].contains(&raw.code().as_str()),
        "{}",
        raw.code()
    );
    let raw = counter
        .send_bytes(&bench, "/v1/push", b"no zstd".to_vec(), &zstd_header)
        .await;
    refused(&raw, 400, "malformed");
    let raw = counter.send_bytes(
        &bench,
        "/v1/push",
        b"{}".to_vec(),
        &[("content-encoding", "br")],
    );
    refused(&raw.await, 400, "malformed");
}

async fn limits_hold_and_other_scopes_are_closed(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    let mut wide = sale("T1", 100, by_id(&member));
    wide.lines[0].name = "长".repeat(30_000);
    let op = counter.append(&Body::Sale(wide));
    let raw = counter
        .send(&bench, "/v1/push", &counter.request(&[op]))
        .await;
    refused(&raw, 413, "too_large");
    let pull = |scope: &str, cursor| PullRequest {
        scope: scope.into(),
        cursor,
        generation: counter.generation,
        limit: u32::MAX,
        attestation: None,
    };
    for scope in ["store:S2", "", "brand' OR '1'='1"] {
        let raw = counter.send(&bench, "/v1/pull", &pull(scope, 0)).await;
        refused(&raw, 403, "scope_forbidden");
    }
    let raw = counter
        .send(&bench, "/v1/pull", &pull("brand", u64::MAX))
        .await;
    refused(&raw, 400, "malformed");
    let mut old = pull("brand", 0);
    old.generation.0 += 1;
    refused(
        &counter.send(&bench, "/v1/pull", &old).await,
        409,
        "generation_changed",
    );
}

async fn large_replies_are_packed_for_those_who_take_it(engine: Engine) {
    let bench = bench_on(engine).await;
    for i in 0..40 {
        bench.member(&format!("138000{i:05}"), 10).await;
    }
    let counter = bench.counter(true).await;
    let request = PullRequest {
        scope: "store:S1".into(),
        cursor: 0,
        generation: counter.generation,
        limit: 10,
        attestation: None,
    };
    let body = serde_json::to_vec(&request).unwrap();
    let packed = zstd::bulk::compress(&body, 3).unwrap();
    let headers = [
        ("content-encoding", "zstd"),
        ("accept-encoding", "gzip, zstd;q=0.9"),
    ];
    let raw = counter
        .send_bytes(&bench, "/v1/pull", packed, &headers)
        .await;
    assert_eq!(raw.headers["content-encoding"], "zstd");
    let json = zstd::bulk::decompress(&raw.body, 1 << 20).unwrap();
    let reply: protocol::pull::PullReply = serde_json::from_slice(&json).unwrap();
    assert_eq!((reply.changes.len(), reply.more), (10, true));
    let rest = counter.pull(&bench, "store:S1", reply.next).await;
    assert!(!rest.more);
    // each member and what moved her points, and one counter's store
    assert_eq!(reply.changes.len() + rest.changes.len(), 81);
}

on_both_engines!(
    strangers_and_tampered_requests_are_not_heard,
    garbage_and_bombs_are_refused,
    limits_hold_and_other_scopes_are_closed,
    large_replies_are_packed_for_those_who_take_it,
);
