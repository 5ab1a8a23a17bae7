UPDATE outbox
SET state = ?4, outcome = ?5, visible = ?6
WHERE epoch = ?1 AND seq = ?2 AND op_id = ?3 AND state <> 'confirmed'
