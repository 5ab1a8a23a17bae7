-- A thousand devices that one person looks after: how each is, what headquarters sets for the counters of a store, logs that
-- were asked for, devices that take another's place, and versions of the program that are given out by and by.

-- Headquarters wants something of it: it is told so at its next contact.
ALTER TABLE device ADD COLUMN check_in_due BOOLEAN NOT NULL DEFAULT FALSE;
-- Another device has taken its place: it delivers what it has, gives back what it holds, and gets nothing.
ALTER TABLE device ADD COLUMN replaced_by TEXT;

-- Whose place the device takes, and what it will be called.
ALTER TABLE enrol_code ADD COLUMN replaces TEXT;
ALTER TABLE enrol_code ADD COLUMN device_name TEXT NOT NULL DEFAULT '';

CREATE TABLE device_health (
    device_id TEXT NOT NULL,
    told_at BIGINT NOT NULL,
    -- how far its wall clock is ahead of the centre's time, in milliseconds
    clock_off_ms BIGINT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (device_id)
);

CREATE TABLE device_log (
    device_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    told_at BIGINT,
    lines TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (device_id)
);

CREATE TABLE store_settings (
    store_id TEXT NOT NULL,
    document TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (store_id)
);

CREATE TABLE release (
    version TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    notes TEXT NOT NULL,
    held_at BIGINT,
    held_why TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (version)
);

-- A package for each kind of machine. The file itself lies beside the database, under its hash.
CREATE TABLE release_file (
    version TEXT NOT NULL,
    target TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    signature TEXT NOT NULL,
    PRIMARY KEY (version, target)
);

-- How many of a store's devices are to have it, in hundredths; an empty store stands for all that have no line of their own.
CREATE TABLE release_stage (
    version TEXT NOT NULL,
    store_id TEXT NOT NULL,
    share INTEGER NOT NULL,
    staged_at BIGINT NOT NULL,
    PRIMARY KEY (version, store_id)
);

-- How it went on each device.
CREATE TABLE release_try (
    version TEXT NOT NULL,
    device_id TEXT NOT NULL,
    stage TEXT NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (version, device_id)
);
