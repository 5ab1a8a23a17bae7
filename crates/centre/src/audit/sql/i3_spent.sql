-- Allowances of which something was spent, after one of them, in the order of their keys.
SELECT member_id, id, spent
FROM allowance
WHERE spent > 0 AND (member_id, id) > ($1, $2)
ORDER BY member_id, id
LIMIT $3
