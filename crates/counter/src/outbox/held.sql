SELECT epoch, seq FROM outbox
-- the second term names the index of what is not settled: no settled operation is read
WHERE state = 'held' AND state <> 'confirmed'
ORDER BY epoch, seq
LIMIT 50
