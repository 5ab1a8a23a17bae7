-- Points that are free or held always belong to a lot: each lot has what was moved into it.
SELECT
    'lot ' || member_id || '/' || COALESCE(CAST(lot AS TEXT), 'none') AS place,
    'available ' || SUM(free) || ', in escrow ' || SUM(held) AS expected,
    'available ' || SUM(kept_free) || ', in escrow ' || SUM(kept_held) AS found
FROM (
    SELECT
        member_id,
        lot,
        CASE WHEN to_account = 'available' THEN points ELSE 0 END
            - CASE WHEN from_account = 'available' THEN points ELSE 0 END AS free,
        CASE WHEN SUBSTR(to_account, 1, 7) = 'escrow:' THEN points ELSE 0 END
            - CASE WHEN SUBSTR(from_account, 1, 7) = 'escrow:' THEN points ELSE 0 END AS held,
        0 AS kept_free,
        0 AS kept_held
    FROM transfer
    UNION ALL
    SELECT member_id, n, 0, 0, available, in_escrow FROM lot
) sides
GROUP BY member_id, lot
HAVING SUM(free) <> SUM(kept_free) OR SUM(held) <> SUM(kept_held)
