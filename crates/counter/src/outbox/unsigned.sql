-- requests whose allowances came without the centre's signature and have something left
SELECT body FROM grant_request
WHERE request_id IN (
  SELECT request_id FROM allowance
  WHERE attestation IS NULL AND epoch = ?1 AND spent + released + voided < granted
)
ORDER BY made_ms
LIMIT ?2
