SELECT count(*) FROM outbox
WHERE state = 'confirmed' AND kind <> 'release' AND at_ms >= ?1
