-- used: spent here, whatever the centre shows by now
SELECT coupon, max(spent), max(epoch = ?3 AND lease_ms >= ?2 AND spent + released + voided < granted)
FROM allowance
WHERE member = ?1 AND coupon IS NOT NULL
GROUP BY coupon
