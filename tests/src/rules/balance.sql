WITH moved AS (
  SELECT member_id, to_account AS account, points FROM transfer
  UNION ALL
  SELECT member_id, from_account, -points FROM transfer
), summed AS (
  SELECT member_id, account, sum(points) AS points FROM moved GROUP BY member_id, account
)
SELECT member_id || ' ' || account || ' ' || points
FROM (
  SELECT member_id, account, points FROM summed WHERE points <> 0
  EXCEPT
  SELECT member_id, account, points FROM balance
)
UNION ALL
SELECT member_id || ' ' || account || ' ' || points
FROM (
  SELECT member_id, account, points FROM balance WHERE points <> 0
  EXCEPT
  SELECT member_id, account, points FROM summed
)
