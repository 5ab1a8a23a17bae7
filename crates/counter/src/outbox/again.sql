UPDATE outbox SET state = 'waiting', visible = NULL, overlay = 1
WHERE epoch = ?1 AND seq > ?2
