SELECT coalesce(sum(granted - spent - released), 0)
FROM allowance
WHERE member = ?1 AND lease_ms >= ?2 AND spent + released < granted
