SELECT grant_id, granted - spent - released
FROM allowance
WHERE member = ?1 AND lease_ms >= ?2 AND spent + released < granted
ORDER BY expires IS NULL, expires, grant_id
