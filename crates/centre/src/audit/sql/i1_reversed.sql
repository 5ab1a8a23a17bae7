-- A redemption that was undone gave back all that it was paid with, and none that was not undone anything.
SELECT
    'redemption ' || r.member_id || '/' || r.op_id AS place,
    CASE WHEN r.reversed_at IS NULL THEN 'nothing given back' ELSE 'all given back' END AS expected,
    'portion ' || p.n || ': ' || p.given_back || ' of ' || p.points AS found
FROM redemption r
JOIN portion p ON p.member_id = r.member_id AND p.op_id = r.op_id
WHERE (r.reversed_at IS NULL AND p.given_back <> 0)
    OR (r.reversed_at IS NOT NULL AND p.given_back <> p.points)
