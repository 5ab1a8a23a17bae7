-- Double entry: what a member has, has spent, lost and owes together comes from somewhere.
SELECT
    'member ' || member_id AS place,
    '0' AS expected,
    CAST(SUM(points) AS TEXT) AS found
FROM balance
GROUP BY member_id
HAVING SUM(points) <> 0
