SELECT
  (SELECT count(*) FROM outbox WHERE state = 'confirmed' AND kind <> 'release' AND at_ms >= ?1),
  (SELECT count(*) FROM outbox WHERE state = 'waiting' AND kind <> 'release'),
  (SELECT count(*) FROM outbox WHERE state = 'set_aside')
