-- A life costs no more than it held when it ended, times the copies of it that were used.
SELECT
    'life_end ' || device_id || '/' || epoch AS place,
    'at most ' || SUM(bound) AS expected,
    'lost ' || SUM(lost) AS found
FROM (
    SELECT COALESCE(o.device_id, q.device_id) AS device_id, COALESCE(o.epoch, q.epoch) AS epoch,
        t.points AS lost, 0 AS bound, 0 AS ended, 0 AS unknown
    FROM transfer t
    LEFT JOIN operation o ON o.owns_id = t.op_id
    LEFT JOIN quarantined q ON q.owns_id = t.op_id
    WHERE SUBSTR(t.from_account, 1, 5) = 'loss:'
        -- what it was never given to hold
        AND NOT EXISTS (SELECT 1 FROM behaviour b WHERE b.member_id = t.member_id AND b.op_id = t.op_id)
        -- what nothing sound approved is borne by whoever did it, and listed point by point
        AND t.to_account <> 'adjusted'
    UNION ALL
    SELECT device_id, epoch, 0, escrow * CASE WHEN branches > 1 THEN branches ELSE 1 END, 1,
        CASE WHEN known THEN 0 ELSE 1 END
    FROM life_end
    WHERE cause IN ('write_off', 'fork', 'revoked')
) sides
WHERE device_id IS NOT NULL
GROUP BY device_id, epoch
-- a loss of a life that did not end so is another check's; what a life held that had not reported to a restored database
-- when it ended, nobody knows
HAVING SUM(ended) > 0 AND SUM(unknown) = 0 AND SUM(lost) > SUM(bound)
