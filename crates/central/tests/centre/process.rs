//! The program itself: codes, listening, live events, another process beside it, stopping.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use centre::Centre;
use centre::catalogue;
use futures_util::StreamExt;
use protocol::entity as wire;

fn central() -> Command {
    Command::new(env!("CARGO_BIN_EXE_central"))
}

#[tokio::test]
async fn serves_until_told_to_stop() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let none = central()
        .args(["enrol-code", "--data", data, "--store", "S1"])
        .output()
        .unwrap();
    assert_eq!(none.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&none.stderr).contains("no store S1"));
    let wrong = central()
        .args(["serve", "--database", "mysql://x"])
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(2));

    let url = centre_store::db::sqlite_in(folder.path()).unwrap();
    let centre = Centre::open(&url).await.unwrap();
    let mut work = centre.work().await.unwrap();
    let store = |name: &str| wire::Store {
        id: "S1".into(),
        name: name.into(),
        city: String::new(),
    };
    catalogue::put_store(&mut work, &store("一店"))
        .await
        .unwrap();
    catalogue::publish_program(
        &mut work,
        &loyalty::Program::default(),
        centre::Clock::default().now(),
    )
    .await
    .unwrap();
    work.commit().await.unwrap();

    let mut serving = central()
        .args(["serve", "--data", data, "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(serving.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let told: serde_json::Value = serde_json::from_str(&line).unwrap();
    let base = format!("http://{}", told["listening"].as_str().unwrap());

    let code = central()
        .args([
            "enrol-code",
            "--data",
            data,
            "--store",
            "S1",
            "--checkout",
            "--json",
        ])
        .output()
        .unwrap();
    assert!(code.status.success());
    let code: serde_json::Value = serde_json::from_slice(&code.stdout).unwrap();
    let client = reqwest::Client::new();
    let device = common::enrol(&client, &base, code["code"].as_str().unwrap()).await;
    assert!(device.reply.checkout);
    assert_eq!(device.reply.phone_base, base);

    // a line that listens hears of what another process commits
    let live = device.get(&client, &base, "/v1/live").await;
    assert_eq!(live.headers()["content-type"], "text/event-stream");
    let mut events = live.bytes_stream();
    let mut heard = String::new();
    let mut read = async |until: &str| {
        let reading = async {
            while !heard.contains(until) {
                let part = events.next().await.unwrap().unwrap();
                heard.push_str(&String::from_utf8_lossy(&part));
            }
        };
        tokio::time::timeout(Duration::from_secs(20), reading)
            .await
            .unwrap();
    };
    read("event: poke").await;
    let mut work = centre.work().await.unwrap();
    catalogue::put_store(&mut work, &store("新店"))
        .await
        .unwrap();
    let cursor = work.commit().await.unwrap().remove(0).cursor;
    read(&format!("\"cursor\":{cursor}")).await;

    let id = serving.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    let status = tokio::task::spawn_blocking(move || serving.wait().unwrap())
        .await
        .unwrap();
    assert_eq!(status.code(), Some(0));
}
