-- How far those have come who use a sign-up code: moments only, nothing of who they are. A row goes once the code's
-- time is over.

CREATE TABLE invited (
    code TEXT NOT NULL,
    device_id TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    opened_at BIGINT,
    sent_at BIGINT,
    proven_at BIGINT,
    joined_at BIGINT,
    PRIMARY KEY (code)
);

CREATE INDEX invited_expires ON invited (expires_at);
