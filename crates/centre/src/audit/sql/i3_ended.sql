-- A life that was written off, revoked or whose fork was resolved holds nothing: its points are free again.
-- One that was superseded, and branched after that, holds what it holds until it is written off.
SELECT DISTINCT
    'allowance ' || allowance.member_id || '/' || allowance.id AS place,
    'nothing outstanding in an ended life' AS expected,
    allowance.outstanding || ' outstanding, device ' || allowance.device_id || ' epoch '
        || allowance.epoch || ' ended by ' || life_end.cause AS found
FROM allowance
JOIN life_end ON life_end.device_id = allowance.device_id AND life_end.epoch = allowance.epoch
WHERE allowance.outstanding <> 0
    AND (life_end.cause IN ('write_off', 'revoked')
        OR (life_end.cause = 'fork' AND NOT EXISTS (
            SELECT 1 FROM life_end AS superseded
            WHERE superseded.device_id = life_end.device_id
                AND superseded.epoch = life_end.epoch AND superseded.cause = 'restored')))
