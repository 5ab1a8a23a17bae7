SELECT b.member_id || ' ' || b.account || ' ' || b.points
FROM balance AS b
WHERE b.account LIKE 'escrow:%'
  AND b.points <> coalesce((
    SELECT sum(a.outstanding) FROM allowance AS a
    WHERE a.member_id = b.member_id AND 'escrow:' || a.device_id = b.account
  ), 0)
