-- The centre's signature over scope, cursor and generation, where the last page brought it.
ALTER TABLE cursor ADD COLUMN attestation TEXT;
