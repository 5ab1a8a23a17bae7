//! The real centre on a real file, asked without sockets.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use central::http::{AppState, Fresh, router};
use centre::joining::Phone;
use centre::key::KeyPlace;
use centre::{Centre, Clock};
use chrono::{DateTime, Utc};
use counter::simulated::{Answer, Request};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tower::ServiceExt;

use crate::disk;

/// Bytes that an answer may have.
const ANSWER: usize = 64 * 1024 * 1024;

/// The centre of a run. Its work is done on the scheduler's thread, one request after another.
pub(crate) struct Service {
    up: Option<Up>,
    folder: PathBuf,
    runtime: Runtime,
    clock: Clock,
}

struct Up {
    centre: Centre,
    router: Router,
    _stop: watch::Sender<bool>,
}

impl Service {
    /// Opens the database in a folder at a time, making it where it is missing.
    pub(crate) fn open(folder: &Path, now: DateTime<Utc>) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let mut service = Self {
            up: None,
            folder: folder.to_owned(),
            runtime,
            clock: Clock::by_hand(now),
        };
        service.start();
        service
    }

    /// Runs something of the centre at a time.
    pub(crate) fn run<T>(&self, now: DateTime<Utc>, work: impl AsyncFnOnce(&Centre) -> T) -> T {
        self.clock.set(now);
        let up = self.up.as_ref().expect("the centre is up");
        self.runtime.block_on(work(&up.centre))
    }

    /// Answers a request.
    pub(crate) fn serve(&self, now: DateTime<Utc>, request: &Request) -> Answer {
        self.clock.set(now);
        let up = self.up.as_ref().expect("the centre is up");
        let mut builder = axum::http::Request::builder()
            .method(request.method)
            .uri(&request.path);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let asked = builder
            .body(Body::from(request.body.clone()))
            .expect("a request that can be written");
        let router = up.router.clone();
        self.runtime.block_on(async move {
            let reply = router.oneshot(asked).await.expect("a router never fails");
            let status = reply.status().as_u16();
            let zipped = reply
                .headers()
                .get("content-encoding")
                .is_some_and(|v| v == "zstd");
            let text = |name: &str| {
                let value = reply.headers().get(name);
                value.and_then(|v| v.to_str().ok()).map(str::to_owned)
            };
            let centre = text(protocol::centre::CENTRE_HEADER);
            let nonce = text(protocol::token::NONCE_HEADER);
            let time = text(protocol::token::TIME_HEADER).and_then(|ms| ms.parse().ok());
            let body = axum::body::to_bytes(reply.into_body(), ANSWER)
                .await
                .expect("an answer with an end");
            Answer {
                status,
                zipped,
                centre,
                nonce,
                time,
                body: body.to_vec(),
            }
        })
    }

    /// Stops the process. What it has committed is on its disk.
    pub(crate) fn stop(&mut self) {
        if let Some(up) = self.up.take() {
            drop(up.router);
            self.runtime
                .block_on(up.centre.close())
                .expect("a database that closes");
        }
    }

    /// Starts the process on what is on its disk.
    pub(crate) fn start(&mut self) {
        let url = centre_store::db::sqlite_in(&self.folder).expect("a folder for the centre");
        let centre = self
            .runtime
            .block_on(Centre::open_at(&url, &KeyPlace::Beside, self.clock.clone()))
            .expect("a centre that opens");
        let (stop, stopping) = watch::channel(false);
        let router = router(AppState {
            providers: std::sync::Arc::from([]),
            centre: centre.clone(),
            phone_base: "http://127.0.0.1:1".into(),
            phone: Arc::new(Phone::new(Arc::new(sms::Written::new(None)))),
            fresh: Arc::new(Fresh::new().expect("randomness")),
            packages: centre::fleet::Folder::at(self.folder.join("packages")),
            stopping,
        });
        self.up = Some(Up {
            centre,
            router,
            _stop: stop,
        });
    }

    /// Copies its database; nobody writes to it between two requests.
    pub(crate) fn back_up(&self, to: &Path) {
        disk::copy(&self.folder, to).expect("a copy of the centre");
    }

    /// Puts an older copy in the place of its database and starts on it.
    pub(crate) fn restore(&mut self, from: &Path) {
        self.stop();
        disk::put_back(from, &self.folder).expect("a backup that can be put back");
        self.start();
    }
}
