SELECT clerk, at_ms, body, personal FROM outbox
WHERE overlay = 1 AND member = ?1 AND kind = 'profile' AND state <> 'set_aside'
ORDER BY epoch, seq
