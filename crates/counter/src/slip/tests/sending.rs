//! Printers that are there, are not, are full, and never answer.

use super::super::send::Failed;
use super::*;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_millis(1_500);

fn file(path: &Path) -> PrinterTarget {
    PrinterTarget::File {
        path: path.display().to_string(),
    }
}

fn device(path: &Path) -> PrinterTarget {
    PrinterTarget::Device {
        path: path.display().to_string(),
    }
}

fn printer(answers: bool) -> (TcpListener, PrinterTarget) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, PrinterTarget::Tcp { address, answers })
}

fn serve(
    listener: TcpListener,
    work: impl FnOnce(TcpStream) -> Vec<u8> + Send + 'static,
) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || work(listener.accept().unwrap().0))
}

fn failed(target: &PrinterTarget, bytes: &[u8]) -> (bool, &'static str) {
    let begun = Instant::now();
    let Failed { begun: some, error } = send(target, "sale-T1", bytes, SOON).unwrap_err();
    assert!(
        begun.elapsed() < SOON * 4,
        "it waited {:?}",
        begun.elapsed()
    );
    (some, why(&error))
}

#[test]
fn a_file_is_added_to_and_a_folder_gets_one_of_each() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("printer");
    send(&file(&path), "a", b"\x1b@\x1c&one", SOON).unwrap();
    send(&file(&path), "a", b"\x1b@\x1c&two", SOON).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"\x1b@\x1c&one\x1b@\x1c&two");
    let folder = dir.path().join("folder");
    std::fs::create_dir(&folder).unwrap();
    send(&file(&folder), "a", b"one", SOON).unwrap();
    send(&file(&folder), "a", b"two", SOON).unwrap();
    assert_eq!(std::fs::read(folder.join("a.escpos")).unwrap(), b"one");
    assert_eq!(std::fs::read(folder.join("a-2.escpos")).unwrap(), b"two");
}

#[test]
fn a_path_that_takes_nothing_has_had_nothing() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(
        failed(&file(&dir.path().join("no/printer")), b"x"),
        (false, "gone")
    );
    assert_eq!(
        failed(&device(&dir.path().join("lp0")), b"x"),
        (false, "gone")
    );
    assert!(!dir.path().join("lp0").exists(), "a device is not made");
    assert_eq!(
        failed(&device(Path::new("/dev/full")), b"x"),
        (false, "full")
    );
    let somebodys = dir.path().join("somebodys");
    std::fs::write(&somebodys, "a letter").unwrap();
    assert_eq!(failed(&file(&somebodys), b"x"), (false, "denied"));
    assert_eq!(std::fs::read(&somebodys).unwrap(), b"a letter");
    assert!(!failed(&file(Path::new("/proc/version")), b"x").0);
    assert_eq!(failed(&PrinterTarget::None, b"x"), (false, "gone"));
}

#[cfg(unix)]
#[test]
fn a_device_that_nobody_reads_is_given_up() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lp0");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &path,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
        0,
    )
    .unwrap();
    // switched off: nobody has the other end
    assert!(!failed(&device(&path), b"x").0);
    // out of paper: it takes some, then no more
    let other = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(&path)
        .unwrap();
    assert_eq!(
        failed(&device(&path), &vec![b'x'; 1_000_000]),
        (true, "timeout")
    );
    drop(other);
    // and one that is read takes all of it
    let mut reader = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(&path)
        .unwrap();
    let heard = std::thread::spawn(move || {
        let mut all = vec![0; 200_000];
        reader.read_exact(&mut all).unwrap();
        all
    });
    send(
        &device(&path),
        "a",
        &vec![b'y'; 200_000],
        Duration::from_secs(5),
    )
    .unwrap();
    assert!(heard.join().unwrap().iter().all(|b| *b == b'y'));
}

#[test]
fn a_network_printer_gets_all_of_it() {
    let (listener, target) = printer(false);
    let heard = serve(listener, |mut s| {
        let mut all = Vec::new();
        s.read_to_end(&mut all).unwrap();
        all
    });
    send(&target, "a", b"receipt", SOON).unwrap();
    assert_eq!(heard.join().unwrap(), b"receipt");
}

#[test]
fn a_network_printer_that_is_not_there_has_had_nothing() {
    let (listener, target) = printer(false);
    drop(listener);
    assert_eq!(failed(&target, b"x"), (false, "refused"));
}

#[test]
fn a_network_printer_that_hangs_is_given_up() {
    // it takes the connection and reads nothing: a receipt of any length ends somewhere
    let (listener, target) = printer(false);
    let held = serve(listener, |s| {
        std::thread::sleep(SOON * 3);
        drop(s);
        Vec::new()
    });
    assert_eq!(failed(&target, &vec![0; 20_000_000]), (true, "timeout"));
    held.join().unwrap();
    // a short one goes into buffers; only its answer would tell
    let (listener, target) = printer(true);
    let held = serve(listener, |s| {
        std::thread::sleep(SOON * 3);
        drop(s);
        Vec::new()
    });
    assert_eq!(failed(&target, b"short"), (true, "timeout"));
    held.join().unwrap();
}

#[test]
fn a_printer_that_answers_is_believed() {
    for (answer, expected) in [
        (Some(0x00), Ok(())),
        (Some(0x0c), Err("paper")),
        (None, Err("closed")),
    ] {
        let (listener, target) = printer(true);
        let heard = serve(listener, move |mut s| {
            let mut all = vec![0; 10];
            s.read_exact(&mut all).unwrap();
            if let Some(status) = answer {
                s.write_all(&[status]).unwrap();
            }
            all
        });
        let said = send(&target, "a", b"receipt", Duration::from_secs(5));
        assert_eq!(said.map_err(|f| why(&f.error)), expected);
        assert_eq!(heard.join().unwrap(), b"receipt\x1dr\x01");
    }
}

/// What a printer says, and when: as soon as somebody connects, while it prints, once it was asked.
struct Habit {
    greeting: &'static [u8],
    printing: &'static [u8],
    /// Each after a pause, so that they come in pieces.
    asked: &'static [&'static [u8]],
    closes: bool,
}

impl Habit {
    const QUIET: Self = Self {
        greeting: &[],
        printing: &[],
        asked: &[],
        closes: false,
    };

    /// Prints on it; why it failed, where it did.
    fn print(self) -> std::result::Result<(), &'static str> {
        let (listener, target) = printer(true);
        let heard = serve(listener, move |mut s| {
            s.write_all(self.greeting).unwrap();
            let mut all = vec![0; 7];
            s.read_exact(&mut all).unwrap();
            s.write_all(self.printing).unwrap();
            let mut question = [0; 3];
            s.read_exact(&mut question).unwrap();
            assert_eq!(question, [0x1d, b'r', 1]);
            for piece in self.asked {
                std::thread::sleep(Duration::from_millis(40));
                s.write_all(piece).unwrap();
            }
            if !self.closes {
                // until the other side has heard enough
                let _ = s.read(&mut question);
            }
            all
        });
        let said = send(&target, "a", b"receipt", Duration::from_millis(700));
        assert_eq!(heard.join().unwrap(), b"receipt");
        said.map_err(|f| {
            assert!(f.begun, "it may be on paper");
            why(&f.error)
        })
    }
}

#[test]
fn only_what_answers_the_question_counts() {
    const SHUT: &[u8] = &[0x14, 0x00, 0x00, 0x0f];
    const OPEN: &[u8] = &[0x10, 0x00, 0x00, 0x0f];
    const NO_PAPER_YET: &[u8] = &[0x18, 0x00, 0x0c, 0x0f];
    let of = |greeting, printing, asked| Habit {
        greeting,
        printing,
        asked,
        ..Habit::QUIET
    };
    let good: [Habit; 8] = [
        of(SHUT, &[], &[&[0x00]]),
        of(OPEN, SHUT, &[&[0x03]]),
        of(&[], OPEN, &[SHUT, &[0x00]]),
        of(SHUT, &[], &[&[0x14, 0x00], &[0x0c, 0x0f, 0x00]]),
        of(&[0x14, 0x00, 0x00], &[0x0f], &[&[0x00]]),
        of(NO_PAPER_YET, &[], &[&[0x00]]),
        // an earlier answer, real-time status, and a letter are none
        of(&[0x0c], &[0x0c, 0x12], &[b"?", &[0x00]]),
        of(SHUT, SHUT, &[SHUT, &[0x00], NO_PAPER_YET]),
    ];
    for (n, habit) in good.into_iter().enumerate() {
        assert_eq!(habit.print(), Ok(()), "good, {n}");
    }
    let bad: [(Habit, &str); 8] = [
        (of(SHUT, &[], &[&[0x0c]]), "paper"),
        (of(OPEN, &[], &[NO_PAPER_YET, &[0x0f]]), "paper"),
        // an answer that came before the question was not to it
        (of(&[0x00], &[0x00], &[&[0x0c]]), "paper"),
        (of(&[0x00], &[0x00], &[]), "timeout"),
        (of(SHUT, OPEN, &[SHUT, OPEN]), "timeout"),
        (of(&[], &[], &[b"HTTP/1.1 400 Bad Request\r\n"]), "timeout"),
        (of(&[], &[], &[&[0x14, 0x00, 0x00]]), "timeout"),
        (
            Habit {
                closes: true,
                ..of(SHUT, &[], &[SHUT])
            },
            "closed",
        ),
    ];
    for (n, (habit, reason)) in bad.into_iter().enumerate() {
        assert_eq!(habit.print(), Err(reason), "bad, {n}");
    }
}

#[test]
fn reasons_have_stable_words() {
    for (kind, word) in [
        (ErrorKind::NotFound, "gone"),
        (ErrorKind::ReadOnlyFilesystem, "denied"),
        (ErrorKind::StorageFull, "full"),
        (ErrorKind::HostUnreachable, "unreachable"),
        (ErrorKind::InvalidData, "other"),
    ] {
        assert_eq!(why(&kind.into()), word);
    }
}
