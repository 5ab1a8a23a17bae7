//! Bytes on the wire, counted between a counter and the centre.

use super::centre::Centre;
use super::figures::say;
use super::redeem::imported;
use counter::view::ProfileRequest;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that went to the centre, and that came back.
#[derive(Default)]
struct Counted {
    up: AtomicU64,
    down: AtomicU64,
}

pub fn measure(centre: &Centre, dir: &Path) -> Value {
    let counted = Arc::new(Counted::default());
    let address = between(&centre.address, &counted);
    let store = &centre.stores[0];
    let engine = centre.counter(&dir.join("wire"), store, &address);
    engine.sync_now().expect("in step");
    let clerk = centre.clerk(&engine, store);
    let change = |member: &str| ProfileRequest {
        member_id: member.to_owned(),
        concerns: Some(vec![
            "combination skin".into(),
            "dull around the eyes".into(),
        ]),
        ..ProfileRequest::default()
    };
    let take = || {
        (
            counted.up.swap(0, Ordering::SeqCst),
            counted.down.swap(0, Ordering::SeqCst),
        )
    };
    let members = imported(&engine, 500);
    let mut all = serde_json::Map::new();
    for (name, some) in [("one", &members[..1]), ("of 500", &members[..])] {
        for member in some {
            engine
                .change_profile(&clerk, &change(member))
                .expect("changed");
        }
        take();
        engine.send_now().expect("sent");
        let (up, down) = take();
        let count = some.len() as u64;
        say(
            &format!("bytes of an operation on the wire, {name} in a push: to / from the centre"),
            &format!("{} / {}", up / count, down / count),
        );
        all.insert(
            name.to_owned(),
            json!({ "up": up / count, "down": down / count }),
        );
    }
    engine.sync_now().expect("in step");
    let (_, down) = take();
    say(
        "bytes of a member pulled, of 500",
        &format!("{}", down / 501),
    );
    all.insert("pulled".to_owned(), json!(down / 501));
    Value::Object(all)
}

/// An address that passes everything on to the centre and counts it.
fn between(centre: &str, counted: &Arc<Counted>) -> String {
    let to = centre.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let counted = Arc::clone(counted);
    std::thread::spawn(move || {
        for from in listener.incoming().map_while(Result::ok) {
            let Ok(centre) = TcpStream::connect(&to) else {
                break;
            };
            let (up, down) = (Arc::clone(&counted), Arc::clone(&counted));
            let (from_too, centre_too) = (from.try_clone().unwrap(), centre.try_clone().unwrap());
            std::thread::spawn(move || {
                pass(from, centre, |n| up.up.fetch_add(n, Ordering::SeqCst))
            });
            std::thread::spawn(move || {
                pass(centre_too, from_too, |n| {
                    down.down.fetch_add(n, Ordering::SeqCst)
                })
            });
        }
    });
    format!("http://{address}")
}

fn pass(mut from: TcpStream, mut to: TcpStream, count: impl Fn(u64) -> u64) {
    let mut bytes = [0u8; 16 * 1024];
    while let Ok(n) = from.read(&mut bytes) {
        if n == 0 {
            break;
        }
        count(n as u64);
        if to.write_all(&bytes[..n]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
