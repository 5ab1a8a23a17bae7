UPDATE outbox SET epoch = ?2, seq = ?3, prev_hash = ?4, hash = ?5
WHERE op_id = ?1
