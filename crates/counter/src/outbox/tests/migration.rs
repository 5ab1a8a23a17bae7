//! An outbox of the first schema is taken over with everything in it.

use super::*;
use rusqlite::Connection;

/// An outbox file as the first release left it.
fn of_schema_1(dir: &std::path::Path) -> (Home, FileKey) {
    let home = Home::open(dir).unwrap();
    let key = device_key(&home).unwrap();
    let conn = Connection::open(home.outbox()).unwrap();
    conn.execute_batch(&key.pragma()).unwrap();
    conn.pragma_update(None, "journal_mode", "WAL").unwrap();
    conn.execute_batch(include_str!("schema_1.sql")).unwrap();
    (home, key)
}

/// Every row of a table, as text.
fn dump(conn: &Connection, sql: &str) -> Vec<String> {
    let mut s = conn.prepare(sql).unwrap();
    let columns = s.column_count();
    let rows = s.query_map([], |r| {
        let values = (0..columns).map(|i| format!("{:?}", r.get_ref(i).unwrap()));
        Ok(values.collect::<Vec<_>>().join(" "))
    });
    rows.unwrap().map(|r| r.unwrap()).collect()
}

const KEPT: [&str; 5] = [
    "SELECT epoch, seq, op_id, generation, clerk, program, at_ms, contact_ms, kind, body, personal, prev_hash, hash,
            state, outcome, visible, overlay, member, receipt, summary FROM outbox ORDER BY epoch, seq",
    "SELECT * FROM grant_request ORDER BY request_id",
    "SELECT clerk, failed, locked_ms FROM pin_try",
    "SELECT * FROM meta WHERE key <> 'life' ORDER BY key",
    "SELECT grant_id, member, granted, spent, released, lease_ms, expires, lots FROM allowance",
];

#[test]
fn everything_is_kept_and_the_chain_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let (home, key) = of_schema_1(dir.path());
    let before: Vec<_> = {
        let conn = Connection::open(home.outbox()).unwrap();
        conn.execute_batch(&key.pragma()).unwrap();
        KEPT.iter().map(|sql| dump(&conn, sql)).collect()
    };
    assert_eq!(
        before.iter().map(Vec::len).collect::<Vec<_>>(),
        [3, 2, 1, 5, 2]
    );
    let mut outbox = Outbox::open(&home, &key).unwrap();
    let after: Vec<_> = outbox
        .read(|c| Ok(KEPT.iter().map(|sql| dump(c, sql)).collect()))
        .unwrap();
    assert_eq!(before, after);

    let device = outbox.read(identity::identity).unwrap().unwrap().device;
    let life = outbox.read(identity::life).unwrap().unwrap();
    assert_eq!(
        life.to_string(),
        device.to_string(),
        "the same for every copy"
    );
    outbox.write(|tx| append(tx, &draft())).unwrap();
    assert!(
        outbox
            .read(|c| epoch::is_chained(c, device, Epoch(1)))
            .unwrap()
    );
    let at = outbox.read(position).unwrap();
    assert_eq!(
        (at.head_seq, at.grants_taken, at.open.len()),
        (Seq(4), 2, 1)
    );
}

#[test]
fn its_allowances_are_of_the_current_life_and_stay_while_idle() {
    let dir = tempfile::tempdir().unwrap();
    let (home, key) = of_schema_1(dir.path());
    let mut outbox = Outbox::open(&home, &key).unwrap();
    assert_eq!(
        outbox.read(|c| usable(c, "M1", now())).unwrap(),
        Points(120)
    );
    let idle = DueBack {
        idle_since: now(),
        ..DueBack::default()
    };
    assert!(!outbox.read(|c| is_due(c, &idle)).unwrap());
    // a centre that has forgotten the operation which spent hears of the allowance
    let told = |after| outbox.read(|c| reported(c, Seq(after))).unwrap().len();
    assert_eq!((told(0), told(3)), (2, 2));
    // the answer to a request from before lives is still taken
    let open = outbox.read(|c| open_requests(c, 9)).unwrap().remove(0);
    assert_eq!(open.epoch, None);
    let answer = reply(vec![grant(10, None)]);
    let taken = outbox
        .note(|tx| take_reply(tx, &open, &answer, now()))
        .unwrap();
    assert!(taken);
    let over = outbox.write(|tx| {
        tx.execute("UPDATE allowance SET voided = granted", [])
            .map_err(failure)
    });
    assert!(over.is_err(), "spent and voided together are bounded too");
}
