UPDATE allowance
SET spent = 1, touched_ms = ?5, last_seq = ?6
WHERE grant_id = (
  SELECT grant_id FROM allowance
  WHERE member = ?1 AND coupon = ?2 AND lease_ms >= ?3 AND epoch = ?4
    AND spent + released + voided < granted
  ORDER BY grant_id LIMIT 1
)
