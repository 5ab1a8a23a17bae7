-- How often something was done that may be done so often: messages, look-ups. A row goes once its time is over.

CREATE TABLE tally (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    n BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (kind, key)
);

CREATE INDEX tally_until ON tally (until);

-- A code that was sent to a phone: for one sign-up code and one page alone, and once. It takes the place of `sms_code`.

CREATE TABLE sent_code (
    invitation TEXT NOT NULL,
    phone TEXT NOT NULL,
    ticket TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_for TEXT,
    PRIMARY KEY (invitation, phone, ticket, code_hash)
);

CREATE INDEX sent_code_expires ON sent_code (expires_at);

-- How often codes were tried wrongly on one page. It takes the place of `verification`.

CREATE TABLE code_try (
    invitation TEXT NOT NULL,
    phone TEXT NOT NULL,
    ticket TEXT NOT NULL,
    wrong INTEGER NOT NULL,
    since BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (invitation, phone, ticket)
);

CREATE INDEX code_try_expires ON code_try (expires_at);

-- phone numbers that nothing reads any more
DELETE FROM sms_code;
DELETE FROM verification;

-- Who looked members up that are not of the own store, and why.

CREATE TABLE lookup_log (
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    device_id TEXT NOT NULL,
    store_id TEXT NOT NULL,
    clerk_id TEXT,
    why TEXT NOT NULL,
    number_of TEXT NOT NULL,
    outcome TEXT NOT NULL,
    member_id TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX lookup_log_by_time ON lookup_log (at);
CREATE INDEX lookup_log_by_device ON lookup_log (device_id, at);
CREATE INDEX lookup_log_by_member ON lookup_log (member_id, at);

-- a visitor's counter is told less of her from now on
INSERT INTO to_tell (entity, member_id, entity_key)
SELECT DISTINCT 'member', v.member_id, v.member_id FROM visit v
WHERE NOT EXISTS (
    SELECT 1 FROM to_tell t WHERE t.entity = 'member' AND t.member_id = v.member_id AND t.entity_key = v.member_id
);
