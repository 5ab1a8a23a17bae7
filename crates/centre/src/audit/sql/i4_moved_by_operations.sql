-- What operations of a life, from $3 to $4, moved in the ledger under the id that they own.
SELECT
    o.op_id AS id,
    -- what a store bears for her is hers as much as what was earned; out of a loss it may also be redeemed
    CAST(SUM(CASE WHEN t.from_account = 'earned' OR (SUBSTR(t.from_account, 1, 5) = 'loss:'
        AND t.to_account IN ('available', 'debt')) THEN t.points ELSE 0 END) AS BIGINT) AS earned,
    CAST(SUM(CASE WHEN t.to_account = 'redeemed' THEN t.points ELSE 0 END) AS BIGINT) AS spent,
    CAST(SUM(CASE WHEN t.to_account = 'taken_back' THEN t.points ELSE 0 END) AS BIGINT) AS taken_back,
    CAST(SUM(CASE WHEN t.from_account = 'redeemed' AND SUBSTR(t.to_account, 1, 5) <> 'loss:'
        THEN t.points ELSE 0 END) AS BIGINT) AS given_back,
    CAST(SUM(CASE WHEN SUBSTR(t.from_account, 1, 5) = 'loss:' THEN t.points
        WHEN SUBSTR(t.to_account, 1, 5) = 'loss:' THEN -t.points ELSE 0 END) AS BIGINT) AS loss,
    COUNT(*) AS transfers
FROM operation o
JOIN transfer t ON t.op_id = o.owns_id
WHERE o.device_id = $1 AND o.epoch = $2 AND o.seq >= $3 AND o.seq <= $4
GROUP BY o.op_id
