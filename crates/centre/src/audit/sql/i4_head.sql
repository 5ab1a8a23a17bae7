-- A device's head is the last operation of its current life; no life after that one has any.
SELECT
    'device ' || d.id AS place,
    'head ' || COALESCE(o.seq, 0) || ' ' || COALESCE(o.hash, 'of zeros') AS expected,
    'head ' || d.head_seq || ' ' || d.head_hash AS found
FROM device d
LEFT JOIN operation o ON o.device_id = d.id AND o.epoch = d.epoch
    AND o.seq = (SELECT MAX(last.seq) FROM operation last WHERE last.device_id = d.id AND last.epoch = d.epoch)
WHERE d.head_seq <> COALESCE(o.seq, 0)
    OR d.head_hash <> COALESCE(o.hash, '0000000000000000000000000000000000000000000000000000000000000000')
UNION ALL
SELECT
    'device ' || d.id,
    'no operation after epoch ' || d.epoch,
    'epoch ' || MAX(o.epoch)
FROM device d
JOIN operation o ON o.device_id = d.id AND o.epoch > d.epoch
GROUP BY d.id, d.epoch
