-- A sale's points came out of the account that points are earned from: those that it earned at first by its own operation,
-- those that the till's record brought it more by that.
SELECT
    'receipt ' || MAX(sale) AS place,
    'earned ' || SUM(shown) AS expected,
    'moved ' || SUM(moved) AS found
FROM (
    SELECT member_id, op_id, store_id || '/' || receipt_no AS sale, earned - earned_more + earned_less AS shown, 0 AS moved
    FROM receipt
    UNION ALL
    SELECT member_id, 'till:' || op_id, store_id || '/' || receipt_no, earned_more, 0 FROM receipt
    UNION ALL
    SELECT member_id, op_id, NULL, 0, points FROM transfer WHERE from_account = 'earned'
) sides
GROUP BY member_id, op_id
-- points are earned by other things than sales too
HAVING MAX(sale) IS NOT NULL AND SUM(shown) <> SUM(moved)
