INSERT OR IGNORE INTO ahead_due (member, n)
SELECT id, 0 FROM member
WHERE json_extract(body, '$.available') > 0 AND NOT coalesce(json_extract(body, '$.frozen'), 0)
