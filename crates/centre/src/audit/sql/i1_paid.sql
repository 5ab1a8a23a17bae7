-- What a sale or a redemption says it was paid with is what it was paid from.
SELECT
    'portion ' || member_id || '/' || op_id AS place,
    'paid ' || SUM(paid) || ', given back ' || SUM(back) AS expected,
    'portions: paid ' || SUM(portions) || ', given back ' || SUM(portions_back) AS found
FROM (
    SELECT member_id, op_id, points_paid AS paid, given_back AS back, 0 AS portions,
        0 AS portions_back
    FROM receipt
    WHERE points_paid <> 0 OR given_back <> 0
    UNION ALL
    SELECT member_id, op_id, points, CASE WHEN reversed_at IS NULL THEN 0 ELSE points END, 0, 0
    FROM redemption
    UNION ALL
    SELECT member_id, op_id, 0, 0, points, given_back FROM portion
) sides
GROUP BY member_id, op_id
HAVING SUM(paid) <> SUM(portions) OR SUM(back) <> SUM(portions_back)
