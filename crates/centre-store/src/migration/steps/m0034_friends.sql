-- Members who invite friends, and what came of it.

CREATE TABLE friend_code (
    -- 32 hex digits
    id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX friend_code_by_member ON friend_code (member_id);

CREATE TABLE invited_friend (
    member_id TEXT NOT NULL,
    inviter_id TEXT NOT NULL,
    joined_at BIGINT NOT NULL,
    -- 'waits', 'both', 'friend', 'household', 'too_late'
    state TEXT NOT NULL,
    decided_at BIGINT,
    PRIMARY KEY (member_id)
);
CREATE INDEX invited_friend_by_inviter ON invited_friend (inviter_id, state, decided_at);
CREATE INDEX invited_friend_waits ON invited_friend (joined_at) WHERE state = 'waits';

-- Browsers by which members were invited, or invited others: hashes of what each keeps.
CREATE TABLE seen_browser (
    browser TEXT NOT NULL,
    member_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (browser, member_id)
);
CREATE INDEX seen_browser_by_member ON seen_browser (member_id);
