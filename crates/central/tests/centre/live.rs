//! The live channel: who is poked, how often, and when a line ends.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{self, Bench, Enrolled, bench, enrol};
use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use central::http::router;
use centre::catalogue;
use centre_store::column::Col;
use centre_store::tables::device;
use chrono::DateTime;
use futures_util::StreamExt;
use futures_util::future::join_all;
use protocol::GrantId;
use protocol::entity as wire;
use protocol::live::LiveEvent;
use protocol::signature::{DEVICE_HEADER, SIGNATURE_HEADER, sign_request};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use tokio::sync::watch;
use tower::ServiceExt;

/// Devices of each of two stores, and lines of each device.
const DEVICES: usize = 10;
const LINES: usize = 50;
/// The brand, the device's store, the device itself.
const SCOPES: usize = 3;

/// A live line in this process: no socket, so that there can be many.
struct Line {
    device: String,
    store: &'static str,
    body: BodyDataStream,
    text: String,
    /// The line ends when whoever could stop it is gone.
    _stop: watch::Sender<bool>,
}

impl Line {
    async fn open(bench: &Bench, device: &Enrolled, store: &'static str) -> Self {
        let id = device.reply.device;
        let signature = sign_request(&device.key, device.reply.centre, id, "GET", "/v1/live", b"");
        let request = Request::get("/v1/live")
            .header(DEVICE_HEADER, id.to_string())
            .header(SIGNATURE_HEADER, signature)
            .body(Body::empty())
            .unwrap();
        let (stop, state) = common::state_of(bench);
        let reply = router(state).oneshot(request).await.unwrap();
        assert_eq!(reply.status(), 200);
        Self {
            device: id.to_string(),
            store,
            body: reply.into_body().into_data_stream(),
            text: String::new(),
            _stop: stop,
        }
    }

    /// The next event; none where the line has ended.
    async fn next(&mut self) -> Option<LiveEvent> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let data = event.lines().find_map(|l| l.strip_prefix("data: "));
                let read = data.map(|data| serde_json::from_str(data).unwrap());
                self.text = rest.to_owned();
                match read {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            let part = self.body.next().await?.unwrap();
            self.text.push_str(std::str::from_utf8(&part).unwrap());
        }
    }

    async fn poked(&mut self) -> (String, u64) {
        match self.next().await {
            Some(LiveEvent::Poke { scope, cursor }) => (scope, cursor),
            other => panic!("{other:?}"),
        }
    }
}

async fn lines(bench: &Bench) -> Vec<Line> {
    let mut lines = Vec::new();
    for store in ["S1", "S2"] {
        for _ in 0..DEVICES {
            let code = centre::sync::enrol::new_enrol_code(&bench.centre, &store.into(), false)
                .await
                .unwrap();
            let device = enrol(&bench.client, &bench.base, &code.code).await;
            for _ in 0..LINES {
                lines.push(Line::open(bench, &device, store).await);
            }
        }
    }
    for line in &mut lines {
        // the heads come first
        let mut heads = Vec::new();
        for _ in 0..SCOPES {
            heads.push(line.poked().await.0);
        }
        assert_eq!(heads[..2], ["brand", &format!("store:{}", line.store)]);
    }
    lines
}

fn poke(scope: &str, cursor: u64) -> LiveEvent {
    let scope = scope.to_owned();
    LiveEvent::Poke { scope, cursor }
}

/// So many next events of each line, fewer where it ends; all lines are read at once, as a server
/// does.
async fn each(
    lines: &mut [Line],
    count: impl Fn(&str) -> usize,
) -> Vec<(&mut Line, Vec<LiveEvent>)> {
    let reading = lines.iter_mut().map(|line| async {
        let mut told = Vec::new();
        for _ in 0..count(line.store) {
            told.extend(line.next().await);
        }
        (line, told)
    });
    join_all(reading).await
}

async fn clerk_of_the_second_store(bench: &Bench) -> u64 {
    let mut work = bench.centre.work().await.unwrap();
    let clerk = wire::Clerk {
        id: "C9".into(),
        name: "林悦".into(),
        role: wire::Role::Advisor,
        store: "S2".into(),
        pin_hash: String::new(),
        pin_mark: None,
        active: true,
    };
    catalogue::put_clerk(&mut work, &clerk).await.unwrap();
    let cursors = work.commit().await.unwrap();
    cursors
        .iter()
        .find(|c| c.scope == "store:S2")
        .unwrap()
        .cursor
}

async fn new_name(bench: &Bench, name: &str) -> u64 {
    let mut work = bench.centre.work().await.unwrap();
    let store = wire::Store {
        id: "S2".into(),
        name: name.into(),
        city: "上海".into(),
    };
    catalogue::put_store(&mut work, &store).await.unwrap();
    let cursors = work.commit().await.unwrap();
    cursors.iter().find(|c| c.scope == "brand").unwrap().cursor
}

#[tokio::test]
async fn a_thousand_lines_hear_of_their_own_scopes_and_cost_nothing_after() {
    let bench = bench().await;
    let mut lines = lines(&bench).await;
    assert_eq!(lines.len(), 1_000);
    let live = bench.centre.live().clone();
    assert_eq!(live.scopes(), 1 + 2 + 2 * DEVICES);

    let second = clerk_of_the_second_store(&bench).await;
    let brand = new_name(&bench, "新店").await;
    for (line, told) in each(&mut lines, |store| if store == "S2" { 2 } else { 1 }).await {
        let mut wanted = vec![poke("brand", brand)];
        if line.store == "S2" {
            wanted.push(poke("store:S2", second));
        }
        assert_eq!(told.len(), wanted.len());
        assert!(wanted.iter().all(|w| told.contains(w)), "{told:?}");
    }

    // pokes that follow each other are one: nobody runs in between here
    for n in 1..=100 {
        live.poke("brand", brand + n);
    }
    // and an old one is none
    live.poke("brand", brand);
    for (_, told) in each(&mut lines, |_| 1).await {
        assert_eq!(told, [poke("brand", brand + 100)]);
    }

    // a hint to one device
    let chosen = lines[0].device.clone();
    let grant = GrantId::fresh();
    live.recall(chosen.parse().unwrap(), grant);
    live.poke("brand", brand + 101);
    for (line, told) in each(&mut lines, |_| 1).await {
        if line.device == chosen {
            let more = line.next().await.unwrap();
            assert!(told[0] == LiveEvent::Recall { grant } || more == LiveEvent::Recall { grant });
        } else {
            assert_eq!(told, [poke("brand", brand + 101)]);
        }
    }

    // a revoked device's lines end, whoever revoked it; the others stay
    let revoked = device::ActiveModel {
        id: Set(Col(chosen.parse().unwrap())),
        revoked_at: Set(Some(DateTime::UNIX_EPOCH.into())),
        ..Default::default()
    };
    revoked.update(bench.centre.db().read()).await.unwrap();
    live.hang_up_revoked(bench.centre.db()).await.unwrap();
    live.poke("brand", brand + 102);
    for (line, told) in each(&mut lines, |_| 1).await {
        assert_eq!(told.is_empty(), line.device == chosen);
    }

    lines.retain(|line| line.store == "S1");
    assert_eq!(
        live.scopes(),
        1 + 1 + (DEVICES - 1),
        "but the device that was revoked"
    );
    drop(lines);
    assert_eq!(live.scopes(), 0);
}
