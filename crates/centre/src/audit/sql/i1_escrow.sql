-- A counter's escrow of a member is what its allowances of her have left.
SELECT
    'balance ' || member_id || '/' || account AS place,
    CAST(SUM(held) AS TEXT) AS expected,
    CAST(SUM(kept) AS TEXT) AS found
FROM (
    SELECT member_id, 'escrow:' || device_id AS account, outstanding AS held, 0 AS kept FROM allowance
    UNION ALL
    SELECT member_id, account, 0, points FROM balance WHERE SUBSTR(account, 1, 7) = 'escrow:'
) sides
GROUP BY member_id, account
HAVING SUM(held) <> SUM(kept)
