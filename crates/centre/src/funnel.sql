WITH bought AS (
    SELECT r.member_id, r.at, ROW_NUMBER() OVER (PARTITION BY r.member_id ORDER BY r.at, r.op_id) AS n
    FROM receipt r
    JOIN member j ON j.id = r.member_id
    WHERE j.joined_at >= $1 AND j.joined_at < $2 AND j.joined_in_store IS NOT NULL
        AND r.at >= j.joined_at AND r.net_fen > r.refunded_fen
)
SELECT m.joined_at AS joined_at, m.joined_in_store AS store, m.joined_by_clerk AS clerk, m.channel AS channel,
    m.joined_campaign AS campaign, m.sign_up_credit AS credit, one.at AS first_at, two.at AS second_at
FROM member m
LEFT JOIN bought one ON one.member_id = m.id AND one.n = 1
LEFT JOIN bought two ON two.member_id = m.id AND two.n = 2
WHERE m.joined_at >= $1 AND m.joined_at < $2 AND m.joined_in_store IS NOT NULL
