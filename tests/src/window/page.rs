//! A window and what any page of it has: parts with a name, words, keys.

use super::bench::{Bench, Size};
use super::look::Album;
use super::web::Web;
use crate::programs::program;
use crate::wait;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Longest wait for anything on the screen; a debug build on a busy machine is slow.
pub const SOON: Duration = Duration::from_secs(20);

/// Room for a browser's window with its bars.
const DESK: Size = Size(1000, 1100);

/// Before a wait is given up, what is on the screen is kept.
const LAST_LOOK: Duration = Duration::from_secs(2);

/// A part of the page by its name in the tests.
pub fn part(name: &str) -> String {
    format!("[data-testid=\"{name}\"]")
}

/// The app's window, steered.
pub struct Window {
    pub(super) web: Web,
    pub(super) album: RefCell<Album>,
    program: Option<PathBuf>,
}

impl Window {
    /// Opens the app over a data folder. Its own files go to `dir`, its pictures to the album.
    ///
    /// # Panics
    /// Where it does not open.
    pub fn open(dir: &Path, home: &Path, size: Size, album: Album) -> Self {
        let app = program("counterpart");
        stays_open(home);
        let window = Self {
            web: Web::of_app(Bench::start(dir, home, size), &app),
            album: RefCell::new(album),
            program: Some(app),
        };
        window.until("a page", || window.count("main").filter(|n| *n > 0));
        window.watch();
        window
    }

    /// Opens an address in a browser that is not the app, as a phone would.
    ///
    /// # Panics
    /// Where it does not open.
    pub fn browse(dir: &Path, browser: &Path, size: Size, url: &str, album: Album) -> Self {
        narrow_bars(dir);
        let window = Self {
            web: Web::of_browser(Bench::start(dir, dir, DESK), browser),
            album: RefCell::new(album),
            program: None,
        };
        window.web.goto(url).expect("the page opens");
        window.fit(size);
        window.watch();
        window
    }

    /// Kills the app as a power cut does and gives its album back.
    ///
    /// # Panics
    /// Where it does not run.
    pub fn kill(self) -> Album {
        self.no_errors();
        let program = self.program.clone().expect("the app");
        self.web.kill(&program);
        self.album.replace(Album::closed())
    }

    /// Closes the window; nothing that went wrong inside may have been left unsaid.
    ///
    /// # Panics
    /// Where something did, or a picture did not pass.
    pub fn close(self) {
        self.no_errors();
        self.album.borrow().pass();
    }

    /// Gives the window another size.
    ///
    /// # Panics
    /// Where it does not take it.
    pub fn resize(&self, size: Size) {
        self.web.resize(size).expect("another size");
        self.until("the other size", || {
            let now = self.script("return [innerWidth, innerHeight]", vec![]);
            (now == json!([size.0, size.1])).then_some(())
        });
    }

    /// Gives a window with bars around its page such a size that the page has this one.
    fn fit(&self, size: Size) {
        let mut window = size;
        self.until("a page of the phone's size", || {
            self.web.resize(window).expect("another size");
            let inner = self.script("return [innerWidth, innerHeight]", vec![]);
            let side = |at: usize| u32::try_from(inner[at].as_u64().unwrap_or(0)).unwrap_or(0);
            let (width, height) = (side(0), side(1));
            window.0 = (window.0 + size.0).saturating_sub(width).max(1);
            window.1 = (window.1 + size.1).saturating_sub(height).max(1);
            ((width, height) == (size.0, size.1)).then_some(())
        });
    }

    /// What a script returns.
    ///
    /// # Panics
    /// Where it throws.
    pub fn script(&self, script: &str, args: Vec<Value>) -> Value {
        self.web
            .script(script, args)
            .unwrap_or_else(|e| panic!("{script}: {e}"))
    }

    /// Waits until something is so.
    ///
    /// # Panics
    /// Where it does not become so.
    pub fn until<T>(&self, what: &str, look: impl FnMut() -> Option<T>) -> T {
        self.within(SOON, what, look)
    }

    /// Waits so long at most until something is so.
    ///
    /// # Panics
    /// Where it does not become so.
    pub fn within<T>(&self, limit: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let begun = std::time::Instant::now();
        let mut shown = false;
        wait::until(what, limit, || {
            let found = look();
            if found.is_none() && !shown && begun.elapsed() + LAST_LOOK > limit {
                shown = true;
                self.last_picture(what);
            }
            found
        })
    }

    /// How many a selector finds.
    fn count(&self, selector: &str) -> Option<u64> {
        self.web
            .script(
                "return document.querySelectorAll(arguments[0]).length",
                vec![json!(selector)],
            )
            .ok()?
            .as_u64()
    }

    /// True while a part is on the page.
    pub fn has(&self, name: &str) -> bool {
        self.count(&part(name)).is_some_and(|n| n > 0)
    }

    /// How many parts have this name.
    pub fn how_many(&self, name: &str) -> u64 {
        self.count(&part(name)).unwrap_or(0)
    }

    /// Waits for a part.
    ///
    /// # Panics
    /// Where it does not come.
    pub fn wait_for(&self, name: &str) {
        self.until(name, || self.has(name).then_some(()));
    }

    /// Waits until a part is gone.
    ///
    /// # Panics
    /// Where it stays.
    pub fn wait_gone(&self, name: &str) {
        self.until(&format!("{name} to go"), || (!self.has(name)).then_some(()));
    }

    /// The words of a part as they are on the screen now; none where it is not there or empty.
    pub fn words(&self, name: &str) -> Option<String> {
        let said = self.web.script(
            "return document.querySelector(arguments[0])?.innerText?.trim() ?? ''",
            vec![json!(part(name))],
        );
        let said = said.ok()?.as_str()?.to_owned();
        (!said.is_empty()).then_some(said)
    }

    /// Waits until a part says something, and answers what.
    ///
    /// # Panics
    /// Where it stays empty.
    pub fn text(&self, name: &str) -> String {
        self.until(&format!("words in {name}"), || self.words(name))
    }

    /// Waits until a part's words are as wanted.
    ///
    /// # Panics
    /// Where they do not become so.
    pub fn text_where(&self, name: &str, what: &str, good: impl Fn(&str) -> bool) -> String {
        self.until(&format!("{name}: {what}"), || {
            self.words(name).filter(|w| good(w))
        })
    }

    /// A whole number that a part shows.
    ///
    /// # Panics
    /// Where it shows none.
    pub fn number(&self, name: &str) -> i64 {
        number_in(&self.text(name))
    }

    /// An attribute of a part; none where either is not there.
    pub fn attribute(&self, name: &str, attribute: &str) -> Option<String> {
        let found = self.web.script(
            "return document.querySelector(arguments[0])?.getAttribute(arguments[1]) ?? null",
            vec![json!(part(name)), json!(attribute)],
        );
        found.ok()?.as_str().map(str::to_owned)
    }

    /// What stands in a field.
    pub fn value(&self, name: &str) -> String {
        let found = self.web.script(
            "return document.querySelector(arguments[0])?.value ?? ''",
            vec![json!(part(name))],
        );
        found
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Clicks a part as soon as it is there and nothing lies over it.
    ///
    /// # Panics
    /// Where that does not come.
    pub fn click(&self, name: &str) {
        self.click_on(&part(name));
    }

    /// Clicks what a selector finds first.
    ///
    /// # Panics
    /// Where it cannot be clicked.
    pub fn click_on(&self, selector: &str) {
        self.settled();
        self.stands(selector);
        let mut why = String::new();
        let clicked = || match self.web.click(selector) {
            Ok(()) => Some(()),
            Err(e) => {
                why = e.to_string();
                None
            }
        };
        self.until(&format!("a click on {selector}"), clicked);
    }

    /// Waits until a panel that says what was done has settled: what is tapped before does nothing.
    ///
    /// # Panics
    /// Where it does not.
    fn settled(&self) {
        self.until("a panel that has settled", || {
            let settling = self.count("[data-settling]");
            (settling == Some(0)).then_some(())
        });
    }

    /// Waits until nothing moves that what a selector finds lies in: a click would be aimed at where it was.
    ///
    /// # Panics
    /// Where it goes on moving.
    fn stands(&self, selector: &str) {
        let moving = "const part = document.querySelector(arguments[0]);
            return !!part && document.getAnimations().some((one) =>
                one.playState === 'running'
                && one.effect?.getTiming().iterations !== Infinity
                && one.effect?.target?.contains(part))";
        self.until(&format!("{selector} to stand"), || {
            let moves = self.web.script(moving, vec![json!(selector)]).ok()?;
            (moves == json!(false)).then_some(())
        });
    }

    /// Taps a part at once, whatever stands where it was by then, and so often within a moment.
    ///
    /// # Panics
    /// Where the driver cannot.
    pub fn tap_fast(&self, name: &str, times: usize) {
        let place = self.script(
            "const box = document.querySelector(arguments[0]).getBoundingClientRect();
             return [box.x + box.width / 2, box.y + box.height / 2].map(Math.round)",
            vec![json!(part(name))],
        );
        let at = |i: usize| place[i].as_i64().unwrap_or_default();
        self.web.taps((at(0), at(1)), times).expect("taps");
    }

    /// Types with so long a pause between two keys, as a slow scanner does, and ends with Enter.
    ///
    /// # Panics
    /// Where the driver cannot.
    pub fn type_with_pauses(&self, text: &str, pause: Duration) {
        // a key goes down and up, and the driver waits after each
        let keys = format!("{text}{}", super::keys::ENTER);
        self.web.keys_with_pauses(&keys, pause / 2).expect("keys");
    }

    /// Presses keys, wherever the focus is.
    ///
    /// # Panics
    /// Where the driver cannot.
    pub fn press(&self, keys: &str) {
        self.web.keys(keys).expect("keys");
    }

    /// Waits until the focus is in a part.
    ///
    /// # Panics
    /// Where it does not come.
    pub fn wait_focus(&self, name: &str) {
        self.until(&format!("the focus in {name}"), || {
            (self.focus().as_deref() == Some(name)).then_some(())
        });
    }

    /// The name of what has the focus.
    pub fn focus(&self) -> Option<String> {
        let script = "return document.activeElement?.getAttribute('data-testid') ?? null";
        self.web
            .script(script, vec![])
            .ok()?
            .as_str()
            .map(str::to_owned)
    }

    /// Puts the focus into a field by a click and types by hand.
    ///
    /// # Panics
    /// Where the field does not take it.
    pub fn write(&self, field: &str, text: &str) {
        self.click(field);
        self.wait_focus(field);
        self.type_slowly(text);
        self.until(&format!("{text:?} in {field}"), || {
            self.value(field).ends_with(text).then_some(())
        });
    }

    /// Types as a hand does: with longer pauses than any scanner makes.
    ///
    /// # Panics
    /// Where the driver cannot.
    pub fn type_slowly(&self, text: &str) {
        for key in text.chars() {
            std::thread::sleep(HAND);
            self.press(&key.to_string());
        }
        std::thread::sleep(HAND);
    }

    /// Types as a scanner does, with Enter at the end: all keys at once. Where the driver was too
    /// slow for one, nothing was heard, and it is done again.
    ///
    /// # Panics
    /// Where nothing comes of it.
    pub fn scan(&self, code: &str, came: impl Fn() -> bool) {
        self.until(&format!("what the scan of {code} brings"), || {
            self.press(&format!("{code}{}", super::keys::ENTER));
            let begun = std::time::Instant::now();
            while begun.elapsed() < Duration::from_secs(3) {
                if came() {
                    return Some(());
                }
                std::thread::sleep(Duration::from_millis(30));
            }
            None
        });
    }

    /// Notes what the page throws from here on.
    fn watch(&self) {
        self.script(
            "window.thrown = [];
             addEventListener('error', (e) => thrown.push(String(e.message)));
             addEventListener('unhandledrejection', (e) => thrown.push(String(e.reason)));",
            vec![],
        );
    }

    /// # Panics
    /// Where the page threw something.
    fn no_errors(&self) {
        let thrown = self.script("return window.thrown ?? []", vec![]);
        assert_eq!(thrown, json!([]), "the page threw");
    }
}

/// Nobody touches the window while a test does something else: it is not covered meanwhile, unless the test has
/// chosen when.
fn stays_open(home: &Path) {
    let settings = home.join("settings.json");
    if home.join("outbox.db").exists() && !settings.exists() {
        std::fs::write(settings, r#"{"cover_after_s": 900}"#).expect("the device's settings");
    }
}

/// The browser's own bars would keep its window wider than a phone.
fn narrow_bars(dir: &Path) {
    let css = dir.join("config/gtk-3.0");
    std::fs::create_dir_all(&css).expect("a folder of settings");
    let rules = "* { font-size: 1px; padding: 0; margin: 0; border: none; min-width: 0; }";
    std::fs::write(css.join("gtk.css"), rules).expect("the bars' style");
}

/// Longer than a scanner's pause between two keys.
const HAND: Duration = Duration::from_millis(70);

/// The first whole number in words, thousands set off by commas or not; "−800" is negative.
///
/// # Panics
/// Where there is none.
pub fn number_in(words: &str) -> i64 {
    let begins = words
        .find(|c: char| c.is_ascii_digit())
        .unwrap_or_else(|| panic!("no number in {words:?}"));
    let digits: String = words[begins..]
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == ',')
        .filter(char::is_ascii_digit)
        .collect();
    let number: i64 = digits.parse().expect("digits");
    let negative = words[..begins].ends_with(['−', '-']);
    if negative { -number } else { number }
}
