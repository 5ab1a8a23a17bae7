-- A behaviour brought its points, out of what is earned or out of what its store bears, by an operation.
SELECT
    'behaviour ' || member_id || '/' || op_id AS place,
    'brought ' || SUM(brought) AS expected,
    'moved ' || SUM(moved) AS found
FROM (
    SELECT member_id, op_id, points AS brought, 0 AS moved, 1 AS is_behaviour FROM behaviour
    UNION ALL
    SELECT member_id, op_id, 0, points, 0
    FROM transfer
    WHERE (from_account = 'earned' OR SUBSTR(from_account, 1, 5) = 'loss:')
        AND to_account IN ('available', 'debt')
) sides
GROUP BY member_id, op_id
-- points are earned by sales too
HAVING SUM(is_behaviour) > 0 AND SUM(brought) <> SUM(moved)
