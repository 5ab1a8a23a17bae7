INSERT INTO attested (epoch, seq, hash, generation, attestation) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (epoch) DO UPDATE
SET seq = excluded.seq, hash = excluded.hash, generation = excluded.generation, attestation = excluded.attestation
WHERE (excluded.generation, excluded.seq) > (attested.generation, attested.seq)
