//! A phone: plain HTTP to the centre, one request on one connection.

use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// An answer: status and body.
pub type Reply = (u16, Value);

/// `GET` of a path.
///
/// # Panics
/// Where the centre does not answer.
pub fn get(port: u16, path: &str) -> Reply {
    request(port, &format!("GET {path} HTTP/1.1\r\n"), "")
}

/// `POST` of JSON to a path.
///
/// # Panics
/// Where the centre does not answer.
pub fn post(port: u16, path: &str, body: &Value) -> Reply {
    post_text(port, path, &[], &body.to_string())
}

/// `POST` of a text with headers of one's own.
///
/// # Panics
/// Where the centre does not answer.
pub fn post_text(port: u16, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let own: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let head = format!(
        "POST {path} HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{own}",
        body.len()
    );
    request(port, &head, body)
}

fn request(port: u16, head: &str, body: &str) -> Reply {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the centre listens");
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .expect("a time limit");
    let sent = format!("{head}host: 127.0.0.1\r\nconnection: close\r\n\r\n{body}");
    stream.write_all(sent.as_bytes()).expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    let text = String::from_utf8_lossy(&answer);
    let (head, body) = text.split_once("\r\n\r\n").expect("a whole answer");
    let status = head
        .split_whitespace()
        .nth(1)
        .and_then(|s| s.parse().ok())
        .unwrap_or_else(|| panic!("no status in {head}"));
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}
