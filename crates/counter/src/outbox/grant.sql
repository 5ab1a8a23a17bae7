INSERT INTO allowance
  (grant_id, member, epoch, request_id, ahead, coupon, granted, lease_ms, expires, lots, touched_ms, attestation)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
ON CONFLICT (grant_id) DO NOTHING
