SELECT seq FROM outbox
-- the second term names the index of what is not settled: no settled operation is read
WHERE state = 'waiting' AND state <> 'confirmed' AND epoch = ?1 AND seq > ?2
ORDER BY seq
LIMIT 1
