-- Whatever a store bears is on its manager's list, point by point.
SELECT
    'operation id ' || op_id AS place,
    'lost ' || SUM(lost) AS expected,
    'listed ' || SUM(listed) AS found
FROM (
    SELECT op_id, points AS lost, 0 AS listed FROM transfer WHERE SUBSTR(from_account, 1, 5) = 'loss:'
    UNION ALL
    SELECT op_id, 0, points FROM manager_list WHERE points > 0
) sides
GROUP BY op_id
HAVING SUM(lost) <> SUM(listed)
