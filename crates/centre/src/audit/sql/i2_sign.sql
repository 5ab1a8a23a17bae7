-- What is there is never below zero. Sources (earned, debt, loss) are counted downwards and never above
-- it; an adjustment goes either way.
SELECT
    'balance ' || member_id || '/' || account AS place,
    CASE WHEN points < 0 THEN '0 or more' ELSE '0 or less' END AS expected,
    CAST(points AS TEXT) AS found
FROM balance
WHERE (points < 0 AND (account IN ('available', 'redeemed', 'expired', 'waiting', 'taken_back')
        OR SUBSTR(account, 1, 7) = 'escrow:'))
    OR (points > 0 AND (account IN ('earned', 'debt') OR SUBSTR(account, 1, 5) = 'loss:'))
