SELECT clerk, at_ms, body, personal FROM outbox
WHERE overlay = 1 AND kind = 'sign_up' AND state <> 'set_aside'
ORDER BY epoch, seq
