//! From one counter to the others of its store, while operations flow in all stores.

use super::centre::Centre;
use super::figures::{Times, bar, say};
use counter::view::ProfileRequest;
use counter::{Engine, SignedIn};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// Operations a second, in all stores together.
const FLOW: u32 = 50;
/// p99 of the time until another counter of the store shows it.
const BAR_MS: f64 = 250.0;

/// A change that the other counters of a store are to see.
#[derive(Clone)]
struct Change {
    member: String,
    revision: u32,
    at: Instant,
}

pub fn measure(centre: &Centre, dir: &Path, counters: usize, seconds: u64) -> Value {
    let mut stores: Vec<Vec<Arc<Engine>>> = vec![Vec::new(); centre.stores.len()];
    for c in 0..counters {
        let s = c % stores.len();
        let home = dir.join(format!("spread-{c}"));
        let engine = centre.counter(&home, &centre.stores[s], &centre.address);
        engine.sync_now().expect("in step");
        engine.start_sync();
        stores[s].push(Arc::new(engine));
    }
    say(
        "connected counters / stores",
        &format!("{counters} / {}", stores.len()),
    );
    std::thread::sleep(Duration::from_secs(5));
    let over = Arc::new(AtomicBool::new(false));
    let mut watchers = Vec::new();
    let mut tell: Vec<Vec<Sender<Change>>> = Vec::new();
    for here in &stores {
        let mut told = Vec::new();
        for engine in here {
            let (send, receive) = channel();
            let (engine, over) = (Arc::clone(engine), Arc::clone(&over));
            watchers.push(std::thread::spawn(move || watch(&engine, &receive, &over)));
            told.push(send);
        }
        tell.push(told);
    }
    let flowed = flow(centre, &stores, &tell, seconds);
    std::thread::sleep(Duration::from_secs(3));
    over.store(true, Ordering::SeqCst);
    let mut times = Times::default();
    let mut unseen = 0;
    for watcher in watchers {
        let (seen, left) = watcher.join().expect("a watcher");
        times.join(seen);
        unseen += left;
    }
    say(
        &format!(
            "counter to counter of the same store, {flowed} operations at {FLOW}/s, {} seen: p50 / p99 ms",
            times.len()
        ),
        &format!(
            "{:.0} / {:.0}   bar p99 ≤ {BAR_MS:.0}: {}",
            times.p50(),
            times.p99(),
            bar(times.p99() <= BAR_MS && unseen == 0)
        ),
    );
    if unseen > 0 {
        say("of these not seen when it ended", &unseen.to_string());
    }
    json!({ "counters": counters, "stores": stores.len(), "operations": flowed, "times": times.json(), "unseen": unseen })
}

fn flow(
    centre: &Centre,
    stores: &[Vec<Arc<Engine>>],
    tell: &[Vec<Sender<Change>>],
    seconds: u64,
) -> u32 {
    let ready: Vec<(Vec<SignedIn>, Vec<String>)> = stores
        .iter()
        .zip(&centre.stores)
        .map(|(here, store)| {
            let clerks = here.iter().map(|e| centre.clerk(e, store)).collect();
            (clerks, members(&here[0]))
        })
        .collect();
    let begun = Instant::now();
    let mut done = 0u32;
    while begun.elapsed() < Duration::from_secs(seconds) {
        let due = begun + Duration::from_secs(1) * done / FLOW;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let turn = done as usize;
        let s = turn % stores.len();
        let c = turn / stores.len() % stores[s].len();
        let (clerks, members) = &ready[s];
        let member = &members[turn / stores.len() % members.len()];
        let engine = &stores[s][c];
        let revision = engine.revision_of(member).expect("a look").unwrap_or(0) + 1;
        let change = Change {
            member: member.clone(),
            revision,
            at: Instant::now(),
        };
        let request = ProfileRequest {
            member_id: member.clone(),
            concerns: Some(vec![format!("concern {turn}")]),
            ..ProfileRequest::default()
        };
        engine
            .change_profile(&clerks[c], &request)
            .expect("changed");
        for (other, told) in tell[s].iter().enumerate() {
            if other != c {
                let _ = told.send(change.clone());
            }
        }
        done += 1;
    }
    done
}

/// Some members of the store, found as a clerk would.
fn members(engine: &Engine) -> Vec<String> {
    let mut ids: Vec<String> = (0..10)
        .flat_map(|n| engine.find(&format!("1{n}"), 50).expect("hits"))
        .map(|hit| hit.id)
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

/// Notes when each change shows; how many never did.
fn watch(engine: &Engine, told: &Receiver<Change>, over: &AtomicBool) -> (Times, usize) {
    let mut waiting: Vec<Change> = Vec::new();
    let mut times = Times::default();
    while !over.load(Ordering::SeqCst) {
        if waiting.is_empty() {
            match told.recv_timeout(Duration::from_millis(50)) {
                Ok(change) => waiting.push(change),
                Err(_) => continue,
            }
        }
        waiting.extend(told.try_iter());
        waiting.retain(|change| {
            let shown = engine.revision_of(&change.member).expect("a look");
            let seen = shown.is_some_and(|r| r >= change.revision);
            if seen {
                times.add(change.at.elapsed());
            }
            !seen
        });
        // often enough for a figure in milliseconds, seldom enough to leave the machine alone
        std::thread::sleep(Duration::from_millis(2));
    }
    (times, waiting.len())
}
