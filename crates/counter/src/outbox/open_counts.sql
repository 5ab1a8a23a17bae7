-- the second terms name the index of what is not settled: no settled operation is read
SELECT
  (SELECT count(*) FROM outbox
   WHERE state = 'waiting' AND state <> 'confirmed' AND kind <> 'release'),
  (SELECT count(*) FROM outbox WHERE state = 'set_aside' AND state <> 'confirmed')
