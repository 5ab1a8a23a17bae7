-- Who members are at WeChat or Alipay, where they let them tell it.

-- A browser that was sent to a provider, until it comes back.
CREATE TABLE authorising (
    -- hash of what comes back
    state TEXT NOT NULL,
    provider TEXT NOT NULL,
    -- the sign-up code whose page it is; empty = a member's own page
    code TEXT NOT NULL,
    -- hash of what the page is known by
    ticket TEXT NOT NULL,
    verifier TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (state)
);

-- What a provider told, until the page has asked for it.
CREATE TABLE authorised (
    -- hash of what the page has
    handle TEXT NOT NULL,
    provider TEXT NOT NULL,
    ticket TEXT NOT NULL,
    -- hash of the open id
    open_id TEXT NOT NULL,
    -- sealed; empty = the provider told none
    phone TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (handle)
);

-- Members by the hash of who they are at a provider: with their consent.
CREATE TABLE open_id (
    open_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    member_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (open_id)
);
CREATE INDEX open_id_by_member ON open_id (member_id);
