-- allowances of an epoch that operations spend from, and coupons that they use, as the centre signed them
SELECT grant_id, member, request_id, granted, lots, coupon, ahead,
    spent + released + voided < granted AS in_hand, released > 0 AS given_back, attestation
FROM allowance
WHERE epoch = ?1 AND attestation IS NOT NULL
  AND (grant_id IN (SELECT value FROM json_each(?2)) OR coupon IN (SELECT value FROM json_each(?3)))
ORDER BY grant_id
LIMIT ?4
