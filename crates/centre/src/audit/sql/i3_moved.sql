-- What a counter was granted of a member, spent and gave back is what moved in and out of its escrow.
SELECT
    'escrow ' || member_id || '/' || device_id AS place,
    'moved: granted ' || SUM(granted) || ', spent ' || SUM(spent) || ', back ' || SUM(back) AS expected,
    'allowances: granted ' || SUM(kept_granted) || ', spent ' || SUM(kept_spent) || ', back '
        || SUM(kept_back) AS found
FROM (
    SELECT member_id, SUBSTR(to_account, 8) AS device_id, points AS granted, 0 AS spent, 0 AS back,
        0 AS kept_granted, 0 AS kept_spent, 0 AS kept_back
    FROM transfer
    WHERE SUBSTR(to_account, 1, 7) = 'escrow:'
    UNION ALL
    SELECT member_id, SUBSTR(from_account, 8), 0,
        CASE WHEN to_account = 'redeemed' THEN points ELSE 0 END,
        CASE WHEN to_account = 'redeemed' THEN 0 ELSE points END,
        0, 0, 0
    FROM transfer
    WHERE SUBSTR(from_account, 1, 7) = 'escrow:'
    UNION ALL
    SELECT member_id, device_id, 0, 0, 0, granted, spent, released + written_off FROM allowance
) sides
GROUP BY member_id, device_id
HAVING SUM(granted) <> SUM(kept_granted) OR SUM(spent) <> SUM(kept_spent) OR SUM(back) <> SUM(kept_back)
