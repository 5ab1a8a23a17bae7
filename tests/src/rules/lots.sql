SELECT l.member_id || ' lots ' || l.points || ' accounts ' || b.points
FROM (
  SELECT member_id, sum(available + in_escrow) AS points FROM lot GROUP BY member_id
) AS l
JOIN (
  SELECT member_id, sum(points) AS points FROM balance
  WHERE account = 'available' OR account LIKE 'escrow:%'
  GROUP BY member_id
) AS b ON b.member_id = l.member_id
WHERE l.points <> b.points
