INSERT INTO allowance (grant_id, member, granted, lease_ms, expires, lots)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
