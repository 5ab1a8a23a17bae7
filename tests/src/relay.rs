//! Something between counter and centre that passes requests on, loses replies, or answers
//! nonsense in the centre's place.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Longest that either side may be silent.
const SILENCE: Duration = Duration::from_secs(60);

/// What becomes of requests.
#[derive(Debug, Clone)]
pub enum Mode {
    /// They are passed on.
    Pass,
    /// Requests to this path are passed on and done, and their replies are lost.
    LoseReply(&'static str),
    /// Requests whose path begins so are answered with these bytes; others are passed on.
    Say(&'static str, Vec<u8>),
    /// Requests whose path begins so get the head of an answer and then bytes without end.
    Endless(&'static str),
    /// Requests are passed on; each good reply is told in these other words, by its path and text.
    Reword(fn(&str, String) -> String),
    /// Requests below this path are passed on without it, as by a reverse proxy; others are not found.
    Below(&'static str),
    /// Connections are closed unread.
    Hang,
}

/// The relay; it ends when it is dropped.
pub struct Relay {
    port: u16,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

struct Shared {
    centre: u16,
    mode: Mutex<Mode>,
    met: AtomicU32,
    ended: AtomicBool,
}

impl Relay {
    /// Begins to pass everything on to the centre's port.
    ///
    /// # Panics
    /// Where no port can be had.
    pub fn to(centre: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let shared = Arc::new(Shared {
            centre,
            mode: Mutex::new(Mode::Pass),
            met: AtomicU32::new(0),
            ended: AtomicBool::new(false),
        });
        let of_thread = Arc::clone(&shared);
        let accepting = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if of_thread.ended.load(Ordering::Acquire) {
                    return;
                }
                let shared = Arc::clone(&of_thread);
                if let Ok(stream) = stream {
                    std::thread::spawn(move || {
                        // a side that hung up is an end like any other
                        let _ = shared.serve(stream);
                    });
                }
            }
        });
        Self {
            port,
            shared,
            accepting: Some(accepting),
        }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// From now on.
    pub fn set(&self, mode: Mode) {
        self.shared.met.store(0, Ordering::Release);
        *self
            .shared
            .mode
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = mode;
    }

    /// How many requests met the mode's path since it was set.
    pub fn met(&self) -> u32 {
        self.shared.met.load(Ordering::Acquire)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::Release);
        // one last connection, so that the thread looks
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(thread) = self.accepting.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn serve(&self, mut counter: TcpStream) -> std::io::Result<()> {
        counter.set_read_timeout(Some(SILENCE))?;
        counter.set_write_timeout(Some(SILENCE))?;
        let mode = self
            .mode
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if matches!(mode, Mode::Hang) {
            return Ok(());
        }
        let request = read_request(&mut counter)?;
        let line = request.split(|b| *b == b'\r').next().unwrap_or_default();
        let line = String::from_utf8_lossy(line).into_owned();
        let path = line.split(' ').nth(1).unwrap_or_default();
        match mode {
            Mode::Say(at, bytes) if path.starts_with(at) => {
                self.met.fetch_add(1, Ordering::AcqRel);
                counter.write_all(&bytes)
            }
            Mode::Below(at) => match path.strip_prefix(at).filter(|p| p.starts_with('/')) {
                Some(rest) => {
                    let said = String::from_utf8_lossy(&request).into_owned();
                    // the path stands once, in the first line; bodies may be packed, so bytes are kept
                    let begin = said.find(path).unwrap_or_default();
                    let mut stripped = request.get(..begin).unwrap_or_default().to_vec();
                    stripped.extend_from_slice(rest.as_bytes());
                    stripped
                        .extend_from_slice(request.get(begin + path.len()..).unwrap_or_default());
                    let mut centre = self.pass_on(&stripped)?;
                    std::io::copy(&mut centre, &mut counter).map(drop)
                }
                None => {
                    counter.write_all(&answer("404 Not Found", "text/html", "<html>404</html>"))
                }
            },
            Mode::Endless(at) if path.starts_with(at) => {
                self.met.fetch_add(1, Ordering::AcqRel);
                counter.write_all(
                    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n[",
                )?;
                loop {
                    counter.write_all(&[b'0'; 64 * 1024])?;
                }
            }
            Mode::LoseReply(at) if path == at => {
                let mut centre = self.pass_on(&request)?;
                // its first byte says that the work is done
                centre.read_exact(&mut [0u8])?;
                self.met.fetch_add(1, Ordering::AcqRel);
                Ok(())
            }
            Mode::Reword(words) => {
                let mut centre = self.pass_on(&request)?;
                let mut said = Vec::new();
                centre.read_to_end(&mut said)?;
                self.met.fetch_add(1, Ordering::AcqRel);
                counter.write_all(&reworded(path, said, words))
            }
            _ => {
                let mut centre = self.pass_on(&request)?;
                std::io::copy(&mut centre, &mut counter).map(drop)
            }
        }
    }

    fn pass_on(&self, request: &[u8]) -> std::io::Result<TcpStream> {
        let mut centre = TcpStream::connect(("127.0.0.1", self.centre))?;
        centre.set_read_timeout(Some(SILENCE))?;
        centre.write_all(request)?;
        Ok(centre)
    }
}

/// An answer with other words in its body, where it is a good one.
fn reworded(path: &str, said: Vec<u8>, words: fn(&str, String) -> String) -> Vec<u8> {
    let text = String::from_utf8_lossy(&said).into_owned();
    match text.split_once("\r\n\r\n") {
        Some((head, body)) if head.starts_with("HTTP/1.1 200") => answer(
            "200 OK",
            "application/json",
            &words(path, unchunked(head, body)),
        ),
        _ => said,
    }
}

/// A body whose length the sender may not have known.
fn unchunked(head: &str, body: &str) -> String {
    if !head
        .to_ascii_lowercase()
        .contains("transfer-encoding: chunked")
    {
        return body.to_owned();
    }
    let (mut whole, mut rest) = (String::new(), body);
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        let (Some(chunk), Some(next)) = (after.get(..size), after.get(size + 2..)) else {
            break;
        };
        whole.push_str(chunk);
        rest = next;
    }
    whole
}

/// One whole request, changed to ask for one plain answer and the end of the connection.
fn read_request(counter: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut chunk = [0u8; 16 * 1024];
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break at;
        }
        match counter.read(&mut chunk)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            n => bytes.extend_from_slice(chunk.get(..n).unwrap_or_default()),
        }
    };
    let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned();
    let mut body = bytes.get(end + 4..).unwrap_or_default().to_vec();
    let length = head
        .lines()
        .filter_map(|l| l.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or(0);
    while body.len() < length {
        match counter.read(&mut chunk)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            n => body.extend_from_slice(chunk.get(..n).unwrap_or_default()),
        }
    }
    let plain = |line: &&str| !line.to_ascii_lowercase().starts_with("accept-encoding");
    let head = head.lines().filter(plain).collect::<Vec<_>>().join("\r\n");
    let mut request = format!("{head}\r\nconnection: close\r\n\r\n").into_bytes();
    request.extend_from_slice(&body);
    Ok(request)
}

/// A whole answer with this status and body.
pub fn answer(status: &str, kind: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
