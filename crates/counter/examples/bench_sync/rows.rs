//! Many changes at once: pushed by one counter, pulled by another, pulled whole by a third.

use super::centre::Centre;
use super::figures::{rate, say};
use counter::Engine;
use counter::view::ProfileRequest;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Instant;

pub fn measure(centre: &Centre, dir: &Path, rows: usize) -> Value {
    let store = centre.stores[0].clone();
    let a = centre.counter(&dir.join("rows-a"), &store, &centre.address);
    let b = centre.counter(&dir.join("rows-b"), &store, &centre.address);
    let first = pull(&a, "first pull of a new counter");
    b.sync_now().expect("b is in step");
    let clerk = centre.clerk(&a, &store);
    let begun = Instant::now();
    for n in 0..rows {
        let request = ProfileRequest {
            member_id: member(&a, n),
            birthday: Some(format!("19{:02}-0{}-1{}", 60 + n % 40, 1 + n % 9, n % 9)),
            concerns: Some(vec![
                "combination skin".into(),
                "dull around the eyes".into(),
            ]),
            ..ProfileRequest::default()
        };
        a.change_profile(&clerk, &request).expect("changed");
    }
    let recorded = begun.elapsed();
    say(
        &format!("{rows} profile changes recorded, one durable commit each: ops/s"),
        &format!("{:.0}", rate(rows, recorded)),
    );
    let before = centre.processor();
    let begun = Instant::now();
    let sent = a.send_now().expect("sent");
    let pushed = begun.elapsed();
    assert_eq!(sent as usize, rows);
    let push = rate(rows, pushed);
    say(
        &format!("push of {rows} operations, applied at the centre: rows/s"),
        &format!("{push:.0}"),
    );
    let used = per_row(before, centre.processor(), rows);
    say_used("of that push", used);
    let before = centre.processor();
    let changed = pull(&b, "pull of the changes by another counter");
    let pull_used = per_row(before, centre.processor(), changed.0 as usize);
    say_used("of that pull", pull_used);
    json!({
        "push_processor_us": used,
        "pull_processor_us": pull_used,
        "rows": rows,
        "push_per_s": push,
        "pull_changed_per_s": changed.1,
        "pull_first_per_s": first.1,
        "pulled_changed": changed.0,
        "pulled_first": first.0,
    })
}

/// Microseconds of processor time for each row: at the centre, at the counter.
fn per_row(before: (f64, f64), after: (f64, f64), rows: usize) -> (f64, f64) {
    let each = |before: f64, after: f64| (after - before) * 1e6 / rows as f64;
    (each(before.0, after.0), each(before.1, after.1))
}

fn say_used(what: &str, used: (f64, f64)) {
    say(
        &format!("   processor time {what}, µs a row: centre / counter"),
        &format!("{:.1} / {:.1}", used.0, used.1),
    );
}

/// How many rows came and how many in a second, applied to the disk.
fn pull(engine: &Engine, what: &str) -> (u64, f64) {
    let begun = Instant::now();
    let report = engine.sync_now().expect("in step");
    let time = begun.elapsed();
    let each = rate(report.pulled as usize, time);
    say(
        &format!("{what}, {} rows applied: rows/s", report.pulled),
        &format!("{each:.0}"),
    );
    (report.pulled, each)
}

/// The id of an imported member.
pub fn member(engine: &Engine, n: usize) -> String {
    engine
        .member_id(&format!("9{n:08}"))
        .expect("a look")
        .expect("an imported member")
}
