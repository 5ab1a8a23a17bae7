-- Each balance is what transfers moved in less what they moved out. All three are put under one another
-- and summed once: no join, and a side that is missing altogether shows as well.
SELECT
    'balance ' || member_id || '/' || account AS place,
    CAST(SUM(moved) AS TEXT) AS expected,
    CAST(SUM(kept) AS TEXT) AS found
FROM (
    SELECT member_id, to_account AS account, points AS moved, 0 AS kept FROM transfer
    UNION ALL
    SELECT member_id, from_account, -points, 0 FROM transfer
    UNION ALL
    SELECT member_id, account, 0, points FROM balance
) sides
GROUP BY member_id, account
HAVING SUM(moved) <> SUM(kept)
