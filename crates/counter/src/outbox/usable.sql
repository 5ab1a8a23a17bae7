SELECT coalesce(sum(granted - spent - released - voided), 0)
FROM allowance
WHERE member = ?1 AND coupon IS NULL AND lease_ms >= ?2 AND epoch = ?3
  AND spent + released + voided < granted
