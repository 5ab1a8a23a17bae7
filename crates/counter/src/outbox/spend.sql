UPDATE allowance
SET spent = spent + ?2, touched_ms = ?3, last_seq = ?4
WHERE grant_id = ?1
