EXISTS (SELECT 1 FROM transfer t
        WHERE t.member_id = x.id
            AND (t.to_account IN ('expired', 'taken_back', 'merged')
                OR t.from_account IN ('expired', 'adjusted', 'merged')
                OR (t.from_account = 'earned' AND EXISTS (SELECT 1 FROM behaviour b
                    WHERE b.member_id = t.member_id AND b.op_id = t.op_id)))
            -- what the till's record of a sale changed, her receipts tell
            AND t.op_id NOT LIKE 'till:%'
            AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.member_id = t.member_id AND r.op_id = t.op_id)
            AND NOT EXISTS (SELECT 1 FROM redemption d WHERE d.member_id = t.member_id AND d.op_id = t.op_id)
            AND (SELECT SUM(CASE WHEN y.to_account IN ('available', 'waiting', 'debt') OR y.to_account LIKE 'escrow:%'
                        THEN y.points ELSE 0 END)
                    - SUM(CASE WHEN y.from_account IN ('available', 'waiting', 'debt') OR y.from_account LIKE 'escrow:%'
                        THEN y.points ELSE 0 END)
                FROM transfer y WHERE y.member_id = t.member_id AND y.op_id = t.op_id AND y.at = t.at) <> 0)
