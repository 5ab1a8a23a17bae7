-- points of hers that are here and whose lease is over
SELECT EXISTS (
  SELECT 1 FROM allowance
  WHERE member = ?1 AND epoch = ?2 AND lease_ms < ?3 AND spent + released + voided < granted
)
