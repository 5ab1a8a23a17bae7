UPDATE outbox SET state = 'waiting', visible = NULL, overlay = max(overlay, ?3)
WHERE epoch = ?1 AND seq > ?2
