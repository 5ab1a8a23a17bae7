-- A new phone number is a member's own once a code that was sent to it is said; until then it waits beside the old one.

ALTER TABLE member ADD COLUMN phone_waits TEXT;

CREATE TABLE phone_proof (
    member_id TEXT NOT NULL,
    phone TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    wrong INTEGER NOT NULL,
    PRIMARY KEY (member_id)
);
