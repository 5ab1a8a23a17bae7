-- A member's own page: her sessions, and what was sent to her.

CREATE TABLE own_session (
    -- SHA-256 of the session, hex; the session itself is on her phone alone
    token_hash TEXT NOT NULL,
    member_id TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (token_hash)
);
CREATE INDEX own_session_by_member ON own_session (member_id);
CREATE INDEX own_session_by_time ON own_session (seen_at);

CREATE TABLE sent_message (
    id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX sent_message_by_member ON sent_message (member_id, at);
CREATE INDEX sent_message_by_time ON sent_message (at);
