-- A store bears points only by a counter whose life was written off or revoked, or whose fork was resolved;
-- but for behaviours beyond their limit, and for what nothing sound approved, which other checks look at.
SELECT
    'transfer ' || t.member_id || '/' || t.n AS place,
    'a life that ended by write_off, fork or revoked' AS expected,
    t.points || ' from ' || t.from_account || ' by '
        || COALESCE('device ' || COALESCE(o.device_id, q.device_id) || ' epoch '
            || COALESCE(o.epoch, q.epoch), 'no operation') AS found
FROM transfer t
LEFT JOIN operation o ON o.owns_id = t.op_id
LEFT JOIN quarantined q ON q.owns_id = t.op_id
WHERE SUBSTR(t.from_account, 1, 5) = 'loss:'
    AND NOT EXISTS (
        SELECT 1
        FROM life_end e
        WHERE e.device_id = COALESCE(o.device_id, q.device_id)
            AND e.epoch = COALESCE(o.epoch, q.epoch)
            AND e.cause IN ('write_off', 'fork', 'revoked')
    )
    AND NOT EXISTS (SELECT 1 FROM behaviour b WHERE b.member_id = t.member_id AND b.op_id = t.op_id)
    -- what nothing sound approved is borne by whoever did it, and listed point by point
    AND t.to_account <> 'adjusted'
