UPDATE allowance SET lease_ms = ?1
WHERE epoch = ?2 AND lease_ms < ?1 AND spent + released + voided < granted
