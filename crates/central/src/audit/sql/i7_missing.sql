-- Everything that a snapshot must show stands in the feed of its scope.
SELECT 'brand ' || b.only_row AS place, 'in scope brand' AS expected, 'not in the feed' AS found
FROM brand b
WHERE NOT EXISTS (SELECT 1 FROM feed f
    WHERE f.scope = 'brand' AND f.entity = 'brand' AND f.entity_key = 'brand' AND f.body IS NOT NULL)
UNION ALL
SELECT 'program ' || p.version, 'in scope brand', 'not in the feed'
FROM program p
WHERE NOT EXISTS (SELECT 1 FROM feed f
    WHERE f.scope = 'brand' AND f.entity = 'program' AND f.entity_key = CAST(p.version AS TEXT)
        AND f.body IS NOT NULL)
UNION ALL
SELECT 'store ' || s.id, 'in scope brand', 'not in the feed'
FROM store s
WHERE NOT EXISTS (SELECT 1 FROM feed f
    WHERE f.scope = 'brand' AND f.entity = 'store' AND f.entity_key = s.id AND f.body IS NOT NULL)
UNION ALL
SELECT 'product ' || p.sku, 'in scope brand', 'not in the feed'
FROM product p
WHERE NOT EXISTS (SELECT 1 FROM feed f
    WHERE f.scope = 'brand' AND f.entity = 'product' AND f.entity_key = p.sku AND f.body IS NOT NULL)
UNION ALL
SELECT 'reward ' || r.id, 'in scope brand', 'not in the feed'
FROM reward r
WHERE NOT EXISTS (SELECT 1 FROM feed f
    WHERE f.scope = 'brand' AND f.entity = 'reward' AND f.entity_key = r.id AND f.body IS NOT NULL)
UNION ALL
SELECT 'clerk ' || c.id, 'in scope store:' || c.store_id, 'not in the feed'
FROM clerk c
WHERE NOT EXISTS (SELECT 1 FROM feed f
    WHERE f.scope = 'store:' || c.store_id AND f.entity = 'clerk' AND f.entity_key = c.id
        AND f.body IS NOT NULL)
UNION ALL
SELECT 'member ' || m.id, 'in scope store:' || m.home_store, 'not in the feed'
FROM member m
WHERE NOT EXISTS (SELECT 1 FROM feed f
    WHERE f.scope = 'store:' || m.home_store AND f.entity = 'member' AND f.entity_key = m.id
        AND f.body IS NOT NULL)
UNION ALL
SELECT 'receipt ' || r.store_id || '/' || r.receipt_no, 'in scope store:' || m.home_store, 'not in the feed'
FROM receipt r
JOIN member m ON m.id = r.member_id
WHERE NOT EXISTS (SELECT 1 FROM feed f
    WHERE f.scope = 'store:' || m.home_store AND f.entity = 'receipt'
        AND f.entity_key = r.store_id || '/' || r.receipt_no AND f.body IS NOT NULL)
UNION ALL
SELECT 'redemption ' || r.op_id, 'in scope store:' || m.home_store, 'not in the feed'
FROM redemption r
JOIN member m ON m.id = r.member_id
WHERE NOT EXISTS (SELECT 1 FROM feed f
    WHERE f.scope = 'store:' || m.home_store AND f.entity = 'redemption' AND f.entity_key = r.op_id
        AND f.body IS NOT NULL)
UNION ALL
SELECT 'behaviour ' || b.member_id || '/' || b.op_id, 'in scope store:' || m.home_store, 'not in the feed'
FROM behaviour b
JOIN member m ON m.id = b.member_id
WHERE NOT EXISTS (SELECT 1 FROM feed f
    WHERE f.scope = 'store:' || m.home_store AND f.entity = 'behaved'
        AND f.entity_key = b.member_id || '/' || b.kind AND f.body IS NOT NULL)
UNION ALL
SELECT 'movements ' || m.id, 'in scope store:' || m.home_store, 'not in the feed'
FROM member m
WHERE EXISTS (SELECT 1 FROM transfer t
        WHERE t.member_id = m.id
            AND (t.to_account IN ('expired', 'taken_back')
                OR t.from_account IN ('expired', 'adjusted')
                OR (t.from_account = 'earned' AND EXISTS (SELECT 1 FROM behaviour b
                    WHERE b.member_id = t.member_id AND b.op_id = t.op_id)))
            AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.member_id = t.member_id AND r.op_id = t.op_id)
            AND NOT EXISTS (SELECT 1 FROM redemption d WHERE d.member_id = t.member_id AND d.op_id = t.op_id)
            -- what came and went by one thing at one moment is no movement
            AND (SELECT SUM(CASE WHEN x.to_account IN ('available', 'debt') OR x.to_account LIKE 'escrow:%'
                        THEN x.points ELSE 0 END)
                    - SUM(CASE WHEN x.from_account IN ('available', 'debt') OR x.from_account LIKE 'escrow:%'
                        THEN x.points ELSE 0 END)
                FROM transfer x WHERE x.member_id = t.member_id AND x.op_id = t.op_id AND x.at = t.at) <> 0)
    AND NOT EXISTS (SELECT 1 FROM feed f
        WHERE f.scope = 'store:' || m.home_store AND f.entity = 'movements' AND f.entity_key = m.id
            AND f.body IS NOT NULL)
UNION ALL
SELECT 'allowance ' || a.member_id || '/' || a.id, 'a recall in scope device:' || a.device_id, 'not in the feed'
FROM allowance a
WHERE a.recalled_at IS NOT NULL AND a.outstanding > 0
    AND NOT EXISTS (SELECT 1 FROM feed f
        WHERE f.scope = 'device:' || a.device_id AND f.entity = 'recall' AND f.entity_key = a.id
            AND f.body IS NOT NULL)
