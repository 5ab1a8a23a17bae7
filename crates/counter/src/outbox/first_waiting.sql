SELECT epoch, seq FROM outbox
-- the second term names the index of what is not settled: no settled operation is read
WHERE state = 'waiting' AND state <> 'confirmed' AND epoch > 0
ORDER BY epoch, seq
LIMIT 1
