SELECT coupon
FROM allowance
WHERE member = ?1 AND coupon IS NOT NULL AND lease_ms >= ?2 AND epoch = ?3
  AND spent + released + voided < granted
GROUP BY coupon
