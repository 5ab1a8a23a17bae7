//! What a counter notes of its work, in its folder: for the day that somebody has to find out why. Causes and codes; what
//! might be somebody's number is taken out before it leaves the device.

use crate::lock::lock;
use file_rotate::compression::Compression;
use file_rotate::suffix::AppendCount;
use file_rotate::{ContentLimit, FileRotate};
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Bytes of one file.
const FILE_BYTES: usize = 1024 * 1024;
/// Files that are kept besides the one that is written.
const FILES: usize = 4;
/// What is noted before the folder is known, at most.
const BEFORE_BYTES: usize = 64 * 1024;
/// Digits in a row that may be a phone number or a card's.
const LONG_NUMBER: usize = 7;
/// Characters of an id as it is written: with its dashes.
const UUID_CHARS: usize = 36;
const NAME: &str = "counter.log";

/// Where log lines go: to memory until the folder is known, then to a file in it. Cloning is cheap.
#[derive(Clone, Default)]
pub struct LogFile(Arc<Mutex<State>>);

enum State {
    Before(Vec<u8>),
    File(FileRotate<AppendCount>),
}

impl Default for State {
    fn default() -> Self {
        Self::Before(Vec::new())
    }
}

impl LogFile {
    /// Begins to write into a counter's folder, which must be there: what was noted before goes there first. Where it
    /// cannot be written, lines go on to be kept in memory, the oldest of them.
    pub fn begin(&self, home: &Path) {
        let folder = home.join("log");
        if !home.is_dir() || platform::files::private_folder(&folder).is_err() {
            return;
        }
        let mut state = lock(&self.0);
        if let State::Before(noted) = &*state {
            let mut file = FileRotate::new(
                folder.join(NAME),
                AppendCount::new(FILES),
                ContentLimit::BytesSurpassed(FILE_BYTES),
                Compression::None,
                Some(options()),
            );
            // a disk that is full has no room for this either
            let _ = file.write_all(noted);
            *state = State::File(file);
        }
    }
}

impl LogFile {
    /// Has what this process notes go to standard error and to this file: as `RUST_LOG` says, else from `usual` on.
    pub fn note_all(&self, usual: &str) {
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| usual.into());
        let to_file = tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_writer(self.clone());
        let to_terminal = tracing_subscriber::fmt::layer().with_writer(io::stderr);
        tracing_subscriber::registry()
            .with(filter)
            .with(to_terminal)
            .with(to_file)
            .init();
    }
}

fn options() -> fs::OpenOptions {
    let mut options = platform::files::options();
    options.read(true).append(true).create(true);
    options
}

impl Write for LogFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match &mut *lock(&self.0) {
            State::Before(noted) => {
                if noted.len() + line.len() <= BEFORE_BYTES {
                    noted.extend_from_slice(line);
                }
            }
            // a log that cannot be written is no reason for anything to stop
            State::File(file) => drop(file.write_all(line)),
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LogFile {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The last lines of a counter's log, of so many bytes at most, the newest last: what may be somebody's number is taken out.
pub(crate) fn last_lines(log: &Path, most: usize) -> String {
    let mut text = String::new();
    // counter.log is the newest, counter.log.1 the one before
    for n in 0..=FILES {
        let name = match n {
            0 => NAME.to_owned(),
            n => format!("{NAME}.{n}"),
        };
        let Ok(bytes) = fs::read(log.join(name)) else {
            continue;
        };
        text.insert_str(0, &String::from_utf8_lossy(&bytes));
        if text.len() >= most {
            break;
        }
    }
    let clean = without_names(&without_numbers(&text));
    let mut from = clean.len().saturating_sub(most);
    while !clean.is_char_boundary(from) {
        from += 1;
    }
    let tail = clean.get(from..).unwrap_or_default();
    // half a line says nothing
    match tail.find('\n') {
        Some(at) if from > 0 => tail.get(at + 1..).unwrap_or_default().to_owned(),
        _ => tail.to_owned(),
    }
}

/// A text in which the folder of whoever uses this machine is not told: people are called by it.
fn without_names(text: &str) -> String {
    match platform::person::home() {
        Some(home) if home.components().count() > 1 => {
            text.replace(&home.to_string_lossy().into_owned(), "~")
        }
        Some(_) | None => text.to_owned(),
    }
}

/// A text in which long numbers are not to be read: phone numbers and cards have at least seven digits in a row, and no
/// code, size or time of ours has. The parts of an id (a UUID) may have, and stay.
fn without_numbers(text: &str) -> String {
    let may_be_of_id = |c: char| c.is_ascii_hexdigit() || c == '-';
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(may_be_of_id) {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c| !may_be_of_id(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        clean.push_str(before);
        if word.len() == UUID_CHARS && word.parse::<uuid::Uuid>().is_ok() {
            clean.push_str(word);
        } else {
            mask(word, &mut clean);
        }
        rest = after;
    }
    clean.push_str(rest);
    clean
}

/// Copies a word of digits, letters and dashes, but for the long numbers in it.
fn mask(word: &str, clean: &mut String) {
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let is_digit = first.is_ascii_digit();
        let end = rest
            .find(|c: char| c.is_ascii_digit() != is_digit)
            .unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        clean.push_str(if is_digit && part.len() >= LONG_NUMBER {
            "#######"
        } else {
            part
        });
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_before_the_folder_is_known_comes_first_and_the_files_stay_small() {
        let home = tempfile::tempdir().unwrap();
        let mut log = LogFile::default();
        log.write_all(b"first\n").unwrap();
        log.begin(home.path());
        // 1 KB each: some ten files, were none dropped
        let line = format!("{}\n", "x".repeat(1_023));
        for _ in 0..10 * 1_024 {
            log.write_all(line.as_bytes()).unwrap();
        }
        log.write_all(b"last\n").unwrap();
        let folder = home.path().join("log");
        let files: Vec<u64> = fs::read_dir(&folder)
            .unwrap()
            .map(|f| f.unwrap().metadata().unwrap().len())
            .collect();
        assert!(files.len() <= FILES + 1, "{files:?}");
        assert!(files.iter().sum::<u64>() < 6 * 1024 * 1024, "{files:?}");
        let tail = last_lines(&folder, 10_000);
        assert!(tail.ends_with("last\n") && tail.len() <= 10_000);
        assert!(tail.starts_with('x') && tail.lines().next().unwrap().len() == 1_023);
    }

    #[test]
    fn no_number_of_somebody_leaves_the_device() {
        for (said, clean) in [
            ("phone 13812345678 refused", "phone ####### refused"),
            ("+8613812345678", "+#######"),
            ("tel.13812345678", "tel.#######"),
            ("phone13812345678abc", "phone#######abc"),
            ("138-13812345678", "138-#######"),
            ("code C-136 after 60 s", "code C-136 after 60 s"),
            ("2026-11-30T17:30:10.744746Z", "2026-11-30T17:30:10.744746Z"),
            (
                "device 01a22d81-c7b6-7270-bf3e-43d62cc10510",
                "device 01a22d81-c7b6-7270-bf3e-43d62cc10510",
            ),
            ("卡号123456789。", "卡号#######。"),
        ] {
            assert_eq!(without_numbers(said), clean);
        }
    }

    #[test]
    fn nothing_is_the_tail_of_nothing() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(last_lines(&home.path().join("log"), 100), "");
    }
}
