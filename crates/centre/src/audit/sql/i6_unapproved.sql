-- A store bears what nothing sound approved, by an operation that asks for an approval and is on its list.
SELECT
    'transfer ' || t.member_id || '/' || t.n AS place,
    'on the list of its store for want of a sound approval' AS expected,
    t.points || ' from ' || t.from_account || ' by operation id ' || t.op_id AS found
FROM transfer t
WHERE SUBSTR(t.from_account, 1, 5) = 'loss:'
    AND t.to_account = 'adjusted'
    AND NOT EXISTS (
        SELECT 1
        FROM manager_list l
        WHERE l.op_id = t.op_id
            AND 'loss:' || l.store_id = t.from_account
            AND l.points = t.points
            AND l.reason IN ('not_approved', 'approver_not_manager', 'approval_unproven')
    )
