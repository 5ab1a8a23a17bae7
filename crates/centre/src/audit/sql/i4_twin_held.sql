-- What came a second time waits no longer than the one that came first.
SELECT
    'operation ' || o.device_id || '/' || o.epoch || '/' || o.seq AS place,
    'no longer held, as ' || o.op_id || ' is not' AS expected,
    'held' AS found
FROM operation o
WHERE o.state = 'held' AND o.owns_id IS NULL
    AND (EXISTS (SELECT 1 FROM operation first WHERE first.owns_id = o.op_id AND first.state <> 'held')
        OR EXISTS (SELECT 1 FROM quarantined first WHERE first.owns_id = o.op_id AND first.state <> 'held'))
UNION ALL
SELECT
    'quarantined ' || q.device_id || '/' || q.epoch || '/' || q.seq || '/' || q.hash,
    'no longer held, as ' || q.op_id || ' is not',
    'held'
FROM quarantined q
WHERE q.state = 'held' AND q.owns_id IS NULL
    AND (EXISTS (SELECT 1 FROM operation first WHERE first.owns_id = q.op_id AND first.state <> 'held')
        OR EXISTS (SELECT 1 FROM quarantined first WHERE first.owns_id = q.op_id AND first.state <> 'held'))
