//! A guest's phone: Chromium as a small and slow one.

use crate::centre::free_port;
use crate::{process, wait};
use serde_json::{Value, json};
use std::cell::Cell;
use std::fs::{self, File};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use thirtyfour::{By, Capabilities, WebDriver};
use tokio::runtime::Runtime;

const START: Duration = Duration::from_secs(30);
/// How long a page may take on a slow phone before something is wrong.
const PATIENCE: Duration = Duration::from_secs(20);

/// Chromium as a phone of 360 × 740.
pub struct Phone {
    driver: WebDriver,
    runtime: Runtime,
    pictures: PathBuf,
    taps: Cell<usize>,
    child: Child,
}

impl Phone {
    /// Turns one on; none where there is no Chromium here.
    ///
    /// # Panics
    /// Where there is one and it does not start.
    pub fn on(dir: &Path, pictures: &Path) -> Option<Self> {
        let there = |name: &str| Path::new("/usr/bin").join(name).exists();
        if !there("chromium") || !there("chromedriver") {
            return None;
        }
        // nothing goes over TLS here, but the client wants a provider; a second one is refused
        let _ = rustls::crypto::ring::default_provider().install_default();
        fs::create_dir_all(dir).expect("the phone's folder");
        fs::create_dir_all(pictures).expect("a folder for pictures");
        let port = free_port();
        let log = File::create(dir.join("phone.log")).expect("the phone's log");
        let child = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the phone's log"))
            .stderr(log)
            .process_group(0)
            .spawn()
            .expect("chromedriver starts");
        wait::until("a phone's driver that listens", START, || {
            TcpStream::connect(("127.0.0.1", port)).ok()
        });
        let mut wanted = Capabilities::new();
        let profile = dir.join("profile");
        let options = json!({
            "binary": "/usr/bin/chromium",
            "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--lang=zh-CN", format!("--user-data-dir={}", profile.display()),
            ],
            "mobileEmulation": { "deviceMetrics": { "width": 360, "height": 740, "pixelRatio": 2.0 } },
            "prefs": { "intl.accept_languages": "zh-CN" },
        });
        wanted.set("goog:chromeOptions", options).expect("JSON");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let session = WebDriver::builder(format!("http://127.0.0.1:{port}"), wanted)
            .request_timeout(Duration::from_secs(60))
            .connect();
        let driver = runtime.block_on(session).expect("a page opens");
        Some(Self {
            driver,
            runtime,
            pictures: pictures.to_owned(),
            taps: Cell::new(0),
            child,
        })
    }

    /// A cheap phone far from a mast: a processor four times slower, and 3G.
    ///
    /// # Panics
    /// Where the browser does not take it.
    pub fn is_slow(&self) {
        self.tell("Emulation.setCPUThrottlingRate", &json!({ "rate": 4 }));
        self.tell("Network.enable", &json!({}));
        // what Chromium's own tools call Fast 3G
        let network = json!({
            "offline": false, "latency": 562.5, "downloadThroughput": 180_000, "uploadThroughput": 84_375,
        });
        self.tell("Network.emulateNetworkConditions", &network);
    }

    fn tell(&self, what: &str, with: &Value) {
        let tools = self.driver.cdp();
        self.runtime
            .block_on(tools.send_raw(what, with.clone()))
            .expect(what);
    }

    /// Opens an address.
    ///
    /// # Panics
    /// Where it cannot be.
    pub fn scans(&self, url: &str) {
        self.runtime
            .block_on(self.driver.goto(url))
            .expect("an address");
    }

    /// Waits for an element.
    ///
    /// # Panics
    /// Where it does not come.
    #[track_caller]
    pub fn waits_for(&self, id: &str) {
        wait::until(id, PATIENCE, || {
            let found = self.driver.find(By::Css(selector(id)));
            self.runtime.block_on(found).ok()
        });
    }

    /// Taps an element, once it is there.
    ///
    /// # Panics
    /// Where it does not come, or cannot be tapped.
    #[track_caller]
    pub fn taps(&self, id: &str) {
        self.waits_for(id);
        self.taps.set(self.taps.get() + 1);
        self.runtime
            .block_on(async { self.driver.find(By::Css(selector(id))).await?.click().await })
            .unwrap_or_else(|e| panic!("{id}: {e}"));
    }

    /// Types where the focus is.
    ///
    /// # Panics
    /// Where the browser does not take it.
    pub fn types(&self, text: &str) {
        self.runtime
            .block_on(async {
                let delay = Some(Duration::from_millis(20));
                let mut chain = self.driver.action_chain_with_delay(delay, delay);
                for key in text.chars() {
                    chain = chain.send_keys(key.to_string());
                }
                chain.perform().await
            })
            .expect("keys");
    }

    /// The text of an element, once it is there.
    ///
    /// # Panics
    /// Where it does not come.
    #[track_caller]
    pub fn reads(&self, id: &str) -> String {
        self.waits_for(id);
        self.runtime
            .block_on(async { self.driver.find(By::Css(selector(id))).await?.text().await })
            .expect("a text")
    }

    /// What a script returns.
    ///
    /// # Panics
    /// Where it fails.
    pub fn script(&self, script: &str) -> Value {
        let ran = self.driver.execute(script, Vec::new());
        let ran = self.runtime.block_on(ran).expect("a script");
        ran.json().clone()
    }

    /// How often was tapped until now.
    pub fn tapped(&self) -> usize {
        self.taps.get()
    }

    /// Takes a picture.
    ///
    /// # Panics
    /// Where there is none.
    pub fn picture(&self, name: &str) {
        let taken = self.runtime.block_on(self.driver.screenshot_as_png());
        fs::write(
            self.pictures.join(format!("{name}.png")),
            taken.expect("a picture"),
        )
        .expect("a picture's file");
    }

    /// What axe finds on the page: names of its rules, with the first place.
    ///
    /// # Panics
    /// Where it cannot look.
    pub fn axe(&self, source: &str) -> Vec<String> {
        // through the tools: the page's own policy lets no stranger's script in
        self.tell("Runtime.evaluate", &json!({ "expression": source }));
        let run = "axe.run().then((r) => JSON.stringify(r.violations.map((v) => v.id + ' ' + v.nodes[0].html)))";
        let asked = json!({ "expression": run, "awaitPromise": true, "returnByValue": true });
        let tools = self.driver.cdp();
        let found = tools.send_raw("Runtime.evaluate", asked);
        let found = self.runtime.block_on(found).expect("axe");
        let said = found["result"]["value"].as_str().expect("what axe says");
        serde_json::from_str(said).expect("JSON")
    }
}

fn selector(id: &str) -> String {
    format!("[data-testid=\"{id}\"]")
}

impl Drop for Phone {
    fn drop(&mut self) {
        let _ = self.driver.clone().leak();
        process::signal_group(self.child.id(), "KILL");
        let _ = self.child.wait();
    }
}
