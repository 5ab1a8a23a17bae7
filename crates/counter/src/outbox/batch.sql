SELECT seq, op_id, generation, clerk, program, at_ms, contact_ms, kind, body, personal, prev_hash, hash,
  clerk_signature, approval_signature
FROM outbox
WHERE epoch = ?1 AND seq >= ?2
ORDER BY seq
LIMIT ?3
