SELECT grant_id, granted - spent - released - voided
FROM allowance
WHERE member = ?1 AND coupon IS NULL AND lease_ms >= ?2 AND epoch = ?3
  AND spent + released + voided < granted
ORDER BY expires IS NULL, expires, grant_id
