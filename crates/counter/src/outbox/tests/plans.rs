//! What is asked at every turn reads what is open, not all that ever was.

use super::*;

#[test]
fn what_is_settled_is_not_read_to_find_what_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let outbox = enrolled(dir.path());
    for sql in [
        include_str!("../first_waiting.sql"),
        include_str!("../open_counts.sql"),
        include_str!("../held.sql"),
        include_str!("../next_waiting.sql"),
    ] {
        let plan: Vec<String> = outbox
            .read(|c| {
                let mut s = c
                    .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
                    .map_err(failure)?;
                let any = std::iter::repeat_n(1, s.parameter_count());
                let any = rusqlite::params_from_iter(any);
                let rows = s.query_map(any, |r| r.get(3)).map_err(failure)?;
                rows.map(|r| r.map_err(failure)).collect()
            })
            .unwrap();
        let looks: Vec<&String> = plan.iter().filter(|l| l.contains("outbox")).collect();
        assert!(!looks.is_empty(), "{sql}");
        assert!(
            looks.iter().all(|l| l.contains("INDEX outbox_unsettled")),
            "{sql}: {plan:?}"
        );
    }
}
