-- Who was signed up without the network: her number is proven by whoever has it, later. Until then what she told waits, where
-- the number is a member's already.

ALTER TABLE member ADD COLUMN phone_proven BOOLEAN NOT NULL DEFAULT TRUE;

CREATE TABLE sign_up_waits (
    op_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    clerk_id TEXT NOT NULL,
    source TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- sealed: JSON of protocol::operation::Told and of her consents
    told TEXT NOT NULL,
    consents TEXT NOT NULL,
    PRIMARY KEY (op_id)
);
CREATE INDEX sign_up_waits_by_member ON sign_up_waits (member_id, at);
