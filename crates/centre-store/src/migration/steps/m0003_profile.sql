-- Changes of profiles that did not see each other: what was told last at which revision.

ALTER TABLE member ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

CREATE TABLE profile_mark (
    member_id TEXT NOT NULL,
    what TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (member_id, what),
    FOREIGN KEY (member_id) REFERENCES member (id)
);
