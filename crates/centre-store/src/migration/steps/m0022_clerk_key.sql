-- Who acts is proven: each clerk has a key on each device, and what was done carries its signatures.

CREATE TABLE clerk_key (
    device_id TEXT NOT NULL,
    clerk_id TEXT NOT NULL,
    public_key TEXT NOT NULL,
    pin_mark TEXT NOT NULL,
    since BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (device_id, clerk_id, public_key)
);

CREATE INDEX clerk_key_clerk ON clerk_key (clerk_id);

-- Wrong PINs, counted before they are looked at: by device and clerk, so that no device locks a clerk out of another.
CREATE TABLE pin_try (
    device_id TEXT NOT NULL,
    clerk_id TEXT NOT NULL,
    failed INTEGER NOT NULL,
    until_at BIGINT,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (device_id, clerk_id)
);

-- Since when a device signs what its clerks do, and is told no hash of a PIN.
ALTER TABLE device ADD COLUMN signs_since BIGINT;

-- The last operation that it had made when it first said so: those after it are signed.
ALTER TABLE device ADD COLUMN signs_after_epoch INTEGER NOT NULL DEFAULT 0;

ALTER TABLE device ADD COLUMN signs_after_seq BIGINT NOT NULL DEFAULT 0;

-- Since when no device at all is told one.
ALTER TABLE centre ADD COLUMN hashes_stopped_at BIGINT;

ALTER TABLE operation ADD COLUMN clerk_signature TEXT;

ALTER TABLE operation ADD COLUMN approval_signature TEXT;

-- Whether who did it was proven when it came: what came before this was of builds that sign nothing.
ALTER TABLE operation ADD COLUMN clerk_proof TEXT NOT NULL DEFAULT 'older';

ALTER TABLE operation ADD COLUMN approval_proof TEXT NOT NULL DEFAULT 'older';
