-- What of a lot is in escrow is what allowances still hold of it.
SELECT
    'lot ' || member_id || '/' || lot AS place,
    CAST(SUM(held) AS TEXT) AS expected,
    CAST(SUM(kept) AS TEXT) AS found
FROM (
    SELECT member_id, lot, outstanding AS held, 0 AS kept FROM allowance_lot
    UNION ALL
    SELECT member_id, n, 0, in_escrow FROM lot
) sides
GROUP BY member_id, lot
HAVING SUM(held) <> SUM(kept)
