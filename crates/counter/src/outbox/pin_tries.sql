INSERT INTO pin_try (clerk, failed, locked_ms, last_ms) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (clerk) DO UPDATE SET
  failed = excluded.failed, locked_ms = excluded.locked_ms, last_ms = excluded.last_ms
