-- Lives of an outbox, recalls, write-offs, forks that were resolved, the centre's own restore,
-- visitors, digests, coupons as a counter of one.

ALTER TABLE device ADD COLUMN life TEXT;
ALTER TABLE device ADD COLUMN reported_generation INTEGER NOT NULL DEFAULT 1;

CREATE TABLE life_end (
    device_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    cause TEXT NOT NULL,
    at BIGINT NOT NULL,
    escrow BIGINT NOT NULL,
    branches INTEGER NOT NULL,
    by_whom TEXT NOT NULL,
    PRIMARY KEY (device_id, epoch, cause),
    FOREIGN KEY (device_id) REFERENCES device (id)
);

ALTER TABLE allowance ADD COLUMN written_off BIGINT NOT NULL DEFAULT 0;
ALTER TABLE allowance ADD COLUMN recalled_at BIGINT;
ALTER TABLE allowance ADD COLUMN ahead BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE allowance ADD COLUMN reinstated BIGINT NOT NULL DEFAULT 0;
CREATE INDEX allowance_by_request ON allowance (device_id, epoch, request_id);

ALTER TABLE grant_request ADD COLUMN epoch INTEGER NOT NULL DEFAULT 1;
ALTER TABLE grant_request ADD COLUMN given INTEGER NOT NULL DEFAULT 0;

ALTER TABLE quarantined ADD COLUMN state TEXT NOT NULL DEFAULT 'kept';
ALTER TABLE quarantined ADD COLUMN op_id TEXT NOT NULL DEFAULT '';
ALTER TABLE quarantined ADD COLUMN owns_id TEXT;
ALTER TABLE quarantined ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
ALTER TABLE quarantined ADD COLUMN member_id TEXT;
ALTER TABLE quarantined ADD COLUMN waits_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE quarantined ADD COLUMN waits_for TEXT NOT NULL DEFAULT '';
CREATE INDEX quarantined_by_need ON quarantined (waits_kind, waits_for);
CREATE UNIQUE INDEX quarantined_by_owned_id ON quarantined (owns_id);

ALTER TABLE coupon ADD COLUMN holder_device TEXT;
ALTER TABLE coupon ADD COLUMN holder_epoch INTEGER;
ALTER TABLE coupon ADD COLUMN holder_grant TEXT;
ALTER TABLE coupon ADD COLUMN recalled_at BIGINT;
CREATE INDEX coupon_by_holder ON coupon (holder_device, holder_epoch);

ALTER TABLE feed ADD COLUMN digest TEXT;
ALTER TABLE feed_head ADD COLUMN digest TEXT NOT NULL DEFAULT '';

CREATE TABLE visit (
    device_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (device_id, member_id),
    FOREIGN KEY (device_id) REFERENCES device (id),
    FOREIGN KEY (member_id) REFERENCES member (id)
);
CREATE INDEX visit_by_member ON visit (member_id);
CREATE INDEX visit_by_time ON visit (until);

CREATE TABLE member_note (
    member_id TEXT NOT NULL,
    op_id TEXT NOT NULL,
    clerk_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (member_id, op_id),
    FOREIGN KEY (member_id) REFERENCES member (id)
);
