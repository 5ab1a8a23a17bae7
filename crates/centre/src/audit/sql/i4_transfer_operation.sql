-- Points that moved by a counter's operation: it is here and was applied. (Other movements have names of
-- their own, such as `advance:…`; that of a grant has the grant's id.)
SELECT
    'transfer ' || t.member_id || '/' || MIN(t.n) AS place,
    'an operation that was applied, or a grant' AS expected,
    'operation id ' || t.op_id AS found
FROM transfer t
WHERE LENGTH(t.op_id) = 36
    AND t.op_id LIKE '________-____-____-____-____________'
    AND NOT EXISTS (SELECT 1 FROM operation o WHERE o.owns_id = t.op_id AND o.state = 'applied')
    AND NOT EXISTS (SELECT 1 FROM quarantined q WHERE q.owns_id = t.op_id AND q.state = 'applied')
    AND NOT EXISTS (SELECT 1 FROM allowance a WHERE a.member_id = t.member_id AND a.id = t.op_id)
GROUP BY t.member_id, t.op_id
