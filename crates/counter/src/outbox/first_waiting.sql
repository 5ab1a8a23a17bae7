SELECT epoch, seq FROM outbox
WHERE state = 'waiting' AND epoch > 0
ORDER BY epoch, seq
LIMIT 1
