-- Two members who are one person: one of them stays, and what is free on the other's account goes over, lot by lot.

ALTER TABLE member ADD COLUMN merged_into TEXT;
CREATE INDEX member_merged_into ON member (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE member_merge (
    id TEXT NOT NULL,
    -- who went, and who stayed
    member_id TEXT NOT NULL,
    into_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    why TEXT NOT NULL,
    -- JSON: names of what was taken over of the profile
    taken TEXT NOT NULL,
    -- parts so far
    parts INTEGER NOT NULL DEFAULT 0,
    undone_at BIGINT,
    undone_by TEXT,
    PRIMARY KEY (id)
);
CREATE INDEX member_merge_by_member ON member_merge (member_id);
CREATE INDEX member_merge_by_into ON member_merge (into_id);

CREATE TABLE member_merge_part (
    merge_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    -- JSON of loyalty::Handed
    handed TEXT NOT NULL,
    PRIMARY KEY (merge_id, n)
);

-- Two members who were looked at and are two people.
CREATE TABLE not_same_member (
    one_id TEXT NOT NULL,
    other_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    PRIMARY KEY (one_id, other_id)
);
CREATE INDEX not_same_member_by_other ON not_same_member (other_id);

-- Numbers that members had before.
CREATE TABLE former_phone (
    member_id TEXT NOT NULL,
    phone TEXT NOT NULL,
    until BIGINT NOT NULL,
    -- 'changed', or 'new_owner' who proved it
    why TEXT NOT NULL,
    PRIMARY KEY (member_id, phone)
);
CREATE INDEX former_phone_by_phone ON former_phone (phone);

-- Whose a coupon was before two members were merged.
ALTER TABLE coupon ADD COLUMN came_from TEXT;

-- Duplicates are looked for by name and birthday.
CREATE INDEX member_by_name ON member (name, birthday) WHERE name <> '' AND birthday IS NOT NULL;
