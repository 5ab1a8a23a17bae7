//! Connections from another of this machine's own addresses: to a centre that is told to, it is another machine.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// Connects from `127.0.0.<last>`; none where nobody takes it.
///
/// # Panics
/// Where no socket can be had.
pub fn connect(last: u8, port: u16) -> Option<TcpStream> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .expect("a runtime");
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
        let own = SocketAddr::from(([127, 0, 0, last], 0));
        socket.bind(own).expect("an address of this machine");
        let to = SocketAddr::from(([127, 0, 0, 1], port));
        socket.connect(to).await.ok()
    })?;
    let stream = stream.into_std().expect("a stream");
    stream.set_nonblocking(false).expect("a stream that waits");
    Some(stream)
}

/// Whether the other side has closed a connection; what it said before that is thrown away.
///
/// # Panics
/// Where the stream cannot be asked.
pub fn is_closed(stream: &mut TcpStream) -> bool {
    stream.set_nonblocking(true).expect("a stream");
    let mut bytes = [0; 1_024];
    loop {
        match stream.read(&mut bytes) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => return error.kind() != ErrorKind::WouldBlock,
        }
    }
}

/// Asks once from `127.0.0.<last>`, with headers of one's own: the head of the answer, and how long it took.
///
/// # Panics
/// Where nothing is answered.
pub fn ask(last: u8, port: u16, path: &str, headers: &[(&str, &str)]) -> (String, Duration) {
    let began = Instant::now();
    let mut stream = connect(last, port).expect("the centre listens");
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .expect("a time limit");
    let own: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let head = format!("GET {path} HTTP/1.1\r\nhost: centre\r\nconnection: close\r\n{own}\r\n");
    let mut answer = Vec::new();
    // one that is closed at once answers nothing
    let _ = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.read_to_end(&mut answer));
    let text = String::from_utf8_lossy(&answer).into_owned();
    let head = text.split("\r\n\r\n").next().unwrap_or_default();
    (head.to_owned(), began.elapsed())
}

/// The status in an answer's head; 0 where there is none.
pub fn status(head: &str) -> u16 {
    let status = head.split_whitespace().nth(1);
    status.and_then(|s| s.parse().ok()).unwrap_or(0)
}
