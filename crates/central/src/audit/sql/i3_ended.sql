-- A life that was written off, revoked or whose fork was resolved holds nothing: its points are free again.
SELECT DISTINCT
    'allowance ' || allowance.member_id || '/' || allowance.id AS place,
    'nothing outstanding in an ended life' AS expected,
    allowance.outstanding || ' outstanding, device ' || allowance.device_id || ' epoch '
        || allowance.epoch || ' ended by ' || life_end.cause AS found
FROM allowance
JOIN life_end ON life_end.device_id = allowance.device_id AND life_end.epoch = allowance.epoch
WHERE allowance.outstanding <> 0 AND life_end.cause IN ('write_off', 'fork', 'revoked')
