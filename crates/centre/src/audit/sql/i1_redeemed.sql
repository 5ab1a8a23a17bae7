-- Points redeemed are the portions that sales and redemptions were paid from, less what came back.
SELECT
    'member ' || member_id AS place,
    'portions ' || SUM(paid) AS expected,
    'redeemed ' || SUM(kept) AS found
FROM (
    SELECT member_id, points - given_back AS paid, 0 AS kept FROM portion
    UNION ALL
    SELECT member_id, 0, points FROM balance WHERE account = 'redeemed'
) sides
GROUP BY member_id
HAVING SUM(paid) <> SUM(kept)
