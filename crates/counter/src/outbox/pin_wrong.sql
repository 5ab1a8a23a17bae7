INSERT INTO pin_try (clerk, failed, locked_ms) VALUES (?1, 1, 0)
ON CONFLICT (clerk) DO UPDATE SET failed = failed + 1
RETURNING failed
