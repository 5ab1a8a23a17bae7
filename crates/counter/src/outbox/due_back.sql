SELECT grant_id, member, granted - spent - released - voided, coupon
FROM allowance
WHERE epoch = ?1 AND spent + released + voided < granted
  AND ((ahead = 0 AND touched_ms <= ?2)
       OR (ahead = 1 AND ?3)
       OR grant_id IN (SELECT value FROM json_each(?4)))
ORDER BY grant_id
LIMIT 200
