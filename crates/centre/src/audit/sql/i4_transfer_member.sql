-- An operation moves the points of the member whose it is.
SELECT
    'transfer ' || t.member_id || '/' || MIN(t.n) AS place,
    'member ' || MAX(o.member_id) AS expected,
    'member ' || t.member_id AS found
FROM transfer t
JOIN operation o ON o.owns_id = t.op_id
WHERE o.member_id <> t.member_id
GROUP BY t.member_id, t.op_id
