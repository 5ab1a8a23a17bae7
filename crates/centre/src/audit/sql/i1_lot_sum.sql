-- A member's lots together are the balance that she sees.
SELECT
    'member ' || member_id AS place,
    'available ' || SUM(free) || ', in escrow ' || SUM(held) AS expected,
    'lots: available ' || SUM(lots_free) || ', in escrow ' || SUM(lots_held) AS found
FROM (
    SELECT
        member_id,
        CASE WHEN account = 'available' THEN points ELSE 0 END AS free,
        CASE WHEN SUBSTR(account, 1, 7) = 'escrow:' THEN points ELSE 0 END AS held,
        0 AS lots_free,
        0 AS lots_held
    FROM balance
    UNION ALL
    SELECT member_id, 0, 0, available, in_escrow FROM lot
) sides
GROUP BY member_id
HAVING SUM(free) <> SUM(lots_free) OR SUM(held) <> SUM(lots_held)
