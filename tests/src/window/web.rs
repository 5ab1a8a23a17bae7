//! The driver's session, one call at a time.

use super::bench::{Bench, Size};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use thirtyfour::error::WebDriverResult;
use thirtyfour::{By, Capabilities, Key, WebDriver};
use tokio::runtime::Runtime;

/// An app that dies at its start never answers the request for a session.
const ANSWER: Duration = Duration::from_secs(60);

/// Signs above others on a key.
const SHIFTED: &str = "~!@#$%^&*()_+{}|:\"<>?";

/// A session: what is asked is answered before the next is asked.
pub struct Web {
    driver: WebDriver,
    runtime: Runtime,
    bench: Bench,
}

impl Web {
    /// Starts the app.
    ///
    /// # Panics
    /// Where no window opens.
    pub fn of_app(bench: Bench, program: &Path) -> Self {
        Self::open(bench, "tauri:options", json!({ "application": program }))
    }

    /// Starts a plain browser.
    ///
    /// # Panics
    /// Where no window opens.
    pub fn of_browser(bench: Bench, program: &Path) -> Self {
        let options = json!({ "binary": program, "args": ["--automation"] });
        Self::open(bench, "webkitgtk:browserOptions", options)
    }

    fn open(bench: Bench, option: &str, value: Value) -> Self {
        // nothing goes over TLS here, but the client wants a provider; a second one is refused
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let mut wanted = Capabilities::new();
        wanted.set(option, value).expect("JSON");
        let session = WebDriver::builder(bench.url(), wanted)
            .request_timeout(ANSWER)
            .connect();
        match runtime.block_on(session) {
            Ok(driver) => Self {
                driver,
                runtime,
                bench,
            },
            Err(e) => panic!("no window: {e}\n{}", bench.said()),
        }
    }

    /// Kills the app as a power cut does.
    ///
    /// # Panics
    /// Where it does not run.
    pub fn kill(&self, program: &Path) {
        self.bench.kill_app(program);
    }

    /// The end of what the driver and the app said.
    pub fn said(&self) -> String {
        self.bench.said()
    }

    /// What a script returns.
    ///
    /// # Errors
    /// As the driver says.
    pub fn script(&self, script: &str, args: Vec<Value>) -> WebDriverResult<Value> {
        let ran = self.runtime.block_on(self.driver.execute(script, args))?;
        Ok(ran.json().clone())
    }

    /// Clicks what a selector finds first.
    ///
    /// # Errors
    /// Where it is not there or something lies over it.
    pub fn click(&self, selector: &str) -> WebDriverResult<()> {
        self.runtime.block_on(async {
            let found = self.driver.find(By::Css(selector)).await?;
            found.click().await
        })
    }

    /// Presses keys, wherever the focus is.
    ///
    /// # Errors
    /// As the driver says.
    pub fn keys(&self, keys: &str) -> WebDriverResult<()> {
        self.keys_with_pauses(keys, Duration::ZERO)
    }

    /// Presses keys with a pause after each.
    ///
    /// # Errors
    /// What the driver says.
    pub fn keys_with_pauses(&self, keys: &str, pause: Duration) -> WebDriverResult<()> {
        let delay = Some(pause);
        self.runtime.block_on(async {
            let mut chain = self.driver.action_chain_with_delay(delay, delay);
            for key in keys.chars() {
                // a key board, and so a scanner, holds Shift for these
                let shifted = key.is_ascii_uppercase() || SHIFTED.contains(key);
                if shifted {
                    chain = chain.key_down(Key::Shift);
                }
                chain = chain.send_keys(key.to_string());
                if shifted {
                    chain = chain.key_up(Key::Shift);
                }
            }
            chain.perform().await
        })
    }

    /// Taps a place so often, as fast as fingers do.
    ///
    /// # Errors
    /// What the driver says.
    pub fn taps(&self, (x, y): (i64, i64), times: usize) -> WebDriverResult<()> {
        let quick = Some(Duration::from_millis(90));
        self.runtime.block_on(async {
            let mut chain = self
                .driver
                .action_chain_with_delay(quick, quick)
                .move_to(x, y);
            for _ in 0..times {
                chain = chain.click();
            }
            chain.perform().await
        })
    }

    /// Waits until the page as it is now has been painted; a page that paints no more is left so.
    pub fn painted(&self) {
        let script = "const done = arguments[0];
            requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0)));
            setTimeout(done, 1000);";
        let _ = self
            .runtime
            .block_on(self.driver.execute_async(script, vec![]));
    }

    /// The window's picture as PNG.
    ///
    /// # Errors
    /// As the driver says.
    pub fn picture(&self) -> WebDriverResult<Vec<u8>> {
        self.runtime.block_on(self.driver.screenshot_as_png())
    }

    /// Opens an address.
    ///
    /// # Errors
    /// As the driver says.
    pub fn goto(&self, url: &str) -> WebDriverResult<()> {
        self.runtime.block_on(self.driver.goto(url))
    }

    /// Gives the window another size.
    ///
    /// # Errors
    /// As the driver says.
    pub fn resize(&self, Size(width, height): Size) -> WebDriverResult<()> {
        self.runtime
            .block_on(self.driver.set_window_rect(0, 0, width, height))
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        // the end of the bench ends the session; asking the driver to would only wait for it
        let _ = self.driver.clone().leak();
        if std::thread::panicking() {
            eprintln!("--- what the window said, its end:\n{}", self.bench.said());
        }
    }
}
