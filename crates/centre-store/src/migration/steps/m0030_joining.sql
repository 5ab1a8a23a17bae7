-- How people come to join: what a brand sets for its sign-up codes, its campaigns and posters, what is given once by a code,
-- who agreed for a child, and how many have come how far.

-- JSON of protocol::sign_up::SignUpTerms; NULL = what every brand has.
ALTER TABLE brand ADD COLUMN sign_up TEXT;

-- Where, and by which campaign, she joined; and whether that counts for whoever invited her.
ALTER TABLE member ADD COLUMN joined_in_store TEXT;
ALTER TABLE member ADD COLUMN joined_campaign TEXT;
ALTER TABLE member ADD COLUMN sign_up_credit TEXT NOT NULL DEFAULT 'counts';
UPDATE member SET joined_in_store = home_store WHERE joined_by_device IS NOT NULL;
CREATE INDEX member_by_sign_up ON member (joined_at);
CREATE INDEX member_by_credit ON member (sign_up_credit, joined_in_store);

CREATE TABLE sign_up_campaign (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    -- what is given in the place of the brand's welcome gift; empty = that
    gift TEXT NOT NULL,
    gift_en TEXT NOT NULL,
    -- whether the gift is given once by a code, however many join by it
    single_use BOOLEAN NOT NULL,
    made_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (id)
);

CREATE TABLE poster (
    -- 32 hex digits
    id TEXT NOT NULL,
    store_id TEXT NOT NULL,
    campaign TEXT,
    name TEXT NOT NULL,
    joins_a_day BIGINT NOT NULL,
    messages_a_day BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (id)
);

-- What was given by a code that gives once.
CREATE TABLE sign_up_gift (
    code TEXT NOT NULL,
    member_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (code)
);
CREATE INDEX sign_up_gift_by_member ON sign_up_gift (member_id);

-- How many guests came how far on a business day. Nothing of who they are. An empty clerk or campaign is none.
CREATE TABLE sign_up_step (
    day TEXT NOT NULL,
    store_id TEXT NOT NULL,
    clerk TEXT NOT NULL,
    channel TEXT NOT NULL,
    campaign TEXT NOT NULL,
    step TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (day, store_id, clerk, channel, campaign, step)
);

-- How many codes each device has shown on a business day, as it told last.
CREATE TABLE code_shown (
    device_id TEXT NOT NULL,
    day TEXT NOT NULL,
    store_id TEXT NOT NULL,
    clerk TEXT NOT NULL,
    channel TEXT NOT NULL,
    campaign TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (device_id, day, clerk, channel, campaign)
);

-- Who agreed for a child, by a code to a number of their own.
CREATE TABLE guardian (
    member_id TEXT NOT NULL,
    phone TEXT NOT NULL,
    proven_at BIGINT NOT NULL,
    PRIMARY KEY (member_id)
);

-- counters hear of the codes that this build reads
INSERT INTO to_tell (entity, member_id, entity_key)
SELECT 'brand', '', '' FROM brand
WHERE NOT EXISTS (SELECT 1 FROM to_tell t WHERE t.entity = 'brand');
