-- What goes over between two accounts of one person comes to the one as it left the other; and who went by a merge has nothing
-- free, owes nothing, and went by a merge that stands.
SELECT
    'movements by ' || op_id AS place,
    '0 between two accounts' AS expected,
    CAST(SUM(CASE WHEN to_account = 'merged' THEN points ELSE -points END) AS TEXT) AS found
FROM transfer
WHERE to_account = 'merged' OR from_account = 'merged'
GROUP BY op_id
HAVING SUM(CASE WHEN to_account = 'merged' THEN points ELSE -points END) <> 0
UNION ALL
SELECT 'member ' || m.id, 'nothing free or owed since she went', b.account || ' ' || b.points
FROM member m
JOIN balance b ON b.member_id = m.id AND b.account IN ('available', 'debt')
WHERE m.merged_into IS NOT NULL AND b.points <> 0
UNION ALL
SELECT 'member ' || m.id, 'a merge that stands', 'none'
FROM member m
WHERE m.merged_into IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM member_merge g
        WHERE g.member_id = m.id AND g.into_id = m.merged_into AND g.undone_at IS NULL
    )
