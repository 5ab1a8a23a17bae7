SELECT grant_id, member, request_id, granted, lots, coupon, ahead,
    spent + released + voided < granted AS in_hand, released > 0 AS given_back, attestation
FROM allowance
WHERE epoch = ?1 AND (spent + released + voided < granted OR last_seq > ?2)
ORDER BY grant_id
