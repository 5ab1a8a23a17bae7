SELECT seq, hash FROM outbox
WHERE epoch = ?1 AND state <> 'waiting'
ORDER BY seq DESC
LIMIT 1
