SELECT clerk, count(*) FROM outbox
WHERE at_ms >= ?1 AND kind = ?2 AND json_extract(body, '$.approval') IS NOT NULL
GROUP BY clerk
