//! Pictures of what was on the screen, and what a look at them finds at once: words cut off,
//! things outside the window, texts without a translation.

use super::page::Window;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The checks of one screen; answers a list of findings.
const CHECKS: &str = include_str!("look.js");

/// Pictures of one size and language, numbered as they are taken.
#[derive(Debug, Default)]
pub struct Album {
    dir: PathBuf,
    count: usize,
    findings: BTreeSet<String>,
}

impl Album {
    /// Pictures in `test-output/screens/<size>/<language>`; what was there before goes.
    ///
    /// # Panics
    /// Where the folder cannot be had.
    pub fn of(size: impl std::fmt::Display, language: &str) -> Self {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../test-output/screens")
            .join(size.to_string())
            .join(language);
        fs::create_dir_all(&dir).expect("a folder of pictures");
        // folders in it are other albums, which may be filled right now
        for entry in fs::read_dir(&dir).expect("a folder of pictures").flatten() {
            if entry.path().is_file() {
                fs::remove_file(entry.path()).expect("an old picture goes");
            }
        }
        Self {
            dir,
            ..Self::default()
        }
    }

    /// None: nothing is put into it.
    pub fn closed() -> Self {
        Self::default()
    }

    fn put(&mut self, name: &str, png: &[u8]) -> PathBuf {
        self.count += 1;
        let file = self.dir.join(format!("{:02}-{name}.png", self.count));
        fs::write(&file, png).expect("a picture");
        file
    }

    fn note(&mut self, name: &str, findings: &Value) {
        for finding in findings.as_array().into_iter().flatten() {
            let finding = finding.as_str().unwrap_or_default();
            self.findings
                .insert(format!("{:02}-{name}: {finding}", self.count));
        }
        let all: Vec<&str> = self.findings.iter().map(String::as_str).collect();
        fs::write(self.dir.join("findings.txt"), all.join("\n")).expect("the findings");
    }

    /// # Panics
    /// Where a picture showed what nobody should see.
    pub fn pass(&self) {
        let all: Vec<&String> = self.findings.iter().collect();
        assert!(all.is_empty(), "{}: {all:#?}", self.dir.display());
    }
}

impl Window {
    /// Goes on with another album and gives the one so far back.
    pub fn turn_page(&self, next: Album) -> Album {
        self.album.replace(next)
    }

    /// Takes a picture once all is still, and looks it over.
    ///
    /// # Panics
    /// Where nothing comes to rest.
    pub fn picture(&self, name: &str) {
        self.still();
        let png = self.web.picture().expect("a picture");
        let findings = self.script(CHECKS, vec![]);
        let mut album = self.album.borrow_mut();
        if album.dir.as_os_str().is_empty() {
            return;
        }
        album.put(name, &png);
        album.note(name, &findings);
    }

    /// Waits until nothing fades or moves and pictures and letters are there.
    ///
    /// # Panics
    /// Where that does not come.
    pub fn still(&self) {
        let script = "return document.fonts.status === 'loaded'
            && !document.querySelector('[data-settling]')
            && [...document.images].every((one) => one.complete)
            && document.getAnimations().every((one) =>
                one.playState !== 'running' || one.effect?.getTiming().iterations === Infinity)";
        let mut before = Value::Null;
        self.until("a screen at rest", || {
            let rest = self.web.script(script, vec![]).ok()? == json!(true);
            let now = self.script("return document.body.innerText", vec![]);
            let same = now == before;
            before = now;
            (rest && same).then_some(())
        });
        // what is at rest is also painted
        self.web.painted();
    }

    /// What was on the screen when something was waited for in vain.
    pub(super) fn last_picture(&self, what: &str) {
        let mut album = self.album.borrow_mut();
        if album.dir.as_os_str().is_empty() {
            return;
        }
        if let Ok(png) = self.web.picture() {
            let file = album.put("in-vain", &png);
            eprintln!("waited for {what}; on the screen: {}", file.display());
        }
    }
}
