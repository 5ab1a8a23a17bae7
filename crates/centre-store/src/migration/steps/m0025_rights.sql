-- What members may ask of the brand: what they agreed to in which words, and being forgotten.

-- The wordings of consents, by version, as members saw them. A wording that was shown is never changed.
CREATE TABLE consent_text (
    version TEXT NOT NULL,
    purpose TEXT NOT NULL,
    language TEXT NOT NULL,
    wording TEXT NOT NULL,
    PRIMARY KEY (version, purpose, language)
);

-- Who was erased keeps an id alone: the ledger balances, and what is late still settles under it.
ALTER TABLE member ADD COLUMN erased_at BIGINT;
CREATE INDEX member_by_erasure ON member (erased_at);

-- What was taken out of her operations: values beside the chain (`op_ids`), and texts that the chain covers (`bodies`),
-- the hash of what is left of each by its id), both JSON. The centre's signature is over all of it: without it, a text that is not what its
-- hash says is a fault.
CREATE TABLE erasure (
    member_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    why TEXT NOT NULL,
    op_ids TEXT NOT NULL,
    bodies TEXT NOT NULL,
    signature TEXT NOT NULL,
    PRIMARY KEY (member_id)
);

-- When what is personal was taken out of an operation; it is looked at once.
ALTER TABLE operation ADD COLUMN erased_at BIGINT;
ALTER TABLE quarantined ADD COLUMN erased_at BIGINT;
-- What an operation of a branch said, where its text no longer does.
ALTER TABLE quarantined ADD COLUMN content_hash TEXT;
