-- What counts as applied has its effect somewhere: here, or where the same operation came first.
SELECT
    'operation ' || o.device_id || '/' || o.epoch || '/' || o.seq AS place,
    'an owner of ' || o.op_id AS expected,
    'none' AS found
FROM operation o
WHERE o.state = 'applied' AND o.owns_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM operation other WHERE other.owns_id = o.op_id)
    AND NOT EXISTS (SELECT 1 FROM quarantined other WHERE other.owns_id = o.op_id)
UNION ALL
SELECT
    'quarantined ' || q.device_id || '/' || q.epoch || '/' || q.seq || '/' || q.hash,
    'an owner of ' || q.op_id,
    'none'
FROM quarantined q
WHERE q.state = 'applied' AND q.owns_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM operation other WHERE other.owns_id = q.op_id)
    AND NOT EXISTS (SELECT 1 FROM quarantined other WHERE other.owns_id = q.op_id)
