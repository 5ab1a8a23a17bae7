SELECT DISTINCT member FROM outbox
WHERE overlay = 1 AND member IS NOT NULL AND kind = 'profile' AND state <> 'set_aside'
