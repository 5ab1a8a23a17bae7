INSERT INTO clerk_key (clerk, public_key, pin_mark, sealed, certificate) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (clerk) DO UPDATE SET
  public_key = excluded.public_key, pin_mark = excluded.pin_mark, sealed = excluded.sealed,
  certificate = excluded.certificate
