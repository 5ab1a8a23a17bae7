-- Seventh step. Who looked at members from a shell, written down before anything was answered.
CREATE TABLE look (
  id     INTEGER PRIMARY KEY,
  at_ms  INTEGER NOT NULL,
  clerk  TEXT    NOT NULL,
  -- which command
  what   TEXT    NOT NULL,
  -- whose page, where it was one member's
  member TEXT
);
CREATE INDEX look_at ON look (at_ms);
