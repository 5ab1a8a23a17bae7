-- A store bears a behaviour only where it is on its manager's list as beyond the limit.
SELECT
    'transfer ' || t.member_id || '/' || t.n AS place,
    'limit_reached on the list of ' || SUBSTR(t.from_account, 6) AS expected,
    t.points || ' from ' || t.from_account AS found
FROM transfer t
JOIN behaviour b ON b.member_id = t.member_id AND b.op_id = t.op_id
WHERE SUBSTR(t.from_account, 1, 5) = 'loss:'
    AND NOT EXISTS (
        SELECT 1
        FROM manager_list l
        WHERE l.op_id = t.op_id AND l.reason = 'limit_reached'
            AND t.from_account = 'loss:' || l.store_id
    )
