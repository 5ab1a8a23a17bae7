INSERT INTO outbox (
  epoch, seq, op_id, generation, clerk, program, at_ms, contact_ms,
  kind, body, personal, prev_hash, hash, member, receipt, summary, receipt_key,
  clerk_signature, approval_signature
) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
