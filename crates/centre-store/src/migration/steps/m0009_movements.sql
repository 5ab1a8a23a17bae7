-- The feed tells what else came and went of members' points: what their receipts and redemptions do not tell.

INSERT INTO to_tell (entity, member_id, entity_key)
SELECT DISTINCT 'movements', t.member_id, t.member_id
FROM transfer t
WHERE (t.from_account IN ('earned', 'adjusted', 'expired', 'redeemed') OR t.to_account IN ('expired', 'taken_back', 'adjusted'))
    AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.member_id = t.member_id AND r.op_id = t.op_id)
    AND NOT EXISTS (SELECT 1 FROM redemption d WHERE d.member_id = t.member_id AND d.op_id = t.op_id);
