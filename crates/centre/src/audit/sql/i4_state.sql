-- An operation is applied, held or set aside; what is held is listed as waiting, and nothing else is.
SELECT
    'operation ' || o.device_id || '/' || o.epoch || '/' || o.seq AS place,
    'applied, held and waiting, or set aside and listed' AS expected,
    o.state || CASE WHEN h.seq IS NULL THEN '' ELSE ', waiting' END
        || CASE WHEN s.seq IS NULL THEN '' ELSE ', listed' END AS found
FROM operation o
LEFT JOIN held h ON h.device_id = o.device_id AND h.epoch = o.epoch AND h.seq = o.seq
LEFT JOIN set_aside s ON s.device_id = o.device_id AND s.epoch = o.epoch AND s.seq = o.seq
WHERE o.state NOT IN ('applied', 'held', 'set_aside')
    OR (o.state = 'held') <> (h.seq IS NOT NULL)
    OR (o.state = 'set_aside') <> (s.seq IS NOT NULL)
UNION ALL
SELECT
    'quarantined ' || device_id || '/' || epoch || '/' || seq || '/' || hash,
    'kept, main, applied, held and waiting, or set aside',
    state || CASE WHEN waits_kind = '' THEN '' ELSE ', waiting' END
FROM quarantined
WHERE state NOT IN ('kept', 'main', 'applied', 'held', 'set_aside')
    OR (state = 'held') <> (waits_kind <> '')
