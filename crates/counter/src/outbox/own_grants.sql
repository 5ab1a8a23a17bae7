-- what this counter's allowances of hers held, with those that operations named; the last column is what
-- may be spent now
SELECT grant_id, lots, spent + released,
  CASE WHEN lease_ms >= ?2 AND epoch = ?3 THEN granted - spent - released - voided ELSE 0 END
FROM allowance
WHERE member = ?1 AND coupon IS NULL
  AND (spent + released + voided < granted OR grant_id IN (SELECT value FROM json_each(?4)))
ORDER BY expires IS NULL, expires, grant_id
