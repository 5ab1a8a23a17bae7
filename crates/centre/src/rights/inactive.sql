-- Members of whom nothing was heard since $1, at most $2: no purchase, no redemption, nothing rewarded, no change of
-- the profile, no sample. Nobody whose points a counter holds: what it did with them may still be on its way.
SELECT m.id
FROM member m
JOIN account a ON a.member_id = m.id
WHERE m.erased_at IS NULL
    -- one who was merged with another goes with that one
    AND m.merged_into IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM member w JOIN account o ON o.member_id = w.id
        WHERE w.merged_into = m.id AND o.last_purchase_at >= $1
    )
    AND m.joined_at < $1
    AND (a.last_purchase_at IS NULL OR a.last_purchase_at < $1)
    AND (m.changed_at IS NULL OR m.changed_at < $1)
    AND NOT EXISTS (SELECT 1 FROM redemption r WHERE r.member_id = m.id AND r.at >= $1)
    AND NOT EXISTS (SELECT 1 FROM behaviour b WHERE b.member_id = m.id AND b.at >= $1)
    AND NOT EXISTS (SELECT 1 FROM sample s WHERE s.member_id = m.id AND s.at >= $1)
    AND NOT EXISTS (SELECT 1 FROM allowance w WHERE w.member_id = m.id AND w.outstanding > 0)
ORDER BY m.id
LIMIT $2
