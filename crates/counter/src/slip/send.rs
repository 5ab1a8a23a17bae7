//! The way of bytes to a printer: a file, a device, the network. Nothing here waits longer than it is told to.

use super::answer::Listening;
use super::escpos::BEGINS;
use super::printer::host_and_port;
use crate::error::{NO_PAPER, SlipError};
use crate::view::PrinterTarget;
use platform::printing;
use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long the printer's end is listened to after the last byte, where it is not asked to answer: closing
/// over bytes that nobody read would break the connection off, and with it the end of the receipt.
const LINGER: Duration = Duration::from_millis(300);
/// What a printer says by itself when somebody connects comes within this: it answers nothing.
const GREETING: Duration = Duration::from_millis(60);
/// Transmit the paper sensor's status: answered once all before it was printed.
const ASK: [u8; 3] = [0x1d, b'r', 1];

/// How long a printer is looked for where nothing is printed.
const LOOKED_FOR: Duration = Duration::from_secs(3);

/// Why nothing, or not all, was printed.
#[derive(Debug)]
pub(crate) struct Failed {
    /// Whether the printer may have had some of it.
    pub(crate) begun: bool,
    pub(crate) error: Error,
}

fn before(error: Error) -> Failed {
    Failed {
        begun: false,
        error,
    }
}

fn during(error: Error) -> Failed {
    Failed { begun: true, error }
}

/// Sends a job; `name` is how its file is called where the printer is a folder.
pub(crate) fn send(
    target: &PrinterTarget,
    name: &str,
    bytes: &[u8],
    within: Duration,
) -> std::result::Result<(), Failed> {
    let end = Instant::now() + within;
    match target {
        PrinterTarget::None => Err(before(ErrorKind::NotFound.into())),
        PrinterTarget::File { path } if Path::new(path).is_dir() => {
            into_folder(Path::new(path), name, "escpos", bytes)
                .map(drop)
                .map_err(before)
        }
        PrinterTarget::File { path } => to_path(Path::new(path), true, bytes, end),
        PrinterTarget::Device { path } => to_path(Path::new(path), false, bytes, end),
        PrinterTarget::Named { name: printer } => spooled(printer, name, bytes, within),
        PrinterTarget::Tcp { address, answers } => over_network(address, *answers, bytes, end),
    }
}

/// Whether a printer is there, as far as that shows without printing anything.
///
/// # Errors
/// What is in the way.
pub(crate) fn is_there(target: &PrinterTarget) -> Result<()> {
    let end = Instant::now() + LOOKED_FOR;
    match target {
        PrinterTarget::None => Ok(()),
        PrinterTarget::File { path } => {
            let path = Path::new(path);
            let folder = if path.is_dir() {
                Some(path)
            } else {
                path.parent()
            };
            match folder {
                Some(folder) if platform::files::writable(folder) => Ok(()),
                Some(_) | None => Err(ErrorKind::PermissionDenied.into()),
            }
        }
        PrinterTarget::Device { path } => {
            printing::ready(&printing::open(Path::new(path), false)?, end)
        }
        PrinterTarget::Named { name } => {
            if printing::named().contains(name) {
                Ok(())
            } else {
                Err(ErrorKind::NotFound.into())
            }
        }
        PrinterTarget::Tcp { address, .. } => connect(address, end).map(drop),
    }
}

/// Writes a file of its own into a folder, whole or not at all, under a name that none has yet.
pub(crate) fn into_folder(
    folder: &Path,
    stem: &str,
    extension: &str,
    bytes: &[u8],
) -> Result<PathBuf> {
    let mut n = 1;
    let path = loop {
        let tail = if n == 1 {
            String::new()
        } else {
            format!("-{n}")
        };
        let path = folder.join(format!("{stem}{tail}.{extension}"));
        match whole_file(&path, bytes) {
            Ok(()) => break path,
            Err(e) if e.kind() == ErrorKind::AlreadyExists => n += 1,
            Err(e) => return Err(e),
        }
    };
    Ok(path)
}

/// A new file, whole or not there; one that is there stays as it is.
pub(crate) fn new_file(path: &Path, bytes: &[u8]) -> std::result::Result<(), SlipError> {
    whole_file(path, bytes).map_err(|e| SlipError::not_saved(&e))
}

fn whole_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .inspect_err(|_| {
            // half a receipt is none; where it cannot be removed either, the error is told all the same
            let _ = std::fs::remove_file(path);
        })
}

fn to_path(
    path: &Path,
    create: bool,
    bytes: &[u8],
    end: Instant,
) -> std::result::Result<(), Failed> {
    let mut file = printing::open(path, create).map_err(before)?;
    let metadata = file.metadata().map_err(before)?;
    if metadata.is_file() {
        let length = metadata.len();
        if length > 0 && !is_ours(path).map_err(before)? {
            return Err(before(ErrorKind::PermissionDenied.into()));
        }
        return file
            .write_all(bytes)
            .and_then(|()| file.sync_all())
            .map_err(|error| match file.set_len(length) {
                // as if nothing had been written
                Ok(()) => before(error),
                Err(_) => during(error),
            });
    }
    let mut rest = bytes;
    while !rest.is_empty() {
        let begun = rest.len() < bytes.len();
        let failed = |error| Failed { begun, error };
        printing::ready(&file, end).map_err(failed)?;
        match file.write(rest) {
            Ok(0) => return Err(failed(ErrorKind::WriteZero.into())),
            Ok(n) => rest = rest.get(n..).unwrap_or_default(),
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            Err(e) => return Err(failed(e)),
        }
    }
    Ok(())
}

/// Whether a file holds receipts already: nothing is added to anybody else's.
fn is_ours(path: &Path) -> Result<bool> {
    let mut begins = Vec::new();
    let most = u64::try_from(BEGINS.len()).unwrap_or(u64::MAX);
    File::open(path)?.take(most).read_to_end(&mut begins)?;
    Ok(begins == BEGINS)
}

/// Hands it to the system's spooler, which may wait for a printer of another machine: then it goes on alone.
fn spooled(
    printer: &str,
    name: &str,
    bytes: &[u8],
    within: Duration,
) -> std::result::Result<(), Failed> {
    let (tell, told) = mpsc::channel();
    let (printer, name, bytes) = (printer.to_owned(), name.to_owned(), bytes.to_vec());
    std::thread::Builder::new()
        .name("printer-spooler".into())
        .spawn(move || {
            // nobody waits any more where it took too long
            let _ = tell.send(printing::spool(&printer, &name, &bytes));
        })
        .map_err(before)?;
    match told.recv_timeout(within) {
        Ok(spooled) => spooled.map_err(|failed| Failed {
            begun: failed.begun,
            error: failed.error,
        }),
        // it may still print it
        Err(_) => Err(during(ErrorKind::TimedOut.into())),
    }
}

fn over_network(
    address: &str,
    answers: bool,
    bytes: &[u8],
    end: Instant,
) -> std::result::Result<(), Failed> {
    let mut stream = connect(address, end).map_err(before)?;
    write(&mut stream, bytes, end).map_err(|(begun, error)| Failed { begun, error })?;
    if answers {
        return ask(&mut stream, end).map_err(during);
    }
    stream.shutdown(Shutdown::Write).map_err(during)?;
    match listen(&mut stream, end.min(Instant::now() + LINGER)) {
        // it told something, ended, or said nothing: no more is known
        Ok(_) => Ok(()),
        Err(e) if e.kind() == ErrorKind::TimedOut => Ok(()),
        Err(e) => Err(during(e)),
    }
}

/// Writes all of it; with an error, whether some of it had gone.
fn write(
    stream: &mut TcpStream,
    bytes: &[u8],
    end: Instant,
) -> std::result::Result<(), (bool, Error)> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let begun = rest.len() < bytes.len();
        let failed = |error| (begun, error);
        let left = left(end).map_err(failed)?;
        stream.set_write_timeout(Some(left)).map_err(failed)?;
        match stream.write(rest) {
            Ok(0) => return Err(failed(ErrorKind::WriteZero.into())),
            Ok(n) => rest = rest.get(n..).unwrap_or_default(),
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            // what a time-out of a socket is called differs between systems
            Err(e) if e.kind() == ErrorKind::WouldBlock => {
                return Err(failed(ErrorKind::TimedOut.into()));
            }
            Err(e) => return Err(failed(e)),
        }
    }
    Ok(())
}

/// Asks whether it has printed and waits for its word; one that says it has no paper has not. Whatever
/// came before the question is no answer to it.
fn ask(stream: &mut TcpStream, end: Instant) -> Result<()> {
    let mut listening = Listening::default();
    let greeted = end.min(Instant::now() + GREETING);
    loop {
        match listen(stream, greeted) {
            Ok(Some(byte)) => {
                // heard only so that a block that begins here may end behind the question
                let _ = listening.hear(byte);
            }
            Ok(None) => return Err(ErrorKind::UnexpectedEof.into()),
            Err(e) if e.kind() == ErrorKind::TimedOut => break,
            Err(e) => return Err(e),
        }
    }
    write(stream, &ASK, end).map_err(|(_, error)| error)?;
    loop {
        let byte = listen(stream, end)?.ok_or(Error::from(ErrorKind::UnexpectedEof))?;
        match listening.hear(byte) {
            None => {}
            Some(paper) if paper.is_out() => return Err(Error::other(NO_PAPER)),
            Some(_) => return Ok(()),
        }
    }
}

/// The next byte from the printer; none where it closed.
fn listen(stream: &mut TcpStream, end: Instant) -> Result<Option<u8>> {
    let mut byte = [0];
    loop {
        stream.set_read_timeout(Some(left(end)?))?;
        match stream.read(&mut byte) {
            Ok(0) => return Ok(None),
            Ok(_) => return Ok(byte.first().copied()),
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) if e.kind() == ErrorKind::WouldBlock => return Err(ErrorKind::TimedOut.into()),
            Err(e) => return Err(e),
        }
    }
}

fn left(end: Instant) -> Result<Duration> {
    let left = end.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(ErrorKind::TimedOut.into());
    }
    Ok(left)
}

fn connect(address: &str, end: Instant) -> Result<TcpStream> {
    let (host, port) = host_and_port(address).map_err(|_| Error::from(ErrorKind::InvalidInput))?;
    let mut last = Error::from(ErrorKind::AddrNotAvailable);
    for at in addresses(host, port, end)? {
        match TcpStream::connect_timeout(&at, left(end)?) {
            Ok(stream) => return Ok(stream),
            Err(e) => last = e,
        }
    }
    Err(last)
}

/// The addresses of a host. The system's look-up has no time-out, so it goes on alone where it takes too long.
fn addresses(host: String, port: u16, end: Instant) -> Result<Vec<SocketAddr>> {
    let (tell, told) = mpsc::channel();
    std::thread::Builder::new()
        .name("printer-address".into())
        .spawn(move || {
            let found = (host.as_str(), port)
                .to_socket_addrs()
                .map(Iterator::collect);
            // nobody waits any more where it took too long
            let _ = tell.send(found);
        })?;
    told.recv_timeout(left(end)?)
        .map_err(|_| Error::from(ErrorKind::TimedOut))?
}
