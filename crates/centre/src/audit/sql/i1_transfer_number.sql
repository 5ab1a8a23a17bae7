-- A member's transfers are numbered from 1 without gaps, and the next number follows the last.
SELECT
    'account ' || member_id AS place,
    'transfers 1 to ' || (MAX(next_number) - 1) AS expected,
    COUNT(n) || ' transfers, ' || COALESCE(MIN(n), 0) || ' to ' || COALESCE(MAX(n), 0) AS found
FROM (
    SELECT member_id, n, NULL AS next_number FROM transfer
    UNION ALL
    SELECT member_id, NULL, next_transfer FROM account
) sides
GROUP BY member_id
HAVING COUNT(n) <> COALESCE(MAX(next_number), 0) - 1
    OR (COUNT(n) > 0 AND (MIN(n) <> 1 OR MAX(n) <> COUNT(n)))
